"""Security schemes of two documents: which of the old one is which of the new one.

The name of a scheme is a key of the document and never sent. A scheme that works as before under another name
is therefore the same scheme.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from cynod_spec.diff.emit import shown
from cynod_spec.network.urls import comparable, resolved
from cynod_spec.source.node import Node

Wire = tuple[object, ...]
"""What of a scheme decides how a request carries the identity of its caller."""

ADDRESSES: Final = ("tokenUrl", "authorizationUrl", "refreshUrl", "deviceAuthorizationUrl")
"""Where a flow of OAuth gets its tokens."""


@dataclass(frozen=True, slots=True)
class Named:
    """A security scheme, under its name."""

    name: str
    node: Node


@dataclass(frozen=True, slots=True)
class Pair:
    """One scheme in both documents; None where a document lacks it."""

    old: Named | None
    new: Named | None


@dataclass(frozen=True, slots=True)
class SecuritySchemes:
    """The security schemes of both documents.

    ``places`` is where each document holds its own; ``wires`` gives for each document what the scheme of a
    name sends. A scheme that changed is, in both, what it is in the new document: its change is told once.
    """

    pairs: tuple[Pair, ...]
    places: tuple[Node, Node]
    wires: tuple[Mapping[str, Wire], Mapping[str, Wire]]

    @classmethod
    def of(cls, old: Node, new: Node) -> SecuritySchemes:
        """The schemes of the documents *old* and *new*."""
        path = ("components", "securitySchemes")
        places = old.get(*path) or old, new.get(*path) or new
        before, after = (
            [Named(name, node.resolved()) for name, node in root.members(*path)] for root in (old, new)
        )
        pairs = tuple(_paired(before, after))
        return cls(pairs, places, _wires(pairs))


def _wires(pairs: tuple[Pair, ...]) -> tuple[dict[str, Wire], dict[str, Wire]]:
    old: dict[str, Wire] = {}
    new: dict[str, Wire] = {}
    for pair in pairs:
        for names, scheme in ((old, pair.old), (new, pair.new)):
            if scheme is not None:
                names[scheme.name] = wire_of((pair.new or scheme).node)
    return old, new


def _paired(before: list[Named], after: list[Named]) -> Iterator[Pair]:
    """Same name and same work first, then same work, then same name; the rest stands by itself."""
    found: dict[str, Named] = {}
    rest = list(after)
    for names, wires in ((True, True), (False, True), (True, False)):
        for old in before:
            named = [new for new in rest if new.name == old.name or not names]
            same = [new for new in named if wire_of(new.node) == wire_of(old.node) or not wires]
            if same and old.name not in found:
                found[old.name] = same[0]
                rest.remove(same[0])
    for old in before:
        yield Pair(old, found.get(old.name))
    for new in rest:
        yield Pair(None, new)


def wire_of(scheme: Node) -> Wire:
    """What of *scheme* decides how a request carries the identity of its caller."""
    kind = said(scheme, "type")
    if kind == "apiKey":
        place, name = said(scheme, "in"), said(scheme, "name")
        return kind, place, name.lower() if place == "header" else name
    if kind == "http":
        return kind, said(scheme, "scheme").lower()
    flows = sorted(
        (flow, *(address_of(node, key) for key in ADDRESSES)) for flow, node in scheme.members("flows")
    )
    return kind, address_of(scheme, "openIdConnectUrl"), *flows


def said(node: Node, key: str) -> str:
    """The member *key* of *node* as text; empty where it is missing."""
    member = node.get(key)
    return shown(member.value) if member is not None else ""


def address_of(node: Node, key: str) -> str:
    """The member *key* of *node* as URLs are compared: relative to the document's first server."""
    written = said(node, key)
    server = Node.root(node.source).get("servers", "0", "url")
    base = str(server.value) if server is not None else ""
    if not written or not base or "{" in base:
        return comparable(written)
    try:
        return comparable(resolved(base, written))
    except ValueError:
        return written
