"""``deploy/pin.py``: what a command resolves is written in; anything else keeps its tag and is marked."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
DIGEST = "sha256:" + "0123456789abcdef" * 4
WORKFLOW = """\
jobs:
  one:
    steps:
      - uses: owner/action@v4
      - uses: owner/action/part@v4 # not pinned
      - name: it
        uses: owner/gone@v1
"""
COMPOSE = "services:\n  database:\n    image: postgres:17.2-bookworm # not pinned\n"
DOCKERFILE = """\
# a comment
FROM python:3.13.1-slim AS build
RUN true
# not pinned
FROM python:3.13.1-slim
"""


@pytest.fixture
def deploy(tmp_path: Path) -> Path:
    """A folder with the script and files that it pins."""
    folder = tmp_path / "deploy"
    (folder / "ci").mkdir(parents=True)
    shutil.copy(ROOT / "deploy" / "pin.py", folder)
    (folder / "ci" / "github.yml").write_text(WORKFLOW)
    (folder / "ci" / "gitlab.yml").write_text(".job:\n  image: python:3.12\n")
    (folder / "compose.yaml").write_text(COMPOSE)
    (folder / "Dockerfile").write_text(DOCKERFILE)
    return folder


@pytest.fixture
def hosted(tmp_path: Path) -> tuple[dict[str, str], str]:
    """An environment in which git finds ``owner/action`` at the host of actions, and the commit of its v4."""
    folder = tmp_path / "host" / "owner" / "action"
    folder.mkdir(parents=True)
    person = ["-c", "user.name=Test", "-c", "user.email=test@example.org"]

    def git(*words: str) -> str:
        command = ["git", *person, *words]
        return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout

    git("init", "-q")
    git("commit", "-q", "--allow-empty", "-m", "first")
    git("tag", "-a", "v4", "-m", "annotated: the tag has an object of its own")
    settings = {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.{tmp_path / 'host'}/.insteadOf",
        "GIT_CONFIG_VALUE_0": f"{script().HOST}/",
    }
    return settings, git("rev-parse", "HEAD").strip()


def script() -> ModuleType:
    """The script as a module."""
    spec = importlib.util.spec_from_file_location("pin", ROOT / "deploy" / "pin.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["pin"] = module
    spec.loader.exec_module(module)
    return module


def run(deploy: Path, path: str, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(deploy / "pin.py"), *arguments],
        env={"PATH": path, **settings},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def tools(tmp_path: Path, answer: str) -> str:
    """A PATH with git, and a ``docker`` that answers *answer*."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "docker").write_text(f"#!/bin/sh\necho '{answer}'\n")
    (folder / "docker").chmod(0o755)
    git = shutil.which("git")
    assert git is not None
    return os.pathsep.join((str(folder), str(Path(git).parent), os.defpath))


def test_what_resolves_is_pinned_and_the_rest_is_marked(
    deploy: Path, hosted: tuple[dict[str, str], str], tmp_path: Path
) -> None:
    settings, commit = hosted
    done = run(deploy, tools(tmp_path, DIGEST), **settings)
    assert done.returncode == 1, done.stderr  # owner/gone
    assert (deploy / "ci" / "github.yml").read_text().splitlines()[3:] == [
        f"      - uses: owner/action@{commit} # v4",
        f"      - uses: owner/action/part@{commit} # v4",
        "      - name: it",
        "        uses: owner/gone@v1 # not pinned",
    ]
    assert (deploy / "ci" / "gitlab.yml").read_text() == f".job:\n  image: python:3.12@{DIGEST}\n"
    assert (deploy / "compose.yaml").read_text().endswith(f"image: postgres:17.2-bookworm@{DIGEST}\n")
    assert (deploy / "Dockerfile").read_text().splitlines() == [
        "# a comment",
        f"FROM python:3.13.1-slim@{DIGEST} AS build",
        "RUN true",
        f"FROM python:3.13.1-slim@{DIGEST}",
    ]
    assert "ci/github.yml: owner/gone:v1 not pinned" in done.stdout
    before = {file: file.read_bytes() for file in deploy.rglob("*.*")}
    again = run(deploy, "/nowhere")  # without any tool: what was pinned stays
    assert again.returncode == 1
    assert {file: file.read_bytes() for file in deploy.rglob("*.*")} == before


@pytest.mark.parametrize("answer", ["", "sha256:short", "Error: denied", f"x {DIGEST}"])
def test_an_answer_that_is_no_digest_is_never_written(deploy: Path, tmp_path: Path, answer: str) -> None:
    done = run(deploy, tools(tmp_path, answer), GIT_CONFIG_COUNT="0", https_proxy="http://127.0.0.1:1")
    assert done.returncode == 1
    for file in deploy.rglob("*.*"):
        assert file.suffix == ".py" or "sha256" not in file.read_text()
    assert (deploy / "compose.yaml").read_text() == COMPOSE
    lines = (deploy / "Dockerfile").read_text().splitlines()
    assert [lines[number - 1] for number, line in enumerate(lines) if line.startswith("FROM")] == [
        "# not pinned"
    ] * 2


def test_check_writes_nothing(deploy: Path) -> None:
    before = {file: file.read_bytes() for file in deploy.rglob("*.*")}
    assert run(deploy, os.defpath, "--check").returncode == 1
    assert run(deploy, os.defpath, "--nonsense").returncode == 2
    assert {file: file.read_bytes() for file in deploy.rglob("*.*")} == before


def test_every_reference_of_this_project_is_pinned_or_marked() -> None:
    pin = script()
    for file in pin.FILES:
        text = file.read_text(encoding="utf-8")
        same, references = pin.rewritten(text, file, lambda _name, _tag: "", lambda _name, _tag: "")
        assert same == text, f"{file.name}: run `python deploy/pin.py`"
        assert references
