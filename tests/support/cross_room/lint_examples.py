"""The examples of the rules: the contract without a finding, with a part of it made good or bad."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from textwrap import indent

from cynod_spec.lint import check
from cynod_spec.lint.registry import Rule

FOLDER = Path(__file__).parents[3] / "spec" / "tests" / "documents" / "example"
BASE = (FOLDER / "openapi.yaml").read_text("utf-8")
WORKFLOWS = (FOLDER / "workflows.arazzo.yaml").read_text("utf-8")
OPEN, CLOSE = "⟦⟧"
Range = tuple[int, int, int]  # line, first column, column behind the last


@dataclass(frozen=True)
class Example:
    """A document, and where its rule reports something."""

    text: str
    ranges: list[Range]
    name: str = "openapi.yaml"

    def written(self, folder: Path) -> Path:
        """Its path, after it was written into *folder* with the documents beside it."""
        shutil.copytree(FOLDER, folder, dirs_exist_ok=True)
        path = folder / self.name
        path.write_text(self.text, "utf-8")
        return path


def bad(rule: Rule, base: str = BASE, name: str = "openapi.yaml") -> Example:
    """The document *base*, called *name*, with the bad example of *rule* in place of the good one."""
    text = _replaced(base, rule.good, rule.bad)
    if rule.reported_in:
        text = _replaced(text, rule.reported_in.replace(OPEN, "").replace(CLOSE, ""), rule.reported_in)
    text, ranges = marked(text)
    return Example(text, ranges, name)


def marked(text: str) -> tuple[str, list[Range]]:
    """*text* without its marks, and the places that they enclose, in order."""
    ranges = []
    lines = text.split("\n")
    for number, line in enumerate(lines, 1):
        while OPEN in line:
            start = line.index(OPEN)
            line = line.replace(OPEN, "", 1)  # noqa: PLW2901 - the line without what was read
            ranges.append((number, start + 1, line.index(CLOSE) + 1))
            line = line.replace(CLOSE, "", 1)  # noqa: PLW2901 - likewise
        lines[number - 1] = line
    return "\n".join(lines), ranges


def reported(rule: str, text: str, folder: Path) -> list[Range]:
    """The places that the rule with the id *rule* reports in the document *text*, written into *folder*."""
    findings = check(Example(text, []).written(folder))
    return [(each.at.line, each.at.column, each.end[1]) for each in findings if each.rule == rule]


def _replaced(text: str, old: str, new: str) -> str:
    """*text* with *new* for *old*, which stands in it once, at any depth."""
    if "\n" not in old + new:
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in the example"
        return text.replace(old, new)
    found = [depth for depth in range(40) if text.count("\n" + indent(old, " " * depth)) == 1]
    assert len(found) == 1, f"{old!r} stands {len(found)} times in the example"
    depth = " " * found[0]
    return text.replace("\n" + indent(old, depth), "\n" + indent(new, depth))
