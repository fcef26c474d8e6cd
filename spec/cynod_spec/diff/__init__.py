"""Diff: what changed between two contracts, for a partner, and the version that it asks for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from cynod_spec.base.errors import DocumentError
from cynod_spec.diff.changes import ApiLocation, Change, Severity, merged
from cynod_spec.diff.emit import change
from cynod_spec.diff.schemas import Schemas
from cynod_spec.diff.schemas.json_values import canonical
from cynod_spec.diff.schemas.shape import is_3_0
from cynod_spec.diff.subjects.both import Contracts, Documents
from cynod_spec.diff.subjects.clauses import clauses
from cynod_spec.diff.subjects.codes import codes, general, refusals
from cynod_spec.diff.subjects.document import document, guide, limits
from cynod_spec.diff.subjects.envelopes import envelopes
from cynod_spec.diff.subjects.operations import operations
from cynod_spec.diff.subjects.parameters import headers
from cynod_spec.diff.subjects.resources import resources
from cynod_spec.diff.subjects.roles import roles
from cynod_spec.diff.subjects.scheme_pairs import SecuritySchemes
from cynod_spec.diff.subjects.schemes import schemes
from cynod_spec.diff.subjects.webhooks import webhooks
from cynod_spec.diff.version import Advice, advise
from cynod_spec.source.bundling import bundled_source
from cynod_spec.source.document import Source
from cynod_spec.source.node import Node

__all__ = ["REWRITTEN", "Comparison", "compare"]

REWRITTEN: Final = "document-rewritten"
"""The rule for documents that differ in nothing that another rule sees."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two documents, their differences (the most severe first), and what the versions should say."""

    old: Source
    new: Source
    changes: tuple[Change, ...]
    advice: Advice

    def count(self, severity: Severity) -> int:
        """How many changes are of *severity*."""
        return sum(change.severity == severity for change in self.changes)


def compare(old: Source, new: Source, today: date | None = None) -> Comparison:
    """The changes from *old* to *new*; *today* (default: the day it is) tells which sunsets are due.

    Raises DocumentError, with its place, for a document whose ``x-cynod`` cannot be understood.
    """
    whole = bundled_source(old), bundled_source(new)
    both = _documents(*whole, today)
    try:
        changes = merged(list(_changes(both)))
    except RecursionError:
        raise DocumentError("the schemas are nested too deep to be compared", "", both.new.at) from None
    if not changes and not _is_same(*whole):
        changes = (change(REWRITTEN, "contract", both.old.at, both.new.at, ApiLocation()),)
    versions = _version(both.old), _version(both.new)
    return Comparison(old, new, changes, advise(*versions, changes))


def _documents(old: Source, new: Source, today: date | None) -> Documents:
    from cynod_spec.build import build

    has_words = "x-cynod" in old.value and "x-cynod" in new.value
    contracts = Contracts(build(old), build(new)) if has_words else None
    roots = Node.root(old), Node.root(new)
    schemas = Schemas(enveloped=has_words, upgraded=is_3_0(roots[0]) != is_3_0(roots[1]))
    return Documents(*roots, contracts, schemas, SecuritySchemes.of(*roots), today or date.today())


def _changes(both: Documents) -> Iterator[Change]:
    yield from document(both)
    yield from operations(both)
    yield from webhooks(both)
    yield from schemes(both.security)
    if both.contracts is not None:
        yield from _vocabulary(both, both.contracts)
        return
    words = both.old.extension(), both.new.extension()
    if words[0] or words[1]:
        rule = "vocabulary-added" if words[1] else "vocabulary-removed"
        yield change(rule, "contract", words[0] or both.old, words[1] or both.new, ApiLocation())


def _vocabulary(both: Documents, contracts: Contracts) -> Iterator[Change]:
    """What ``x-cynod`` says."""
    yield from limits(contracts, both)
    yield from roles(contracts)
    yield from envelopes(contracts, both)
    yield from codes(contracts, both)
    yield from general(contracts, both)
    yield from refusals(contracts, both)
    yield from clauses(contracts, both)
    yield from resources(contracts, both)
    yield from guide(contracts, both)
    places = both.old.need("x-cynod"), both.new.need("x-cynod")
    yield from headers(both, *places, "response", ApiLocation(), "general", "headers")


def _version(root: Node) -> str:
    found = root.get("info", "version")
    return str(found.value) if found else ""


def _is_same(old: Source, new: Source) -> bool:
    """Whether both say the same in the same words, the version and a translation that one lacks aside."""

    def said(source: Source) -> object:
        info = {key: value for key, value in source.value.get("info", {}).items() if key != "version"}
        return {**source.value, "info": info}

    is_translated = bool(old.english and new.english)
    return canonical(said(old)) == canonical(said(new)) and (old.english == new.english or not is_translated)
