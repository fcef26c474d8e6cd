"""Values, positions and references of documents that are read."""

from __future__ import annotations

from pathlib import Path

import pytest

from cynod_spec.source.parsing import parse
from cynod_spec.source.reading import read

HEAD = "openapi: 3.1.1\n"


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("yes", "yes"),
        ("on", "on"),
        ("2026-01-31", "2026-01-31"),
        ("12:30:45", "12:30:45"),
        ("0o17", 15),
        ("0x1F", 31),
        ("017", 17),
        ("-1", -1),
        ("1.5e3", 1500.0),
        ("'1'", "1"),
        ("!!str 1", "1"),
        ("!!float 1", 1.0),
        ("~", None),
        ("", None),
        ("True", True),
        ("1_000", "1_000"),
    ],
)
def test_scalars_follow_the_core_schema(written: str, value: object) -> None:
    read_value = parse(f"x: {written}\n", "x.yaml").value["x"]
    assert (read_value, type(read_value)) == (value, type(value))


def test_json_is_read_with_its_escapes() -> None:
    text = '{"a\\/b":\t"\\ud83d\\ude00\\u00e9\\n", "c": [1e2, true, null]}'
    assert parse(text, "x.json").value == {"a/b": "\N{GRINNING FACE}é\n", "c": [100.0, True, None]}


def test_merge_keys_give_what_is_not_stated() -> None:
    value = parse("a: &a {x: 1, y: 2}\nb: {<<: *a, y: 3}\nc: {<<: [*a, {z: 4}]}\n", "x.yaml").value
    assert value["b"] == {"x": 1, "y": 3}
    assert value["c"] == {"x": 1, "y": 2, "z": 4}


def test_a_status_may_be_written_as_a_number(tmp_path: Path) -> None:
    path = tmp_path / "openapi.yaml"
    path.write_text(HEAD + "paths: {/a: {get: {responses: {200: {}}}}}\n")
    assert "200" in read(path).value["paths"]["/a"]["get"]["responses"]


def test_every_node_knows_its_place(tmp_path: Path) -> None:
    path = tmp_path / "openapi.yaml"
    path.write_text("\ufeff" + HEAD + "paths:\n  /é/a~b: {get: {tags: [x,\n    y]}}\n")
    source = read(path)
    at = source.at("/paths/~1é~1a~0b/get/tags/1")
    assert (at.line, at.column, at.pointer) == (4, 5, "/paths/~1é~1a~0b/get/tags/1")
    assert str(source.at("/paths/~1é~1a~0b")) == f"{path}:3:3"


def test_files_of_the_folder_are_taken_in(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    main = tmp_path / "openapi.yaml"
    main.write_text(HEAD + "components: {schemas: {A: {$ref: 'parts/b.yaml#/B'}, C: {type: string}}}\n")
    (tmp_path / "parts" / "b.yaml").write_text(
        "B: {properties: {b: {$ref: '#/B'}, c: {$ref: '../openapi.yaml#/components/schemas/C'}}}\n"
    )
    source = read(main)
    taken = "#/x-files/parts~1b.yaml/B"
    assert source.value["components"]["schemas"]["A"] == {"$ref": taken}
    inside = source.value["x-files"]["parts/b.yaml"]["B"]["properties"]
    assert inside == {"b": {"$ref": taken}, "c": {"$ref": "#/components/schemas/C"}}
    assert source.at(taken[1:]).file.endswith("parts/b.yaml")


def test_a_reference_in_an_example_is_data(tmp_path: Path) -> None:
    path = tmp_path / "openapi.yaml"
    path.write_text(HEAD + "components: {schemas: {A: {example: {$ref: 'http://example.org/'}}}}\n")
    assert read(path).value["components"]["schemas"]["A"]["example"]["$ref"] == "http://example.org/"


def test_a_property_called_example_still_holds_references(tmp_path: Path) -> None:
    path = tmp_path / "openapi.yaml"
    path.write_text(HEAD + "components: {schemas: {A: {properties: {example: {$ref: '#/nowhere'}}}}}\n")
    with pytest.raises(Exception, match="leads nowhere"):
        read(path)
