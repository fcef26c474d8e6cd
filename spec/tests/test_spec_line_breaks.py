"""Lines end where they end in an editor: at line feeds and carriage returns, and at no other character."""

from __future__ import annotations

from pathlib import Path

import pytest
from cross_room.lint_examples import BASE, Example, marked

from cynod_spec.base.errors import DocumentError
from cynod_spec.lint import check
from cynod_spec.lint.source_text import SourceText
from cynod_spec.source.parsing import parse
from cynod_spec.source.text_lines import position
from cynod_spec.source.yaml_events import replacements
from cynod_spec.source.yaml_nodes import YamlScalar, compose

OTHER_BREAKS = ("\x85", "\u2028", "\u2029")
PLACES = {
    "a comment": "# one{}two: {{\n",
    "a plain scalar": "info: {{title: one{}two}}\n",
    "a quoted scalar": "info: {{title: 'one{}two'}}\n",
    "a doubly quoted scalar": 'info: {{title: "one{}two"}}\n',
    "a literal scalar": "info: {{title: x}}\ntext: |\n  one{}two\n",
    "a folded scalar": "info: {{title: x}}\ntext: >\n  one{}two\n",
    "a key": "one{}two: 1\n",
}


def texts(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for pair in value.items() for part in pair for text in texts(part)]
    return [value] if isinstance(value, str) else []


@pytest.mark.parametrize("character", OTHER_BREAKS, ids=lambda each: f"U+{ord(each):04X}")
@pytest.mark.parametrize("place", PLACES)
def test_a_separator_is_an_ordinary_character(character: str, place: str) -> None:
    text = PLACES[place].format(character) + "last: [1]\n"
    parsed = parse(text, "x.yaml")
    assert parsed.value["last"] == [1]
    line = text.count("\n")
    assert parsed.positions.positions["last"] == (line, 1)
    assert parsed.positions.below["last"].positions["0"] == (line, 8)
    if place != "a comment":
        assert any(f"one{character}two" in each for each in texts(parsed.value))


@pytest.mark.parametrize("character", OTHER_BREAKS, ids=lambda each: f"U+{ord(each):04X}")
def test_a_finding_behind_a_separator_stands_where_the_editor_has_it(character: str, tmp_path: Path) -> None:
    written = BASE.replace("description: Le jeton\n", f'description: "Le{character}jeton"\n', 1)
    text, ranges = marked(written.replace("operationId: readHealth", "⟦operationId⟧: listPasses"))
    path = Example(text, []).written(tmp_path)
    found = check(path)
    assert [(each.at.line, each.at.column, each.end[1]) for each in found] == ranges
    assert SourceText.of(str(path)).lines[found[0].at.line - 1].strip() == "operationId: listPasses"


def test_every_kind_of_line_end_counts_once(tmp_path: Path) -> None:
    for line_end in ("\n", "\r\n", "\r"):
        text, ranges = marked(BASE.replace("operationId: readHealth", "⟦operationId⟧: listPasses"))
        path = Example("", []).written(tmp_path)
        path.write_bytes(text.replace("\n", line_end).encode())
        assert [(each.at.line, each.at.column, each.end[1]) for each in check(path)] == ranges


def test_columns_are_characters() -> None:
    parsed = parse("{a: é😀, b: 1}\n", "x.yaml")
    assert parsed.positions.positions["b"] == (1, 9)


@pytest.mark.parametrize(
    ("text", "file", "place"),
    [
        ('{"a": "\u2028",\n "b": }', "x.json", (2, 7)),
        ('{"a": "\u2028",\r "b": 1,}', "x.json", (2, 8)),
        ("a: '\u2028'\nb: {\n", "x.yaml", (3, 1)),
        ("a: '\x85\u2028'\nb: \x07\n", "x.yaml", (2, 4)),
        ("a: é\nb: \x07\n", "x.yaml", (2, 4)),
    ],
)
def test_what_cannot_be_read_is_shown_where_the_editor_has_it(
    text: str, file: str, place: tuple[int, int]
) -> None:
    with pytest.raises(DocumentError) as caught:
        parse(text, file)
    assert caught.value.at is not None
    assert (caught.value.at.line, caught.value.at.column) == place


def test_private_characters_of_a_text_stay_as_they_are() -> None:
    text = "a: '\ue000\ue001\u2028\ue002'\n"
    assert parse(text, "x.yaml").value == {"a": "\ue000\ue001\u2028\ue002"}
    assert not set(replacements(text).values()) & set(text)
    assert replacements("a: \ue000") == {}
    key, value = compose(text).children
    assert isinstance(key, YamlScalar)
    assert isinstance(value, YamlScalar)
    assert (key.value, value.value) == ("a", text[4:8])


def test_a_place_is_counted_from_one() -> None:
    text = "ab\r\nc\rd\n\u2028e"
    assert [position(text, index) for index in (0, 1, 4, 6, 8, 9)] == [
        (1, 1),
        (1, 2),
        (2, 1),
        (3, 1),
        (4, 1),
        (4, 2),
    ]
