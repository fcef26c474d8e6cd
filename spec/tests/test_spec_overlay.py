"""Overlays as changes, and as translations that may only replace words."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cynod_spec import load_contract
from cynod_spec.base.errors import DocumentError
from cynod_spec.source.overlay import apply, read, translated
from cynod_spec.source.parsing import parse
from cynod_spec.source.reading import read as read_document


def overlay(actions: str) -> Any:
    return read(
        parse("overlay: 1.0.0\ninfo: {title: t, version: '1'}\nactions:\n" + actions, "o.yaml"), "o.yaml"
    )


@pytest.mark.parametrize(
    ("actions", "expected"),
    [
        ("- {target: $.a, update: {y: 2}}", {"a": {"x": 1, "y": 2}, "l": [{"n": 1}, {"n": 2}]}),
        ("- {target: $, update: {b: 1}}", {"a": {"x": 1}, "l": [{"n": 1}, {"n": 2}], "b": 1}),
        ("- {target: $.l, update: {n: 3}}", {"a": {"x": 1}, "l": [{"n": 1}, {"n": 2}, {"n": 3}]}),
        ("- {target: '$.l[?@.n==2]', update: {m: 0}}", {"a": {"x": 1}, "l": [{"n": 1}, {"n": 2, "m": 0}]}),
        ("- {target: '$.l[*]', remove: true}", {"a": {"x": 1}, "l": []}),
        ("- {target: \"$['a']['x']\", remove: true}", {"a": {}, "l": [{"n": 1}, {"n": 2}]}),
    ],
)
def test_actions_change_a_copy(actions: str, expected: Any) -> None:
    document = {"a": {"x": 1}, "l": [{"n": 1}, {"n": 2}]}
    assert apply(document, overlay(actions)) == expected
    assert document == {"a": {"x": 1}, "l": [{"n": 1}, {"n": 2}]}


@pytest.mark.parametrize(
    ("actions", "message"),
    [
        ("- {target: $.nothing, update: {y: 2}}", "matches nothing"),
        ("- {target: '$.l[?@.n==9]', update: {y: 2}}", "matches nothing"),
        ("- {target: '$.a[', update: {y: 2}}", "no JSONPath"),
        ("- {target: $.a}", "neither"),
        ("- {update: {}}", "needs a target"),
    ],
)
def test_what_would_do_nothing_is_an_error(actions: str, message: str) -> None:
    with pytest.raises(DocumentError, match=message):
        apply({"a": {"x": 1}, "l": [{"n": 1}]}, overlay(actions))


def test_english_words_come_from_the_overlay(small: Path) -> None:
    contract = load_contract(str(small))
    code = contract.code("value-invalid")
    assert (code.title.fr, code.title.en) == ("Valeur invalide", "Invalid value")
    assert contract.clause("TOK-1").text.in_("en") == "A token is only had by POST."
    assert translated(read_document(small))["info"]["title"] == "Test API"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("      title: Success\n", "      titel: Success\n", "holds no words"),
        ("      title: Success\n", "      title: 1\n", "holds no words"),
        ("      title: Success\n", "      title: [Success]\n", "holds no words"),
        ("$.components.schemas.Code0000\n", "$.components.schemas.Code4444\n", "matches nothing"),
        (
            "    update:\n      title: Success\n      description",
            "    remove: true\n    x-description",
            "removes nothing",
        ),
    ],
)
def test_a_translation_only_replaces_words(
    old: str, new: str, message: str, changed: Callable[..., Path]
) -> None:
    with pytest.raises(DocumentError, match=message) as caught:
        load_contract(str(changed((old, new))))
    assert caught.value.at is not None
    assert caught.value.at.file.endswith("en.overlay.yaml")
    assert caught.value.at.line > 3
