"""The target ``docs``: a static site in every language of the contract, which opens from its folder.

``addresses`` plans the pages, ``localized_site`` is a language as seen from a page, each module of ``pages``
makes the view of a page, and ``site`` renders the views with the templates.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from cynod_generators.emit.plan import Plan, PlannedFile
from cynod_spec.environment.parts import need
from cynod_spec.model import Contract

if TYPE_CHECKING:
    from cynod_spec.diff import Comparison


def plan(contract: Contract, changes: Comparison | None = None) -> Plan:
    """The plan of the site of *contract*, with the scenarios of the workflows document beside it.

    *changes* since a former contract, if given, have a page. Raises UsageError without the extra ``docs``, or
    for workflows with an error.
    """
    need("`cynod generate docs`", "docs")
    from cynod_generators.targets.docs.site import Site
    from cynod_spec.build.parameters import check_supported
    from cynod_spec.workflows.lint import usable
    from cynod_spec.workflows.reading import beside

    check_supported(contract)
    path = beside(contract.file)
    site = Site(contract, usable(path, contract) if path else None, changes)
    return Plan(
        folder=PurePosixPath(),
        files=tuple(
            PlannedFile(PurePosixPath(path), content, generated=True) for path, content in site.files()
        ),
        document_sha256=contract.sha256,
        operations=frozenset(),
        advice="change the contract or its workflows, not their pages",
        inputs=contract.beside,
    )
