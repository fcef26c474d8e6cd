"""The log: one line a request, and nothing in it that nobody should read."""

from __future__ import annotations

import io
import json
import logging
import re
import subprocess
import sys
import textwrap
import tomllib
from collections.abc import Callable

import pytest
import requests

from cynod_sandbox._generated import logs

pytestmark = pytest.mark.slow

CARD = "5399411234564821"
CANARY = "canary-Zq8.secret~value"

# A sandbox whose handlers fail with everything they know in the message of the exception.
CRASHING = """
from cynod_sandbox.app import serving

make = serving.make

def make_crashing(settings, database):
    application = make(settings, database)

    @application.stages.run_handler.around
    async def run_handler(proceed, call):
        raise RuntimeError(f"{call.role('number')} {call.headers} {application}")

    if {oauth}:
        @application.stages.answer_oauth.after
        async def answer_oauth(answer, request, operation):
            raise RuntimeError(f"{request.secrets} {request.headers}")

    return application

serving.make = make_crashing
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
    assert [line["logger"] for line in lines] == ["cynod.sandbox", *["cynod.request"] * 5]
    assert lines[0]["message"].startswith("document: ")
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


# Nothing that somebody sent looks like a line of the log

FORGED = "2026-01-01T00:00:00.000Z INFO cynod.request answered status=200"
ENDS = [
    "\n",
    "\r",
    "\r\n",
    "\v",
    "\f",
    "\x1c",
    "\x1d",
    "\x1e",
    "\x85",
    "\u2028",
    "\u2029",
    "\x1b[2K\r",
    "\b" * 80,
    "\0",
]
CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def written(form: str, tell: Callable[[logging.Logger], None]) -> str:
    """What the log says of what *tell* tells it."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.JsonLines() if form == "json" else logs.TextLines())
    log = logging.Logger("cynod.server")
    log.addHandler(handler)
    tell(log)
    return stream.getvalue()


def fail(log: logging.Logger, text: str, cause: str) -> None:
    error = RuntimeError(text)
    error.__cause__ = ValueError(cause)
    log.error("internal error", exc_info=error)


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("form", logs.FORMATS)
def test_no_text_forges_a_line(form, end):
    text = f"the card{end}{FORGED}{end}"
    for tell in (
        lambda log: fail(log, text, text),
        lambda log: log.warning("event %s", text),
        lambda log: log.warning(text),
        lambda log: log.warning("it", extra={"fields": {"partner": text, "path": [text]}}),
    ):
        said = written(form, tell)
        assert said.endswith("\n")
        first, *others = said[:-1].split("\n")
        assert len(said.splitlines()) == 1 + len(others), "of no reader's idea of a line"
        assert not CONTROLS.search(said.replace("\n", ""))
        assert not any(line.startswith(FORGED[:10]) for line in others)
        assert all(line.startswith(logs.CONTINUED) for line in others)
        if form == "json":
            assert not others
            assert FORGED in json.dumps(json.loads(first))


def test_json_keeps_the_text_as_it_was():
    text = 'a\u2028b\x85c\x1bd\u202ee\ud800f\U0001f600"\\'
    said = written("json", lambda log: log.warning("%s", text))
    assert json.loads(said)["message"] == text
    said.encode("utf-8")


def test_a_field_is_one_word():
    fields = {"partner": 'x" status=200', "code": "a b", "path": "/a=b", "operation": "creer"}
    said = written("text", lambda log: log.info("answered", extra={"fields": fields}))
    assert said.endswith('partner="x\\" status=200" code="a b" path="/a=b" operation=creer\n')


def test_a_text_without_end_is_shortened():
    for form in logs.FORMATS:
        said = written(form, lambda log: fail(log, "a" * 10_000_000, "b"))
        assert len(said) < 3 * logs.MAX_TEXT_CHARS
        assert "left out" in said


def test_a_secret_at_the_cut_does_not_show():
    token = "Bearer " + "s3cret" * 10
    text = "a" * (logs.MAX_TEXT_CHARS - 20) + " " + token
    assert "s3cret" not in written("text", lambda log: log.warning("%s", text))


UNCAUGHT = """
import gc, sys, threading, warnings
from cynod_sandbox._generated import logs
logs.configure("{form}", "info")
text = {text!r}

def fail():
    raise RuntimeError(text)

class Unraisable:
    def __del__(self):
        raise RuntimeError(text)

thread = threading.Thread(target=fail)
thread.start()
thread.join()
Unraisable()
warnings.warn(text)
import logging
logging.getLogger("it").warning("%d", text)
fail()
"""


@pytest.mark.parametrize("form", logs.FORMATS)
def test_what_nobody_catches_is_logged_and_forges_nothing(form):
    text = f"the card\n{FORGED}\x1b[31m\u2028{FORGED}"
    program = UNCAUGHT.format(form=form, text=text)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=30)
    assert done.returncode == 1
    lines = done.stderr.splitlines()
    assert not [line for line in lines if line.startswith(FORGED)]
    assert not CONTROLS.search(done.stderr.replace("\n", ""))
    assert sum("uncaught exception" in line for line in lines) == 3
    assert sum("py.warnings" in line for line in lines) == 1
    assert sum("could not be written" in line for line in lines) == 1


def test_a_forwarded_address_is_logged_as_an_address_or_not_at_all(tmp_path):
    lists = [
        "192.0.2.7",
        "unknown",
        "\x1b[31m",
        "192.0.2.7 status=200",
        "a" * 9000,
        "<b>, [2001:db8::7]:1",
        "\xff",
    ]

    def calls(url, known):
        for each in lists:
            sent = requests.get(
                f"{url}/sante", headers={"X-Forwarded-For": each.encode("latin-1")}, timeout=10
            )
            assert sent.status_code in (200, 400)

    start = ["-m", "cynod_sandbox", "--trusted-proxy", "127.0.0.1"]
    lines, _ = logged(tmp_path, start, calls)
    seen = [line["client"] for line in lines if "client" in line]
    assert len(seen) == len(lists)
    assert set(seen) == {"192.0.2.7", "127.0.0.1", "2001:db8::7"}
