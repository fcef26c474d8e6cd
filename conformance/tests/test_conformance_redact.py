"""Nothing that is written holds a secret, wherever it was hidden."""

from __future__ import annotations

import base64
import json
import shlex

import pytest

from cynod_conformance.observe import Exchange, Request, Response, Seen
from cynod_conformance.reproduction.commands import curl
from cynod_conformance.reproduction.redaction import Redactor, is_ordinary
from cynod_conformance.results.recorder import ResultRecorder

SECRET, TOKEN, CANARY = "s3cret-0123456789", "tok-abcdefghijklmnop", "canary-0f0f0f0f0f"
PAIR = base64.b64encode(f"key:{SECRET}".encode()).decode()


def redactor() -> Redactor:
    made = Redactor()
    made.add_pair("key", SECRET, "primary")
    made.add(TOKEN, "token_primary")
    made.add(CANARY, "canary")
    return made


def exchange(authorization: str, body: str, answer: str) -> Exchange:
    headers = (("Authorization", authorization), ("X-Odd", CANARY))
    request = Request("POST", f"https://x/y?access_token={TOKEN}", headers, body.encode())
    return Exchange("1", None, request, Response(400, (("X-Echo", CANARY),), answer.encode()))


def test_reports_hold_no_secret() -> None:
    recorder = ResultRecorder(redactor())
    for authorization in (f"Bearer {TOKEN}", f"Basic {PAIR}", "Bearer unknown-token-value-123"):
        given = exchange(
            authorization,
            f"client_id=key&client_secret={SECRET}&token=unknown-token-value-123",
            json.dumps({"access_token": "unknown-token-value-123", "message": f"{TOKEN} {CANARY}"}),
        )
        recorder.failed("A-1", authorization, f"not {SECRET}", f"{TOKEN}", given)
        recorder.observed("A-2", Seen("cell", f"{CANARY}", "x"), given)
    written = repr(recorder.failures)
    for secret in (SECRET, TOKEN, CANARY, PAIR, "unknown-token-value-123"):
        assert secret not in written


def test_a_curl_line_is_one_line_and_takes_its_secrets_from_the_environment() -> None:
    line = curl(exchange(f"Bearer {TOKEN}", "it's\n", ""), redactor())
    assert "\n" not in line
    assert shlex.split(line)[0] == "curl"
    assert "-H 'X-Odd: '\"$CYNOD_CANARY\"" not in line


@pytest.mark.parametrize(
    "text", ["conformant", "non_conformant", "debugMessage", "X-Request-Id", "Bearer", "success", "token="]
)
def test_words_are_ordinary(text: str) -> None:
    assert is_ordinary(text)


@pytest.mark.parametrize(
    "text", ["aBcDeFgHiJkLmNoP", "kJhGfRtYuIoPlKjH", "tok-A1B2C3D4", "YWJj.ZGVm.Z2hp.x1"]
)
def test_tokens_are_not_ordinary(text: str) -> None:
    assert not is_ordinary(text)
