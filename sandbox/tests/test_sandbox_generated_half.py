"""What is served is what the document says, whatever document the installed half was generated from."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from cynod_sandbox._generated.contract import Contract as Served
from cynod_sandbox.app.announcements import NEW_HALF
from cynod_sandbox.cli import generated_half
from cynod_sandbox.cli.generated_half import is_current
from cynod_sandbox.console.judging import Judge
from cynod_spec import load_contract

pytestmark = pytest.mark.slow

COMMAND = [sys.executable, "-m", "cynod_sandbox", "--port", "0"]
NOTE = f"note: {NEW_HALF}\n"
NEW = "Un message nouveau"


@pytest.fixture
def document(tmp_path: Path) -> Path:
    """A copy of the contract with its translation."""
    source = Path(load_contract().file).resolve()
    shutil.copytree(source.parent / "locales", tmp_path / "locales")
    return Path(shutil.copy(source, tmp_path))


def change(path: Path, pattern: str, replacement: str) -> None:
    text, number = re.subn(
        pattern, replacement, path.read_text(encoding="utf-8"), count=1, flags=re.MULTILINE
    )
    assert number == 1
    path.write_text(text, encoding="utf-8")


@contextmanager
def serving(document: Path, *arguments: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A sandbox of *document* while inside, and its address."""
    process = subprocess.Popen(
        [*COMMAND, f"--spec={document}", "--log-level", "warning", *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        address = process.stdout.readline().split()[-1]
        yield address, process
    finally:
        process.terminate()
        process.wait(20)


def said(process: subprocess.Popen[str]) -> str:
    process.terminate()
    return process.communicate(timeout=20)[1]


def refusal(url: str) -> str:
    """The message of an answer to a caller without credentials."""
    operation = load_contract().find("whoami")
    assert operation is not None
    return str(requests.get(f"{url}{operation.path}", timeout=10).json()["message"])


def test_the_installed_half_serves_its_own_document(document: Path) -> None:
    assert is_current(str(document))
    with serving(document) as (url, process):
        assert refusal(url) == load_contract().code("credentials-missing").message.fr
        assert said(process) == ""


@pytest.mark.parametrize("workers", [(), ("--workers", "2")])
def test_a_changed_message_is_served(document: Path, workers: tuple[str, ...], tmp_path: Path) -> None:
    change(document, r'(name: credentials-missing\n(?:.*\n){2} +message: \{fr: ")[^"]+', rf"\g<1>{NEW}")
    database = ("--database", f"sqlite:///{tmp_path / 'data'}") if workers else ()
    with serving(document, *workers, *database) as (url, process):
        assert {refusal(url) for _ in range(8)} == {NEW}
        assert said(process) == NOTE


@pytest.mark.parametrize("form", ["text", "json"])
def test_the_document_is_named_where_requests_are_logged(form: str, document: Path) -> None:
    with serving(document, "--log-level", "info", "--log-format", form) as (_, process):
        first = said(process).splitlines()[0]
    named = f"document: {document} sha256:{hashlib.sha256(document.read_bytes()).hexdigest()[:12]}"
    if form == "text":
        assert first == named
    else:
        assert json.loads(first)["message"].startswith("document: ")


def test_the_console_judges_by_the_document_that_is_served(document: Path) -> None:
    served = Served.load()
    judge = Judge(served, lambda: (), str(document))
    assert judge.contract.file == str(document)
    assert judge.contract.operations[0].summary.en
    for edit in ("# a comment\n", "x-new: 1\n", "not: [readable\n"):  # while the sandbox runs
        with document.open("a", encoding="utf-8") as file:
            file.write(edit)
        assert Judge(served, lambda: (), str(document)).contract.document == served.document


def test_a_comment_changes_nothing(document: Path) -> None:
    document.write_text("# a comment\n" + document.read_text(encoding="utf-8"), encoding="utf-8")
    assert not is_current(str(document))
    with serving(document) as (_, process):
        assert said(process) == ""


def test_a_changed_or_new_translation_is_seen(document: Path) -> None:
    overlay = document.parent / "locales" / "en.overlay.yaml"
    text = overlay.read_bytes()
    overlay.write_bytes(text + b"# changed\n")
    assert not is_current(str(document))
    overlay.write_bytes(text)
    assert is_current(str(document))
    (overlay.parent / "en-2.overlay.yaml").write_bytes(text)
    assert not is_current(str(document))
    (overlay.parent / "en-2.overlay.yaml").unlink()
    overlay.unlink()
    assert not is_current(str(document))


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"document": 1, "inputs": []}', "{"])
def test_a_half_whose_manifest_says_nothing_is_not_current(
    text: str, document: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".cynod-manifest.json").write_text(text, encoding="utf-8")
    monkeypatch.setattr(generated_half, "_INSTALLED", tmp_path)
    assert not is_current(str(document))


WRONG = {
    "absent.yaml": None,
    "broken.yaml": "openapi: [",
    "other.yaml": "openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths: {}\n",
    "roles.yaml": "roles",
}


@pytest.mark.parametrize("name", WRONG)
def test_a_document_that_cannot_be_served_is_one_line_and_a_hint(name: str, document: Path) -> None:
    text, folder = WRONG[name], document.parent / "without-translation"
    folder.mkdir()
    if text == "roles":
        text = document.read_text(encoding="utf-8").replace("name: token-invalid", "name: token-odd")
    if text is not None:
        (folder / name).write_text(text, encoding="utf-8")
    done = subprocess.run(
        [*COMMAND, "--spec", name],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    lines = done.stderr.splitlines()
    assert lines[0].startswith("error: ")
    assert name in lines[0]
    assert [line[:7] for line in lines[1:]] == [" hint: "]
    assert not done.stdout
