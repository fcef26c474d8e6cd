"""A wrong webhook signature says over what, under which key and in which form it would have been right."""

from __future__ import annotations

import base64
import hmac
import json

import pytest

from cynod_conformance.text.messages import told
from cynod_conformance.webhooks.mistakes import mistakes

KEY = b"a key of thirty-two octets, or so"
SECRET = "whsec_" + base64.b64encode(KEY).decode()
ID, TIME = "evt_1", "1796077313"
BODY = '{"type":"operation.changee","libellé":"Thiès","b":1,"a":[1, 2]}'.encode()
RIGHT = f"{ID}.{TIME}.".encode() + BODY


def digest(text: bytes, key: bytes = KEY, kind: str = "sha256") -> bytes:
    return hmac.new(key, text, kind).digest()


def in_base64(octets: bytes) -> str:
    return "v1," + base64.b64encode(octets).decode()


def again(**how: object) -> bytes:
    return json.dumps(json.loads(BODY), **how).encode()  # type: ignore[arg-type]  # options of json.dumps


CASES: dict[str, tuple[str, list[str]]] = {
    "right": (in_base64(digest(RIGHT)), []),
    "body": (in_base64(digest(BODY)), ["signed-body"]),
    "no timestamp": (in_base64(digest(f"{ID}.".encode() + BODY)), ["signed-without-timestamp"]),
    "no id": (in_base64(digest(f"{TIME}.".encode() + BODY)), ["signed-without-id"]),
    "other order": (in_base64(digest(f"{TIME}.{ID}.".encode() + BODY)), ["signed-in-other-order"]),
    "no dots": (in_base64(digest(f"{ID}{TIME}".encode() + BODY)), ["signed-without-dots"]),
    "no body": (in_base64(digest(f"{ID}.{TIME}".encode())), ["signed-without-body"]),
    "newline": (in_base64(digest(RIGHT + b"\n")), ["signed-with-newline"]),
    "spaced": (in_base64(digest(f"{ID}.{TIME}.".encode() + again())), ["signed-body-again"]),
    "sorted": (
        in_base64(digest(f"{ID}.{TIME}.".encode() + again(sort_keys=True, separators=(",", ":")))),
        ["signed-body-again"],
    ),
    "again, alone": (in_base64(digest(again(ensure_ascii=False))), ["signed-body-again-alone"]),
    "whole secret": (in_base64(digest(RIGHT, SECRET.encode())), ["key-is-whole-secret"]),
    "not decoded": (in_base64(digest(RIGHT, base64.b64encode(KEY))), ["key-is-not-decoded"]),
    "sha1": (in_base64(digest(RIGHT, kind="sha1")), ["digest-is"]),
    "sha512": (in_base64(digest(RIGHT, kind="sha512")), ["digest-is"]),
    "hex": (f"v1,{digest(RIGHT).hex()}", ["written-as-hex"]),
    "base64 of hex": (in_base64(digest(RIGHT).hex().encode()), ["written-as-hex-in-base64"]),
    "version": (in_base64(digest(RIGHT)).replace("v1,", "v2,"), ["version-is"]),
    "no version": (in_base64(digest(RIGHT)).replace("v1,", ""), ["version-is"]),
    "v1=hex": (f"v1={digest(RIGHT).hex()}", ["and-then"]),
    "two mistakes": (f"v1,{digest(BODY, SECRET.encode()).hex()}",
                     ["signed-body", "key-is-whole-secret", "written-as-hex"]),
    "second of two": (f"v1,AAAA {in_base64(digest(BODY))}", ["signed-body"]),
    "another id": (in_base64(digest(f"evt_2.{TIME}.".encode() + BODY)), []),
    "no base64": ("v1,é!", []),
    "nothing": ("", []),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_each_usual_mistake_is_named(name: str) -> None:
    signatures, expected = CASES[name]
    found = mistakes(SECRET, ID, TIME, BODY, signatures)
    assert [each if isinstance(each, str) else each.key for each in found] == expected


@pytest.mark.parametrize("language", ["fr", "en"])
def test_each_mistake_is_a_sentence_in_both_languages(language: str) -> None:
    for signatures, expected in CASES.values():
        for said, key in zip(mistakes(SECRET, ID, TIME, BODY, signatures), expected, strict=True):
            assert told(said).in_(language) not in ("", key)


def test_a_url_safe_signature_is_told_where_it_differs() -> None:
    def sign(number: int) -> bytes:
        return digest(f"{ID}.{number}.".encode() + BODY)

    number = next(n for n in range(1000) if b"+" in base64.b64encode(sign(n)))
    value = base64.urlsafe_b64encode(sign(number)).decode().rstrip("=")
    (said,) = mistakes(SECRET, ID, str(number), BODY, f"v1,{value}")
    assert told(said).en == "in base64 for URLs"
