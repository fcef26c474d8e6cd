"""The composer: where each node begins and ends, what a node of each kind says, what is refused and where."""

from __future__ import annotations

import pytest

from cynod_spec.base.errors import DocumentError
from cynod_spec.lint.fixes import Drop, Put
from cynod_spec.lint.fixing import apply
from cynod_spec.source import yaml_nodes
from cynod_spec.source.yaml_nodes import YamlAlias, YamlList, YamlMapping, YamlNode, YamlScalar, compose


def member(text: str, key: str) -> YamlNode:
    root = compose(text)
    assert isinstance(root, YamlMapping)
    return next(value for name, value in root.pairs if isinstance(name, YamlScalar) and name.value == key)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a: plain  # why\nb: 1\n", "plain"),
        ("a: 'it''s'\nb: 1\n", "'it''s'"),
        ("a: &x !!str text\nb: *x\n", "&x !!str text"),
        ("a: |\n  one\n  two\n\n\nb: 1\n", "|\n  one\n  two"),
        ("a: |+\n  one\n\nb: 1\n", "|+\n  one\n"),
        ("a: >-  # folded +\n  one\n\nb: 1\n", ">-  # folded +\n  one"),
        ("a:\n  - 1\n  - c: 2  # last\n\nb: 1\n", "- 1\n  - c: 2"),
        ("a: [1, {c: 2}] # flow\nb: 1\n", "[1, {c: 2}]"),
        ("a:\n  c:\nb: 1\n", "c:"),
        ("a:\nb: 1\n", ""),
        ("a: é\u2028😀\nb: 1\n", "é\u2028😀"),
    ],
)
def test_a_node_ends_with_its_last_character(text: str, written: str) -> None:
    node = member(text, "a")
    assert text[node.start : node.end] == written


def test_a_node_knows_its_place_and_its_style() -> None:
    node = member("b: 1\na:\n  - 'x'\n  - 2\n", "a")
    assert isinstance(node, YamlList)
    assert (node.at, node.indent, node.is_flow) == ((3, 3), 2, False)
    quoted, plain = node.items
    assert isinstance(quoted, YamlScalar)
    assert isinstance(plain, YamlScalar)
    assert (quoted.style, quoted.is_resolved) == ("'", False)
    assert (plain.style, plain.is_resolved, plain.value) == (None, True, "2")


def test_an_alias_is_a_node_of_its_own() -> None:
    text = "a: &x [1]\nb: *x\n"
    node = member(text, "b")
    assert isinstance(node, YamlAlias)
    assert (node.name, node.at, text[node.start : node.end]) == ("x", (2, 4), "*x")
    assert member(text, "a").anchor == "x"
    assert isinstance(member("b: *nowhere\n", "b"), YamlAlias)


@pytest.mark.parametrize(
    ("text", "message", "place"),
    [
        ("", "the file is empty", (1, 1)),
        ("a: 1\n---\nb: 2\n", "a second YAML document begins here", (2, 1)),
        ("a: 1\nb: ]\n", "not readable as YAML", (2, 4)),
        ("a: 1\nb: \x07\n", "the control character U\\+0007", (2, 4)),
        ("a: 1\nb: " + "[" * 101 + "]" * 101, "nested deeper than 100 levels", (2, 103)),
    ],
)
def test_what_is_no_document_is_refused_with_its_place(
    text: str, message: str, place: tuple[int, int]
) -> None:
    with pytest.raises(DocumentError, match=message) as caught:
        compose(text, "a.yaml")
    assert caught.value.at is not None
    assert (caught.value.at.file, caught.value.at.line, caught.value.at.column) == ("a.yaml", *place)


def test_more_nodes_than_may_be_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_nodes, "MAX_NODES", 10)
    assert len(list(compose("[1, 2, 3, 4, 5, 6, 7, 8, 9]").all())) == 10
    with pytest.raises(DocumentError, match="more than 10 nodes") as caught:
        compose("[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]")
    assert caught.value.at is not None
    assert caught.value.at.column == 29


def test_every_node_is_found_once() -> None:
    found = sorted(text for node in compose("a: &x [1, *x]\n? [k]\n: v\n").all() for text in _texts(node))
    assert found == ["1", "a", "k", "v"]


def _texts(node: YamlNode) -> list[str]:
    return [node.value] if isinstance(node, YamlScalar) else []


def test_a_fix_reaches_a_block_and_a_member_beside_an_alias() -> None:
    assert apply("a: |\n  one\n\nb: 1\n", [Put(("a",), "two")]) == ("a: two\n\nb: 1\n", 1)
    text = "a: &x {c: 1}\nb: {d: *x, e: 2}\n"
    assert apply(text, [Drop(("b", "e"))]) == ("a: &x {c: 1}\nb: {d: *x}\n", 1)
    assert apply(text, [Put(("b", "d", "c"), 2)]) == (text, 0)
