"""Lint: every rule of ``rules/`` over one document."""

from __future__ import annotations

from pathlib import Path

from cynod_spec.lint.catalogue import all_rules
from cynod_spec.lint.registry import Finding, Subject

__all__ = ["Finding", "check"]


def check(path: str | Path) -> list[Finding]:
    """What the rules find in the document at *path*, in its order.

    A document that cannot be read has one finding: why. Raises UsageError when there is no such file.
    """
    from cynod_spec.build import build
    from cynod_spec.errors import DocumentError
    from cynod_spec.model import At
    from cynod_spec.reading import read

    try:
        source = read(path)
        subject = Subject(source, build(source))
    except DocumentError as error:
        at = error.at or At(str(path), "", 1, 1)
        return [Finding(error.rule, "error", at, error.message, error.hint)]
    found = {finding for rule in all_rules() for finding in rule.run(subject)}
    return sorted(
        found, key=lambda finding: (finding.at.file, finding.at.line, finding.at.column, finding.rule)
    )
