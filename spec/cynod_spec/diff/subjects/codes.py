"""Internal codes: the catalogue, where each may be answered, and the order of refusal."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from cynod_spec.base.location import SourceLocation
from cynod_spec.base.pointer import resolve, split
from cynod_spec.diff.changes import ApiLocation, Change
from cynod_spec.diff.emit import change, differ
from cynod_spec.diff.subjects.both import Contracts, Documents
from cynod_spec.diff.subjects.responses import response
from cynod_spec.diff.subjects.roles import called
from cynod_spec.model import Code, Contract, Response
from cynod_spec.source.node import Node

SPOT = ApiLocation()


def codes(contracts: Contracts, both: Documents) -> Iterator[Change]:
    """The catalogue of both documents: codes by value, else by name."""
    old = {code.value: code for code in contracts.old.codes}
    new = {code.value: code for code in contracts.new.codes}
    renumbered = {
        value: other.value
        for value, code in old.items()
        if value not in new
        for other in contracts.new.codes
        if other.name == code.name and other.value not in old
    }
    place = both.old.need("components"), both.new.need("components")
    for value, code in old.items():
        other = new.get(renumbered.get(value, value))
        if other is None:
            words = {"code": value, "name": code.name}
            yield change("code-removed", "response", code.at, place[1], SPOT, **words)
        else:
            yield from _code(code, other)
    for value, code in new.items():
        if value not in old and value not in renumbered.values():
            words = {"code": value, "name": code.name}
            yield change("code-added", "response", place[0], code.at, SPOT, **words)
    yield from _answers(contracts, renumbered)


def _code(old: Code, new: Code) -> Iterator[Change]:
    at = old.at, new.at
    if old.value != new.value:
        words = {"name": new.name, "before": old.value, "after": new.value}
        yield change("code-value-changed", "response", at[0], at[1], SPOT, **words)
    if old.name != new.name:
        words = {"code": new.value, "before": old.name, "after": new.name}
        yield change("code-renamed", "response", at[0], at[1], SPOT, **words)
    if old.case != new.case:
        words = {"code": new.value, "before": old.case, "after": new.case}
        yield change("code-case-changed", "response", at[0], at[1], SPOT, **words)
    if old.retryable != new.retryable:
        rule = "code-became-retryable" if new.retryable else "code-became-final"
        yield change(rule, "response", at[0], at[1], SPOT, code=new.value)
    for before, after in ((old.message.fr, new.message.fr), (old.message.en, new.message.en)):
        if before != after:
            words = {"code": new.value, "before": before, "after": after}
            yield change("code-message-changed", "response", at[0], at[1], SPOT, **words)
    told = [(code.title, code.description, code.provoke, code.unprovokable) for code in (old, new)]
    if any(differ(before, after) for before, after in zip(*told, strict=True)):
        yield change("code-text-changed", "response", at[0], at[1], SPOT, code=new.value)


def _answers(contracts: Contracts, renumbered: dict[str, str]) -> Iterator[Change]:
    """Which operation may answer which code, and with which status."""
    old, new = called(contracts.old), called(contracts.new)
    for name in old.keys() & new.keys():
        location = ApiLocation(name, "operation")
        before, after = _placed(old[name].responses), _placed(new[name].responses)
        before = {renumbered.get(value, value): found for value, found in before.items()}
        for value in {**before, **after}:
            was, now = before.get(value), after.get(value)
            if was is None and now is not None:
                yield _answered("operation-code-added", old[name].at, now[1].at, now, location)
            elif was is not None and now is None:
                yield _answered("operation-code-removed", was[1].at, new[name].at, was, location)
            elif was is not None and now is not None and was[1].status != now[1].status:
                words = {"code": value, "before": str(was[1].status), "after": str(now[1].status)}
                where = location.of("response", words["after"])
                yield change("code-moved", "response", was[1].at, now[1].at, where, **words)


def _placed(responses: tuple[Response, ...]) -> dict[str, tuple[Code, Response]]:
    """Value → its code and the first response that allows it."""
    found: dict[str, tuple[Code, Response]] = {}
    for answer in responses:
        for code in answer.codes:
            found.setdefault(code.value, (code, answer))
    return found


def _answered(
    rule: str, old: SourceLocation, new: SourceLocation, found: tuple[Code, Response], location: ApiLocation
) -> Change:
    code, answer = found
    words = {"code": code.value, "name": code.name, "status": str(answer.status)}
    return change(rule, "response", old, new, location.of("response", str(answer.status)), **words)


def general(contracts: Contracts, both: Documents) -> Iterator[Change]:
    """The answers that belong to no operation, by status."""
    old, new = _general(contracts.old), _general(contracts.new)
    place = both.old.need("x-cynod"), both.new.need("x-cynod")
    for status in {**old, **new}:
        was, now = old.get(status), new.get(status)
        location = ApiLocation("", "general", status)
        if was is None and now is not None:
            words = {"name": _names(now), "status": status}
            yield change("general-answer-added", "response", place[0], now.at, location, **words)
        elif was is not None and now is None:
            words = {"name": _names(was), "status": status}
            yield change("general-answer-removed", "response", was.at, place[1], location, **words)
        elif was is not None and now is not None:
            yield from response(both, _node(both.old, was.at), _node(both.new, now.at), "response", location)


def _general(contract: Contract) -> dict[str, Response]:
    return {str(answer.status): answer for answer in contract.general}


def _names(answer: Response) -> str:
    return ", ".join(code.value for code in answer.codes)


def _node(root: Node, at: SourceLocation) -> Node:
    tokens = split(at.pointer)
    return Node(root.source, tokens, resolve(root.value, tokens))


def refusals(contracts: Contracts, both: Documents) -> Iterator[Change]:
    """The order of refusal: codes that have a place, and pairs of them that swapped theirs."""
    old, new = _ranks(contracts.old), _ranks(contracts.new)
    listed = both.old.need("x-cynod").get("refusals"), both.new.need("x-cynod").get("refusals")
    at = listed[0] or both.old.need("x-cynod"), listed[1] or both.new.need("x-cynod")
    for name in {**old, **new}:
        if (name in old) != (name in new):
            rule = "refusal-ranked" if name in new else "refusal-unranked"
            yield change(rule, "response", at[0], at[1], SPOT, name=name)
    shared = sorted(old.keys() & new.keys())
    swapped = {
        name for pair in combinations(shared, 2) if _order(old, *pair) != _order(new, *pair) for name in pair
    }
    if swapped:
        yield change(
            "refusal-order-changed", "response", at[0], at[1], SPOT, names=", ".join(sorted(swapped))
        )


def _ranks(contract: Contract) -> dict[str, int]:
    return {name: rank for rank, group in enumerate(contract.refusals) for name in group}


def _order(ranks: dict[str, int], one: str, other: str) -> int:
    """-1, 0 or 1: whether *one* is refused before *other*, at the same time or after."""
    return (ranks[one] > ranks[other]) - (ranks[one] < ranks[other])
