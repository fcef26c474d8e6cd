"""What is written in YAML: readers of YAML 1.1 and of YAML 1.2 read the values that were meant."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from cynod_spec.base.errors import DocumentError
from cynod_spec.cli.commands import spec
from cynod_spec.source.editing import same
from cynod_spec.source.parsing import parse
from cynod_spec.source.writing import scalar, text, yaml_text

_NUMBERS = """
25921e05 1E6 1e3 -1e-3 +1e400 .5 5. -.5e1 1.5 1e 1.0.0 +1 -0 00 1__0 1_000 1,000 _1 -_1 1_e3 12:30 12:30:45
190:20:30.15 0o14 -0o14 014 0x1F 0XFF +0x1f 0b101 0o 0x 0b"""
_WORDS = """
null Null NULL ~ true True FALSE yes Yes no NO on Off y N .inf -.INF +.Inf .nan .NaN nan inf = << . .. ... ---
:symbol ? - -- * & ! % @ ` | > # [ ] { } , ' " '' \\"""
DATES = ["2024-01-02", "2024-1-2", "2024-01-02T03:04:05Z", "2024-01-02 03:04:05", "2024-01", "20240102"]
SHAPES = [
    "",
    " ",
    "a ",
    " a",
    "a: b",
    "a #b",
    "a:",
    "- a",
    "? a",
    "a\nb",
    "a\n",
    "\na",
    "a\n\n",
    "\ta",
    "a\tb",
    "a\r\nb",
]
HIDDEN = [
    "\u2028",
    "a\u2029b",
    "\u0085",
    "\ufeff",
    "a\ufeff",
    "\x00",
    "\x7f",
    "\x9b",
    "\u00a0",
    "\ufffe",
    "\U0001f600",
]
TEXTS = [*_NUMBERS.split(), *_WORDS.split(), *DATES, *SHAPES, *HIDDEN, "é" * 200, "x " * 200, "k" * 130]
VALUES: list[Any] = [
    0,
    -1,
    10**30,
    -(10**30),
    1.0,
    -0.0,
    0.1,
    1e16,
    1e22,
    1.5e300,
    5e-324,
    True,
    False,
    None,
    [],
    {},
    [[]],
    [{}],
]
VALUES += [[[1, [2]], {"a": []}], {"": {"": ""}}, {"a": [{"b": [None]}]}]

json_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=40) | st.sampled_from(TEXTS)
json_scalar = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | json_text
)
json_value = st.recursive(
    json_scalar,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(json_text, inner, max_size=4),
    max_leaves=12,
)


def read_1_2(written: str) -> Any:
    """*written* as a reader of YAML 1.2's core schema reads it."""
    return YAML(typ="safe", pure=True).load(io.StringIO(written))


def assert_read_alike(written: str, value: Any) -> None:
    for reader, found in (
        ("this project", parse(written, "a.yaml").value),
        ("YAML 1.1", yaml.safe_load(written)),
        ("YAML 1.2", read_1_2(written)),
    ):
        assert same(found, value), f"{reader} reads {found!r} in {written!r}"


@pytest.mark.parametrize("value", TEXTS, ids=ascii)
def test_a_text_stays_that_text(value: str) -> None:
    assert_read_alike(
        yaml_text({"a": value, value: [value, {value: value}]}), {"a": value, value: [value, {value: value}]}
    )
    for style in (None, "'", '"'):
        assert_read_alike("a: " + scalar(value, style), {"a": value})
        assert_read_alike(f"[{scalar(value, style, in_flow=True)}, b]", [value, "b"])


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_a_value_stays_that_value(value: Any) -> None:
    for indented in (False, True):
        assert_read_alike(yaml_text({"a": value}, indent=3, are_items_indented=indented), {"a": value})
        assert_read_alike(yaml_text([value], are_items_indented=indented), [value])


@pytest.mark.slow
@settings(deadline=None, max_examples=60)
@given(json_value)
def test_any_value_stays_that_value(value: Any) -> None:
    assert_read_alike(yaml_text({"a": value}), {"a": value})


@pytest.mark.soak
@settings(deadline=None, max_examples=20_000)
@given(json_value)
def test_any_value_stays_that_value_at_length(value: Any) -> None:
    assert_read_alike(yaml_text({"a": value}), {"a": value})


def test_words_of_every_day_need_no_quotes() -> None:
    plain = [
        "Été",
        "carte/solde",
        "1.0.0",
        "v1",
        "2xx",
        "application/json",
        "a-b_c",
        "12 rue X",
        "e5",
        "#/a"[2:],
    ]
    assert yaml_text(plain) == "".join(f"- {each}\n" for each in plain)


def test_an_unpaired_surrogate_is_refused_when_it_is_read_back() -> None:
    written = yaml_text({"a": "\ud800"})
    assert written.isascii()
    with pytest.raises(DocumentError):
        parse(written, "a.yaml")


def test_numbers_that_no_reader_could_keep_are_refused() -> None:
    with pytest.raises(DocumentError, match="1e400"):
        parse("a: 1e400", "a.yaml")


@pytest.mark.parametrize("command", ["bundle", "overlay"])
def test_commands_keep_texts_that_look_like_numbers(command: str, tmp_path: Path) -> None:
    document = {
        "openapi": "3.1.0",
        "info": {"title": "t", "version": "1.0"},
        "paths": {},
        "components": {"schemas": {"Id": {"type": "string", "enum": TEXTS, "default": "7e2"}}},
        "x-numbers": VALUES,
    }
    (tmp_path / "openapi.json").write_text(text(document, "json"), encoding="utf-8")
    (tmp_path / "o.yaml").write_text(
        "overlay: 1.0.0\ninfo: {title: o, version: '1'}\n"
        "actions: [{target: $.info, update: {summary: '0o7'}}]\n",
        encoding="utf-8",
    )
    files = [str(tmp_path / "openapi.json")] + ([str(tmp_path / "o.yaml")] if command == "overlay" else [])
    done = CliRunner().invoke(spec, [command, *files])
    assert done.exit_code == 0, done.exception
    if command == "overlay":
        document["info"] = {"title": "t", "version": "1.0", "summary": "0o7"}
    assert_read_alike(done.stdout, document)
