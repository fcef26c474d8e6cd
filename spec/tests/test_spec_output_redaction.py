"""No secret stands in a value that was redacted, whichever way it is written; nothing else changes."""

from __future__ import annotations

import html
import json
from collections.abc import Callable
from itertools import pairwise
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cynod_spec.output.redaction import B64TOKEN, MIN_SECRET_CHARS, Redactor, masked, masked_number

SECRETS = ("s3cr/et +é=&\"'<x>", "tok-ABCDEFGHIJ0123", "\U0001f511key-99")
SHOWN = "$SHOWN"


def redactor() -> Redactor:
    made = Redactor()
    for secret in SECRETS:
        made.hide(secret, SHOWN)
    return made


WAYS = (
    str,
    str.upper,
    str.lower,
    str.swapcase,
    lambda text: quote(text, safe=""),
    lambda text: quote(text, safe="").lower(),
    lambda text: "".join(f"%{octet:02X}" for octet in text.encode()),
    quote_plus,
    html.escape,
    lambda text: json.dumps(text)[1:-1],
    lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    lambda text: "".join(f"\\u{ord(each):04x}" if ord(each) < 65536 else each for each in text),
)


@pytest.mark.parametrize("write", WAYS)
@pytest.mark.parametrize("secret", SECRETS)
def test_a_secret_is_hidden_whichever_way_it_is_written(secret: str, write: Callable[[str], str]) -> None:
    written = write(secret)
    for text in (
        written,
        f"before {written} after",
        f'{{"x": "{written}"}}',
        f"/a?x={written}&y=1",
        written * 3,
    ):
        found = redactor().text(text)
        assert written not in found
        assert found == text.replace(written, SHOWN)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("client_secret=abc&x=1", "client_secret=[redacted]&x=1"),
        ("client%5Fsecret=abc", "client%5Fsecret=[redacted]"),
        ("/x?access_token=abc#y", "/x?access_token=[redacted]"),
        ('access_token="abc d"', 'access_token="[redacted] d"'),
        ('{"access_token": "a\\"b", "n": 1}', '{"access_token": "[redacted]", "n": 1}'),
        ('{"acc\\u0065ss_token": "a"}', '{"acc\\u0065ss_token": "[redacted]"}'),
        ('{"ACCESS_TOKEN":12345}', '{"ACCESS_TOKEN":[redacted]}'),
        ('{"z":"access_token":"a"}', '{"z":"access_token":"[redacted]"}'),
        ('{"m": "{\\"access_token\\": \\"abc\\"}"}', '{"m": "{\\"access_token\\": \\"[redacted]\\"}"}'),
        ('{"access_token": "cut', '{"access_token": "[redacted]'),
        ('{"token_type": "Bearer", "tokens": "x"}', '{"token_type": "Bearer", "tokens": "x"}'),
        (f"token={SECRETS[1]}", f"token={SHOWN}"),
        (f"token={SECRETS[1]}x", "token=[redacted]"),
        ('{"token": ""}', '{"token": ""}'),
    ],
)
def test_what_stands_where_a_secret_does_is_hidden(text: str, left: str) -> None:
    assert redactor().text(text) == left


@pytest.mark.parametrize(
    ("name", "value", "left"),
    [
        ("Authorization", "Bearer abc", "Bearer [redacted]"),
        ("proxy-authorization", "Basic abc", "Basic [redacted]"),
        ("authorization", f"Bearer {SECRETS[1]}", f"Bearer {SHOWN}"),
        ("Authorization", "abc", "[redacted]"),
        ("Authorization", "Bearer a b c", "Bearer [redacted]"),
        ("Set-Cookie", "a=b; Path=/", "[redacted]"),
        ("X-Api-Key", "abc def", "[redacted]"),
        ("X-Other", f"a {SECRETS[1]}", f"a {SHOWN}"),
        ("Accept", "application/json", "application/json"),
    ],
)
def test_headers_of_credentials_show_their_scheme(name: str, value: str, left: str) -> None:
    assert redactor().headers([(name, value)]) == [(name, left)]


def test_a_structure_is_walked_value_by_value() -> None:
    value = {
        "access_token": "x",
        "list": [SECRETS[0], 1, None, True],
        SECRETS[1]: {"password": 5, "ok": "yes"},
    }
    assert redactor().value(value) == {
        "access_token": "[redacted]",
        "list": [SHOWN, 1, None, True],
        SHOWN: {"password": "[redacted]", "ok": "yes"},
    }


def test_a_text_that_is_short_is_hidden_by_its_place_alone() -> None:
    made = Redactor()
    made.hide("x" * (MIN_SECRET_CHARS - 1), SHOWN)
    assert made.text("xxxxxx client_secret=xxxxx") == "xxxxxx client_secret=[redacted]"


def test_what_is_cut_ends_before_a_secret() -> None:
    text = "a" * 10 + SECRETS[1] + "b" * 10
    assert redactor().text(text, 10) == "a" * 10
    assert redactor().text(text, 15) == "a" * 10
    assert redactor().text(text, 10 + len(SECRETS[1])) == "a" * 10 + SHOWN
    assert redactor().text("short", 100) == "short"


def test_a_redactor_that_knows_nothing_changes_nothing() -> None:
    for text in ("", "abc", "a=b&c=d", '{"a": "b"}', "%zz\\x&amp;"):
        assert Redactor().text(text) == text
    assert Redactor().text("\ud800") == "\\ud800"  # which no file can hold


@given(st.text(max_size=200), st.sampled_from(SECRETS), st.text(max_size=200))
def test_no_text_around_it_brings_a_secret_back(before: str, secret: str, after: str) -> None:
    assert secret not in redactor().text(f"{before}{secret}{after}")


@given(st.text('\\"u0041%&;=+{}:, client_scrtoken', max_size=120))
def test_any_mixture_of_escapes_is_read_without_harm(text: str) -> None:
    made = redactor()
    spans = made.spans(text)
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert all(one.end <= other.start for one, other in pairwise(spans))
    made.text(text)


@pytest.mark.slow
def test_many_spans_are_found_at_once() -> None:
    for text in ("token=a&" * 20_000, '"token":"a",' * 20_000, "%41" * 50_000, '\\"' * 50_000, "1" * 100_000):
        Redactor(card_numbers=["5399410000001234"]).text(text + SECRETS[1])


def test_card_numbers_keep_their_last_digits() -> None:
    made = Redactor("•••", card_numbers=["5399410000001234"])
    assert made.text("n5399410000001234n 4111222233334444") == "n************1234n 4111222233334444"
    assert made.text('{"a": "4111222233334444"}') == '{"a": "************4444"}'
    assert made.value({"a": "4111222233334444", "b": 4111222233334444}) == {
        "a": "************4444",
        "b": 4111222233334444,
    }
    assert masked_number("12345678") == "****5678"


@pytest.mark.parametrize(
    ("text", "fits"), [("a", True), ("a==", True), ("a=b", False), ("a'", False), ("=", False)]
)
def test_a_bearer_token_is_of_its_form(text: str, fits: bool) -> None:
    assert bool(B64TOKEN.fullmatch(text)) is fits
    assert not B64TOKEN.fullmatch(f"{text}\n")


def test_a_log_masks_what_it_is_told_of() -> None:
    assert masked("it's s3cret, Bearer abcdef", ["s3cret"]) == "it's ***, Bearer ***"
