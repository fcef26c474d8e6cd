"""Findings as text with an excerpt, JSON, SARIF 2.1.0 or GitHub workflow commands."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

import click

from cynod_spec.annotations import annotation
from cynod_spec.lint.pages import page
from cynod_spec.lint.registry import Finding, Rule
from cynod_spec.lint.text import Text

_WIDEST: Final = 120  # characters of an excerpt
_HIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def render(findings: Sequence[Finding], form: str, file: str, rules: Sequence[Rule]) -> str:
    """*findings* of *rules* about *file* in the format *form*, ending with a newline."""
    if form == "json":
        return json.dumps([_json(finding) for finding in findings], ensure_ascii=False, indent=2) + "\n"
    if form == "sarif":
        return json.dumps(_sarif(findings, rules), ensure_ascii=False, indent=2) + "\n"
    if form == "github":
        return "".join(_github(finding) for finding in findings)
    return _text(findings, file)


def _text(findings: Sequence[Finding], file: str) -> str:
    texts: dict[str, Text] = {}
    lines = []
    for finding in findings:
        colour = "red" if finding.level == "error" else "yellow"
        level = _styled(finding.level, colour, bold=True)
        lines.append(f"{finding.at}: {level}: {_shown(finding.message)} [{finding.rule}]")
        if finding.at.file not in texts:
            texts[finding.at.file] = Text.of(finding.at.file)
        lines += _excerpt(finding, texts[finding.at.file], colour)
        if finding.hint:
            lines.append(f"    {_styled('hint:', 'cyan')} {_shown(finding.hint)}")
    errors = sum(finding.level == "error" for finding in findings)
    fixable = sum(finding.fix is not None for finding in findings)
    mend = f"; --fix mends {fixable}" if fixable else ""
    counted = f"{_count(errors, 'error')}, {_count(len(findings) - errors, 'warning')}"
    lines.append(f"{file}: {counted}{mend}")
    return "\n".join(lines) + "\n"


def _excerpt(finding: Finding, text: Text, colour: str) -> list[str]:
    """The line that the finding is about, and a mark below the part that it means."""
    line, column, end = finding.at.line, finding.at.column, finding.end[1]
    if line > len(text.lines) or not text.lines[line - 1].strip():
        return []
    written = text.lines[line - 1]
    start = max(0, min(column - 1, end - 1) - _WIDEST // 2) if len(written) > _WIDEST else 0
    shown = _shown(written[start : start + _WIDEST])
    width = max(1, min(end, start + _WIDEST + 1) - column)
    number = str(line)
    mark = " " * (column - 1 - start) + _styled("^" * width, colour)
    gutter = _styled("|", "blue")
    return [f"  {number} {gutter} {shown}", f"  {' ' * len(number)} {gutter} {mark}"]


@cache
def _styled(text: str, colour: str, *, bold: bool | None = None) -> str:
    return click.style(text, fg=colour, bold=bold)


def _shown(text: str) -> str:
    """*text* without characters that would move the cursor of a terminal or hide what follows."""
    return _HIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def _json(finding: Finding) -> dict[str, Any]:
    at, (end_line, end_column) = finding.at, finding.end
    said = {"rule": finding.rule, "level": finding.level, "message": finding.message, "hint": finding.hint}
    place = {"file": at.file, "pointer": at.pointer, "line": at.line, "column": at.column}
    end = {"end_line": end_line, "end_column": end_column}
    return said | place | end | {"fixable": finding.fix is not None}


def _sarif(findings: Sequence[Finding], rules: Sequence[Rule]) -> dict[str, Any]:
    described = [
        {
            "id": rule.id,
            "shortDescription": {"text": rule.documentation.splitlines()[0]},
            "help": {"text": rule.documentation, "markdown": page(rule)},
            "defaultConfiguration": {"level": rule.level},
        }
        for rule in rules
    ]
    driver = {"name": "cynod", "rules": described}
    results = [
        {
            "ruleId": finding.rule,
            "level": finding.level,
            "message": {"text": " ".join(part for part in (finding.message, finding.hint) if part)},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": Path(finding.at.file).as_posix()},
                        "region": {
                            "startLine": finding.at.line,
                            "startColumn": finding.at.column,
                            "endLine": finding.end[0],
                            "endColumn": finding.end[1],
                        },
                    },
                    "logicalLocations": [{"fullyQualifiedName": finding.at.pointer}],
                }
            ],
        }
        for finding in findings
    ]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}


def _github(finding: Finding) -> str:
    text = " ".join(part for part in (finding.message, finding.hint) if part)
    return annotation(finding.level, finding.at, finding.rule, text, finding.end)
