"""Every transport carries the same octets and fails in the same words: pooled, raw socket, in process."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import requests
from schemathesis.engine import context as engine_context

from cynod_conformance.engine.sessions import TargetAdapter, sessions_of
from cynod_conformance.http.errors import (
    ConnectionFailed,
    HeaderRefused,
    NotHttp,
    TimedOut,
    TransportError,
)
from cynod_conformance.http.in_process import InProcessTransport
from cynod_conformance.http.pooled import PooledTransport
from cynod_conformance.http.raw_socket import RawSocketTransport, octets_of, socket_connect
from cynod_conformance.http.target import Target
from cynod_conformance.http.transport import MAX_BODY_BYTES, Transport
from cynod_conformance.observe.exchange import Request
from cynod_spec.network.trust import trust_store

KINDS = ("pooled", "raw socket", "in process")
READ_S, WHOLE_S = 1.0, 1.5
LENGTH = b"content-length"
SEEN_S = 5.0  # in which the server notices that a caller has left


@dataclass
class Server:
    """What a server of protocols has received, and how it answers."""

    loop: asyncio.AbstractEventLoop
    answer: bytes = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"
    received: list[bytes] = field(default_factory=list)
    opened: int = 0
    left: threading.Event = field(default_factory=threading.Event)
    url: str = ""


class Connection(asyncio.Protocol):
    """Keeps what it receives, and answers each request at its end; an empty answer hangs up."""

    def __init__(self, server: Server) -> None:
        self.server, self.octets = server, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.server.opened += 1

    def data_received(self, data: bytes) -> None:
        self.octets += data
        head, found, body = self.octets.partition(b"\r\n\r\n")
        lengths = [line.partition(b":")[2] for line in head.split(b"\r\n") if line.lower().startswith(LENGTH)]
        length = int(lengths[0]) if lengths else 0
        is_chunked = b"chunked" in head
        if not found or len(body) < length or (is_chunked and not body.endswith(b"0\r\n\r\n")):
            return
        self.server.received.append(self.octets)
        self.octets = b""
        if self.server.answer == b"silence":
            return
        self.transport.write(self.server.answer)
        if b"Content-Length" not in self.server.answer:
            self.transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        self.server.left.set()


@pytest.fixture
def server() -> Iterator[Server]:
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    made = Server(loop)
    opening = loop.create_server(lambda: Connection(made), "127.0.0.1", 0)
    listening = asyncio.run_coroutine_threadsafe(opening, loop).result()
    made.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    yield made
    loop.call_soon_threadsafe(listening.close)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@pytest.fixture(params=KINDS)
def transport(request: pytest.FixtureRequest, server: Server) -> Iterator[Transport]:
    made: Transport
    if request.param == "pooled":
        made = PooledTransport(
            server.url, trust=trust_store().context, connect_s=READ_S, read_s=READ_S, whole_s=WHOLE_S
        )
    elif request.param == "raw socket":
        connect = socket_connect(server.url, trust_store().context, READ_S)
        made = RawSocketTransport(connect, whole_s=WHOLE_S)
    else:
        made = InProcessTransport(
            server.url, server.loop, lambda: Connection(server), read_s=READ_S, whole_s=WHOLE_S
        )
    yield made
    made.close()


def test_a_request_and_its_answer(transport: Transport, server: Server) -> None:
    headers = (("X-Cf", "é".encode().decode("latin-1")), ("Content-Length", "4"))
    answer = transport.send(Request("POST", f"{server.url}/a%20b?c=d", headers, b"body"))
    assert (answer.status, answer.body, answer.header("content-length")) == (200, b"hi", "2")
    head, _, body = server.received[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /a%20b?c=d HTTP/1.1\r\n")
    assert b"X-Cf: \xc3\xa9" in head.split(b"\r\n")
    assert body == b"body"


def test_a_body_without_a_length_goes_in_chunks(transport: Transport, server: Server) -> None:
    transport.send(Request("POST", f"{server.url}/", (("Transfer-Encoding", "chunked"),), b"body"))
    assert server.received[0].endswith(b"\r\n\r\n4\r\nbody\r\n0\r\n\r\n")


def test_several_requests_one_after_the_other(transport: Transport, server: Server) -> None:
    assert [transport.send(Request("GET", f"{server.url}/{n}")).status for n in range(3)] == [200] * 3
    assert [octets.split(b" ")[1] for octets in server.received] == [b"/0", b"/1", b"/2"]


def test_octets_go_as_they_are(transport: Transport, server: Server) -> None:
    octets = b"G\x01T /\xff HTTP/9.9\r\nno colon\r\n\r\n"
    assert transport.send_octets(Request("GET", f"{server.url}/"), octets).body == b"hi"
    assert server.received == [octets]


def test_a_caller_that_leaves_is_seen_to_leave(transport: Transport, server: Server) -> None:
    server.answer = b"silence"
    transport.abandon(Request("GET", f"{server.url}/left"), 0.05)
    assert server.left.wait(SEEN_S)
    assert server.received[0].startswith(b"GET /left HTTP/1.1\r\n")


def test_a_caller_leaves_as_soon_as_the_answer_begins(transport: Transport, server: Server) -> None:
    transport.abandon(Request("GET", f"{server.url}/left"), 60.0)
    assert server.left.wait(SEEN_S)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (b"silence", TimedOut),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhi", TimedOut),
        (b"", ConnectionFailed),
        (b"HTTP/1.1 2xx\r\n\r\n", TransportError),
        (b"\x16\x03\x01", TransportError),
    ],
)
def test_what_is_no_answer(
    transport: Transport, server: Server, answer: bytes, error: type[TransportError]
) -> None:
    server.answer = answer
    with pytest.raises(error) as raised:
        transport.send(Request("GET", f"{server.url}/"))
    assert raised.value.said


def test_a_body_is_read_to_a_bound(transport: Transport, server: Server) -> None:
    size = MAX_BODY_BYTES + 100
    server.answer = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size + b"x" * size
    assert len(transport.send(Request("GET", f"{server.url}/")).body) == MAX_BODY_BYTES


def test_connections_are_kept_by_those_that_keep_them(server: Server) -> None:
    for kept, made in (
        (1, PooledTransport(server.url, trust=trust_store().context, connect_s=1, read_s=1, whole_s=1)),
        (1, InProcessTransport(server.url, server.loop, lambda: Connection(server), read_s=1, whole_s=1)),
        (3, RawSocketTransport(socket_connect(server.url, trust_store().context, 1), whole_s=1)),
    ):
        server.opened = 0
        for _ in range(3):
            made.send(Request("GET", f"{server.url}/"))
        made.close()
        assert server.opened == kept


def test_nobody_listens() -> None:
    transport = RawSocketTransport(
        socket_connect("http://127.0.0.1:1", trust_store().context, 1), whole_s=WHOLE_S
    )
    with pytest.raises(ConnectionFailed):
        transport.send(Request("GET", "http://127.0.0.1:1/"))


def test_a_server_in_process_that_takes_no_more_connections(server: Server) -> None:
    transport = InProcessTransport(server.url, server.loop, lambda: None, read_s=READ_S, whole_s=WHOLE_S)
    with pytest.raises(ConnectionFailed):
        transport.send(Request("GET", f"{server.url}/"))
    transport.close()


def test_a_header_that_no_http_can_carry(server: Server) -> None:
    transport = PooledTransport(
        server.url, trust=trust_store().context, connect_s=READ_S, read_s=READ_S, whole_s=WHOLE_S
    )
    with pytest.raises(HeaderRefused):
        transport.send(Request("GET", f"{server.url}/", (("X-Cf", "a\r\nb: c"),)))
    transport.close()


def test_octets_of_a_request_without_a_path() -> None:
    assert octets_of(Request("GET", "http://api.example")).startswith(
        b"GET / HTTP/1.1\r\nHost: api.example\r\n"
    )


def test_an_answer_that_is_no_http_is_told_as_such(server: Server) -> None:
    server.answer = b"220 mail.example ESMTP\r\n"
    transport = RawSocketTransport(socket_connect(server.url, trust_store().context, READ_S), whole_s=WHOLE_S)
    with pytest.raises(NotHttp):
        transport.send(Request("GET", f"{server.url}/"))


def test_no_proxy_of_the_environment_is_asked_in_any_phase(
    server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
        monkeypatch.setenv(name.lower(), "http://127.0.0.1:1")
    monkeypatch.setenv("NETRC", str(tmp_path / "none"))
    target = Target(server.url)
    assert target.send("GET", target.url("/probe")).response.status == 200
    with sessions_of(TargetAdapter(target)):
        session = engine_context.make_session(None)  # type: ignore[arg-type]  # no setting of it is read
        assert session.get(f"{server.url}/live", timeout=READ_S).status_code == 200
        server.answer = b""
        with pytest.raises(requests.ConnectionError):
            session.get(f"{server.url}/live", timeout=READ_S)
    target.close()
    assert [octets.split(b" ")[1] for octets in server.received[:2]] == [b"/probe", b"/live"]
