"""Roles of operations: their effect, where they stand in request and answer, the key that allows replays."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cynod_spec.base.location import SourceLocation
from cynod_spec.diff.changes import ApiLocation, Change, Direction
from cynod_spec.diff.emit import change
from cynod_spec.diff.subjects.both import Contracts
from cynod_spec.model import Contract, Expression, Operation, Webhook

KEY = "key"  # the role of the parameter that makes a call replayable
Found = Mapping[str, Operation | Webhook]


def roles(contracts: Contracts) -> Iterator[Change]:
    """The roles of every operation and webhook that both documents have."""
    old, new = called(contracts.old), called(contracts.new)
    for name in old.keys() & new.keys():
        before, after, location = old[name], new[name], ApiLocation(name, "operation")
        was, now = f"{before.effect} {before.resource}".strip(), f"{after.effect} {after.resource}".strip()
        if was != now:
            yield change("effect-changed", "contract", before.at, after.at, location, before=was, after=now)
        yield from _moved(before.request, after.request, "request", (before.at, after.at), location)
        yield from _moved(before.answer, after.answer, "response", (before.at, after.at), location)
        yield from _replays(before, after, location)
    for webhook in contracts.old.webhooks:
        same = (w for w in contracts.new.webhooks if (w.name, w.method) == (webhook.name, webhook.method))
        for other in same:
            location = ApiLocation(f"{webhook.method} {webhook.name}", "operation")
            at = webhook.at, other.at
            yield from _moved(webhook.request, other.request, "response", at, location)


def called(contract: Contract) -> dict[str, Operation]:
    """The operations of *contract* by method and path."""
    return {operation.key: operation for operation in contract.operations}


def _moved(
    old: Mapping[str, Expression],
    new: Mapping[str, Expression],
    direction: Direction,
    at: tuple[SourceLocation, SourceLocation],
    location: ApiLocation,
) -> Iterator[Change]:
    for role in {**old, **new}:
        before, after = old.get(role), new.get(role)
        if role == KEY and (before is None or after is None):
            continue  # a rule of its own says what that means
        if before is None and after is not None:
            yield change("role-added", direction, at[0], after.at, location, role=role, after=after.source)
        elif before is not None and after is None:
            yield change(
                "role-removed", direction, before.at, at[1], location, role=role, before=before.source
            )
        elif before is not None and after is not None and before.source != after.source:
            words = {"role": role, "before": before.source, "after": after.source}
            yield change("role-moved", direction, before.at, after.at, location, **words)


def _replays(old: Operation, new: Operation, location: ApiLocation) -> Iterator[Change]:
    """Whether a key makes the operation replayable."""
    before, after = old.parameter(KEY), new.parameter(KEY)
    if before is None and after is not None:
        yield change("idempotency-added", "request", old.at, after.at, location, name=after.name)
    elif before is not None and after is None:
        yield change("idempotency-removed", "request", before.at, new.at, location, name=before.name)
