"""The small parts of the runtime, and the encoders."""

from __future__ import annotations

import ast

import pytest

from cynod_generators.emit.python_literals import comment, identifier, literal
from cynod_generators.targets.fastapi.runtime import decoding, language, media, origins
from cynod_generators.targets.fastapi.runtime.identity import HashedSecret, PairVerifier, Partner

HOSTILE = [
    '"',
    "'",
    '"""',
    "\\",
    "a\nb",
    "\r",
    "\u2028",
    "\x85",
    "{{ 7*7 }}",
    "{% x %}",
    "\u202e",
    "é",
    "\U0001f600",
]


@pytest.mark.parametrize("text", [*HOSTILE, "".join(HOSTILE)])
def test_a_literal_evaluates_to_the_text_and_nothing_else(text: str) -> None:
    encoded = literal(text)
    assert ast.literal_eval(encoded) == text
    assert encoded.isascii()
    assert "\n" not in encoded


@pytest.mark.parametrize("text", HOSTILE)
def test_a_comment_lets_nothing_hostile_through(text: str) -> None:
    shown = comment(f"POST /{text}/x")
    assert shown == "" or ('"' not in shown and "\n" not in shown and "\\" not in shown)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("creerRecharge", "creer_recharge"),
        ("GETUser2", "get_user2"),
        ("class", "op_class"),
        ("2fast", "op_2fast"),
        ("a\nimport os", "a_import_os"),
        ("été", "ete"),
        ("__class__", "op_class"),
        ("日本", ""),
    ],
)
def test_identifiers(text: str, name: str) -> None:
    assert identifier(text) == name


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, "fr"),
        ("", "fr"),
        ("en", "en"),
        ("en-GB", "en"),
        ("EN", "en"),
        ("fr;q=0.5, en;q=0.8", "en"),
        ("en;q=0.5, fr;q=0.5", "en"),
        ("fr, en", "fr"),
        ("en, fr", "en"),
        ("de", "fr"),
        ("de, en;q=0.1", "en"),
        ("en;q=0", "fr"),
        ("fr;q=0, *", "en"),
        ("*", "fr"),
        ("en;q=abc", "fr"),
        ("en;q=2", "fr"),
        (";;;", "fr"),
        ("en;q=0.9, *;q=1", "fr"),
    ],
)
def test_accept_language(header: str | None, expected: str) -> None:
    assert language.choose(header, ("fr", "en")) == expected


@pytest.mark.parametrize(
    ("header", "taken"),
    [
        (None, True),
        ("", True),
        ("*/*", True),
        ("application/*", True),
        ("application/json;charset=utf-8", True),
        ("text/html", False),
        ("text/html, application/json;q=0.1", True),
        ("application/json;q=0", False),
        ("*/*, application/json;q=0", False),
        ("*/*;q=0, application/json", True),
        ("application/xml;q=1, text/*", False),
    ],
)
def test_accept(header: str | None, taken: bool) -> None:
    assert media.acceptable(header, ("application/json",)) is taken


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"NaN",
        b'{"a": Infinity}',
        b'{"a": 1e400}',
        b"\xff",
        b"'a'",
        b"[" * 65 + b"]" * 65,
        b"[" * 100000,
    ],
)
def test_malformed_json(body: bytes) -> None:
    with pytest.raises(decoding.Malformed):
        decoding.parse_json(body)


def test_whole_numbers_are_integers_however_written() -> None:
    value = decoding.parse_json(b'{"a": 1500.0, "b": 1.5e3, "c": 1500.5, "d": 9007199254740993}')
    assert value == {"a": 1500, "b": 1500, "c": 1500.5, "d": 9007199254740993}
    assert isinstance(value["a"], int)
    assert decoding.parse_json(b"[" * 64 + b"]" * 64)


@pytest.mark.slow
def test_a_pair_is_verified_and_a_changed_secret_is_not_remembered() -> None:
    verifier, hashed = PairVerifier(), HashedSecret.of("right")
    assert verifier.verify("k", "right", [hashed])
    assert verifier.verify("k", "right", [hashed])
    assert not verifier.verify("k", "wrong", [hashed])
    assert not verifier.verify("k", "right", [HashedSecret.of("new")])
    assert not verifier.verify("k", "right", [])


@pytest.mark.slow
def test_a_wrong_pair_is_hashed_once_and_again_when_the_secret_has_changed() -> None:
    hashed_with: list[str] = []

    class Counted(HashedSecret):
        def matches(self, secret: str) -> bool:
            hashed_with.append(secret)
            return super().matches(secret)

    old, new = (Counted(each.salt, each.hash) for each in map(HashedSecret.of, ("old", "new")))
    verifier = PairVerifier()
    assert [verifier.verify("k", "new", [old]) for _ in range(3)] == [False, False, False]
    assert hashed_with == ["new"]
    assert verifier.verify("k", "new", [new])
    assert not verifier.verify("k", "old", [new])
    assert hashed_with == ["new", "new", "old"]


def test_addresses() -> None:
    partner = Partner("k", allowed_ips=("10.0.0.0/8", "2001:db8::1"))
    assert partner.may_call_from("10.1.2.3")
    assert partner.may_call_from("::ffff:10.1.2.3")
    assert partner.may_call_from("2001:db8::1")
    assert not partner.may_call_from("192.0.2.1")
    assert not partner.may_call_from("")


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("*", "*"),
        ("https://app.example", "https://app.example"),
        ("HTTPS://App.Example:443/", "https://app.example"),
        ("http://app.example:8080", "http://app.example:8080"),
        ("http://[::1]:80", "http://[::1]"),
        ("https://b\u00fccher.example", "https://xn--bcher-kva.example"),
        ("capacitor://localhost", "capacitor://localhost"),
        *(
            (text, None)
            for text in ("", "null", "app.example", "https://", "https://a/b", "https://a?b", "https://u@a")
        ),
        *((text, None) for text in ("https://a b", "https://a:x", "https://[::1", "https://a\n")),
    ],
)
def test_an_origin_is_written_as_browsers_write_it(text: str, origin: str | None) -> None:
    assert origins.read_origin(text) == origin
