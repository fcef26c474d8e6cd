"""Lint: every rule of ``rules/`` over one document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from cynod_spec.lint.catalogue import all_rules
from cynod_spec.lint.registry import Finding, Subject
from cynod_spec.lint.text import Text

__all__ = ["Finding", "check"]

_INVALID = frozenset(("document-invalid", "schema-invalid"))


def check(path: str | Path, *, authority: bool = False) -> list[Finding]:
    """What the rules find in the document at *path*, in its order.

    A document that cannot be read has one finding: why. With *authority* openapi-spec-validator judges
    as well. Raises UsageError when there is no such file.
    """
    from cynod_spec.build import build
    from cynod_spec.errors import DocumentError
    from cynod_spec.model import At
    from cynod_spec.reading import read

    try:
        source = read(path)
        subject = Subject(source, build(source), authority)
    except DocumentError as error:
        at = error.at or At(str(path), "", 1, 1)
        return list(_with_ends([Finding(error.rule, "error", at, error.message, error.hint)]))
    found = {finding for rule in all_rules() for finding in rule.run(subject)}
    return sorted(
        _with_ends(_once(found)),
        key=lambda finding: (finding.at.file, finding.at.line, finding.at.column, finding.rule),
    )


def _once(found: set[Finding]) -> Iterator[Finding]:
    """*found* without what a rule stumbled over when the rule for it has reported it."""
    reported = any(finding.rule in _INVALID and not finding.stumbled for finding in found)
    return (finding for finding in found if not (reported and finding.stumbled))


def _with_ends(found: Iterable[Finding]) -> Iterator[Finding]:
    texts: dict[str, Text] = {}
    for finding in found:
        at = finding.at
        if at.file not in texts:
            texts[at.file] = Text.of(at.file)
        yield replace(finding, end=texts[at.file].end(at.line, at.column))
