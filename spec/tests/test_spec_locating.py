"""Which document a command reads when none is named, and what it says of the one that it read."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from cynod_spec import load_contract
from cynod_spec.base.errors import UsageError
from cynod_spec.cli.commands import spec
from cynod_spec.environment import locating
from cynod_spec.environment.locating import default_contract, default_workflows, surrounding

ROOM = Path(__file__).parents[1]
PROJECT = '[project]\nname = "cynod"\n'
STRANGER = 54321  # a user id that owns nothing here


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder that looks like a checkout of this project, with a contract of its own."""
    root = tmp_path / "checkout"
    make(root)
    return root


def make(root: Path, project: str = PROJECT) -> None:
    (root / "spec").mkdir(parents=True)
    (root / "pyproject.toml").write_text(project, encoding="utf-8")
    text = (ROOM / "openapi.yaml").read_text(encoding="utf-8")
    (root / "spec" / "openapi.yaml").write_text("# another\n" + text, encoding="utf-8")
    (root / "spec" / "workflows.arazzo.yaml").write_bytes((ROOM / "workflows.arazzo.yaml").read_bytes())
    shutil.copytree(ROOM / "locales", root / "spec" / "locales")


def test_the_checkout_that_the_current_folder_is_in_wins(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(checkout)
    assert default_contract() == os.path.join("spec", "openapi.yaml")
    assert default_workflows() == os.path.join("spec", "workflows.arazzo.yaml")
    below = checkout / "build" / "server"
    below.mkdir(parents=True)
    (below / "pyproject.toml").write_text('[project]\nname = "cynod-server"\n', encoding="utf-8")
    monkeypatch.chdir(below)
    assert default_contract() == str(checkout / "spec" / "openapi.yaml")
    monkeypatch.chdir(checkout / "spec")
    assert default_contract() == "openapi.yaml"


def test_elsewhere_the_installed_one_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert default_contract() == str(ROOM / "openapi.yaml")
    assert default_workflows() == str(ROOM / "workflows.arazzo.yaml")


FOREIGN: dict[str, Callable[[Path], None]] = {
    "another project": lambda root: make(root, '[project]\nname = "else"\n'),
    "a name that only begins so": lambda root: make(root, '[project]\nname = "cynod-x"\n'),
    "no project": lambda root: make(root, "[tool.x]\n"),
    "a project that is none": lambda root: make(root, "project = 1\n"),
    "no TOML": lambda root: make(root, "[project\n"),
    "TOML that nests too deep": lambda root: make(root, "x = " + "[" * 100_000),
    "too large": lambda root: make(root, PROJECT + "#" * locating.MAX_PROJECT_OCTETS),
    "no document": lambda root: (root / "spec").mkdir(parents=True),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_another_folder_does_not_win(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tmp_path / "foreign"
    FOREIGN[name](root)
    monkeypatch.chdir(root)
    assert surrounding() is None
    assert default_contract() == str(ROOM / "openapi.yaml")


def test_a_repository_inside_of_a_checkout_is_none_of_its_folders(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = checkout / "vendor" / "other"
    (inner / ".git").mkdir(parents=True)
    monkeypatch.chdir(inner)
    assert surrounding() is None


@pytest.mark.parametrize("planted", ["pyproject.toml", "spec", "spec/openapi.yaml"])
def test_what_another_user_planted_above_is_left_aside_and_told(
    planted: str, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = checkout / "mine"
    mine.mkdir()
    try:
        os.chown(checkout / planted, STRANGER, -1)
    except PermissionError:
        pytest.skip("only root can give a file to another user")
    monkeypatch.chdir(mine)
    found = surrounding()
    assert found is not None
    assert found.foreign == checkout / planted
    assert default_contract() == str(ROOM / "openapi.yaml")
    said = CliRunner().invoke(spec, ["codes"]).stderr
    assert said.startswith(f"document: {ROOM / 'openapi.yaml'} sha256:")
    assert f"{checkout / planted} belongs to another user" in said
    assert said.count("\n") == 1


def test_a_folder_of_another_user_is_trusted_by_who_stands_in_it(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a container, whose root works on the checkout of an ordinary user."""
    try:
        for path in (checkout, *checkout.rglob("*")):
            os.chown(path, STRANGER, -1)
    except PermissionError:
        pytest.skip("only root can give a file to another user")
    monkeypatch.chdir(checkout)
    assert default_contract() == os.path.join("spec", "openapi.yaml")


def test_a_checkout_without_workflows_says_so(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (checkout / "spec" / "workflows.arazzo.yaml").unlink()
    monkeypatch.chdir(checkout)
    with pytest.raises(UsageError, match=r"holds no spec/workflows\.arazzo\.yaml"):
        default_workflows()


@pytest.mark.slow
def test_nothing_of_a_checkout_is_run(checkout: Path) -> None:
    for name in ("click", "yaml", "cynod_spec", "sitecustomize"):
        (checkout / f"{name}.py").write_text("open('run', 'w')\n", encoding="utf-8")
    cynod = Path(sys.executable).with_name("cynod")
    done = subprocess.run([cynod, "spec", "codes"], cwd=checkout, capture_output=True, text=True, check=True)
    assert done.stderr.startswith("document: spec/openapi.yaml sha256:")
    assert not (checkout / "run").exists()


# What is said

OTHER, OVERLAY = "other.yaml", "spec/locales/en.overlay.yaml"
COMMANDS: dict[str, tuple[list[str], list[str]]] = {  # what is typed → which documents are named
    "lint": (["lint"], ["spec/openapi.yaml"]),
    "lint of a file": (["lint", OTHER], [OTHER]),
    "lint of workflows": (
        ["lint", "spec/workflows.arazzo.yaml"],
        ["spec/workflows.arazzo.yaml", "spec/openapi.yaml"],
    ),
    "diff": (["diff", "spec/openapi.yaml", OTHER, "--fail-on", "none"], ["spec/openapi.yaml", OTHER]),
    "bundle": (["bundle"], ["spec/openapi.yaml"]),
    "overlay": (["overlay", OTHER, OVERLAY], [OTHER, OVERLAY]),
    "clauses": (["clauses", "--format", "json"], ["spec/openapi.yaml"]),
    "codes": (["codes", "--format", "json", "--spec", OTHER], [OTHER]),
    "workflows": (["workflows", "--format", "json"], ["spec/workflows.arazzo.yaml", "spec/openapi.yaml"]),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_names_the_documents_that_it_read(
    name: str, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(checkout)
    (checkout / OTHER).write_bytes((checkout / "spec" / "openapi.yaml").read_bytes() + b"# other\n")
    typed, files = COMMANDS[name]
    result = CliRunner().invoke(spec, typed)
    assert result.exit_code == 0, result.output
    hashes = [hashlib.sha256((checkout / file).read_bytes()).hexdigest()[:12] for file in files]
    named = ", ".join(f"{file} sha256:{digest}" for file, digest in zip(files, hashes, strict=True))
    word = "documents" if len(files) > 1 else "document"
    assert result.stderr == f"{word}: {named}\n"
    assert "sha256:" not in result.stdout
    if "json" in typed:
        json.loads(result.stdout)


def test_a_document_that_cannot_be_read_is_named_too(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(checkout)
    (checkout / OTHER).write_text("openapi: [", encoding="utf-8")
    result = CliRunner().invoke(spec, ["lint", OTHER])
    assert result.exit_code == 1
    assert result.stderr == f"document: {OTHER} sha256:{hashlib.sha256(b'openapi: [').hexdigest()[:12]}\n"


def test_a_path_with_a_line_break_stays_on_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    name = "a\nerror: forged\x1b[31m.yaml"
    (tmp_path / name).write_bytes((ROOM / "openapi.yaml").read_bytes())
    result = CliRunner().invoke(spec, ["codes", "--spec", name])
    assert result.exit_code == 0
    assert result.stderr.count("\n") == 1
    assert "\x1b" not in result.stderr


def test_a_contract_knows_every_file_that_was_read(checkout: Path) -> None:
    overlay = (checkout / OVERLAY).read_bytes()
    contract = load_contract(str(checkout / "spec" / "openapi.yaml"))
    assert contract.beside == {"locales/en.overlay.yaml": hashlib.sha256(overlay).hexdigest()}
