"""Verdicts about schemas, and what JSON Schema says of values: none that is refused anew is called safe."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from random import Random
from typing import Any

import jsonschema_rs
import pytest
from cross_room.diff_random import COMPONENTS, VALUES, changed, respelt, schema
from cross_room.diff_schemas import document

from cynod_spec.diff import compare
from cynod_spec.diff.changes import Change, Direction
from cynod_spec.diff.schemas.meaning import Meanings
from cynod_spec.diff.schemas.normal_form import NormalForms
from cynod_spec.source.node import Node

pytestmark = pytest.mark.slow

Json = Any
Pair = tuple[Json, Json]
SCHEMA = ("paths", "/a", "post", "requestBody", "content", "application/json", "schema")
SAMPLE = 40  # pairs of schemas a seed
SEEDS = [1, *(pytest.param(seed, marks=pytest.mark.soak) for seed in range(2, 60))]
# A new member that need not be there: values of it were free as long as nobody described it.
UNHEARD_OF = frozenset(("member-optional-added", "member-optional-let-in"))


def pairs(seed: int) -> Iterator[Pair]:
    """Random schemas: two of them, or one and a change of it."""
    draw = Random(seed)
    for index in range(SAMPLE):
        old = schema(draw)
        yield (old, schema(draw)) if index % 4 == 0 else (old, changed(draw, old))


def judge(one: Json) -> Any:
    """The validator of the schema *one* beside ``COMPONENTS``."""
    whole = one if isinstance(one, dict) else {"allOf": [one]}
    return jsonschema_rs.Draft202012Validator(whole | {"components": {"schemas": COMPONENTS}})


def differences(pair: Pair) -> tuple[Change, ...]:
    """What the diff says of *pair*."""
    old, new = (document(each, components=COMPONENTS) for each in pair)
    return compare(old, new).changes


def names_in(value: Json) -> set[str]:
    """The names of all members in *value*."""
    below = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return set(value if isinstance(value, dict) else ()).union(*map(names_in, below))


def refused_anew(pair: Pair, direction: Direction, names: set[str]) -> list[Json]:
    """The values that the side which must keep its word admits no more, those with members *names* aside."""
    fine, strict = map(judge, pair if direction == "request" else reversed(pair))
    return [
        value
        for value in VALUES
        if fine.is_valid(value) and not strict.is_valid(value) and not names & names_in(value)
    ]


@pytest.mark.parametrize("seed", SEEDS)
def test_no_value_that_is_refused_anew_is_called_safe(seed: int) -> None:
    told = 0
    for pair in pairs(seed):
        found = differences(pair)
        free = {
            location.path[-1]
            for change in found
            if change.rule.id in UNHEARD_OF
            for location in change.locations
        }
        sides: tuple[tuple[Direction, set[str]], ...] = (("request", free), ("response", set()))
        for direction, names in sides:
            refused = refused_anew(pair, direction, names)
            told += bool(refused)
            rules = {change.rule.id: change.severity for change in found if change.direction == direction}
            enough = not refused or {"breaking", "risky"} & set(rules.values())
            assert enough, f"{direction} {refused[0]!r}\n{pair[0]}\n{pair[1]}\n{rules}"
    assert told > SAMPLE / 4


def meaning(one: Json) -> str:
    """The normal form of the schema *one*."""
    found = Node.root(document(one, components=COMPONENTS)).get(*SCHEMA)
    assert found is not None
    return Meanings(NormalForms(enveloped=False)).of((found,))


@pytest.mark.parametrize("seed", SEEDS)
def test_schemas_of_one_normal_form_admit_the_same_values(seed: int) -> None:
    draw = Random(seed)
    same = 0
    for old, new in pairs(seed):
        for one, other in ((old, new), (old, respelt(draw, old)), (new, respelt(draw, new))):
            if meaning(one) == meaning(other):
                same += 1
                judges = judge(one), judge(other)
                differing = [
                    value for value in VALUES if judges[0].is_valid(value) != judges[1].is_valid(value)
                ]
                assert not differing, f"{differing[0]!r}\n{one}\n{other}"
    assert same > SAMPLE


@pytest.mark.parametrize("seed", SEEDS)
def test_the_way_back_is_seen_by_the_mirrors(seed: int) -> None:
    for old, new in pairs(seed):
        there, back = differences((old, new)), differences((new, old))
        expected = Counter((change.rule.mirror, change.direction, change.new, change.old) for change in there)
        found = Counter((change.rule.id, change.direction, change.old, change.new) for change in back)
        assert found == expected, f"{old}\n{new}"


@pytest.mark.parametrize("seed", SEEDS)
def test_another_spelling_is_no_change(seed: int) -> None:
    draw = Random(seed)
    for _ in range(SAMPLE):
        one = schema(draw)
        other = respelt(draw, one)
        rules = {change.rule.id for change in differences((one, other))}
        assert rules <= {"document-rewritten"}, f"{one}\n{other}\n{rules}"
