"""Security: what each operation asks of its caller, and how the schemes work."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.diff.changes import Change, Spot
from cynod_spec.diff.emit import change, differ, shown, texts
from cynod_spec.diff.subjects.both import Documents, both_members, is_true
from cynod_spec.node import Node

Alternatives = dict[frozenset[str], tuple[Node, dict[str, frozenset[str]]]]
_HOW = ("type", "scheme", "in", "name", "bearerFormat", "openIdConnectUrl", "oauth2MetadataUrl")
_ADDRESSES = ("tokenUrl", "authorizationUrl", "refreshUrl", "deviceAuthorizationUrl")


def requirement(both: Documents, old: Node, new: Node, spot: Spot) -> Iterator[Change]:
    """What the operations *old* and *new* ask: any one of several sets of schemes, each with scopes.

    Where a public operation does without any, no scheme that it lists beside matters.
    """
    lists = old.get("security") or both.old.get("security"), new.get("security") or both.new.get("security")
    places = lists[0] or old, lists[1] or new
    public = _is_public(lists[0]), _is_public(lists[1])
    if public[0] != public[1]:
        yield change(
            "identity-dropped" if public[1] else "identity-required", "request", places[0], places[1], spot
        )
    before, after = _alternatives(lists[0]), _alternatives(lists[1])
    for schemes in {**before, **after}:
        name = " + ".join(sorted(schemes))
        if schemes not in before:
            if not public[0]:
                yield change("scheme-accepted", "request", places[0], after[schemes][0], spot, name=name)
        elif schemes not in after:
            if not public[1]:
                yield change("scheme-refused", "request", before[schemes][0], places[1], spot, name=name)
        else:
            yield from _scopes(before[schemes], after[schemes], spot)


def _is_public(listed: Node | None) -> bool:
    """Whether *listed* lets callers in who say nothing of themselves."""
    return listed is None or not listed.value or any(not item.value for item in listed.items())


def _alternatives(listed: Node | None) -> Alternatives:
    """Names of schemes → where they are asked together, and the scopes of each."""
    found: Alternatives = {}
    for item in listed.items() if listed else ():
        scopes = {name: frozenset(node.strings()) for name, node in item.members()}
        if scopes:
            found[frozenset(scopes)] = (item, scopes)
    return found


def _scopes(
    old: tuple[Node, dict[str, frozenset[str]]], new: tuple[Node, dict[str, frozenset[str]]], spot: Spot
) -> Iterator[Change]:
    for name, before in old[1].items():
        after = new[1][name]
        at = old[0].get(name) or old[0], new[0].get(name) or new[0]
        for scope in sorted(before ^ after):
            rule = "scope-required" if scope in after else "scope-dropped"
            yield change(rule, "request", at[0], at[1], spot, scope=scope, name=name)


def schemes(both: Documents) -> Iterator[Change]:
    """The security schemes of both documents."""
    old, new = both.old.get("components", "securitySchemes"), both.new.get("components", "securitySchemes")
    for name, (was, now) in both_members(old, new).items():
        spot = Spot()
        if was is None and now is not None:
            yield change("scheme-added", "request", old or both.old, now, spot, name=name)
        elif was is not None and now is None:
            yield change("scheme-removed", "request", was, new or both.new, spot, name=name)
        elif was is not None and now is not None:
            yield from _scheme(name, was, now, spot)


def _scheme(name: str, old: Node, new: Node, spot: Spot) -> Iterator[Change]:
    yield from texts(old, new, ("description",), "request", spot)
    for keyword in _HOW:
        yield from _differs(name, old, new, keyword, spot)
    before, after = is_true(old, "deprecated"), is_true(new, "deprecated")
    if before != after:
        rule = "scheme-deprecated" if after else "scheme-reinstated"
        at = old.get("deprecated") or old, new.get("deprecated") or new
        yield change(rule, "request", at[0], at[1], spot, name=name)
    promised = old.extension(), new.extension()
    if (promised[0] and promised[0].value) != (promised[1] and promised[1].value):
        at = promised[0] or old, promised[1] or new
        yield change("scheme-deprecation-changed", "request", at[0], at[1], spot, name=name)
    for flow, (was, now) in both_members(old.get("flows"), new.get("flows")).items():
        if was is None and now is not None:
            place = old.get("flows") or old
            yield change("flow-added", "request", place, now, spot, name=name, flow=flow)
        elif was is not None and now is None:
            place = new.get("flows") or new
            yield change("flow-removed", "request", was, place, spot, name=name, flow=flow)
        elif was is not None and now is not None:
            for keyword in _ADDRESSES:
                yield from _differs(name, was, now, keyword, spot)
            yield from _declared(name, was, now, spot)


def _differs(name: str, old: Node, new: Node, keyword: str, spot: Spot) -> Iterator[Change]:
    was, now = old.get(keyword), new.get(keyword)
    before, after = shown(was.value) if was else "", shown(now.value) if now else ""
    if before != after:
        words = {"name": name, "keyword": keyword, "before": before, "after": after}
        yield change("scheme-changed", "request", was or old, now or new, spot, **words)


def _declared(name: str, old: Node, new: Node, spot: Spot) -> Iterator[Change]:
    """The scopes that a flow can grant."""
    before, after = dict(old.members("scopes")), dict(new.members("scopes"))
    for scope in {**before, **after}:
        words = {"name": name, "scope": scope}
        if scope not in before:
            yield change("scope-added", "request", old.get("scopes") or old, after[scope], spot, **words)
        elif scope not in after:
            yield change("scope-removed", "request", before[scope], new.get("scopes") or new, spot, **words)
        elif differ(before[scope].words(), after[scope].words()):
            yield change("text-changed", "request", before[scope], after[scope], spot, key=scope)
