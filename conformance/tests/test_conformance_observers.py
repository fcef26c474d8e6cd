"""Observers on exchanges made by hand from the document: each good one passes, each broken one is seen."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from typing import Any

import pytest

from cynod_conformance.observe import Context, Exchange, Request, Response, judge, parse_json
from cynod_spec import load_contract
from cynod_spec.model import Operation
from cynod_spec.schema.validation import Validators

CONTRACT = load_contract()
VALIDATORS = Validators(CONTRACT)
SECRET = "hush-hush-0123456789"
CARD = "4000123412341234"
CONTEXT = Context(
    CONTRACT,
    lambda pointer, value: [p.keyword for p in VALIDATORS.errors(pointer, value)],
    lambda: (SECRET,),
    lambda: (CARD,),
)
GOOD = (
    ("Date", "Mon, 23 Nov 2026 10:00:00 GMT"),
    ("Content-Type", "application/json"),
    ("X-Content-Type-Options", "nosniff"),
    ("Cache-Control", "no-store"),
    ("Strict-Transport-Security", "max-age=31536000"),
)


def operation(effect: str, resource: str) -> Operation:
    found = CONTRACT.find(effect, resource)
    assert found is not None
    return found


def named() -> tuple[tuple[str, str], ...]:
    return tuple((h.name, "abc-1") for h in CONTRACT.general_headers if h.role == "request-id")


def success(chosen: Operation, change: Callable[[dict[str, Any]], None] = lambda body: None) -> Exchange:
    body = json.loads(json.dumps(next(iter(chosen.success.examples.values()))))
    change(body)
    return exchange(chosen, chosen.success.status, json.dumps(body).encode())


def error(
    chosen: Operation, name: str, change: Callable[[dict[str, Any]], None] = lambda body: None
) -> Exchange:
    code = CONTRACT.code(name)
    worn = CONTRACT.envelopes[code.case]
    values: dict[str | None, Any] = {
        "code": code.value,
        "message": code.message.fr,
        "debug": "x",
        "more": None,
    }
    flag = worn.member("flag")
    assert flag is not None
    values["flag"] = flag.schema.value["const"]
    body = {m.name: values[m.role] for m in worn.members if len(m.path) == 1}
    change(body)
    return exchange(chosen, code.status, json.dumps(body).encode())


def exchange(
    chosen: Operation,
    status: int,
    body: bytes,
    headers: tuple[tuple[str, str], ...] = GOOD,
    valid: bool = False,
) -> Exchange:
    request = Request(chosen.method, "https://api.example.org" + chosen.path)
    return Exchange("1", chosen, request, Response(status, (*headers, *named()), body), valid=valid)


def problems(given: Exchange) -> set[str]:
    return {clause for clause, seen in judge(CONTEXT, given) if seen.problem}


def member(case: Any, role: str) -> str:
    found = CONTRACT.envelopes[case].member(role)
    assert found is not None
    return found.name


@pytest.mark.parametrize("chosen", [o for o in CONTRACT.operations if o.success.examples], ids=lambda o: o.id)
def test_every_example_of_the_document_passes(chosen: Operation) -> None:
    assert problems(success(chosen)) <= {"LEA-4"}


@pytest.mark.parametrize(
    ("role", "value", "clause"),
    [
        ("flag", "sometimes", "ENV-2"),
        ("code", "nope", "ENV-3"),
        ("message", "", "ENV-4"),
        ("data", {"cf": 1}, "ENV-5"),
    ],
)
def test_a_broken_success_is_seen(role: str, value: Any, clause: str) -> None:
    def change(body: dict[str, Any]) -> None:
        body[member("success", role)] = value

    assert clause in problems(success(operation("read", "balance"), change))


def test_one_member_more_or_less_is_seen() -> None:
    chosen = operation("whoami", "partner")
    assert "ENV-1" in problems(success(chosen, lambda body: body.update(more=1)))
    assert "ENV-1" in problems(success(chosen, lambda body: body.pop(member("success", "message"))))


def test_an_error_wears_its_envelope() -> None:
    chosen = operation("read", "balance")
    assert problems(error(chosen, "insufficient-scope")) == set()
    assert problems(error(chosen, "card-unknown")) == set()
    wrong = error(chosen, "card-unknown", lambda body: body.pop(member("functional", "more")))
    assert "ERR-1" in problems(wrong)
    flipped = error(chosen, "card-unknown", lambda body: body.update({member("functional", "flag"): True}))
    assert "ERR-3" in problems(flipped)
    mute = error(chosen, "card-unknown", lambda body: body.update({member("functional", "message"): "Hm"}))
    assert "ERR-8" in problems(mute)


@pytest.mark.parametrize(
    ("accept", "language", "told"),
    [
        ("en", "fr", True),
        ("fr", "en", True),
        ("en", "en", False),
        ("en;q=0.5, fr", "fr", False),  # its quality values are for an experiment
        (None, "fr", False),
    ],
)
def test_who_asks_for_one_language_is_answered_in_it(accept: str | None, language: str, told: bool) -> None:
    code = CONTRACT.code("card-unknown")

    def speak(body: dict[str, Any]) -> None:
        body[member("functional", "message")] = code.message.in_(language)

    given = error(operation("read", "balance"), "card-unknown", speak)
    asked = (("Accept-Language", accept),) if accept else ()
    given = dataclasses.replace(given, request=dataclasses.replace(given.request, headers=asked))
    assert ("ERR-6" in problems(given)) is told


def test_codes_are_held_against_the_catalogue() -> None:
    chosen = operation("read", "balance")
    name = member("functional", "code")
    assert "CAT-1" in problems(error(chosen, "card-unknown", lambda body: body.update({name: "77"})))
    foreign = CONTRACT.code("refund-exceeds").value
    found = problems(error(chosen, "card-unknown", lambda body: body.update({name: foreign})))
    assert {"CAT-2", "CAT-3"} <= found


@pytest.mark.parametrize(
    ("text", "clause"),
    [
        ('File "/srv/app/main.py", line 3', "LEA-1"),
        ("SELECT id FROM cards", "LEA-1"),
        ("sqlalchemy.exc.IntegrityError", "LEA-1"),
        (SECRET, "LEA-2"),
        (CARD, "LEA-4"),
    ],
)
def test_leaks_are_seen(text: str, clause: str) -> None:
    debug = member("functional", "debug")
    assert clause in problems(
        error(operation("read", "balance"), "card-unknown", lambda b: b.update({debug: text}))
    )


def test_a_valid_request_refused_is_seen() -> None:
    chosen = operation("credit", "top-up")
    refused = error(chosen, "value-invalid")
    valid = Exchange("1", chosen, refused.request, refused.response, valid=True)
    assert "VAL-9" in problems(valid)
    assert "VAL-9" not in problems(refused)


def test_bodies_that_are_no_json() -> None:
    chosen = operation("whoami", "partner")
    assert "ENV-6" in problems(exchange(chosen, 200, b"\xef\xbb\xbf{}"))
    assert "ENV-6" in problems(exchange(chosen, 200, b"<html>"))
    assert "ENV-7" in problems(exchange(chosen, 200, b'{"a": 1, "a": 2}'))
    assert parse_json(b"[NaN]").problem
    assert parse_json(b"[" * 100_000).problem


def test_headers_are_looked_at() -> None:
    chosen = operation("whoami", "partner")
    body = success(chosen).response.body
    bare = Exchange("1", chosen, Request("GET", "https://x/"), Response(200, (), body))
    assert {"HTT-8", "HTT-9", "HTT-10", "HDR-1"} <= problems(bare)
    star = (*GOOD, ("Access-Control-Allow-Origin", "*"), ("Access-Control-Allow-Credentials", "true"))
    assert "HTT-11" in problems(exchange(chosen, 200, body, star))
    assert "LEA-3" in problems(exchange(chosen, 200, body, (*GOOD, ("Server", "nginx/1.2"))))
    head = Exchange("1", chosen, Request("HEAD", "https://x/"), Response(200, GOOD, b"x"))
    assert "ENV-8" in problems(head)


def test_tokens() -> None:
    chosen = CONTRACT.find("token")
    assert chosen is not None
    grant = {"access_token": "t" * 40, "token_type": "Bearer", "expires_in": 600, "scope": ""}
    scope = next(iter(CONTRACT.security.scopes))
    good = {**grant, "scope": scope}
    assert problems(exchange(chosen, 200, json.dumps(good).encode())) == set()
    for change, clause in (({"expires_in": "600"}, "TOK-3"), ({"refresh_token": "x"}, "TOK-14")):
        assert clause in problems(exchange(chosen, 200, json.dumps({**good, **change}).encode()))
    assert "TOK-2" in problems(exchange(chosen, 200, b"{}"))
    for token in (
        "t" * 40 + "'",
        "json' -H " + "t" * 40,
        "t=" * 30,
        "é" * 40,
        '"verdict": ',
        "=" * 40,
        7,
        None,
    ):
        assert "TOK-2" in problems(
            exchange(chosen, 200, json.dumps({**good, "access_token": token}).encode())
        )
    for token in ("t" * 40 + "==", "-._~+/" * 10):
        assert not problems(exchange(chosen, 200, json.dumps({**good, "access_token": token}).encode()))
    assert "TOK-4" in problems(exchange(chosen, 200, json.dumps(good).encode(), GOOD[:3]))
