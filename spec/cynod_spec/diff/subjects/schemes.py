"""Security schemes: which came, which went, and how the others changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cynod_spec.diff.changes import ApiLocation, Change
from cynod_spec.diff.emit import Place, change, differ, texts
from cynod_spec.diff.subjects.both import both_members, is_true
from cynod_spec.diff.subjects.scheme_pairs import ADDRESSES, SecuritySchemes, address_of, said, wire_of
from cynod_spec.source.node import Node

SPOT: Final = ApiLocation()
_FURTHER: Final = ("refreshUrl", "oauth2MetadataUrl")  # addresses that a client works without


def schemes(found: SecuritySchemes) -> Iterator[Change]:
    """What changed about the security schemes."""
    places = found.places
    for pair in found.pairs:
        if pair.old is None and pair.new is not None:
            yield change("scheme-added", "request", places[0], pair.new.node, SPOT, name=pair.new.name)
        elif pair.old is not None and pair.new is None:
            yield change("scheme-removed", "request", pair.old.node, places[1], SPOT, name=pair.old.name)
        elif pair.old is not None and pair.new is not None:
            if pair.old.name != pair.new.name:
                names = {"before": pair.old.name, "after": pair.new.name}
                yield change("scheme-renamed", "request", pair.old.node, pair.new.node, SPOT, **names)
            yield from _scheme(pair.new.name, pair.old.node, pair.new.node)


def _scheme(name: str, old: Node, new: Node) -> Iterator[Change]:
    yield from texts(old, new, ("description",), "request", SPOT)
    if wire_of(old) != wire_of(new):
        yield from _differ(name, old, new, ("type", "scheme", "in", "name"))
    yield from _differ(name, old, new, ("openIdConnectUrl", "oauth2MetadataUrl"))
    if said(old, "bearerFormat") != said(new, "bearerFormat"):
        words = {"name": name, "before": said(old, "bearerFormat"), "after": said(new, "bearerFormat")}
        at = _places(old, new, "bearerFormat")
        yield change("bearer-format-changed", "request", at[0], at[1], SPOT, **words)
    before, after = is_true(old, "deprecated"), is_true(new, "deprecated")
    if before != after:
        rule = "scheme-deprecated" if after else "scheme-reinstated"
        yield change(rule, "request", *_places(old, new, "deprecated"), SPOT, name=name)
    promised = old.extension(), new.extension()
    if (promised[0] and promised[0].value) != (promised[1] and promised[1].value):
        at = promised[0] or old, promised[1] or new
        yield change("scheme-deprecation-changed", "request", *at, SPOT, name=name)
    yield from _flows(name, old, new)


def _flows(name: str, old: Node, new: Node) -> Iterator[Change]:
    for flow, (was, now) in both_members(old.get("flows"), new.get("flows")).items():
        if was is None and now is not None:
            place = old.get("flows") or old
            yield change("flow-added", "request", place, now, SPOT, name=name, flow=flow)
        elif was is not None and now is None:
            place = new.get("flows") or new
            yield change("flow-removed", "request", was, place, SPOT, name=name, flow=flow)
        elif was is not None and now is not None:
            yield from _differ(name, was, now, ADDRESSES)
            yield from _scopes(name, was, now)


def _differ(name: str, old: Node, new: Node, keywords: tuple[str, ...]) -> Iterator[Change]:
    for keyword in keywords:
        before, after = said(old, keyword), said(new, keyword)
        if before == after or address_of(old, keyword) == address_of(new, keyword):
            continue
        words = {"name": name, "keyword": keyword, "before": before, "after": after}
        rule = "scheme-changed"
        if keyword in _FURTHER and not (before and after):
            rule = "scheme-address-added" if after else "scheme-address-removed"
            del words["before" if after else "after"]
        at = _places(old, new, keyword)
        yield change(rule, "request", at[0], at[1], SPOT, **words)


def _places(old: Node, new: Node, keyword: str) -> tuple[Place, Place]:
    return old.get(keyword) or old, new.get(keyword) or new


def _scopes(name: str, old: Node, new: Node) -> Iterator[Change]:
    """The scopes that a flow can grant."""
    before, after = dict(old.members("scopes")), dict(new.members("scopes"))
    for scope in {**before, **after}:
        words = {"name": name, "scope": scope}
        if scope not in before:
            yield change("scope-added", "request", old.get("scopes") or old, after[scope], SPOT, **words)
        elif scope not in after:
            yield change("scope-removed", "request", before[scope], new.get("scopes") or new, SPOT, **words)
        elif differ(before[scope].words(), after[scope].words()):
            yield change("text-changed", "request", before[scope], after[scope], SPOT, key=scope)
