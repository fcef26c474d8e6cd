"""The project's own pages: short where they promise it, up to date, and without a link that leads nowhere."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent
MAX_README_LINES = 80
PAGES = sorted(
    path
    for pattern in (
        "*.md",
        "*/*.md",
        "docs/*/*.md",
        "tests/peers/*.md",
        ".github/*.md",
        "spec/cynod_spec/**/*.md",
    )
    for path in ROOT.glob(pattern)
)
NAMES = [path.relative_to(ROOT).as_posix() for path in PAGES]
LINK = re.compile(r"(?<!!)\[[^\]\n]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#{1,6} +(.*)$", re.MULTILINE)
FENCED = re.compile(r"^ *```.*?^ *```$", re.MULTILINE | re.DOTALL)
NO_BREAK_SPACE = "\u00a0"


def prose(text: str) -> str:
    """*text* without its blocks of code."""
    return FENCED.sub("", text)


def anchors(path: Path) -> set[str]:
    """The anchors that the headings of a page have on the usual hosts: small letters, hyphens for spaces."""
    headings = HEADING.findall(prose(path.read_text(encoding="utf-8")))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def broken_links(path: Path) -> Iterator[str]:
    """The links of a page to a file or heading of this project that does not exist."""
    text = re.sub(r"`[^`\n]*`", "", prose(path.read_text(encoding="utf-8")))
    for link in LINK.findall(text):
        if re.match(r"[a-z]+:", link):
            continue
        file, _, anchor = link.partition("#")
        target = (path.parent / file).resolve() if file else path
        if not target.exists() or (anchor and anchor not in anchors(target)):
            yield link


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= MAX_README_LINES


@pytest.mark.parametrize("name", NAMES)
def test_links_lead_somewhere(name: str) -> None:
    assert not list(broken_links(ROOT / name))


def test_a_link_that_leads_nowhere_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# A title\n[good](#a-title) [bad](#other) [gone](gone.md) [far](https://example.org)\n")
    assert list(broken_links(page)) == ["#other", "gone.md"]


@pytest.mark.slow
def test_the_reference_is_up_to_date() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "docs" / "make_reference.py"), "--check"],
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, f"run `python docs/make_reference.py`\n{done.stdout}{done.stderr}"


def test_french_punctuation_has_its_no_break_spaces() -> None:
    text = re.sub(r"`[^`\n]*`", "x", prose((ROOT / "docs" / "partenaire.md").read_text(encoding="utf-8")))
    assert not re.findall(r".* [:;?!»].*|.*« .*", text)
    assert NO_BREAK_SPACE in text


def test_the_hooks_use_the_versions_and_files_of_this_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    hooks = {
        hook["id"]: hook
        for repository in yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))[
            "repos"
        ]
        for hook in repository["hooks"]
    }
    ruff = [hook for name, hook in hooks.items() if name.startswith("ruff")]
    assert len(ruff) == 2
    assert all(hook["additional_dependencies"] == project["dependency-groups"]["lint"] for hook in ruff)
    contract = re.compile(hooks["cynod-lint"]["files"])
    assert contract.search("spec/openapi.yaml")
    assert contract.search("spec/workflows.arazzo.yaml")


def test_the_workflow_runs_the_landing() -> None:
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8"))
    (job,) = workflow["jobs"].values()
    assert ".ci/run" in [step.get("run") for step in job["steps"]]
