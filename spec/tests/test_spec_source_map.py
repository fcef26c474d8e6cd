"""Positions are kept by path: through aliases, merge keys, other files and the bundle of them."""

from __future__ import annotations

from pathlib import Path

from cynod_spec.source.bundling import bundled_source
from cynod_spec.source.parsing import parse
from cynod_spec.source.reading import read
from cynod_spec.source.source_map import SourceMap

MAIN = """\
openapi: 3.1.1
info: {title: t, version: '1'}
paths:
  /a:
    get:
      responses:
        '200': {$ref: 'parts.yaml#/answers/Ok'}
"""
PARTS = """\
answers:
  Ok:
    description: fine
    headers: {Tag: {schema: {type: string}}}
"""


def test_an_alias_stands_where_it_repeats_and_its_members_where_they_are_written() -> None:
    positions = parse("a: &x\n  one: 1\nb: *x\n", "a.yaml").positions
    assert positions.position(("b",)) == ("a.yaml", 3, 1)
    assert positions.position(("b", "one")) == positions.position(("a", "one")) == ("a.yaml", 2, 3)


def test_merged_members_stand_where_they_are_written() -> None:
    text = "a: &a {one: {deep: 1}}\nb: &b {two: 2}\nc:\n  <<: [*a, *b]\n  own: 3\n"
    positions = parse(text, "a.yaml").positions
    assert positions.position(("c", "own")) == ("a.yaml", 5, 3)
    assert positions.position(("c", "two")) == ("a.yaml", 2, 8)
    assert positions.position(("c", "one", "deep")) == ("a.yaml", 1, 14)


def test_items_stand_at_their_first_character() -> None:
    positions = parse("- a\n- [b,  c]\n", "a.yaml").positions
    assert positions.position(("1", "1")) == ("a.yaml", 2, 8)
    assert positions.position(("2",)) is None
    assert positions.at(("0", "x")) is None


def test_a_document_that_is_no_container_has_no_members() -> None:
    assert parse("text\n", "a.yaml").positions == SourceMap("a.yaml")


def test_parts_of_another_file_keep_their_places_in_the_bundle(tmp_path: Path) -> None:
    (tmp_path / "openapi.yaml").write_text(MAIN)
    (tmp_path / "parts.yaml").write_text(PARTS)
    source = read(tmp_path / "openapi.yaml", "openapi.yaml")
    assert source.files == {"openapi.yaml", "parts.yaml"}
    whole = bundled_source(source)
    assert str(whole.at("/components/responses/Ok/headers/Tag")) == "parts.yaml:4:15"
    assert str(whole.at("/components/responses/Ok")) == "parts.yaml:3:5"
    assert str(whole.at("/paths/~1a/get/responses/200/$ref")) == "openapi.yaml:7:17"
    assert whole.files == source.files
