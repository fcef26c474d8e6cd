"""Resources: where their members stand, their states, and which may follow which."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cynod_spec.base.pointer import join
from cynod_spec.diff.changes import ApiLocation, Change
from cynod_spec.diff.emit import change
from cynod_spec.diff.subjects.both import Contracts, Documents
from cynod_spec.model import Resource

SPOT: Final = ApiLocation()


def resources(contracts: Contracts, both: Documents) -> Iterator[Change]:
    """The resources of both documents, by name."""
    old, new = contracts.old.resources, contracts.new.resources
    place = both.old.need("components"), both.new.need("components")
    for name in {**old, **new}:
        was, now = old.get(name), new.get(name)
        if was is None and now is not None:
            yield change("resource-added", "contract", place[0], now.at, SPOT, resource=name)
        elif was is not None and now is None:
            yield change("resource-removed", "contract", was.at, place[1], SPOT, resource=name)
        elif was is not None and now is not None:
            yield from _members(was, now)
            yield from _states(was, now)


def _members(old: Resource, new: Resource) -> Iterator[Change]:
    at = old.at, new.at
    for role in {**old.members, **new.members}:
        was, now = old.members.get(role), new.members.get(role)
        words = {"resource": new.name, "role": role}
        if was is None and now is not None:
            yield change("resource-role-added", "contract", at[0], at[1], SPOT, **words, after=join(now))
        elif was is not None and now is None:
            yield change("resource-role-removed", "contract", at[0], at[1], SPOT, **words, before=join(was))
        elif was is not None and now is not None and was != now:
            words |= {"before": join(was), "after": join(now)}
            yield change("resource-role-moved", "contract", at[0], at[1], SPOT, **words)


def _states(old: Resource, new: Resource) -> Iterator[Change]:
    at = old.at, new.at
    before, after = {s.name: s for s in old.states}, {s.name: s for s in new.states}
    for name in {**before, **after}:
        words = {"resource": new.name, "state": name}
        if name not in before or name not in after:
            rule = "state-added" if name in after else "state-removed"
            yield change(rule, "contract", at[0], at[1], SPOT, **words)
        elif before[name].value != after[name].value:
            words |= {"before": before[name].value, "after": after[name].value}
            yield change("state-value-changed", "contract", at[0], at[1], SPOT, **words)
    if old.states and new.states and old.states[0].name != new.states[0].name:
        words = {"resource": new.name, "before": old.states[0].name, "after": new.states[0].name}
        yield change("initial-state-changed", "contract", at[0], at[1], SPOT, **words)
    ways = [{(state.name, to) for state in states for to in state.to} for states in (old.states, new.states)]
    for source, target in sorted(ways[0] ^ ways[1]):
        rule = "transition-added" if (source, target) in ways[1] else "transition-removed"
        words = {"resource": new.name, "before": source, "after": target}
        yield change(rule, "contract", at[0], at[1], SPOT, **words)
