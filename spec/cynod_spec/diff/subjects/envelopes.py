"""Envelopes: members by the roles they play, so that a new name is a renaming and not two changes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cynod_spec.base.location import SourceLocation
from cynod_spec.base.pointer import resolve, split
from cynod_spec.diff.changes import ApiLocation, Change
from cynod_spec.diff.emit import change
from cynod_spec.diff.subjects.both import Contracts, Documents
from cynod_spec.model import Envelope, Member
from cynod_spec.source.node import Node

SPOT: Final = ApiLocation()
_RETYPED: Final = (
    *("type-narrowed", "type-widened", "type-changed", "null-allowed", "null-refused"),
    *("values-listed", "values-unlisted", "value-added", "value-removed"),
)
_MEMBERS: Final = "member-"


def envelopes(contracts: Contracts, both: Documents) -> Iterator[Change]:
    """The envelope of each case."""
    for case, old in contracts.old.envelopes.items():
        new = contracts.new.envelopes[case]
        yield from _own(both, old.at, new.at)
        pairs = _pairs(old, new)
        for before, after in pairs:
            if before is None and after is not None:
                words = {"case": case, "name": _name(after)}
                yield change("envelope-member-added", "response", old.at, after.at, SPOT, **words)
            elif before is not None and after is None:
                words = {"case": case, "name": _name(before)}
                yield change("envelope-member-removed", "response", before.at, new.at, SPOT, **words)
            elif before is not None and after is not None:
                yield from _member(both, case, before, after)


def _pairs(old: Envelope, new: Envelope) -> list[tuple[Member | None, Member | None]]:
    """Members of both that are one: of one role, else at one place; what goes with its parent is not told."""
    found: list[tuple[Member | None, Member | None]] = []
    rest = list(new.members)
    for member in old.members:
        same = next((m for m in rest if member.role and m.role == member.role), None)
        same = same or next((m for m in rest if m.path == member.path), None)
        if same:
            rest.remove(same)
        found.append((member, same))
    gone = {member.path for member, same in found if member and not same}
    come = {member.path for member in rest}
    kept = [pair for pair in found if pair[1] or (pair[0] and not _is_within(pair[0], gone))]
    return [*kept, *((None, member) for member in rest if not _is_within(member, come))]


def _is_within(member: Member, places: set[tuple[str, ...]]) -> bool:
    """Whether *member* stands below one of *places*."""
    return any(member.path[:length] in places for length in range(1, len(member.path)))


def _name(member: Member) -> str:
    return "/".join(member.path)


def _member(both: Documents, case: str, old: Member, new: Member) -> Iterator[Change]:
    words = {"case": case, "name": _name(new)}
    if old.name != new.name:
        named = {"case": case, "before": _name(old), "after": _name(new)}
        yield change("envelope-member-renamed", "response", old.at, new.at, SPOT, **named)
    if old.required != new.required:
        rule = "envelope-member-became-required" if new.required else "envelope-member-became-optional"
        yield change(rule, "response", old.at, new.at, SPOT, **words)
    before, after = _node(both.old, old.at), _node(both.new, new.at)
    findings = both.schemas.own(before, after, "response")
    if any(finding.rule in _RETYPED for finding in findings):
        yield change("envelope-member-retyped", "response", old.at, new.at, SPOT, **words)
    location = ApiLocation(path=new.path)
    for finding in findings:
        if finding.rule not in _RETYPED and not finding.rule.startswith(_MEMBERS):
            yield change(finding.rule, "response", finding.old, finding.new, location, **finding.words)


def _own(both: Documents, old: SourceLocation, new: SourceLocation) -> Iterator[Change]:
    """What the base itself says, its members aside."""
    for finding in both.schemas.own(_node(both.old, old), _node(both.new, new), "response"):
        if not finding.rule.startswith(_MEMBERS):
            yield change(finding.rule, "response", finding.old, finding.new, SPOT, **finding.words)


def _node(root: Node, at: SourceLocation) -> Node:
    tokens = split(at.pointer)
    return Node(root.source, tokens, resolve(root.value, tokens))
