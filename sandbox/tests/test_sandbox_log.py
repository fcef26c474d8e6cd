"""The log: one line a request, and nothing in it that nobody should read."""

from __future__ import annotations

import io
import json
import logging
import subprocess
import sys
import textwrap
import tomllib

import pytest
import requests

from cynod_sandbox._generated import logs

CARD = "5399411234564821"
CANARY = "canary-Zq8.secret~value"

# A sandbox whose handlers fail with everything they know in the message of the exception.
CRASHING = """
from cynod_sandbox._generated.core import Application

async def run(self, call):
    raise RuntimeError(f"{call.role('number')} {call.headers} {self}")

Application.run = run
oauth_grant = Application.answer_oauth

async def answer_oauth(self, request, operation):
    await oauth_grant(self, request, operation)
    raise RuntimeError(f"{request.secrets} {request.headers}")

if {oauth}:
    Application.answer_oauth = answer_oauth
from cynod_sandbox.cli import sandbox
sandbox()
"""


def logged(folder, start: list[str], calls) -> tuple[list[dict], dict]:
    """The lines that a sandbox wrote while *calls* had its address and configuration."""
    config = folder / "cynod.toml"
    log = folder / "log.jsonl"
    with log.open("wb") as stderr:
        process = subprocess.Popen(
            [sys.executable, *start, "--port", "0", "--write-config", str(config), "--log-format", "json"],
            stdout=subprocess.PIPE, stderr=stderr, text=True,
        )  # fmt: skip
        try:
            assert process.stdout is not None
            url = process.stdout.readline().split()[-1]
            known = tomllib.loads(config.read_text(encoding="utf-8"))
            calls(url, known)
        finally:
            process.terminate()
            assert process.wait(15) == 0
    return [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()], known


def token_of(url: str, known: dict, name: str = "primary") -> str:
    pair = known["credentials"][name]
    answer = requests.post(
        f"{url}/oauth2/token",
        data={"grant_type": "client_credentials"},
        auth=(pair["consumer_key"], pair["consumer_secret"]),
        timeout=10,
    )
    return answer.json()["access_token"]


def test_one_line_a_request_says_who_asked_what_and_how_it_went(tmp_path):
    def calls(url, known):
        bearer = {"Authorization": f"Bearer {token_of(url, known)}", "X-Request-Id": "mine.1"}
        number = known["fixtures"]["cartes"]["active"]
        requests.get(f"{url}/get-solde-carte?numeroCarte={number}", headers=bearer, timeout=10)
        requests.get(f"{url}/cartes/x", headers=bearer, timeout=10)
        requests.get(f"{url}/nowhere/{CARD}", headers=bearer, timeout=10)
        requests.post(f"{url}/oauth2/token", data={"client_id": "k", "client_secret": CANARY}, timeout=10)

    lines, known = logged(tmp_path, ["-m", "cynod_sandbox"], calls)
    seen = [line for line in lines if line["logger"] == "cynod.request"]
    assert len(seen) == len(lines) == 5
    balance = seen[1]
    assert balance["time"].endswith("Z")
    assert balance["duration_ms"] > 0
    expected = {
        "level": "info", "request_id": "mine.1", "method": "GET", "path": "/get-solde-carte",
        "status": 200, "code": "0000", "client": "127.0.0.1",
        "partner": known["credentials"]["primary"]["consumer_key"],
    }  # fmt: skip
    assert {name: balance[name] for name in expected} == expected
    assert [line["status"] for line in seen] == [200, 200, 403, 404, 401]
    assert [line["path"] for line in seen[2:4]] == ["/cartes/{carteId}", None]
    assert seen[4]["code"] == "invalid_client"
    assert_silent(tmp_path, known)


def assert_silent(folder, known, *more: str) -> None:
    """No secret that the sandbox or a caller knows, no card number, stands in the log."""
    text = (folder / "log.jsonl").read_text(encoding="utf-8")
    secrets = [pair["consumer_secret"] for pair in known["credentials"].values()]
    for hidden in (*secrets, *known["fixtures"]["cartes"].values(), CARD, CANARY, "Bearer ey", *more):
        assert hidden not in text


@pytest.mark.parametrize("oauth", [False, True])
def test_a_crash_is_told_in_the_log_alone_and_without_secrets(oauth, tmp_path):
    spoken: list[str] = []

    def calls(url, known):
        token = CANARY if oauth else token_of(url, known)
        spoken.append(token)
        number = known["fixtures"]["cartes"]["active"]
        pair = known["credentials"]["basic"]
        answers = [
            requests.get(
                f"{url}/get-solde-carte?numeroCarte={number}", timeout=10,
                auth=(pair["consumer_key"], pair["consumer_secret"]),
            ),
            requests.post(
                f"{url}/oauth2/token", timeout=10,
                data={"grant_type": "client_credentials", "client_id": pair["consumer_key"],
                      "client_secret": pair["consumer_secret"]},
            ),
            requests.get(
                f"{url}/get-solde-carte?numeroCarte={number}",
                headers={"Authorization": f"Bearer {token}"}, timeout=10,
            ),
        ]  # fmt: skip
        assert answers[0].status_code == 500
        assert answers[1].status_code == (500 if oauth else 200)
        for answer in answers:
            assert "RuntimeError" not in answer.text
            assert "Traceback" not in answer.text

    start = ["-c", textwrap.dedent(CRASHING.replace("{oauth}", str(oauth)))]
    lines, known = logged(tmp_path, start, calls)
    crashes = [line for line in lines if line["level"] == "error"]
    assert len(crashes) == 2
    for line in crashes:
        assert "Traceback" in line["exception"]
        assert "RuntimeError" in line["exception"]
        assert line["request_id"] in {each.get("request_id") for each in lines if each is not line}
    assert_silent(tmp_path, known, *spoken)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (f"card {CARD}.", "card ***4821."),
        ("5399 4112 3456 4821", "***4821"),
        ("Authorization: Bearer abcdefgh", "Authorization: ***"),
        ("{'authorization': 'Basic dTpw'}", "{'authorization': '***'}"),
        ("client_secret=abc&x=1", "client_secret=***&x=1"),
        ("access_token=abc", "access_token=***"),
        ("postgresql://cynod:pa55@db:5432/cynod", "postgresql://cynod:***@db:5432/cynod"),
        ("2026-11-24T06:19:00Z 404 after 12.5 ms", "2026-11-24T06:19:00Z 404 after 12.5 ms"),
    ],
)
def test_what_is_masked(text, left):
    assert logs.masked(text) == left


def test_a_request_id_that_is_made_here_is_never_masked(sandbox):
    for _ in range(50):
        given = requests.get(f"{sandbox.base_url}/sante", timeout=10).headers["X-Request-Id"]
        assert logs.masked(given) == given


def test_text_has_the_same_values_on_one_line():
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.TextLines())
    log = logging.Logger("cynod.request")
    log.addHandler(handler)
    log.info("answered", extra={"fields": {"status": 200, "code": None, "partner": CARD}})
    assert stream.getvalue().endswith("Z INFO cynod.request answered status=200 partner=***4821\n")
