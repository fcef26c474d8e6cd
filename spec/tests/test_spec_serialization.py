"""Parameters as text: the examples of OpenAPI's own table, and every value read back as it was written."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cynod_spec.model.serialization import (
    Kind,
    Reading,
    Serialization,
    Shape,
    Unwritable,
    read_cookies,
    read_header,
    read_path,
    read_query,
    write,
)

COLOURS = ["blue", "black", "brown"]
RGB = {"R": 100, "G": 200, "B": 150}
OBJECT = Shape("object", ("string",), dict.fromkeys(RGB, ("integer",)))
TEXT = Shape()
LIST = Shape("array")
INTEGERS = Shape("array", ("integer",))


def form(style: str, place: str, shape: Shape = TEXT, *, explode: bool = False) -> Serialization:
    return Serialization("color", place, style, explode, "", shape)


def content(place: str, media_type: str = "application/json") -> Serialization:
    return Serialization("color", place, "form", False, media_type, Shape())


def read(form: Serialization, text: str) -> Reading | None:
    """What a server reads where *text* was written."""
    if form.place == "query":
        return read_query([form], text, json.loads).get(form.name)
    if form.place == "cookie":
        return read_cookies([form], f"a=1; {text}; z=2", json.loads).get(form.name)
    return (read_header if form.place == "header" else read_path)(form, text, json.loads)


TABLE = [
    # OpenAPI 3.1.1 §4.8.12.6, its examples of styles
    (form("matrix", "path"), "blue", ";color=blue"),
    (form("matrix", "path"), "", ";color"),
    (form("matrix", "path", LIST), COLOURS, ";color=blue,black,brown"),
    (form("matrix", "path", LIST, explode=True), COLOURS, ";color=blue;color=black;color=brown"),
    (form("matrix", "path", OBJECT), RGB, ";color=R,100,G,200,B,150"),
    (form("matrix", "path", OBJECT, explode=True), RGB, ";R=100;G=200;B=150"),
    (form("label", "path"), "blue", ".blue"),
    (form("label", "path", LIST), COLOURS, ".blue,black,brown"),
    (form("label", "path", LIST, explode=True), COLOURS, ".blue.black.brown"),
    (form("label", "path", OBJECT), RGB, ".R,100,G,200,B,150"),
    (form("label", "path", OBJECT, explode=True), RGB, ".R=100.G=200.B=150"),
    (form("simple", "path", LIST), COLOURS, "blue,black,brown"),
    (form("simple", "path", OBJECT), RGB, "R,100,G,200,B,150"),
    (form("simple", "path", OBJECT, explode=True), RGB, "R=100,G=200,B=150"),
    (form("simple", "header", LIST), COLOURS, "blue,black,brown"),
    (form("simple", "header", OBJECT), RGB, "R,100,G,200,B,150"),
    (form("simple", "header", OBJECT, explode=True), RGB, "R=100,G=200,B=150"),
    (form("form", "query"), "", "color="),
    (form("form", "query"), "blue", "color=blue"),
    (form("form", "query", LIST), COLOURS, "color=blue,black,brown"),
    (form("form", "query", LIST, explode=True), COLOURS, "color=blue&color=black&color=brown"),
    (form("form", "query", OBJECT), RGB, "color=R,100,G,200,B,150"),
    (form("form", "query", OBJECT, explode=True), RGB, "R=100&G=200&B=150"),
    (form("spaceDelimited", "query", LIST), COLOURS, "color=blue%20black%20brown"),
    (form("spaceDelimited", "query", OBJECT), RGB, "color=R%20100%20G%20200%20B%20150"),
    (form("pipeDelimited", "query", LIST), COLOURS, "color=blue%7Cblack%7Cbrown"),
    (form("pipeDelimited", "query", OBJECT), RGB, "color=R%7C100%7CG%7C200%7CB%7C150"),
    (
        form("deepObject", "query", OBJECT),
        RGB,
        "color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150",
    ),
    (form("form", "cookie"), "a b", "color=a%20b"),
    (form("form", "cookie", LIST), COLOURS, "color=blue,black,brown"),
    (content("query"), {"a": [1, None]}, "color=%7B%22a%22%3A%5B1%2Cnull%5D%7D"),
    (content("header"), {"a": "é"}, '{"a":"\\u00e9"}'),
    (content("path"), "x/y", "%22x%2Fy%22"),
    (content("cookie"), [1, 2], "color=%5B1%2C2%5D"),
    (content("query", "text/plain"), "a b", "color=a%20b"),
]


@pytest.mark.parametrize(("form", "value", "text"), TABLE)
def test_values_are_written_and_read_as_openapi_says(form: Serialization, value: Any, text: str) -> None:
    assert write(form, value) == text
    assert read(form, text) == Reading((value,))


@pytest.mark.parametrize(
    ("form", "text", "value"),
    [
        # a comma that its sender encoded: between the items where nothing else is valid
        (form("form", "query", INTEGERS), "color=1%2C2", [1, 2]),
        (form("form", "query", INTEGERS), "color=1%2c2", [1, 2]),
        (form("simple", "path", INTEGERS), "1%2C2", [1, 2]),
        (form("matrix", "path", INTEGERS), "%3Bcolor%3D1,2", [1, 2]),
        (form("pipeDelimited", "query", INTEGERS), "color=1|2", [1, 2]),
        (form("spaceDelimited", "query", INTEGERS), "color=1+2", [1, 2]),
        (form("simple", "header", INTEGERS), "1, 2 ,,3", [1, 2, 3]),
        (form("deepObject", "query", OBJECT), "color[R]=1", {"R": 1}),
    ],
)
def test_other_ways_to_write_a_list_are_read(form: Serialization, text: str, value: object) -> None:
    found = read(form, text)
    assert found is not None
    assert value in found.values


def test_a_comma_that_was_encoded_stands_in_an_item_first() -> None:
    assert read(form("form", "query", LIST), "color=a%2Cb") == Reading((["a,b"], ["a", "b"]))
    assert read(form("form", "query", LIST), "color=a%2Cb,c") == Reading((["a,b", "c"],))


@pytest.mark.parametrize(
    ("form", "text", "fault"),
    [
        (form("form", "query"), "color=1&color=2", "repeated"),
        (form("form", "query", LIST), "color=1&color=2", "repeated"),
        (form("pipeDelimited", "query", LIST), "color=1&color=2", "repeated"),
        (form("form", "query", OBJECT, explode=True), "R=1&R=2", "repeated"),
        (form("deepObject", "query", OBJECT), "color[R]=1&color[R]=2", "repeated"),
        (form("deepObject", "query", OBJECT), "color=1", "malformed"),
        (form("deepObject", "query", OBJECT), "color[R][x]=1", "malformed"),
        (form("deepObject", "query", OBJECT), "color[R=1", "malformed"),
        (form("form", "query", OBJECT), "color=R,1,G", "malformed"),
        (form("form", "query", OBJECT), "color=R,1,R,2", "malformed"),
        (form("simple", "header", OBJECT, explode=True), "R=1,G", "malformed"),
        (form("label", "path", LIST), "blue", "malformed"),
        (form("matrix", "path", LIST, explode=True), ";color=1;colour=2", "malformed"),
        (content("query"), "color={", "malformed"),
        (content("query"), "color=", "malformed"),
    ],
)
def test_what_no_value_was_written_as_is_a_fault(form: Serialization, text: str, fault: str) -> None:
    found = read(form, text)
    assert found is not None
    assert found.fault == fault


@pytest.mark.parametrize(
    ("form", "value"),
    [
        (form("form", "query", LIST), [["nested"]]),
        (form("form", "query", LIST), [None]),
        (form("form", "query", OBJECT), {"R": {}}),
        (form("deepObject", "query", OBJECT), {"R": [1]}),
        (form("deepObject", "query", OBJECT), {"a[b": 1}),
        (form("deepObject", "query", OBJECT), [1]),
        (form("spaceDelimited", "query", LIST), ["a b"]),
        (form("pipeDelimited", "query", LIST), ["a|b"]),
        (form("label", "path", LIST, explode=True), ["a.b"]),
        (form("simple", "path", LIST), [""]),
        (form("simple", "path", LIST), ["."]),
        (form("simple", "header", LIST), ["a,b"]),
        (form("simple", "header", LIST), [" a"]),
        (form("form", "query"), float("nan")),
        (content("query"), float("inf")),
        (content("query", "text/plain"), {}),
    ],
)
def test_what_a_style_cannot_write_is_refused(form: Serialization, value: Any) -> None:
    with pytest.raises(Unwritable):
        write(form, value)


@pytest.mark.parametrize("value", [None, [], {}, {"R": None}])
def test_what_rfc_6570_leaves_undefined_is_not_sent(value: Any) -> None:
    assert write(form("form", "query", LIST, explode=True), value) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [("12", 12), ("-3", -3), ("١", "١"), ("1%20", "1 "), ("1_0", "1_0"), ("", ""), ("5%0A", "5\n")],
)
def test_integers_in_parameters_are_strict(text: str, value: object) -> None:
    found = read_query([form("form", "query", Shape(types=("integer",)))], f"color={text}", json.loads)
    assert found["color"] == Reading((value,))


def test_a_text_that_may_be_a_number_is_first_what_the_schema_names_first() -> None:
    for types, values in ((("string", "integer"), ("7", 7)), (("integer", "string"), (7, "7"))):
        found = read_query([form("form", "query", Shape(types=types))], "color=7", json.loads)
        assert found["color"].values == values


def test_an_object_takes_other_names_only_where_its_schema_says_so() -> None:
    closed = form("form", "query", OBJECT, explode=True)
    open_ = form(
        "form", "query", Shape("object", members={"R": ("integer",)}, additional=("integer",)), explode=True
    )
    other = Serialization("page", "query", "form", True, "", Shape(types=("integer",)))
    query = "R=1&page=2&x=3"
    assert read_query([closed, other], query, json.loads)["color"].values == ({"R": 1},)
    assert read_query([open_, other], query, json.loads)["color"].values == ({"R": 1, "x": 3},)
    assert read_query([closed, other], "page=2", json.loads).keys() == {"page"}


# Every value that can be written is read back

TEXTS = st.text(st.characters(codec="utf-8"), max_size=6)
NAMES = st.text(st.characters(codec="utf-8", exclude_characters="[]="), min_size=1, max_size=4)
SCALARS = st.one_of(TEXTS, st.text("ab,.;=|& %+/", max_size=6))
STYLED = [
    *(("query", style, explode) for style in ("form",) for explode in (False, True)),
    *(("query", style, False) for style in ("spaceDelimited", "pipeDelimited", "deepObject")),
    *(("path", style, explode) for style in ("simple", "label", "matrix") for explode in (False, True)),
    *(("header", "simple", explode) for explode in (False, True)),
    ("cookie", "form", False),
]


@pytest.mark.parametrize(("place", "style", "explode"), STYLED)
@given(st.one_of(st.lists(SCALARS, max_size=4), st.dictionaries(NAMES, SCALARS, max_size=3), SCALARS))
@settings(max_examples=30, deadline=None)
def test_what_is_written_is_read_back(place: str, style: str, explode: bool, value: Any) -> None:
    kind: Kind = "array" if isinstance(value, list) else "object" if isinstance(value, dict) else "scalar"
    members = dict.fromkeys(value, ("string",)) if kind == "object" else {}
    written = form(style, place, Shape(kind, ("string",), members), explode=explode)
    try:
        text = write(written, value)
    except Unwritable:
        return
    if text is None:
        assert value in ([], {})
        return
    if place != "header":
        assert text.isascii()
        assert not set(text) & set(' #?/\\"<>')
    if place == "cookie" and explode:
        return
    found = read(written, text)
    assert found is not None
    wanted = value.strip(" \t") if place == "header" and isinstance(value, str) else value
    assert found.values[0] == wanted


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | TEXTS, lambda below: st.lists(below, max_size=3)
    ),
    st.sampled_from(("query", "path", "header", "cookie")),
)
@settings(max_examples=30, deadline=None)
def test_content_is_read_back(value: Any, place: str) -> None:
    text = write(content(place), value)
    assert text is not None
    assert read(content(place), text) == Reading((value,))
