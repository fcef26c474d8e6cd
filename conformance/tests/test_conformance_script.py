"""The lines of a report send what was sent, octet by octet, and nothing that a target says acts in them.

They are run by a real bash: with a ``curl`` that writes down its words, and with the real one against a
server that answers otherwise the second time.
"""

from __future__ import annotations

import base64
import json
import os
import pty
import re
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from cynod_conformance.config.settings import Config, Credential
from cynod_conformance.http.authorization import basic
from cynod_conformance.observe import Exchange, Request, Response
from cynod_conformance.reproduction.commands import curl
from cynod_conformance.reproduction.environment import exports
from cynod_conformance.reproduction.exchange_log import ExchangeLog
from cynod_conformance.reproduction.redaction import Redactor
from cynod_conformance.reproduction.script import AFTER, TAKE, script

pytestmark = pytest.mark.slow

NONCE = "0000700007"  # what bash makes of two times RANDOM=7
TOKEN, ID, DATE = "tok-ABCDEFGHIJKLMNOPQRSTUVWXYZ", "pay_0123456789", "2026-11-24T10:00:07.012Z"
SECRET = "s3cr/et +é=&\"'$(touch canary)"
AGENT = ("User-Agent", "cynod-conform")
FITTING = ("0x10", "~root", "-K/etc/passwd", "-ocanary")  # of ``ACTS``, what may be a token
ACTS = (
    "$(touch canary)", "`touch canary`", "${IFS}touch${IFS}canary", "a[$(touch canary)]",
    "x[$(touch canary)]=1", "';touch canary;'", '";touch canary;"', "&touch canary&", "|touch canary",
    ">canary", "$CYNOD_PRIMARY_SECRET", "${CYNOD_PRIMARY_SECRET}", "@/etc/passwd", "-K/etc/passwd",
    "-ocanary", "--output=canary", "%s%n", "*", "~root", "a b", "a\tb", "é", "\u202e", "json' -H", "{a,b}",
    "[1-3]", "$((1+1))", "!!", "#", "\\", "\\\\", "0x10",
)  # fmt: skip


def exchange(request: Request, answer: object) -> Exchange:
    body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    return Exchange("1", None, request, Response(200, (), body))


def journal_of(*exchanges: Exchange) -> ExchangeLog:
    exchange_log = ExchangeLog(NONCE)
    for second, each in enumerate(exchanges, 1):
        exchange_log.see(each, float(second) / 10)
        if second < len(exchanges):
            exchange_log.begin()
    return exchange_log


def redactor_of(key: str, secret: str) -> Redactor:
    made = Redactor()
    made.add_pair(key, secret, "primary")
    return made


# What is sent is what was sent


@dataclass
class RequestUnderTest:
    """A request as its words and its standard input tell it."""

    method: str = ""
    url: str = ""
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""


FAKE = """#!/bin/bash
n=$(ls "$SEEN" | wc -l)
printf '%s\\0' "$@" > "$SEEN/$n"
for word in "$@"; do if [[ $word == @- ]]; then cat > "$SEEN/.body.$n"; fi; done
cat "$ANSWERS/$n"
"""


def run(lines: Sequence[str], config: Config, folder: Path, answers: Sequence[bytes]) -> list[list[bytes]]:
    """The words of each call of curl, when *lines* are run in *folder* and it prints *answers*."""
    for name in ("bin", "seen", "answers", "work"):
        shutil.rmtree(folder / name, ignore_errors=True)
        (folder / name).mkdir()
    (folder / "bin" / "curl").write_text(FAKE, encoding="utf-8")
    (folder / "bin" / "curl").chmod(0o755)
    for number, answer in enumerate(answers):
        (folder / "answers" / str(number)).write_bytes(answer)
    text = "\n".join((*exports(config), "unset RANDOM; RANDOM=7", *lines)).encode()
    environment = {
        "PATH": f"{folder / 'bin'}:{os.environ['PATH']}",
        "SEEN": str(folder / "seen"),
        "ANSWERS": str(folder / "answers"),
        "LC_ALL": "C.UTF-8",
    }
    assert subprocess.run(["bash", "-n"], input=text, capture_output=True).stderr == b""
    done = subprocess.run(["bash"], input=text, capture_output=True, cwd=folder / "work", env=environment)
    assert done.stderr == b"", (done.stderr, text)
    assert done.returncode == 0
    assert not list((folder / "work").iterdir())
    found = sorted((path for path in (folder / "seen").glob("[0-9]*")), key=lambda path: int(path.name))
    return [path.read_bytes().split(b"\0")[:-1] for path in found]


def read(words: list[bytes], body: Path) -> RequestUnderTest:
    """The request that curl would send for *words*."""
    left = [word.decode("utf-8", "surrogateescape") for word in words]
    sent, method = RequestUnderTest(), ""
    while left:
        word = left.pop(0)
        if word in ("-sS", "-i", "-g", "--path-as-is"):
            continue
        if word == "-I":
            method = "HEAD"
        elif word == "-X":
            method = left.pop(0)
        elif word == "-u":
            pair = left.pop(0).encode("utf-8", "surrogateescape")
            sent.headers.append(("Authorization", f"Basic {base64.b64encode(pair).decode()}"))
        elif word == "-H":
            name, colon, value = left.pop(0).partition(":")
            assert not name.startswith("@")
            if colon and value:
                sent.headers.append((name, value.removeprefix(" ")))
            elif not colon:
                sent.headers.append((name.removesuffix(";"), ""))
        elif word in ("-d", "--data-raw"):
            data = left.pop(0)
            assert word == "--data-raw" or not data.startswith("@")
            sent.body, method = data.encode("utf-8", "surrogateescape"), method or "POST"
        elif word == "--data-binary":
            assert left.pop(0) == "@-"
            sent.body, method = body.read_bytes(), method or "POST"
        else:
            assert word.startswith("http://x")
            assert not sent.url
            sent.url = word
    assert b"-g" in words
    sent.method = method or "GET"
    return sent


def same(sent: RequestUnderTest, request: Request) -> None:
    assert sent.method == request.method
    assert sent.url == request.url
    assert sent.body == request.body
    octets = [(n, v.encode("latin-1").decode("utf-8", "surrogateescape")) for n, v in request.headers]
    assert sorted(sent.headers) == sorted(field for field in octets if field != AGENT)


PLAIN = "abcXYZ0189-._~+/"
NASTY = st.one_of(
    st.sampled_from(ACTS), st.text(max_size=12), st.sampled_from(("$TOKEN_1", "$ID_1", NONCE, TOKEN))
)
TEXTS = st.lists(NASTY, max_size=4).map("".join).map(lambda text: text.encode("utf-8", "replace"))
BODIES = st.one_of(TEXTS, st.binary(max_size=60), st.just(b"[" * 5000), st.just(b"x" * 150_000))
VALUES = TEXTS.map(lambda octets: re.sub(r"[\x00-\x1f\x7f]", "", octets.decode("latin-1")).strip(" "))
PATHS = st.lists(
    st.sampled_from((*ACTS[:20], "a", "/", "?x=", "[", "}", "%20", ID, f"cf-{NONCE}-1")), max_size=6
)
TOKENS = st.text(PLAIN, min_size=12, max_size=60).map(lambda text: f"{text}7=")
IDS = st.text("abcXYZ0189_.~", min_size=9, max_size=30).map(lambda text: f"{text}-7")
SECRETS = st.one_of(
    st.just(SECRET),
    st.just("abc"),
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=20),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TOKENS, IDS, SECRETS, VALUES, PATHS, BODIES)
@example(TOKEN, ID, SECRET, "a", ["[1-3]{a,b}", "/./x"], b"@/etc/passwd")
@example(TOKEN, ID, "abc", "", [], f"token={TOKEN}&client_secret=abc&id={ID}".encode())
@example(TOKEN, ID, SECRET, TOKEN.lower(), [TOKEN[:20]], f"{TOKEN[:-2]} {TOKEN.swapcase()}".encode())
def test_the_lines_send_the_octets_that_were_sent(
    tmp_path: Path, token: str, id: str, secret: str, value: str, path: list[str], body: bytes
) -> None:
    tail = (
        "".join(path)
        .encode("ascii", "ignore")
        .decode()
        .replace(" ", "%20")
        .replace("#", "")
        .replace("\t", "")
    )
    granting = Request(
        "POST",
        "http://x/token",
        (AGENT, ("Authorization", basic("shop", secret)), ("Content-Type", "text/x")),
        b"a=b",
    )
    making = Request("GET", f"http://x/cf-{NONCE}-1", (AGENT, ("Authorization", f"Bearer {token}")))
    last = Request(
        "PUT", f"http://x/{id}/{tail}",
        (AGENT, ("Authorization", f"Bearer {token}"), ("Content-Type", "text/x"), ("X-Odd", value)), body,
    )  # fmt: skip
    exchanges = (
        exchange(granting, {"access_token": token}),
        exchange(making, {"id": id}),
        exchange(last, {}),
    )
    config = Config(credentials={"primary": Credential("primary", "shop", secret)})
    redactor = redactor_of("shop", secret)
    redactor.add_token(token, "token_primary")
    lines = script(journal_of(*exchanges), redactor, exchanges[-1])
    answers = [b"HTTP/1.1 200 OK\r\n\r\n" + each.response.body for each in exchanges]
    seen = run(lines, config, tmp_path, answers)
    assert len(seen) == len(exchanges)
    for number, (words, each) in enumerate(zip(seen, exchanges, strict=True)):
        same(read(words, tmp_path / "seen" / f".body.{number}"), each.request)
    assert token not in "\n".join(lines)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(SECRETS, VALUES, PATHS, BODIES.filter(lambda body: len(body) < 1000))
def test_a_line_by_itself_does_too(
    tmp_path: Path, secret: str, value: str, path: list[str], body: bytes
) -> None:
    tail = (
        "".join(path)
        .encode("ascii", "ignore")
        .decode()
        .replace(" ", "%20")
        .replace("#", "")
        .replace("\t", "")
    )
    headers = (AGENT, ("Authorization", basic("shop", secret)), ("Content-Type", "text/x"), ("X-Odd", value))
    request = Request("POST", f"http://x/{tail}", headers, body)
    config = Config(credentials={"primary": Credential("primary", "shop", secret)})
    line = curl(exchange(request, {}), redactor_of("shop", secret))
    assert "\n" not in line
    (words,) = run([line], config, tmp_path, [b""])
    same(read(words, tmp_path / "seen" / ".body.0"), request)


# What a target answers when the lines are run is matched against the form of its kind, or refused


@dataclass
class Target:
    """A server that gives the answers it is told to, in their order, and the requests that it got."""

    port: int
    answers: list[object]
    got: list[RequestUnderTest] = field(default_factory=list)


@contextmanager
def answering(*answers: object) -> Iterator[Target]:
    target = Target(0, list(answers))

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            target.got.append(RequestUnderTest(self.command, self.path, self.headers.items(), body))
            said = target.answers.pop(0) if target.answers else {}
            octets = said if isinstance(said, bytes) else json.dumps(said).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(octets)))
            self.end_headers()
            self.wfile.write(octets)

        do_GET = do_POST = answer  # noqa: N815 - the names that the server calls

        def log_message(self, *_: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    target.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield target
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def failure(port: int) -> tuple[str, ...]:
    """The lines of a failure that takes a token, an id and a time over, in full and in part."""
    base, bearer = f"http://127.0.0.1:{port}", ("Authorization", f"Bearer {TOKEN}")
    granting = Request("POST", f"{base}/token", (AGENT, ("Authorization", basic("shop", SECRET))), b"a=b")
    making = Request("POST", f"{base}/payments", (AGENT, bearer), b"x")
    after = DATE.replace("012Z", "013Z")
    used = Request(
        "GET", f"{base}/payments/{ID}?since={after}&until={DATE}&key={TOKEN[:20]}", (AGENT, bearer)
    )
    exchanges = (
        exchange(granting, {"access_token": TOKEN}),
        exchange(making, {"id": ID, "date": DATE}),
        exchange(used, {}),
    )
    return script(journal_of(*exchanges), redactor_of("shop", SECRET), exchanges[-1])


def shown(lines: Sequence[str], folder: Path) -> subprocess.CompletedProcess[bytes]:
    config = Config(credentials={"primary": Credential("primary", "shop", SECRET)})
    text = "\n".join((*exports(config), *lines, "")).encode()
    return subprocess.run(["bash"], input=text, capture_output=True, cwd=folder, timeout=60)


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Path]:
    """A folder in which nothing may have been made."""
    (tmp_path / "empty").mkdir()
    yield tmp_path / "empty"
    assert not list((tmp_path / "empty").iterdir())


@pytest.mark.parametrize(
    ("date", "after"),
    [
        ("2027-01-02T03:04:05.678Z", "2027-01-02T03:04:05.679Z"),
        ("2027-01-02T03:04:05.099Z", "2027-01-02T03:04:05.100Z"),
        ("2027-01-02T03:04:05.999Z", "2027-01-02T03:04:05.9991Z"),
        ("2027-01-02T03:04:05.123456789Z", "2027-01-02T03:04:05.124Z"),
        ("2027-01-02T03:04:05Z", "2027-01-02T03:04:05Z"),
    ],
)
def test_what_is_given_out_anew_is_taken_over(date: str, after: str, empty: Path) -> None:
    token, id = "-other~TOKEN.0123456789/+==", "pay_9876543210"
    with answering({"access_token": token}, {"id": id, "date": date}) as target:
        done = shown(failure(target.port), empty)
    assert done.returncode == 0
    *_, last = target.got
    assert last.url == f"/payments/{id}?since={after}&until={date}&key={token[:20]}"
    assert ("Authorization", f"Bearer {token}") in last.headers


@pytest.mark.parametrize(
    "date",
    [
        "2026-11-24T10:00:07.0+a[$(touch canary)]+000Z",
        "2026-11-24T10:00:07.a[$(touch canary)]Z",
        "2026-11-24T10:00:07.9999999999Z",
        "2026-11-24T10:00:07.08#9Z",
        "2026-11-24T10:00:07.-1Z",
        "2026-11-24T10:00:07.0x1Z",
        "2026-11-24T10:00:07.٣Z",
        "x[$(touch canary)]2026-11-24T10:00:07.012Z",
        *ACTS,
    ],
)
def test_no_time_that_is_none_reaches_arithmetic(date: str, empty: Path) -> None:
    with answering({"access_token": TOKEN}, {"id": ID, "date": date}) as target:
        done = shown(failure(target.port), empty)
    assert done.returncode == 1
    assert b"no date in the answer is a usable moment" in done.stderr
    assert [each.url for each in target.got] == ["/token", "/payments"]


@pytest.mark.parametrize(
    "text", [*(act for act in ACTS if act not in FITTING), "", "-", "pay é", "a\nb\r\nX: y", "'", '"']
)
@pytest.mark.parametrize("member", ["access_token", "id"])
def test_nothing_but_a_token_or_an_id_is_taken_for_one(text: str, member: str, empty: Path) -> None:
    if member == "access_token" and text == "-":
        text = "--output=canary"
    answers = [{"access_token": TOKEN}, {"id": ID, "date": DATE}]
    answers[member == "id"][member] = text
    with answering(*answers) as target:
        done = shown(failure(target.port), empty)
    assert done.returncode == 1
    assert f"no {member} in the answer is a usable".encode() in done.stderr
    assert len(target.got) == 1 + (member == "id")


@pytest.mark.parametrize(
    ("token", "id"),
    [
        ("-K/etc/passwd", "~root"), ("-ocanary", "0x10"), ("~root", "file:///etc/passwd"),
        ("--", "http://127.0.0.1:1/x"), ("..", "../../x"), ("0x10", "1=2"),
    ],
)  # fmt: skip
def test_what_is_odd_but_fits_is_no_more_than_a_text(token: str, id: str, empty: Path) -> None:
    with answering({"access_token": token}, {"id": id, "date": DATE}) as target:
        done = shown(failure(target.port), empty)
    assert done.returncode == 0
    made, used = target.got[1:]
    assert ("Authorization", f"Bearer {token}") in made.headers
    assert ("Authorization", f"Bearer {token}") in used.headers
    assert used.url.startswith("/")
    assert used.url.endswith(f"until={DATE}&key={token}")


@pytest.mark.parametrize("answer", [b"", b"\0\xff", b'"id": "', b"<html>", b'{"id": 5, "date": null}'])
def test_an_answer_without_it_ends_the_lines(answer: bytes, empty: Path) -> None:
    with answering({"access_token": TOKEN}, answer) as target:
        assert shown(failure(target.port), empty).returncode == 1
    assert len(target.got) == 2


def test_an_answer_cannot_say_where_the_next_request_goes(empty: Path) -> None:
    """Whatever was given out: the server that is sent secrets stands in the lines as it was."""
    with answering() as target, answering() as foreign:
        base, bearer = f"http://127.0.0.1:{target.port}", ("Authorization", f"Bearer {TOKEN}")
        making = exchange(
            Request("POST", f"{base}/payments", (AGENT,), b"x"),
            {"self": f"{base}/payments/1234567", "access_token": TOKEN},
        )
        reading = exchange(Request("GET", f"{base}/payments/1234567", (AGENT, bearer)), {})
        lines = script(journal_of(making, reading), redactor_of("shop", SECRET), reading)
        evil = {"self": f"http://127.0.0.1:{foreign.port}/payments/1", "access_token": TOKEN}
        target.answers += [evil, {}]
        shown(lines, empty)
        assert not foreign.got


def test_pasted_lines_stop_too_and_leave_the_shell(empty: Path) -> None:
    """As a reader does it: into an interactive shell, which must survive and send nothing more."""
    with answering({"access_token": TOKEN}, {"id": ID, "date": "$(touch canary)"}) as target:
        lines = failure(target.port)
        pid, terminal = pty.fork()
        if pid == 0:
            os.chdir(empty)
            os.execvpe("bash", ["bash", "--norc", "-i"], {**os.environ, "HISTFILE": "/dev/null", "PS1": "> "})
        for line in (*lines, "echo still $((40 + 2))"):
            os.write(terminal, line.encode() + b"\n")
            time.sleep(0.05)  # as fast as somebody pastes
        said = b""
        deadline = time.monotonic() + 20
        while b"still 42" not in said and time.monotonic() < deadline:
            said += os.read(terminal, 65536)
        os.write(terminal, b"exit\n")
        os.waitpid(pid, 0)
    assert b"usable moment" in said
    assert b"still 42" in said
    assert [each.url for each in target.got] == ["/token", "/payments"]


def test_a_function_that_is_given_anything_else_computes_nothing(empty: Path) -> None:
    for text in (*ACTS, "2026-11-24T10:00:07.0+a[$(touch canary)]+000Z"):
        taking = """printf '{"id": "%s"}' "$1" | take id 1 moment"""
        calls = f'{AFTER}\n{TAKE}\nafter "$1" 3; {taking}'
        done = subprocess.run(["bash", "-c", calls, "bash", text], capture_output=True, cwd=empty)
        assert done.stdout == text.encode()


# A secret of the target's that no line can take over


@pytest.mark.parametrize(
    "token",
    ["json' -H token-0123456789", '0123456789","verdict": "', "tok$(touch canary)en", "t\u00e9 0123456"],
)
def test_a_token_that_is_none_stands_in_no_line(token: str) -> None:
    granting = exchange(Request("POST", "http://x/token", (AGENT,), b"a=b"), {"access_token": token})
    bearer = ("Authorization", f"Bearer {token}".encode().decode("latin-1"))
    reading = exchange(Request("GET", "http://x/payments", (AGENT, bearer)), {})
    redactor = redactor_of("shop", SECRET)
    redactor.add_token(token, "token_primary")
    assert script(journal_of(granting, reading), redactor, reading) == ()
    assert token not in curl(reading, redactor)
    assert "'Authorization: Bearer [redacted]'" in curl(reading, redactor)
    assert script(journal_of(granting), redactor, granting)  # the request for it is shown


def test_words_that_a_target_calls_tokens_hide_no_line() -> None:
    for word in ("client_credentials", "application/json", "Authorization", "success"):
        granting = exchange(
            Request("POST", "http://x/token", (AGENT,), b"grant_type=client_credentials"),
            {"access_token": word},
        )
        reading = exchange(Request("GET", "http://x/payments", (AGENT, ("Accept", "application/json"))), {})
        redactor = redactor_of("shop", SECRET)
        redactor.add_token(word, "token_primary")
        (line,) = script(journal_of(granting, reading), redactor, reading)
        assert line == "curl -sS -i -g -H 'Accept: application/json' http://x/payments"
        bearer = ("Authorization", f"Bearer {word}")
        identified = exchange(Request("GET", "http://x/payments", (AGENT, bearer)), {})
        assert script(journal_of(granting, identified), redactor, identified) == ()
        assert word not in curl(identified, redactor).replace("Authorization:", "")
