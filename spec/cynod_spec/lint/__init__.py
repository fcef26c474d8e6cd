"""Lint: every rule of ``rules/`` over one document."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from cynod_spec.base.errors import DocumentError, WorkflowsDocument
from cynod_spec.base.location import SourceLocation
from cynod_spec.base.suggestions import limited
from cynod_spec.lint.catalogue import all_rules, without_contract
from cynod_spec.lint.fixes import Fix
from cynod_spec.lint.registry import Finding, Subject
from cynod_spec.lint.source_text import SourceText
from cynod_spec.lint.suppressions import unsuppressed
from cynod_spec.source.bundling import bundled_source
from cynod_spec.source.document import FILES, Fingerprint, Source
from cynod_spec.source.overlay import Untranslatable
from cynod_spec.source.reading import SAVED, Refusals, Unsaved, fingerprints, read, translations

__all__ = ["Finding", "Report", "check", "judge", "reported"]

_INVALID = frozenset(("document-invalid", "pattern-invalid", "pattern-unsupported", "schema-invalid"))


@dataclass(frozen=True, slots=True)
class Report:
    """What the rules find, in the order of the document, and the files that were read.

    ``subject`` is what they looked at, None for a document that cannot be read; ``texts`` are those of the
    files that have findings; ``documents`` are those that were judged.
    """

    findings: tuple[Finding, ...]
    files: tuple[Path, ...]
    subject: Subject | None = field(default=None, repr=False)
    texts: Mapping[str, SourceText] = field(default_factory=dict, repr=False)
    documents: tuple[Fingerprint, ...] = ()


def check(path: str | Path, *, authority: bool = False) -> list[Finding]:
    """What the rules find in the document at *path*, in its order. See :func:`judge`."""
    return list(judge(path, authority=authority).findings)


def judge(path: str | Path, *, authority: bool = False, unsaved: Unsaved = SAVED) -> Report:
    """The rules over the document at *path*; a file that *unsaved* names is read from there.

    Of a document that cannot be read, the findings are why: all its references that lead nowhere, or what
    makes it no contract. Overlays that are none are reported beside anything else. With *authority*
    openapi-spec-validator judges as well. Raises UsageError when there is no such file, WorkflowsDocument for
    one of Arazzo.
    """
    files = {str(path), *map(str, translations(Path(path)))}
    subject: Subject | None = None
    try:
        with limited():
            source, subject, found = _read_and_judged(path, unsaved, authority=authority)
        files.update(source.files)
    except WorkflowsDocument:
        raise
    except DocumentError as error:
        found = [_finding(error, path)]
    report = reported(dict.fromkeys(found), files, unsaved, subject)
    return replace(report, documents=fingerprints(path, unsaved))


def _read_and_judged(
    path: str | Path, unsaved: Unsaved, *, authority: bool
) -> tuple[Source, Subject | None, list[Finding]]:
    """The document at *path*, what the rules look at, if it is a contract, and all that is found."""
    refusals = Refusals()
    source = read(path, unsaved=unsaved, refusals=refusals)
    subject: Subject | None = None
    if refusals.references:
        found = [*map(_finding, refusals.references), *without_contract(source, "reference-kind")]
    else:
        subject, found = _judged(source, authority=authority)
    known = {each.at.pointer for each in found if subject is None}
    found += [_finding(each) for each in refusals.translations if _about(each) not in known]
    return source, subject, found


def _judged(source: Source, *, authority: bool) -> tuple[Subject | None, list[Finding]]:
    """What the rules look at and find; no subject where there is no contract in *source*, and why."""
    from cynod_spec.build import build

    if FILES in source.value:
        return _judged_as_one(source, authority=authority)
    try:
        subject = Subject(source, build(source), authority)
    except DocumentError as error:
        return None, without_contract(source, "reference-kind") or _unread(source, error)
    rules = all_rules()
    every = _once({finding for rule in rules for finding in rule.run(subject)})
    return subject, list(unsuppressed(subject, every, rules))


def _judged_as_one(source: Source, *, authority: bool) -> tuple[Subject | None, list[Finding]]:
    """The same for a document of several files: the rules look at what is read everywhere else, one file.

    The subject is of the several files, and None when they hold no contract before they are one.
    """
    from cynod_spec.build import build

    found = without_contract(source, "reference-kind")
    if found:
        return None, found
    whole = bundled_source(source)
    found = list(_where_written(_judged(whole, authority=authority)[1], whole))
    try:
        return Subject(source, build(source), authority), found
    except DocumentError:
        return None, found


def _where_written(found: Iterable[Finding], whole: Source) -> Iterator[Finding]:
    """*found* about *whole*, its fixes about the several files; once where a part stands in many places."""
    seen: set[tuple[str, str, int, int, str]] = set()
    for each in found:
        key = (each.rule, each.at.file, each.at.line, each.at.column, each.message)
        if key not in seen:
            seen.add(key)
            fix, guess = _moved(each.fix, whole), _moved(each.guess, whole)
            yield replace(each, fix=fix, guess=guess) if fix or guess else each


def _moved(fix: Fix | None, whole: Source) -> Fix | None:
    """*fix* of a part of *whole*, of the part where it stood."""
    return replace(fix, tokens=whole.origin(fix.tokens)) if fix else None


def _unread(source: Source, error: DocumentError) -> list[Finding]:
    """The *error* that makes *source* no contract, and what else its vocabulary is not."""
    refused = _finding(error, source.file)
    others = without_contract(source, "vocabulary-invalid")
    return [refused, *(each for each in others if each.at != refused.at)]


def _about(error: DocumentError) -> str | None:
    """The pointer of the node of the document that *error* in an overlay is about, where there is one."""
    return error.pointer if isinstance(error, Untranslatable) else None


def _finding(error: DocumentError, path: str | Path = "") -> Finding:
    """The finding that *error* is; one without a place is about the whole document at *path*."""
    at = error.at or SourceLocation(str(path), "", 1, 1)
    return Finding(error.rule, "error", at, error.message, error.hint)


def reported(
    found: Iterable[Finding],
    files: Iterable[str],
    unsaved: Unsaved = SAVED,
    subject: Subject | None = None,
) -> Report:
    """*found* in the order of the document, with the end of each; *files* are those that were read."""
    ordered = sorted(found, key=_order)
    texts = {file: SourceText.of(file, unsaved) for file in dict.fromkeys(each.at.file for each in ordered)}
    return Report(tuple(_with_ends(ordered, texts)), tuple(map(Path, sorted(files))), subject, texts)


def _once(found: set[Finding]) -> list[Finding]:
    """*found* without what a rule stumbled over when the rule for it has reported it."""
    reported = any(finding.rule in _INVALID and not finding.stumbled for finding in found)
    return [finding for finding in found if not (reported and finding.stumbled)]


def _order(finding: Finding) -> tuple[str, int, int, str, str]:
    at = finding.at
    return at.file, at.line, at.column, finding.rule, finding.message


def _with_ends(found: Iterable[Finding], texts: Mapping[str, SourceText]) -> Iterator[Finding]:
    for finding in found:
        at = finding.at
        yield finding.until(texts[at.file].end(at.line, at.column))
