"""``cynod generate``: servers and documentation from the contract."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cynod_generators.cli.generate_options import DocsOptions, GenerateOptions, ServerOptions
from cynod_spec import load_contract
from cynod_spec.cli.command_line import Group, options_as
from cynod_spec.environment.locating import DEFAULT_CONTRACT
from cynod_spec.environment.parts import need
from cynod_spec.i18n.translations import lang_option
from cynod_spec.output.terminal import echo_line

if TYPE_CHECKING:
    from cynod_generators.emit.plan import Plan
    from cynod_generators.emit.writing import WriteResult
    from cynod_spec.diff import Comparison
    from cynod_spec.model import Contract

_OUTPUT = click.Path(file_okay=False, path_type=Path)
_LANG_HELP = "Language of this help. Default: the locale's."


Function = Callable[..., None]


@click.group(cls=Group)
@lang_option(_LANG_HELP)
def generate() -> None:
    """Generate code and documentation from the contract.

    \b
    cynod generate server --target fastapi -o DIR
    cynod generate docs -o DIR
    """


def _shared(command: Function) -> Function:
    """What every generation is told: where to write, from which contract, and how."""
    for option in (
        lang_option(_LANG_HELP),
        click.option(
            "--force", is_flag=True, help="Replace generated files even if they were edited by hand."
        ),
        click.option(
            "--check", "checking", is_flag=True, help="Write nothing; exit 1 when DIR is not up to date."
        ),
        click.option(
            "--spec", "spec", metavar="FILE", help=f"Contract to read. Default: {DEFAULT_CONTRACT}."
        ),
        click.option("-o", "--output", "output", type=_OUTPUT, required=True, help="Folder to write."),
    ):
        command = option(command)
    return command


@generate.command()
@click.option("--target", type=click.Choice(["fastapi"]), required=True, help="What the server is made with.")
@click.option("--package", default="cynod_server", show_default=True, help="Name of the Python package.")
@click.option(
    "--layout",
    type=click.Choice(["project", "package"]),
    default="project",
    show_default=True,
    help="project: a folder to install. package: the generated half alone.",
)
@_shared
@options_as(ServerOptions)
def server(options: ServerOptions) -> None:
    """Generate a server: identity, validation and errors as the contract says, handlers left to write.

    Until a handler is written, the contract's example answers. Generating again replaces _generated/
    alone; handlers/ and auth/ are written once and stay as they are.

    \b
    Examples:
      cynod generate server --target fastapi -o build/server
      pip install build/server
      python -m cynod_server --port 8080 --partners partners.toml
      cynod generate server --target fastapi -o build/server --check

    Exit codes: 0 done or up to date, 1 differences or files edited by hand, 2 wrong use.
    """

    def plan(contract: Contract) -> Plan:
        need("`cynod generate server`", "generate")
        from cynod_generators.ir.build import build
        from cynod_generators.targets import fastapi

        options.check()
        return fastapi.plan(build(contract), options.package, options.layout, contract)

    _generate(plan, options)


@generate.command()
@click.option(
    "--since",
    metavar="OLD",
    help="A former contract, a file or REVISION:PATH of git: adds a page of changes.",
)
@_shared
@options_as(DocsOptions)
def docs(options: DocsOptions) -> None:
    """Generate the documentation: a static site in every language of the contract.

    It opens from its folder, without a server and without a network. DIR is the site's alone: generating
    again replaces it as a whole. Needs the extra `docs`.

    \b
    Examples:
      cynod generate docs -o build/docs
      cynod generate docs -o build/docs --check
      cynod generate docs -o build/docs --since v1.0.0:spec/openapi.yaml

    Exit codes: 0 done or up to date, 1 differences or files edited by hand, 2 wrong use.
    """

    def plan(contract: Contract) -> Plan:
        from cynod_generators.targets import docs

        return docs.plan(contract, _changes(options.since, contract.file) if options.since else None)

    _generate(plan, options)


def _changes(old: str, new: str) -> Comparison:
    """How the contract at *new* differs from *old*, a file or a document of a git revision."""
    from cynod_spec.diff import compare
    from cynod_spec.diff.revision import read_named
    from cynod_spec.environment.provenance import announce
    from cynod_spec.source.reading import read

    former = read_named(old)
    announce(former)
    return compare(former, read(new))


def _generate(plan: Callable[[Contract], Plan], options: GenerateOptions) -> None:
    """Write what *plan* makes of the contract, or compare; exits."""
    from cynod_generators.emit import writing
    from cynod_spec.base.errors import UsageError
    from cynod_spec.environment.provenance import announce

    contract = load_contract(options.spec)
    announce(contract)
    planned, output = plan(contract), options.output
    if output.exists() and not output.is_dir():
        raise UsageError(f"{output} is no folder", "give -o a folder")
    try:
        if options.checking:
            result = writing.check(planned, output)
        else:
            result = writing.write(planned, output, force=options.force)
    except OSError as error:
        raise UsageError(f"cannot write {error.filename or output}: {error.strerror}") from None
    click.get_current_context().exit(_report(result, output, checking=options.checking))


def _report(result: WriteResult, output: Path, *, checking: bool) -> int:
    for note in result.notes:
        echo_line(f"note     {note}", err=True)
    if checking:
        for difference in result.differences:
            echo_line(difference)
        if result.differences:
            echo_line(f"{output} is not what the contract gives: run without --check", err=True)
            return 1
        echo_line(f"{output} is up to date")
        return 0
    for verb, names in (("wrote", result.written), ("removed", result.removed), ("kept", result.kept)):
        for name in names:
            echo_line(f"{verb:<8} {name}")
    if not result.written and not result.removed:
        echo_line(f"{output} was up to date")
    return 0
