"""Whatever a command prints goes through one writer, and none forges a line, whatever it was given."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from cross_room.printed import assert_inert

from cynod_spec.cli import root as cli
from cynod_spec.output.control_characters import one_line

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
PACKAGES = (
    "spec/cynod_spec",
    "generators/cynod_generators",
    "conformance/cynod_conformance",
    "sandbox/cynod_sandbox",
)
# What prints otherwise: the file → why it may.
ALLOWED = {
    "spec/cynod_spec/output/terminal.py": "the writer",
    "spec/cynod_spec/output/files.py": "writes a file whose name means standard output",
    "spec/cynod_spec/cli/commands/lint.py": "clears the screen for --watch",
    "conformance/cynod_conformance/report/console.py": "the progress line, escaped before it is cut",
    "generators/cynod_generators/targets/fastapi/runtime/server.py": "a generated server has no such writer",
    "sandbox/cynod_sandbox/_generated/server.py": "likewise",
    "sandbox/cynod_sandbox/app/serving.py": "the address that it listens on",
}
# Who may print a text as it is, since its format has an escape of its own.
WRITTEN = {
    "spec/cynod_spec/source/writing.py",
    "spec/cynod_spec/cli/commands/diff.py",
    "spec/cynod_spec/cli/commands/lint.py",
    "spec/cynod_spec/cli/commands/listing.py",
    "spec/cynod_spec/cli/commands/rules.py",
    "spec/cynod_spec/cli/commands/workflows.py",
    "conformance/cynod_conformance/cli/conform_command.py",
}
NAMES = ["a\nFORGED\r\x1b[2K\u202e\u200bFORGED", "::error::FORGED ##[error]FORGED"]


def calls() -> Iterator[tuple[str, str]]:
    """Every file of the packages, with each name that it calls."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_bytes())):
                if isinstance(node, ast.Call):
                    yield path.relative_to(ROOT).as_posix(), ast.unparse(node.func)


def test_nothing_prints_but_the_writer() -> None:
    prints = ("print", "click.echo", "click.secho", "click.clear", "sys.stdout.write", "sys.stderr.write")
    found = {
        file for file, name in calls() if name in prints or name.endswith(("print_exc", ".print_exception"))
    }
    assert found == set(ALLOWED)


def test_few_print_a_text_as_it_is() -> None:
    assert {file for file, name in calls() if name == "echo_written"} == WRITTEN


def run(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> tuple[int, str]:
    """Exit code and output of ``cynod``."""
    monkeypatch.setattr(sys, "argv", ["cynod", *arguments])
    with pytest.raises(SystemExit) as left:
        cli.main()
    captured = capsys.readouterr()
    assert isinstance(left.value.code, int)
    return left.value.code, captured.out + captured.err


@pytest.mark.parametrize("name", NAMES)
def test_a_mistake_is_told_without_obeying_its_words(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for command in (
        *(
            "generate docs -o x --spec {}",
            "generate server --target {} -o x",
            "generate docs -o x --since {}",
        ),
        *("generate server --target fastapi -o x --package {}", "conform --spec {} http://127.0.0.1:9"),
        *("conform {}", "conform --config {} --env", "conform --replay {} --from {} http://127.0.0.1:9"),
        *("conform http://127.0.0.1:9 --waivers {}", "conform http://127.0.0.1:9 --workflows={}"),
        *("conform https://{}.example", "conform --sandbox --fault {}", "sandbox --partners {} --port 0"),
        *(
            "sandbox --write-config {}/x/y --port 0",
            "sandbox --trusted-proxy {} --port 0",
            "sandbox --port {}",
        ),
    ):
        code, said = run([each.replace("{}", name) for each in command.split()], monkeypatch, capsys)
        assert code in (2, 3), said
        assert_inert(said)
        assert "FORGED" in said, command


@pytest.mark.parametrize("name", NAMES)
def test_a_folder_may_be_called_anything(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for options, wanted in (([], 0), ([], 0), (["--check"], 0), (["--force"], 0)):
        code, said = run(
            ["generate", "server", "--target", "fastapi", "-o", name, *options], monkeypatch, capsys
        )
        assert code == wanted, said
        assert_inert(said)
    assert one_line(name).lstrip(":") in said
    (Path(name) / "cynod_server" / "_generated" / "core.py").unlink()
    code, said = run(
        ["generate", "server", "--target", "fastapi", "-o", name, "--check"], monkeypatch, capsys
    )
    assert code == 1
    assert_inert(said)
