"""Findings that the document itself allows, with a reason: ``x-cynod-allow`` on the node or above it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from cynod_spec.lint.fixes import Drop, Fix
from cynod_spec.lint.registry import Finding, Rule
from cynod_spec.source.node import Node
from cynod_spec.source.traversal import Traversal

KEY: Final = "x-cynod-allow"


class _Document(Protocol):
    @property
    def root(self) -> Node: ...

    @property
    def traversal(self) -> Traversal: ...


@dataclass(frozen=True, slots=True)
class _Suppression:
    item: Node
    holder: str
    rule: str
    reason: str

    def covers(self, finding: Finding) -> bool:
        """Whether it stands on the node of *finding* or above it, and names its rule."""
        pointer = finding.at.pointer
        return self.rule == finding.rule and (pointer + "/").startswith(self.holder + "/")


def unsuppressed(subject: _Document, found: Sequence[Finding], rules: Sequence[Rule]) -> Iterator[Finding]:
    """*found* without what the document allows, and what is wrong with its allowances."""
    allowances = list(_suppressions(subject))
    by_id = {rule.id: rule for rule in rules}
    named = {each.rule for each in allowances}
    for finding in found:
        if finding.rule not in named or not any(each.covers(finding) for each in allowances):
            yield finding
    for each in allowances:
        if not each.reason.strip():
            yield by_id["allow-unreasoned"].finding(each.item.at, {"rule": each.rule})
        if not any(each.covers(finding) for finding in found):
            what = "finds nothing here" if each.rule in by_id else "does not exist"
            words = {"rule": each.rule, "what": what}
            yield by_id["allow-unused"].finding(each.item.at, words, _without(subject, each.item))


def _suppressions(subject: _Document) -> Iterator[_Suppression]:
    for mapping in subject.traversal.mappings:
        written = mapping.value.get(KEY)
        for item in mapping.items(KEY) if isinstance(written, list) else ():
            if isinstance(item.value, dict) and isinstance(item.value.get("rule"), str):
                reason = item.value.get("reason")
                reason = reason if isinstance(reason, str) else ""
                yield _Suppression(item, mapping.pointer, item.value["rule"], reason)


def _without(subject: _Document, item: Node) -> Fix:
    listed = subject.root.get(*item.tokens[:-1])
    is_alone = listed is not None and len(listed.list()) == 1
    return Drop(item.tokens[:-1] if is_alone else item.tokens)
