"""An edit of the checkout's document is seen by the next command, although cynod was installed as a copy.

``installed`` is what `pip install .` leaves: the packages and the documents in a folder of their own. The
wheel itself, in an empty environment, is tried likewise by ``.ci/package``.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cynod_spec import load_contract

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
START = "from cynod_spec.cli import main; main()"
NEW_HALF = "note: the installed server half was generated from another document"
SUMMARY, MESSAGE, MEMBER = "Un résumé nouveau", "Un message nouveau", "membreNouveau"
EDITS = (
    (r"^( {6}summary: ).+$", rf"\1{SUMMARY}"),
    (r"(name: balance-insufficient\n(?:.*\n){2} +message: \{fr: \")[^\"]+", rf"\1{MESSAGE}"),
    (r"^( {8})(\w+: \{\$ref: '#/components/schemas/Texte'\})$", rf"\1\2\n\1{MEMBER}: {{type: string}}"),
)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packages and documents as the wheel holds them."""
    site = tmp_path_factory.mktemp("site")
    for room in ("spec", "generators", "conformance", "sandbox"):
        package = f"cynod_{room}"
        shutil.copytree(ROOT / room / package, site / package, ignore=shutil.ignore_patterns("__pycache__"))
    documents = site / "cynod_spec" / "document"
    shutil.copytree(ROOT / "spec" / "locales", documents / "locales")
    for name in ("openapi.yaml", "workflows.arazzo.yaml"):
        shutil.copy(ROOT / "spec" / name, documents)
    return site


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """What a clone has of the document, beside the file that tells whose it is."""
    root = tmp_path / "clone"
    (root / "spec").mkdir(parents=True)
    shutil.copy(ROOT / "pyproject.toml", root)
    shutil.copytree(ROOT / "spec" / "locales", root / "spec" / "locales")
    for name in ("openapi.yaml", "workflows.arazzo.yaml"):
        shutil.copy(ROOT / "spec" / name, root / "spec")
    return root


def cynod(site: Path, cwd: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-P", "-c", START, *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(site)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )


def edit(root: Path) -> str:
    """Change a summary and a code's message, add an optional member; gives the hash of the document."""
    file = root / "spec" / "openapi.yaml"
    text, numbers = file.read_text(encoding="utf-8"), []
    for pattern, replacement in EDITS:
        text, number = re.subn(pattern, replacement, text, count=1, flags=re.MULTILINE)
        numbers.append(number)
    assert numbers == [1] * len(EDITS)
    file.write_text(text, encoding="utf-8")
    return hashlib.sha256(file.read_bytes()).hexdigest()


def judged(
    site: Path, root: Path, *arguments: str
) -> tuple[subprocess.CompletedProcess[str], dict[str, Any]]:
    """A run of the suite on its own sandbox: what it said, and its report, empty without one."""
    operation = load_contract().find("read", "balance")
    assert operation is not None
    few = ("--profile", "quick", "--lang", "en", "--clause", "ENV-1", "--operation", operation.id)
    done = cynod(site, root, "conform", "--sandbox", *few)
    report = root / "cynod-report" / "report.json"
    return done, json.loads(report.read_text(encoding="utf-8")) if report.exists() else {}


def test_the_very_next_commands_see_an_edit(installed: Path, clone: Path) -> None:
    digest = edit(clone)
    for name in ("cynod_sandbox", "yaml", "sqlalchemy", "cynod_spec"):  # nothing of a checkout is ever run
        (clone / f"{name}.py").write_text("open('run', 'w')\n", encoding="utf-8")
    line = f"document: {os.path.join('spec', 'openapi.yaml')} sha256:{digest[:12]}"

    done = cynod(installed, clone, "generate", "server", "--target", "fastapi", "-o", "server")
    assert done.returncode == 0, done.stderr
    assert done.stderr.splitlines() == [line]
    generated = (clone / "server" / "cynod_server" / "_generated" / "contract.json").read_text("utf-8")
    written = json.dumps(json.loads(generated), ensure_ascii=False)
    assert all(word in written for word in (SUMMARY, MESSAGE, MEMBER))

    done = cynod(installed, clone, "generate", "docs", "-o", "docs")
    assert done.returncode == 0, done.stderr
    assert done.stderr.splitlines() == [line]
    pages = "".join(page.read_text(encoding="utf-8") for page in (clone / "docs" / "fr").rglob("*.html"))
    assert all(word in pages for word in (SUMMARY, MESSAGE, MEMBER))

    done, report = judged(installed, clone)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr.splitlines()[0] == line
    assert NEW_HALF in done.stderr.splitlines()[1]
    assert report["contract"]["sha256"] == digest
    assert not (clone / "run").exists()


def test_check_sees_an_edit(installed: Path, clone: Path) -> None:
    half = ("generate", "server", "--target", "fastapi", "-o", "server")
    assert cynod(installed, clone, *half).returncode == 0
    assert cynod(installed, clone, *half, "--check").returncode == 0
    edit(clone)
    done = cynod(installed, clone, *half, "--check")
    assert done.returncode == 1
    assert "differs  cynod_server/_generated/contract.json" in done.stdout


def test_a_document_from_which_no_server_can_be_made_is_refused_in_one_line(
    installed: Path, clone: Path
) -> None:
    file = clone / "spec" / "openapi.yaml"
    text = file.read_text(encoding="utf-8").replace("name: token-invalid", "name: token-odd")
    file.write_text(text, encoding="utf-8")
    done, report = judged(installed, clone)
    assert done.returncode == 2, done.stdout + done.stderr
    assert not report
    said = [line for line in done.stderr.splitlines() if not line.startswith("document: ")]
    assert len(said) == 1
    assert said[0].startswith("error: the sandbox is of another document")


def test_elsewhere_the_installed_document_is_read(installed: Path, tmp_path: Path) -> None:
    done = cynod(installed, tmp_path, "spec", "codes")
    assert done.returncode == 0
    document = installed / "cynod_spec" / "document" / "openapi.yaml"
    assert done.stderr.startswith(f"document: {document} sha256:")
