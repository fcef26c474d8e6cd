"""Lint: every rule of ``rules/`` over one document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from cynod_spec.lint.allowing import allowed
from cynod_spec.lint.catalogue import all_rules
from cynod_spec.lint.registry import Finding, Subject
from cynod_spec.lint.text import Text

__all__ = ["Finding", "Report", "check", "judge", "reported"]

_INVALID = frozenset(("document-invalid", "schema-invalid"))


@dataclass(frozen=True, slots=True)
class Report:
    """What the rules find, in the order of the document, and the files that were read."""

    findings: tuple[Finding, ...]
    files: tuple[Path, ...]


def check(path: str | Path, *, authority: bool = False) -> list[Finding]:
    """What the rules find in the document at *path*, in its order. See :func:`judge`."""
    return list(judge(path, authority=authority).findings)


def judge(path: str | Path, *, authority: bool = False) -> Report:
    """The rules over the document at *path*.

    A document that cannot be read has one finding: why. With *authority* openapi-spec-validator judges
    as well. Raises UsageError when there is no such file, WorkflowsDocument for one of Arazzo.
    """
    from cynod_spec.build import build
    from cynod_spec.errors import DocumentError, WorkflowsDocument
    from cynod_spec.model import At
    from cynod_spec.reading import read, translations

    files = {str(path), *map(str, translations(Path(path)))}
    try:
        source = read(path)
        files.update(file for file, _ in source.marks.values())
        subject = Subject(source, build(source), authority)
    except WorkflowsDocument:
        raise
    except DocumentError as error:
        at = error.at or At(str(path), "", 1, 1)
        found = [Finding(error.rule, "error", at, error.message, error.hint)]
    else:
        rules = all_rules()
        every = _once({finding for rule in rules for finding in rule.run(subject)})
        found = list(allowed(subject, every, rules))
    return reported(found, files)


def reported(found: Iterable[Finding], files: Iterable[str]) -> Report:
    """*found* in the order of the document, with the end of each; *files* are those that were read."""
    ordered = sorted(found, key=lambda each: (each.at.file, each.at.line, each.at.column, each.rule))
    return Report(tuple(_with_ends(ordered)), tuple(map(Path, sorted(files))))


def _once(found: set[Finding]) -> list[Finding]:
    """*found* without what a rule stumbled over when the rule for it has reported it."""
    reported = any(finding.rule in _INVALID and not finding.stumbled for finding in found)
    return [finding for finding in found if not (reported and finding.stumbled)]


def _with_ends(found: Iterable[Finding]) -> Iterator[Finding]:
    texts: dict[str, Text] = {}
    for finding in found:
        at = finding.at
        if at.file not in texts:
            texts[at.file] = Text.of(at.file)
        yield finding.until(texts[at.file].end(at.line, at.column))
