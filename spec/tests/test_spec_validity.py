"""The quick verdict on a document is that of openapi-spec-validator, over two hundred documents."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import openapi_schema_validator
import openapi_spec_validator
import pytest

from cynod_spec.base.errors import DocumentError
from cynod_spec.openapi import validity
from cynod_spec.openapi.validity import problems
from cynod_spec.source import references
from cynod_spec.source.document import Source
from cynod_spec.source.parsing import parse
from cynod_spec.source.reading import read

pytestmark = pytest.mark.slow

DOCUMENTS = Path(__file__).parent / "documents"
SOURCES = (read(DOCUMENTS / "example" / "openapi.yaml"), read(DOCUMENTS / "small.yaml"))
STRANGE: tuple[Any, ...] = (None, 42, "x", [], {}, ["x"], {"a": 1}, True)
PARTS = 10

# What single mutations seldom hit: what the authority knows beyond the structure.
SEMANTIC = """
openapi: 3.1.0
info: {title: t, version: '1'}
tags: [{name: a}, {name: b}]
paths:
  /a/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string, default: x}}]
    get:
      operationId: one
      parameters: [{name: q, in: query, schema: {type: integer, default: 1}}]
      responses:
        '200': {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/A'}}}}
    put: {operationId: two, responses: {'200': {description: d}}}
components:
  schemas:
    A:
      allOf: [{properties: {x: {type: string, pattern: '^a$'}}}]
      required: [x]
      properties: {y: {default: 1, minimum: 1}}
    B: {type: array, items: {oneOf: [{type: string, format: date, default: '2026-01-01'}]}}
"""
CHANGES = (
    ("name: b", "name: a"),
    ("/a/{id}", "/a/{other}"),
    ("/a/{id}", "/a/{id}/{more}"),
    ("/a/{id}", "/a/{id"),
    ("/a/{id}", "/a/id"),
    ("default: x", "default: 1"),
    ("operationId: two", "operationId: one"),
    ("default: 1}}]", "default: one}}]"),
    ("parameters: [{name: q", "parameters: [{name: q, in: query, schema: {}}, {name: q"),
    ("required: [x]", "required: [x, z]"),
    ("required: [x]", "required: [y]"),
    ("required: [x]", "required: x"),
    ("'^a$'", "'('"),
    ("{default: 1, minimum: 1}", "{default: 0, minimum: 1}"),
    ("minimum: 1}", "minimum: one}"),
    ("type: array", "type: list"),
    ("default: '2026-01-01'", "default: soon"),
    ("description: d", "text: d"),
    ("3.1.0", "3.2.0"),
    ("3.1.0", "3.1.1"),
    ("{name: a}", "{name: a, parent: b}"),
    ("title: t", "titel: t"),
    ("application/json: {schema", "application/json: {scheme"),
    ("in: path, required: true", "in: path"),
    ("$ref: '#/components/schemas/A'", "type: object, required: 1"),
)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    members = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, member in members:
        yield (*path, key)
        yield from places(member, (*path, key))


def semantic() -> Iterator[Source]:
    for old, new in (("", ""), *CHANGES):
        assert old in SEMANTIC
        parsed = parse(SEMANTIC.replace(old, new, 1) if old else SEMANTIC, "x.yaml")
        yield Source("x.yaml", "", parsed.value, parsed.positions)


def mutated(number: int) -> Source:
    """One of the whole contracts with one member gone, replaced, renamed or given twice."""
    chance = random.Random(number)
    source = SOURCES[number % len(SOURCES)]
    document: Any = copy.deepcopy(source.value)
    place = chance.choice([place for place in places(document) if place[0] not in ("openapi", "x-cynod")])
    holder = document
    for step in place[:-1]:
        holder = holder[step]
    how = chance.choice(("gone", "replaced", "replaced", "renamed", "twice", "same"))
    if how == "gone":
        del holder[place[-1]]
    elif how == "replaced":
        holder[place[-1]] = copy.deepcopy(chance.choice(STRANGE))
    elif how == "renamed" and isinstance(holder, dict):
        holder[chance.choice(("x", "x-y", "type", "default", "nullable"))] = holder.pop(place[-1])
    elif how == "twice" and isinstance(holder, list):
        holder.append(copy.deepcopy(holder[place[-1]]))
    elif how == "same":
        document.setdefault("x-note", number)
    return replace(source, value=document)


def verdicts(source: Source) -> tuple[bool, bool] | None:
    """Whether the document is valid, to this project and to the authority; None when it cannot be read."""
    try:
        references.check(source)
    except DocumentError:
        return None
    version = "".join(source.value["openapi"].split(".")[:2])
    authority: Any = getattr(openapi_spec_validator, f"OpenAPIV{version}SpecValidator")
    try:
        theirs = next(authority(source.value).iter_errors(), None) is None
    except (LookupError, TypeError, ValueError, AttributeError, AssertionError):
        theirs = False
    return next(problems(source), None) is None, theirs


def test_the_schemas_are_those_of_the_authority() -> None:
    structures = Path(openapi_spec_validator.__file__).parent / "resources" / "schemas"
    dialects = Path(openapi_schema_validator.__file__).parent / "schemas"
    published = {
        "3.1.schema.json": structures / "v3.1" / "schema.json",
        "3.1.dialect.json": dialects / "oas3.1" / "metaschema.json",
        "3.1.vocabulary.json": dialects / "oas3.1" / "vocabularies" / "base",
        "3.2.schema.json": structures / "v3.2" / "schema.json",
        "3.2.dialect.json": dialects / "oas3.2" / "dialect" / "2025-09-17.json",
        "3.2.vocabulary.json": dialects / "oas3.2" / "meta" / "2025-09-17.json",
    }
    own = Path(validity.__file__).parent
    assert {each.name for each in own.glob("*.json")} == published.keys()
    for name, path in published.items():
        assert (own / name).read_bytes() == path.read_bytes(), name


def test_the_verdicts_are_equal_where_meaning_counts() -> None:
    found = [verdicts(source) for source in semantic()]
    assert [ours for ours, _ in filter(None, found)] == [theirs for _, theirs in filter(None, found)]
    assert len({ours for ours, _ in filter(None, found)}) == 2


@pytest.mark.lengthy
@pytest.mark.parametrize("part", range(PARTS))
def test_the_verdicts_are_equal_for_seeded_mutations(part: int) -> None:
    for number in range(part, 190, PARTS):
        found = verdicts(mutated(number))
        assert found is None or found[0] is found[1], (number, list(problems(mutated(number))))
