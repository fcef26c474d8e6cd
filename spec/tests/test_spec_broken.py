"""A node of a kind that nobody expected leads to a clear refusal or to findings, never to a crash."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cynod_spec.base.errors import DocumentError
from cynod_spec.build import build
from cynod_spec.lint.catalogue import all_rules
from cynod_spec.lint.registry import Subject
from cynod_spec.source import references
from cynod_spec.source.reading import read

pytestmark = pytest.mark.slow

WHOLE = read(Path(__file__).parent / "documents" / "example" / "openapi.yaml")
STRANGE: tuple[Any, ...] = (None, 42, "x", [], {}, [None], {"a": 1}, True)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    members = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, member in members:
        if path or key != "openapi":
            yield (*path, key)
        yield from places(member, (*path, key))


CASES = random.Random(1).sample(
    [(place, strange) for place in places(WHOLE.value) for strange in STRANGE], 250
)


@pytest.mark.parametrize("part", range(10))
def test_a_strange_node_is_refused_or_reported(part: int) -> None:
    rules = all_rules()
    for place, strange in CASES[part::10]:
        document: Any = copy.deepcopy(WHOLE.value)
        holder = document
        for step in place[:-1]:
            holder = holder[step]
        holder[place[-1]] = strange
        source = replace(WHOLE, value=document)
        try:
            references.check(source)
            subject = Subject(source, build(source))
        except DocumentError:
            continue
        for rule in rules:
            list(rule.run(subject))
