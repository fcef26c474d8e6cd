"""What a server grants to those who connect: time, octets, connections, heads; with either parser of HTTP."""

from __future__ import annotations

import asyncio
import json
import resource
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, MutableMapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from itertools import chain, repeat
from pathlib import Path
from typing import Any

import pytest
from cross_room.strangers import ELSEWHERE, HOST, Pieces, connect, drip, exchange, rest, soon, strangers
from cross_room.waiting import wait_until

from cynod_generators.targets.fastapi.runtime import contract as runtime_contract
from cynod_generators.targets.fastapi.runtime import heads, limits, server, serving
from cynod_generators.targets.fastapi.runtime.accepting import Acceptor
from cynod_generators.targets.fastapi.runtime.connections import Connections, Phase
from cynod_generators.targets.fastapi.runtime.limits import Limits
from cynod_generators.targets.fastapi.runtime.messages import RawAnswer
from cynod_generators.targets.fastapi.runtime.networks import network_of
from cynod_spec.model import Contract

from .conftest import Client, partners, start

pytestmark = pytest.mark.slow

OPTIONS = (
    "--max-connections", "40", "--max-connections-per-address", "30", "--timeout-first-octet", "1",
    "--timeout-head", "1", "--timeout-body", "2", "--timeout-keep-alive", "1", "--timeout-send", "1",
    "--log-level", "warning",
)  # fmt: skip
SLACK = 1.5  # seconds that a busy machine may add
READ_S, LOGIN_S = 0.5, 2.0  # seconds that an honest caller waits at most


@pytest.fixture(scope="module", params=["httptools", "h11"])
def bounded(
    request: pytest.FixtureRequest,
    generated: Path,
    contract: Contract,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Client]:
    """A stub with small limits; with h11 where httptools cannot be imported."""
    (generated / "limits.toml").write_text(partners(contract))
    first = tmp_path_factory.mktemp("first")
    if request.param == "h11":
        (first / "httptools.py").write_text("raise ImportError\n")
    process, port = start(generated, "--partners", "limits.toml", *OPTIONS, first=first)
    try:
        yield Client(contract, port)
    finally:
        process.terminate()
        _, errors = process.communicate(timeout=20)
    assert process.returncode == 0
    assert "Traceback" not in errors
    assert " ERROR " not in errors, errors[errors.index(" ERROR ") - 30 :][:2000]


def head(client: Client, *lines: str, method: str = "GET", effect: str = "health") -> bytes:
    """The head of a request for the operation with *effect*, with a Host and *lines*."""
    return "\r\n".join(
        [f"{method} {client.operation(effect).path} HTTP/1.1", "Host: x", *lines, "", ""]
    ).encode()


def said(client: Client, answer: bytes) -> str:
    """The role name of the code in the only *answer* of a connection that was closed after it."""
    first, _, body = answer.partition(b"\r\n\r\n")
    assert b"\r\nConnection: close" in first, answer
    member = client.contract.envelopes["success"].member("code")
    assert member is not None
    code = client.contract.code_of(json.loads(body)[member.path[0]])
    assert code is not None
    assert first.startswith(f"HTTP/1.1 {code.status} ".encode())
    return code.name


def honest(client: Client) -> None:
    """A read and a login by somebody who has waited for neither before."""
    health, grant = client.operation("health"), {"grant_type": "client_credentials"}
    assert soon(READ_S, lambda: client.call(health)).status == 200
    login = soon(LOGIN_S, lambda: client.form("token", grant, Authorization=client.basic("full")))
    assert login.status == 200


# Heads


@pytest.mark.parametrize("around", [("", ""), ("", " "), ("", "\t"), (" \t  ", " \t "), ("\t", "")])
def test_white_space_around_a_value_is_none_of_it(bounded: Client, around: tuple[str, str]) -> None:
    """RFC 9110 §5.5. Inside a value it stays."""
    success = bounded.operation("health").success
    name = next(header.name for header in success.headers if header.role == "request-id")
    for value in ("mine-1", "no id"):
        line = f"{name}:{around[0]}{value}{around[1]}"
        answer = exchange(bounded.port, head(bounded, line, "Connection: close"))
        assert answer.startswith(b"HTTP/1.1 200 ")
        echoed = f"\r\n{name.lower()}: {value}\r\n".encode()
        assert (echoed in answer.lower()) == (value == "mine-1")


@pytest.mark.parametrize("line", ["X Y: z", "X\0: z", "X\x7f: z", "X(: z", ": z", "X : z", "Xé: z", " X: z"])
def test_a_header_name_that_is_none_is_refused_in_the_envelope(bounded: Client, line: str) -> None:
    assert said(bounded, exchange(bounded.port, head(bounded, line))) == "request-invalid"


# Time


def test_a_connection_without_an_octet_is_closed_without_a_word(bounded: Client) -> None:
    began = time.monotonic()
    with connect(bounded.port) as connection:
        assert rest(connection) == b""
    assert 0.9 <= time.monotonic() - began <= 1 + SLACK


@pytest.mark.parametrize(
    "first", [b"GET /", b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: ", b"\r\n", b"GET / HTTP/1.1\r\nHost: x\r\n"]
)
def test_dripped_octets_do_not_prolong_a_head(bounded: Client, first: bytes) -> None:
    more = b"\r\n" if first == b"\r\n" else b"X:a\r\n" if first.endswith(b"\n") else b"a"
    answer, seconds = drip(bounded.port, chain([(0, first)], repeat((0.1, more), 60)))
    assert said(bounded, answer) == "request-invalid"
    if b"malformed" in answer:  # h11 takes no line ends before a request
        assert first == b"\r\n"
    else:
        assert b"did not arrive in time" in answer
        assert seconds >= 0.9
    assert seconds <= 1 + SLACK


def bodies(client: Client) -> dict[str, Pieces]:
    form = "Content-Type: application/x-www-form-urlencoded"
    token = {"method": "POST", "effect": "token"}
    length, chunked = "Content-Length: 900", "Transfer-Encoding: chunked"
    return {
        "by length": chain([(0, head(client, form, length, **token))], repeat((0.1, b"a"), 80)),
        "in chunks": chain([(0, head(client, form, chunked, **token))], repeat((0.1, b"1\r\na\r\n"), 80)),
        "in an extension": chain(
            [(0, head(client, form, chunked, **token)), (0, b"1;x=")], repeat((0.1, b"a"), 80)
        ),
        "in a trailer": chain(
            [(0, head(client, form, chunked, **token)), (0, b"0\r\nX: ")], repeat((0.1, b"a"), 80)
        ),
        "nothing": chain([(0, head(client, form, length, **token))], repeat((0.1, b""), 80)),
    }


@pytest.mark.parametrize("how", ["by length", "in chunks", "in an extension", "in a trailer", "nothing"])
def test_dripped_octets_do_not_prolong_a_body(bounded: Client, how: str) -> None:
    answer, seconds = drip(bounded.port, bodies(bounded)[how])
    assert said(bounded, answer) == "request-invalid"
    assert b"body of the request did not arrive in time" in answer
    assert 1.9 <= seconds <= 2 + SLACK


def test_a_body_that_nobody_waits_for_is_not_received_for_ever(bounded: Client) -> None:
    first = head(bounded, "Content-Length: 900", effect="whoami")
    answer, seconds = drip(bounded.port, chain([(0, first)], repeat((0.1, b"a"), 80)))
    assert answer.startswith(b"HTTP/1.1 401 ")
    assert answer.count(b"HTTP/1.1 ") == 1
    assert 1.9 <= seconds <= 2 + SLACK


def test_a_slow_body_that_is_whole_in_time_is_answered(bounded: Client) -> None:
    body = b"grant_type=client_credentials"
    first = head(
        bounded, f"Authorization: {bounded.basic('full')}", f"Content-Length: {len(body)}",
        "Content-Type: application/x-www-form-urlencoded", method="POST", effect="token",
    )  # fmt: skip
    pieces = chain([(0, first)], ((0.05, body[at : at + 1]) for at in range(len(body))), repeat((1, b""), 5))
    answer, seconds = drip(bounded.port, pieces)
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert seconds >= 0.05 * len(body)


def test_an_idle_connection_is_kept_for_its_time(bounded: Client) -> None:
    began = time.monotonic()
    with connect(bounded.port) as connection:
        for _ in range(3):
            connection.sendall(head(bounded, method="HEAD"))
            assert connection.recv(65536).startswith(b"HTTP/1.1 200 ")
            time.sleep(0.6)  # less than an idle connection is kept
        assert rest(connection) == b""
    assert time.monotonic() - began <= 3 * 0.6 + 1 + SLACK


# Connections


@pytest.mark.parametrize("source", [HOST, ELSEWHERE])
@pytest.mark.parametrize("what", ["nothing", "part of a head", "part of a body", "a request"])
def test_strangers_keep_nobody_out(bounded: Client, source: str, what: str) -> None:
    form = "Content-Type: application/x-www-form-urlencoded"
    first = {
        "nothing": b"",
        "part of a head": head(bounded)[:20],
        "part of a body": head(bounded, form, "Content-Length: 9000", method="POST", effect="token") + b"a=",
        "a request": head(bounded),
    }[what]
    with strangers(bounded.port, 60, first, source):
        honest(bounded)


def test_a_request_that_is_being_answered_is_never_given_up() -> None:
    table = Connections(Limits(connections=3, per_address=2))
    first, second = table.admit("192.0.2.1"), table.admit("192.0.2.1")
    assert first is not None
    assert second is not None
    ended: list[str] = []
    first.abort, second.abort = (lambda: ended.append("first")), (lambda: ended.append("second"))
    first.enter(Phase.ANSWERING)
    second.enter(Phase.ANSWERING)
    assert table.admit("192.0.2.1") is None
    third = table.admit("192.0.2.2")
    assert third is not None
    third.enter(Phase.ANSWERING)
    assert table.admit("192.0.2.3") is None
    assert ended == []
    second.enter(Phase.BODY, 9)
    assert table.admit("192.0.2.3") is not None
    assert ended == ["second"]
    assert len(table) == 3


def test_a_refusal_that_is_put_off_gives_way_to_others_only() -> None:
    table = Connections(Limits(connections=4, per_address=3))
    ended: list[str] = []
    for number in range(3):
        connection = table.admit("192.0.2.1")
        assert connection is not None
        connection.abort = partial(ended.append, str(number))
        connection.enter(Phase.DELAYED)
    assert table.admit("192.0.2.1") is None  # its share is full, and none of it waits
    assert table.admit("192.0.2.2") is not None
    assert ended == []
    assert table.admit("192.0.2.3") is not None  # the table is full: one of the many
    assert ended == ["0"]
    assert table.admit("192.0.2.1") is None  # and none of those who have fewer
    assert len(table) == 4


def test_of_those_that_wait_the_oldest_of_the_greediest_goes_first() -> None:
    table = Connections(Limits(connections=4, per_address=0))
    ended: list[str] = []
    for number, address in enumerate(("192.0.2.9", "192.0.2.1", "192.0.2.1", "192.0.2.1")):
        connection = table.admit(address)
        assert connection is not None
        connection.abort = partial(ended.append, f"{address} {number}")
    for number in range(3):
        assert table.admit(f"198.51.100.{number}") is not None
    assert ended == ["192.0.2.1 1", "192.0.2.1 2", "192.0.2.9 0"]


def test_a_trusted_proxy_has_no_share() -> None:
    table = Connections(Limits(connections=8, per_address=2), lambda address: address == "192.0.2.1")
    assert all(table.admit("192.0.2.1") for _ in range(6))
    assert len(table) == 6
    assert all(table.admit("192.0.2.2") for _ in range(6))
    assert len(table) == 8


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3::9", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
    ],
)
def test_what_counts_as_one_address(address: str, network: str) -> None:
    assert network_of(address) == network


def test_few_file_descriptors_stop_nothing(generated: Path, contract: Contract) -> None:
    (generated / "few-files.toml").write_text(partners(contract))
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (96, hard))  # inherited by the server
    try:
        process, port = start(generated, "--partners", "few-files.toml", "--max-connections-per-address", "0")
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    try:
        client = Client(contract, port)
        with strangers(port, 200):
            honest(client)
            with strangers(port, 200, head(client)[:20]):
                honest(client)
    finally:
        process.terminate()
        _, errors = process.communicate(timeout=20)
    assert process.returncode == 0
    assert "more file descriptors than the 96" in errors
    assert "Traceback" not in errors


def test_limits_fit_the_file_descriptors(monkeypatch: pytest.MonkeyPatch) -> None:
    for available, expected in ((None, 512), (20_000, 512), (1024, 512), (700, 444), (256, 128)):
        monkeypatch.setattr(limits, "_descriptors", lambda found=available: found)
        assert Limits().within_descriptors().connections == expected


@pytest.mark.parametrize(
    "arguments",
    [
        ["--max-connections", "0"],
        ["--max-connections", "1.5"],
        ["--max-connections-per-address", "-1"],
        ["--timeout-head", "0"],
        ["--timeout-body", "nan"],
        ["--timeout-send", "inf"],
        ["--timeout-keep-alive", "soon"],
        ["--timeout-first-octet", "-1"],
    ],
)
def test_wrong_limits_are_one_line_and_exit_2(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    parsed: Any = None
    with pytest.raises(SystemExit) as end:  # as argparse ends it
        parsed = server.parser("it").parse_args(["--port", "0", *arguments])
    assert end.value.code == 2, parsed
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.startswith("it: ")
    assert arguments[0] in last


@pytest.mark.parametrize(
    "proxy", ["*", "proxy.example", "", "10.0.0.0/99", "192.0.2.1:80", "10.0.0.0/8\nINFO"]
)
def test_a_proxy_that_is_no_address_is_one_line_and_exit_2(generated: Path, proxy: str) -> None:
    command = [sys.executable, "-m", "cynod_server", "--port", "0", "--trusted-proxy", proxy]
    done = subprocess.run(command, cwd=generated, capture_output=True, text=True, timeout=30)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert "no address or network" in done.stderr


# Octets


def large(client: Client) -> dict[str, list[bytes]]:
    whole, many = "a" * 87_000, [f"X-{number}: a" for number in range(101)]
    chunked = "Transfer-Encoding: chunked"
    form = "Content-Type: application/x-www-form-urlencoded"
    body = head(client, form, chunked, method="POST", effect="token")
    piece = b"a" * 20_000
    return {
        "a header in one piece": [head(client, f"X-Long: {whole}")],
        "a header in pieces": [head(client)[:-2], b"X-Long: ", *[piece] * 5, b"\r\n\r\n"],
        "headers": [head(client, *[f"X-{number}: {'a' * 1000}" for number in range(90)])],
        "a name": [head(client, f"X{whole}: a")],
        "a target": [head(client).replace(b" HTTP/1.1", f"?{whole} HTTP/1.1".encode())],
        "a head without an end": [head(client)[:-2], b"X-Long: ", *[piece] * 8],
        "many header lines": [head(client, *many)],
        "an extension of a chunk": [body, b"1;x=", *[piece] * 8],
        "a trailer": [body, b"0\r\nX: ", *[piece] * 8],
        "many trailers": [body, b"0\r\n", "\r\n".join([*many, "", ""]).encode()],
        "line ends": [b"\r\n" * 60_000],
    }


@pytest.mark.parametrize("what", [
    "a header in one piece", "a header in pieces", "headers", "a name", "a target", "a head without an end",
    "many header lines", "an extension of a chunk", "a trailer", "many trailers", "line ends",
])  # fmt: skip
def test_a_head_that_is_too_large_is_refused(
    bounded: Client, what: str, request: pytest.FixtureRequest
) -> None:
    answer = exchange(bounded.port, *large(bounded)[what])
    if answer:  # a connection that is reset while octets are on their way says no as well
        assert said(bounded, answer) == "request-invalid"
    honest(bounded)


def test_the_head_of_an_ordinary_request_passes(bounded: Client) -> None:
    lines = [f"X-{number}: {'a' * 90}" for number in range(70)]
    assert exchange(bounded.port, head(bounded, *lines, "Connection: close")).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize(
    ("lines", "version", "why"),
    [
        ([], "1.1", "no Host"),
        (["Host: a", "Host: a"], "1.1", "more than one"),
        (["Host: a", "HOST: b"], "1.1", "more than one"),
        (["Host: a", "Host: b"], "1.0", "more than one"),
        (["Host: a b"], "1.1", "invalid"),
        (["Host:"], "1.1", "invalid"),
        (["Host: a/b"], "1.1", "invalid"),
        (["Host: a@b"], "1.1", "invalid"),
        (["Host: a\\b"], "1.1", "invalid"),
        (["Host: a:b"], "1.1", "invalid"),
        (["Host: [::1"], "1.1", "invalid"),
        (["Host: <a>"], "1.1", "invalid"),
        (["Host: a"], "1.1", ""),
        (["Host: a_b.example:8080"], "1.1", ""),
        (["Host:  127.0.0.1:1 "], "1.1", ""),
        (["Host: [::1]:80"], "1.1", ""),
        ([], "1.0", ""),
    ],
)
def test_a_request_has_one_valid_host(bounded: Client, lines: list[str], version: str, why: str) -> None:
    path = bounded.operation("health").path
    octets = "\r\n".join([f"GET {path} HTTP/{version}", *lines, "Connection: close", "", ""]).encode()
    answer = exchange(bounded.port, octets)
    if why:
        assert said(bounded, answer) == "request-invalid"
        assert b"Host header" in answer or b"malformed HTTP" in answer
    else:
        assert answer.startswith(b"HTTP/1.1 200 ")


def test_a_refusal_keeps_the_language_and_the_request_id(bounded: Client) -> None:
    lines = ("X-Request-Id: mine-7", "Accept-Language: en", "Host: second")
    answer = exchange(bounded.port, head(bounded, *lines))
    if (
        b"more than one Host" in answer
    ):  # h11 refuses such a head by itself, before anybody has seen its lines
        assert b"X-Request-Id: mine-7\r\n" in answer
        code = bounded.contract.code("request-invalid")
        assert code.message.in_("en").encode() in answer


@pytest.mark.parametrize(
    "last",
    [
        b"GARBAGE\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nno length\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + b"a" * 87_000,
    ],
)
def test_answers_keep_the_order_of_requests(bounded: Client, last: bytes) -> None:
    answer = exchange(bounded.port, head(bounded) * 3 + last)
    assert answer.count(b"HTTP/1.1 200 ") == 3
    assert said(bounded, answer[answer.rindex(b"HTTP/1.1 ") :]) == "request-invalid"


def test_many_requests_at_once_are_answered_up_to_a_bound(bounded: Client) -> None:
    answer = exchange(bounded.port, head(bounded) * 300)
    assert answer.count(b"HTTP/1.1 200 ") >= heads.MAX_PIPELINED
    honest(bounded)


def test_trailers_are_no_headers(bounded: Client) -> None:
    request = head(bounded, "Transfer-Encoding: chunked", effect="whoami")
    trailer = f"Authorization: Bearer {bounded.token()}\r\nConnection: close\r\n\r\n".encode()
    with connect(bounded.port, patience=10) as connection:
        connection.sendall(request + b"0\r\n" + trailer)
        assert connection.recv(65536).startswith(b"HTTP/1.1 401 ")


def test_a_code_of_the_contract_for_a_status_of_http_is_preferred(generated: Path) -> None:
    made = runtime_contract.Contract.load(generated / "cynod_server" / "_generated" / "contract.json")
    assert {made.refusal(status) for status in (400, 408, 414, 431)} == {"request-invalid"}
    late = replace(made.code("request-invalid"), name="late", value="1099", status=408)
    richer = replace(made, codes={**made.codes, "late": late})
    assert (richer.refusal(408), richer.refusal(431)) == ("late", "request-invalid")


# The server by itself


Answer = dict[str, Any]


@contextmanager
def serving_one(
    size: int, context: ssl.SSLContext | None = None, limits: Limits | None = None
) -> Iterator[tuple[int, Any]]:
    """A server that answers each request with *size* octets, and its port."""

    async def app(scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for _ in range(max(1, size // 65536)):
            await send({"type": "http.response.body", "body": b"a" * 65536, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    made = serving.http_server(
        app, lambda broken: RawAnswer(broken.fault.status), limits=limits or Limits(send_s=1, keep_alive_s=1),
        lifespan="off", context=context,
    )  # fmt: skip
    listener = server.listen(HOST, 0)
    port = listener.getsockname()[1]
    thread = threading.Thread(target=made.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield port, made
    finally:
        made.should_exit = True
        thread.join(15)
    assert not thread.is_alive()


def test_a_caller_who_takes_nothing_of_its_answer_is_cut() -> None:
    with serving_one(50_000_000) as (port, made):
        with connect(port) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            wait_until(lambda: made.server_state.connections, "the connection opens")
            time.sleep(0.3)  # well within what a slow reader is given
            assert made.server_state.connections
            wait_until(lambda: not made.server_state.connections, "the connection ends", timeout_s=3 + SLACK)
        with connect(port) as connection:  # one who reads on slowly gets all of it
            connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            received = 0
            while block := connection.recv(2_000_000):
                received += len(block)
                time.sleep(0.05)  # a slow reader
            assert received > 49_000_000


def test_the_accepting_goes_on_when_the_machine_is_exhausted(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    failures = [OSError(24, "Too many open files"), OSError(103, "aborted"), OSError(12, "no memory")]
    accept = socket.socket.accept

    def failing(listener: socket.socket) -> Any:
        if failures:
            raise failures.pop()
        return accept(listener)

    monkeypatch.setattr("socket.socket.accept", failing)
    with serving_one(1) as (port, _):
        answer = exchange(port, b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert not failures
    assert [record.message for record in caplog.records if "cannot accept" in record.message]


def test_all_who_wait_are_accepted_at_once() -> None:
    """A flood that reconnects for ever would else keep whoever is behind it waiting for seconds."""
    crowd = 60

    async def accepted(listener: socket.socket) -> int:
        connections = Connections(replace(Limits(), per_address=0))
        acceptor = Acceptor(listener, connections, lambda _: asyncio.Protocol(), None)
        for _ in range(3):  # turns of the event loop
            await asyncio.sleep(0)
        number = len(connections)
        acceptor.close()
        await acceptor.wait_closed()
        return number

    with ExitStack() as opened:
        listener = opened.enter_context(socket.create_server((HOST, 0), backlog=crowd))
        for _ in range(crowd):
            opened.enter_context(socket.create_connection(listener.getsockname()))
        assert asyncio.run(accepted(listener)) == crowd
