"""A pytest plugin: golden files, each the text that a writer wrote when somebody last looked at it.

They stand in ``tests/golden/``. ``pytest FILE --update-golden`` writes those that FILE compares anew: look at
what ``git diff`` then shows before you commit it. A test first takes out of its text whatever changes between
two runs: times, versions, temporary folders.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "golden"
MAX_DIFF_LINES = 80  # of a difference that is shown


@dataclass(frozen=True)
class Golden:
    """Compares texts with golden files, or writes them with *update*.

    Example: ``golden.check("report.json", text)``.
    """

    folder: Path
    update: bool

    def check(self, name: str, text: str) -> None:
        """Fail, and show a unified difference, unless the golden file *name* holds *text*."""
        file = self.folder / name
        if self.update:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8", newline="")
            return
        expected = file.read_bytes().decode("utf-8") if file.exists() else ""
        if text != expected:
            pytest.fail(difference(name, expected, text), pytrace=False)


def difference(name: str, expected: str, text: str) -> str:
    """How *text* differs from what the golden file *name* holds, and what to do where it is meant."""
    names = (f"tests/golden/{name}", "written by this run")
    lines = list(difflib.unified_diff(expected.splitlines(), text.splitlines(), *names, lineterm=""))
    shown = lines[:MAX_DIFF_LINES] or ["(only line breaks differ)"]
    if len(lines) > MAX_DIFF_LINES:
        shown.append(f"… and {len(lines) - MAX_DIFF_LINES} lines more")
    return "\n".join([*shown, "If this is meant, run the test with --update-golden and look at `git diff`."])


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option."""
    parser.addoption("--update-golden", action="store_true", help="write the golden files anew")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """What compares a text with a file of ``tests/golden/``."""
    return Golden(FOLDER, request.config.getoption("update_golden"))
