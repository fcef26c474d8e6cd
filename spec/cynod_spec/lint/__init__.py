"""Lint: every rule of ``rules/`` over one document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from cynod_spec.lint.allowing import allowed
from cynod_spec.lint.catalogue import all_rules
from cynod_spec.lint.registry import Finding, Subject
from cynod_spec.lint.text import Text
from cynod_spec.reading import SAVED, Unsaved, fingerprints, read, translations
from cynod_spec.source import Fingerprint

__all__ = ["Finding", "Report", "check", "judge", "reported"]

_INVALID = frozenset(("document-invalid", "pattern-invalid", "schema-invalid"))


@dataclass(frozen=True, slots=True)
class Report:
    """What the rules find, in the order of the document, and the files that were read.

    ``subject`` is what they looked at, None for a document that cannot be read; ``texts`` are those of the
    files that have findings; ``documents`` are those that were judged.
    """

    findings: tuple[Finding, ...]
    files: tuple[Path, ...]
    subject: Subject | None = field(default=None, repr=False)
    texts: Mapping[str, Text] = field(default_factory=dict, repr=False)
    documents: tuple[Fingerprint, ...] = ()


def check(path: str | Path, *, authority: bool = False) -> list[Finding]:
    """What the rules find in the document at *path*, in its order. See :func:`judge`."""
    return list(judge(path, authority=authority).findings)


def judge(path: str | Path, *, authority: bool = False, unsaved: Unsaved = SAVED) -> Report:
    """The rules over the document at *path*; a file that *unsaved* names is read from there.

    A document that cannot be read has one finding: why. With *authority* openapi-spec-validator judges
    as well. Raises UsageError when there is no such file, WorkflowsDocument for one of Arazzo.
    """
    from cynod_spec.build import build
    from cynod_spec.errors import DocumentError, WorkflowsDocument
    from cynod_spec.model import At

    files = {str(path), *map(str, translations(Path(path)))}
    subject: Subject | None = None
    try:
        source = read(path, unsaved=unsaved)
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
    return replace(reported(found, files, unsaved, subject), documents=fingerprints(path, unsaved))


def reported(
    found: Iterable[Finding],
    files: Iterable[str],
    unsaved: Unsaved = SAVED,
    subject: Subject | None = None,
) -> Report:
    """*found* in the order of the document, with the end of each; *files* are those that were read."""
    ordered = sorted(found, key=_order)
    texts = {file: Text.of(file, unsaved) for file in dict.fromkeys(each.at.file for each in ordered)}
    return Report(tuple(_with_ends(ordered, texts)), tuple(map(Path, sorted(files))), subject, texts)


def _once(found: set[Finding]) -> list[Finding]:
    """*found* without what a rule stumbled over when the rule for it has reported it."""
    reported = any(finding.rule in _INVALID and not finding.stumbled for finding in found)
    return [finding for finding in found if not (reported and finding.stumbled)]


def _order(finding: Finding) -> tuple[str, int, int, str, str]:
    at = finding.at
    return at.file, at.line, at.column, finding.rule, finding.message


def _with_ends(found: Iterable[Finding], texts: Mapping[str, Text]) -> Iterator[Finding]:
    for finding in found:
        at = finding.at
        yield finding.until(texts[at.file].end(at.line, at.column))
