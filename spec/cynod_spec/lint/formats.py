"""Findings as text with an excerpt, JSON, SARIF 2.1.0 or GitHub workflow commands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from cynod_spec.lint.pages import page
from cynod_spec.lint.registry import Finding, Rule
from cynod_spec.lint.source_text import SourceText
from cynod_spec.output import sarif
from cynod_spec.output.control_characters import one_line
from cynod_spec.output.github import annotation
from cynod_spec.output.json_text import json_text
from cynod_spec.output.terminal import Styled, line

_MAX_EXCERPT_CHARS: Final = 120  # characters of an excerpt


Judged = tuple[
    str, Sequence[Finding], Sequence[Rule]
]  # a file, what was found in it, the rules that were asked


def render_all(judged: Sequence[Judged], form: str) -> str:
    """What was found in several files, in the format *form*, as one text that ends with a newline."""
    if form == "text":
        return "".join(_text(findings, file) for file, findings, _ in judged)
    rules = {rule.id: rule for _, _, asked in judged for rule in asked}
    return render([each for _, findings, _ in judged for each in findings], form, "", tuple(rules.values()))


def render(findings: Sequence[Finding], form: str, file: str, rules: Sequence[Rule]) -> str:
    """*findings* of *rules* about *file* in the format *form*, ending with a newline."""
    if form == "json":
        return json_text([_json(finding) for finding in findings]) + "\n"
    if form == "sarif":
        return _sarif(findings, rules)
    if form == "github":
        return "".join(_github(finding) for finding in findings)
    return _text(findings, file)


def _text(findings: Sequence[Finding], file: str) -> str:
    texts: dict[str, SourceText] = {}
    lines = []
    for finding in findings:
        colour = "red" if finding.level == "error" else "yellow"
        level = Styled(finding.level, colour, bold=True)
        lines.append(line(f"{finding.at}: ", level, f": {finding.message} [{finding.rule}]"))
        if finding.at.file not in texts:
            texts[finding.at.file] = SourceText.of(finding.at.file)
        lines += _excerpt(finding, texts[finding.at.file], colour)
        if finding.hint:
            lines.append(line("    ", Styled("hint:", "cyan"), f" {finding.hint}"))
    errors = sum(finding.level == "error" for finding in findings)
    fixable = sum(finding.fix is not None for finding in findings)
    mend = f"; --fix mends {fixable}" if fixable else ""
    counted = f"{_count(errors, 'error')}, {_count(len(findings) - errors, 'warning')}"
    lines.append(line(f"{file}: {counted}{mend}"))
    return "\n".join(lines) + "\n"


def _excerpt(finding: Finding, text: SourceText, colour: str) -> list[str]:
    """The line that the finding is about, and a mark below the part that it means."""
    at, column, end = finding.at.line, finding.at.column, finding.end[1]
    if at > len(text.lines) or not text.lines[at - 1].strip():
        return []
    written = text.lines[at - 1].replace("\t", " ")  # as wide as its column
    start = (
        max(0, min(column - 1, end - 1) - _MAX_EXCERPT_CHARS // 2) if len(written) > _MAX_EXCERPT_CHARS else 0
    )
    stop = start + _MAX_EXCERPT_CHARS
    before, meant = written[start : column - 1], written[column - 1 : min(end - 1, stop)]
    mark = Styled("^" * max(1, len(one_line(meant))), colour)
    number, gutter = str(at), Styled("|", "blue")
    return [
        line(f"  {number} ", gutter, f" {written[start:stop]}"),
        line(f"  {' ' * len(number)} ", gutter, " " * (len(one_line(before)) + 1), mark),
    ]


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def _json(finding: Finding) -> dict[str, Any]:
    at, (end_line, end_column) = finding.at, finding.end
    said = {"rule": finding.rule, "level": finding.level, "message": finding.message, "hint": finding.hint}
    place = {"file": at.file, "pointer": at.pointer, "line": at.line, "column": at.column}
    end = {"end_line": end_line, "end_column": end_column}
    return said | place | end | {"fixable": finding.fix is not None}


def _sarif(findings: Sequence[Finding], rules: Sequence[Rule]) -> str:
    described = [
        {
            "id": rule.id,
            "shortDescription": {"text": rule.documentation.splitlines()[0]},
            "help": {"text": rule.documentation, "markdown": page(rule)},
            "defaultConfiguration": {"level": rule.level},
        }
        for rule in rules
    ]
    results = [
        sarif.result(finding.rule, finding.level, _sentence(finding), finding.at, end=finding.end)
        for finding in findings
    ]
    return sarif.written(sarif.log({"name": "cynod", "rules": described}, results))


def _github(finding: Finding) -> str:
    return annotation(finding.level, finding.at, finding.rule, _sentence(finding), finding.end)


def _sentence(finding: Finding) -> str:
    return " ".join(part for part in (finding.message, finding.hint) if part)
