"""Positions, shifts and places: the pure parts of the language server, against plain ways to count."""

from __future__ import annotations

import random

import pytest
from cross_room.editor import index, position
from lsprotocol import types

from cynod_spec.lsp.cursor_context import CursorContext, place
from cynod_spec.lsp.documents import kind_of
from cynod_spec.lsp.positions import Lines
from cynod_spec.lsp.text_shift import TextShift

LETTERS = "ab é😀𝄞\u2028\x85\n\n\r"
UNITS = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}


def texts(count: int) -> list[str]:
    """Texts of any length, the same each time."""
    chosen = random.Random(7)
    return ["".join(chosen.choices(LETTERS, k=chosen.randrange(40))) for _ in range(count)]


@pytest.mark.parametrize("encoding", UNITS)
def test_a_position_is_counted_in_units_of_its_line(encoding: str) -> None:
    codec, width = UNITS[encoding]
    for text in texts(200):
        lines = Lines(text, encoding)
        for here in range(len(text) + 1):
            if text[here - 1 : here + 1] == "\r\n":
                continue  # no place between the two
            found = lines.position(here)
            before = text[:here].replace("\r\n", "\n").replace("\r", "\n").split("\n")
            assert (found.line, found.character) == (len(before) - 1, len(before[-1].encode(codec)) // width)
            assert lines.index(found) == here


def test_the_tests_own_way_to_count_agrees() -> None:
    for text in texts(50):
        for here in range(len(text) + 1):
            if text[here - 1 : here + 1] != "\r\n":
                assert position(text, here) == Lines(text, "utf-16").position(here)
                assert index(text, position(text, here)) == here


def test_a_position_that_is_nowhere_is_the_nearest_before() -> None:
    lines = Lines("ab\r\n😀c\n", "utf-16")
    assert lines.index(types.Position(0, 99)) == 2
    assert lines.index(types.Position(1, 99)) == 6
    assert lines.index(types.Position(9, 0)) == 7
    assert lines.index(types.Position(1, 1)) == 5  # within a character: behind it


def test_a_byte_order_mark_moves_the_first_line_alone() -> None:
    lines = Lines("ab\nc", "utf-16", marked=True)
    assert lines.position(1) == types.Position(0, 2)
    assert lines.position(3) == types.Position(1, 0)
    assert lines.index(types.Position(0, 2)) == 1
    assert Lines("ab", "utf-8", marked=True).position(0) == types.Position(0, 3)


def test_lint_counts_the_lines_of_an_editor_and_characters() -> None:
    lines = Lines("a: 'x\u2028y'\nb: é😀z\n", "utf-16")
    at = lines.written_at(2, 6)
    assert lines.text[at] == "z"
    assert lines.position(at) == types.Position(1, 6)


def test_a_shift_leads_back_to_the_same_character() -> None:
    chosen = random.Random(11)
    for old in texts(200):
        start = chosen.randrange(len(old) + 1)
        end = chosen.randrange(start, len(old) + 1)
        new = old[:start] + "".join(chosen.choices("xyz", k=chosen.randrange(4))) + old[end:]
        shift = TextShift(old, new)
        for here in range(len(new)):
            before = shift.back(here)
            if before is not None and before < len(old):
                assert new[here : here + 1] == old[before : before + 1] or here == shift.forward(before)
        for there in (*range(start), *range(end, len(old) + 1)):
            assert 0 <= shift.forward(there) <= len(new)
            if there <= start:
                assert new[: shift.forward(there)] == old[:there]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("# a comment\nopenapi: 3.1.0\n", "openapi"),
        ('{\n  "info": {},\n  "openapi": "3.1.0"}', "openapi"),
        ("{overlay: 1.0.0}", "overlay"),
        ("'arazzo': 1.0.1\n", "arazzo"),
        ("kind: ConfigMap\ndata:\n  openapi: 3.1.0\n", ""),
        ("openapi\n", ""),
        ("", ""),
    ],
)
def test_what_a_document_is_stands_at_its_first_level(text: str, kind: str) -> None:
    assert kind_of(text) == kind


DOCUMENT = """\
security:
  - oauth2: []
paths:
  /a:
    post:
      x-cynod:
        effect: credit   # a: comment
        request:
          card: $request.body#/a
      responses:
        '200': {$ref: '#/b', x: [1, {y: z}]}
        "400":
          content:
            application/json:
              schema:
                oneOf:
                - $ref: '#/c'
                -   {$ref: 'd'}
              description: Trois mots ici
x-cynod:
  refusals:
    - [a, b]
"""
PLACES = {
    "  - oaut": (("security",), False, "oaut"),
    "effect: cre": (("paths", "/a", "post", "x-cynod", "effect"), True, "cre"),
    "          ca": (("paths", "/a", "post", "x-cynod", "request"), False, "ca"),
    "'200': {$ref: '#/": (("paths", "/a", "post", "responses", "200", "$ref"), True, "#/"),
    "'200': {$ref: '#/b', ": (("paths", "/a", "post", "responses", "200"), False, ""),
    "'#/b', x: [1, ": (("paths", "/a", "post", "responses", "200", "x"), True, ""),
    "x: [1, {y: z": (("paths", "/a", "post", "responses", "200", "x", "y"), True, "z"),
    "- $ref: '#/c": (
        ("paths", "/a", "post", "responses", "400", "content", "application/json", "schema", "oneOf", "$ref"),
        True,
        "#/c",
    ),
    "-   {$ref: 'd": (
        ("paths", "/a", "post", "responses", "400", "content", "application/json", "schema", "oneOf", "$ref"),
        True,
        "d",
    ),
    "description: Trois mo": (
        ("paths", "/a", "post", "responses", "400", "content", "application/json", "description"),
        True,
        "Trois mo",
    ),
    "    - [a, b": (("x-cynod", "refusals"), True, "b"),
}


@pytest.mark.parametrize("typed", PLACES)
def test_a_place_is_read_from_the_lines(typed: str) -> None:
    at = DOCUMENT.index(typed) + len(typed)
    for text in (DOCUMENT, DOCUMENT[:at]):  # with and without what follows
        found = place(text, at)
        assert (found.keys, found.is_value, found.typed) == PLACES[typed]
        assert text[found.start : at] == found.typed


def test_a_place_in_json() -> None:
    text = '{\n  "paths": {\n    "/a": {\n      "get": {\n        "security": [\n          {"oauth2": ["so'
    found = place(text, len(text))
    assert found == CursorContext(
        ("paths", "/a", "get", "security", "oauth2"), True, "so", len(text) - 2, '"'
    )
