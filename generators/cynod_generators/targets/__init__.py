"""Generator targets: one package for each, with its plan, its templates and the files it copies.

To add a target, write a package here whose ``plan(…)`` gives a ``cynod_generators.emit.plan.Plan``, and a
command or a choice in ``cli/generate_command.py`` that calls it. A target that lists the operations in a text
file::

    # targets/listing/__init__.py
    def plan(contract: Contract) -> Plan:
        lines = [f"{operation.method} {operation.path}" for operation in contract.operations]
        path = PurePosixPath("listing/operations.txt")
        return Plan(
            folder=PurePosixPath("listing"),
            files=(PlannedFile(path, "\\n".join(lines).encode(), generated=True),),
            document_sha256=contract.sha256,
            operations=frozenset(),
            advice="change the contract, not the list",
            inputs=contract.beside,
        )

    # cli/generate_command.py
    @generate.command()
    @_shared
    def listing(output: Path, spec: str | None, checking: bool, force: bool) -> None:
        '''Generate a list of operations.'''
        _generate(targets.listing.plan, output, spec, checking=checking, force=force)

``emit/writing.py`` then gives it hashes, ``--check``, ``--force`` and the refusal of edited files. Texts of
the document enter Python source only by the filters of ``emit/python_literals.py``, and HTML only escaped.
"""
