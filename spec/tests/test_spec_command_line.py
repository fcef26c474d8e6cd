"""One printer of errors for all commands: what and where, a hint, the exit code; a traceback if asked for."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from cynod_spec.base.errors import (
    CynodError,
    DocumentError,
    ExitCode,
    InternalError,
    TargetUnreachable,
    UsageError,
)
from cynod_spec.base.location import SourceLocation
from cynod_spec.cli.command_line import INTERRUPTED_EXIT_CODE, Command, Group, show_tracebacks
from cynod_spec.output.errors import printed_message

ROOT = Path(__file__).parents[2]
ROOMS = (
    "spec/cynod_spec",
    "generators/cynod_generators",
    "conformance/cynod_conformance",
    "sandbox/cynod_sandbox",
)
PRINTER = "spec/cynod_spec/output/errors.py"
# A generated server prints its own errors: it has no module of ours.
SERVERS = ("generators/cynod_generators/targets/fastapi/runtime/", "sandbox/cynod_sandbox/_generated/")
AT = SourceLocation("a.yaml", "/info", 3, 7)


def ended(error: BaseException | None, *options: str, code: int = 0, **environment: str) -> Result:
    """How a command ends that raises *error*, alone and within a group; both end alike."""

    @click.command(cls=Command)
    @click.option("--verbose", is_flag=True)
    @click.pass_context
    def failing(context: click.Context, verbose: bool) -> None:
        if verbose:
            show_tracebacks(context)
        if error is not None:
            raise error
        context.exit(code)

    group = Group("group", commands={"failing": failing})
    alone = CliRunner(env=environment).invoke(failing, options)
    within = CliRunner(env=environment).invoke(group, ["failing", *options])
    assert within.exit_code == alone.exit_code
    if "Traceback" not in alone.output and "shows its use" not in alone.output:
        assert within.output == alone.output
    return alone


@pytest.mark.parametrize(
    ("error", "code", "printed"),
    [
        (UsageError("this is wrong"), 2, "error: this is wrong\n"),
        (UsageError("this is wrong", "do that"), 2, "error: this is wrong\n hint: do that\n"),
        (DocumentError("odd", "do that", AT), 2, f"error: {AT}: odd\n hint: do that\n"),
        (TargetUnreachable("nobody answers"), 3, "error: nobody answers\n"),
        (click.FileError("x", "no"), 2, "error: Could not open file 'x': no\n"),
        (click.Abort(), INTERRUPTED_EXIT_CODE, "error: interrupted\n"),
        (KeyboardInterrupt(), INTERRUPTED_EXIT_CODE, "\nerror: interrupted\n"),
        (
            ValueError("oops"),
            4,
            "error: internal error: ValueError: oops\n"
            " hint: run it again with CYNOD_DEBUG=1 for the traceback\n",
        ),
    ],
)
def test_an_error_is_what_where_a_hint_and_the_exit_code(error: Exception, code: int, printed: str) -> None:
    done = ended(error)
    assert (done.exit_code, done.stdout, done.stderr) == (code, "", printed)


@pytest.mark.parametrize("code", list(ExitCode))
def test_a_command_chooses_its_exit_code(code: ExitCode) -> None:
    done = ended(None, code=code)
    assert (done.exit_code, done.output) == (code, "")


def test_wrong_use_names_the_help() -> None:
    done = ended(None, "--nonsense")
    assert done.exit_code == ExitCode.WRONG_USE
    assert done.stderr == "error: No such option '--nonsense'.\n hint: `failing --help` shows its use\n"


@pytest.mark.parametrize("asked", [{"CYNOD_DEBUG": "1"}, {}])
def test_a_traceback_is_shown_to_whoever_asks_for_it(asked: dict[str, str]) -> None:
    done = ended(ValueError("oops"), *([] if asked else ["--verbose"]), code=0, **asked)
    assert done.exit_code == ExitCode.INTERNAL_ERROR
    lines = done.stderr.splitlines()
    assert lines[0] == "  | Traceback (most recent call last):"
    assert lines[-2:] == ["  | ValueError: oops", "error: internal error: ValueError: oops"]


def test_a_mistake_of_the_user_shows_no_traceback() -> None:
    assert "Traceback" not in ended(UsageError("wrong"), "--verbose", CYNOD_DEBUG="1").output


def test_outside_standalone_mode_errors_reach_the_caller() -> None:
    @click.command(cls=Command)
    def failing() -> None:
        raise OSError("disk")

    with pytest.raises(InternalError) as caught:
        failing.main([], standalone_mode=False)
    assert isinstance(caught.value.cause, OSError)
    assert isinstance(caught.value, CynodError)


def test_the_message_of_another_process_is_found() -> None:
    assert printed_message("error: x: y") == "x: y"
    assert printed_message(" hint: x") is None


def texts() -> Iterator[tuple[str, str]]:
    """Every string of the rooms, after the file that it stands in."""
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_bytes())):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    yield path.relative_to(ROOT).as_posix(), node.value


@pytest.mark.slow
def test_nothing_else_writes_such_lines() -> None:
    found = {file for file, text in texts() if text.lstrip().startswith(("error: ", "hint: ", "cynod: "))}
    assert {file for file in found if not file.startswith(SERVERS)} == {PRINTER}
