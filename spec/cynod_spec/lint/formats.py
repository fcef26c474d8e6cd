"""Findings as text, JSON, SARIF 2.1.0 or GitHub workflow commands."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from cynod_spec.annotations import annotation
from cynod_spec.lint.catalogue import all_rules
from cynod_spec.lint.registry import Finding


def render(findings: Sequence[Finding], form: str, file: str) -> str:
    """*findings* about *file* in the format *form*, ending with a newline."""
    if form == "json":
        return json.dumps([_json(finding) for finding in findings], ensure_ascii=False, indent=2) + "\n"
    if form == "sarif":
        return json.dumps(_sarif(findings), ensure_ascii=False, indent=2) + "\n"
    if form == "github":
        return "".join(_github(finding) for finding in findings)
    return _text(findings, file)


def _text(findings: Sequence[Finding], file: str) -> str:
    lines = []
    for finding in findings:
        colour = "red" if finding.level == "error" else "yellow"
        head = f"{finding.at}: {click.style(finding.level, fg=colour)}: {finding.message} [{finding.rule}]"
        lines.append(head)
        if finding.hint:
            lines.append(f"    {click.style('hint:', fg='cyan')} {finding.hint}")
    errors = sum(finding.level == "error" for finding in findings)
    lines.append(f"{file}: {_count(errors, 'error')}, {_count(len(findings) - errors, 'warning')}")
    return "\n".join(lines) + "\n"


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def _json(finding: Finding) -> dict[str, Any]:
    at = finding.at
    place = {"file": at.file, "pointer": at.pointer, "line": at.line, "column": at.column}
    said = {"rule": finding.rule, "level": finding.level, "message": finding.message, "hint": finding.hint}
    return said | place


def _sarif(findings: Sequence[Finding]) -> dict[str, Any]:
    described = [{"id": rule.id, "shortDescription": {"text": rule.documentation}} for rule in all_rules()]
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
                        "region": {"startLine": finding.at.line, "startColumn": finding.at.column},
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
    return annotation(finding.level, finding.at, finding.rule, text)
