"""Security: what each operation asks of its caller, as alternatives of which one is enough.

A caller who satisfied an alternative is let in as before when a new alternative asks for nothing else: the
same schemes and scopes, or fewer of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from cynod_spec.diff.changes import ApiLocation, Change
from cynod_spec.diff.emit import change
from cynod_spec.diff.subjects.both import Documents
from cynod_spec.diff.subjects.scheme_pairs import Wire
from cynod_spec.source.node import Node

Scopes = Mapping[Wire, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Alternative:
    """One way in: the schemes that it asks for together, by what is sent, and the scopes of each.

    ``node`` is where it stands, ``named`` the name and place of each scheme. No scheme: anybody is let in.
    """

    node: Node
    scopes: Scopes
    named: Mapping[Wire, tuple[str, Node]]

    def asks_no_more_than(self, other: Alternative) -> bool:
        """Whether who satisfies *other* satisfies it too."""
        return all(
            wire in other.scopes and scopes <= other.scopes[wire] for wire, scopes in self.scopes.items()
        )

    def is_same(self, other: Alternative) -> bool:
        """Whether both ask for the same."""
        return self.scopes == other.scopes

    @property
    def shown(self) -> str:
        """Its schemes as a sentence names them."""
        return " + ".join(sorted(self._shown(wire) for wire in self.scopes))

    def _shown(self, wire: Wire) -> str:
        scopes = ", ".join(sorted(self.scopes[wire]))
        return f"{self.named[wire][0]} ({scopes})" if scopes else self.named[wire][0]


Alternatives = list[Alternative]


@dataclass(frozen=True, slots=True)
class _Side:
    """The alternatives of one document, where they stand, and those of them that the other one lacks."""

    place: Node
    alternatives: Alternatives
    unmatched: Alternatives


def requirement(both: Documents, old: Node, new: Node, location: ApiLocation) -> Iterator[Change]:
    """What the operations *old* and *new* ask of their caller."""
    lists = old.get("security") or both.old.get("security"), new.get("security") or both.new.get("security")
    wires = both.security.wires
    before, after = _alternatives(lists[0], old, wires[0]), _alternatives(lists[1], new, wires[1])
    sides = _side(lists[0] or old, before, after), _side(lists[1] or new, after, before)
    for lost in _uncovered(before, after):
        yield from _told(lost, sides[0], sides[1], _asked(location))
    for gained in _uncovered(after, before):
        yield from _told(gained, sides[1], sides[0], _offered(location))


def _alternatives(listed: Node | None, operation: Node, wires: Mapping[str, Wire]) -> Alternatives:
    """The alternatives of *listed*, each once; anybody is let in where none is listed."""
    found: Alternatives = []
    for item in listed.items() if listed else ():
        scopes: dict[Wire, frozenset[str]] = {}
        named: dict[Wire, tuple[str, Node]] = {}
        for name, node in item.members():
            wire = wires.get(name, ("undeclared", name))
            scopes[wire] = scopes.get(wire, frozenset()) | frozenset(node.strings())
            named.setdefault(wire, (name, node))
        alternative = Alternative(item, scopes, named)
        if not any(alternative.is_same(other) for other in found):
            found.append(alternative)
    return found or [Alternative(operation, {}, {})]


def _side(place: Node, own: Alternatives, others: Alternatives) -> _Side:
    unmatched = [each for each in own if not any(each.is_same(other) for other in others)]
    return _Side(place, own, unmatched)


def _uncovered(own: Alternatives, others: Alternatives) -> Alternatives:
    """Those of *own* that satisfy none of *others*."""
    return [each for each in own if not any(other.asks_no_more_than(each) for other in others)]


Report = Callable[..., Change]


def _told(way: Alternative, here: _Side, there: _Side, report: Report) -> Iterator[Change]:
    """What became of *way*, which *here* knows and *there* does not.

    It is said of the nearest way of the other side that is new there: one that asks for more scopes of the
    same schemes, or for more schemes.
    """
    if not way.scopes:
        yield report("identity", here.place, there.place)
        return
    near = _nearest(way, there.unmatched)
    if near is None:
        yield report("scheme-known", way.node, there.place, name=way.shown)
        return
    for wire in (wire for wire in near.scopes if wire not in way.scopes):
        yield report("scheme-more", way.node, near.node, name=near.named[wire][0])
    for wire, scopes in way.scopes.items():
        for scope in sorted(near.scopes[wire] - scopes):
            (name, place), (_, other) = near.named[wire], way.named[wire]
            yield report("scope-more", other, place, scope=scope, name=name)


def _nearest(way: Alternative, others: Alternatives) -> Alternative | None:
    """The one of *others* that asks for least beyond *way*, of its schemes at least; the first of several."""
    near = [other for other in others if other.scopes and way.scopes.keys() <= other.scopes.keys()]

    def beyond(other: Alternative) -> tuple[int, int]:
        more = sum(len(scopes - way.scopes.get(wire, frozenset())) for wire, scopes in other.scopes.items())
        return len(other.scopes.keys() - way.scopes.keys()), more

    return min(near, key=beyond, default=None)


_ASKED = {
    "identity": "identity-required",
    "scheme-known": "scheme-refused",
    "scheme-more": "scheme-required",
    "scope-more": "scope-required",
}
_OFFERED = {
    "identity": "identity-dropped",
    "scheme-known": "scheme-accepted",
    "scheme-more": "scheme-dropped",
    "scope-more": "scope-dropped",
}


def _asked(location: ApiLocation) -> Report:
    """Reports what the new document asks for and the old one did not."""

    def report(kind: str, old: Node, new: Node, **words: str) -> Change:
        return change(_ASKED[kind], "request", old, new, location, **words)

    return report


def _offered(location: ApiLocation) -> Report:
    """Reports what the new document lets in and the old one did not; its places are given the other way."""

    def report(kind: str, new: Node, old: Node, **words: str) -> Change:
        return change(_OFFERED[kind], "request", old, new, location, **words)

    return report
