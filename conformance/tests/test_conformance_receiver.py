"""The suite's receiver among strangers: who delivers gets through, and little is kept."""

from __future__ import annotations

import os
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import psutil
import pytest
import requests

from cynod_conformance.webhooks import receiver as receivers
from cynod_conformance.webhooks import watch as watches
from cynod_conformance.webhooks.receiver import Receiver, receiving
from cynod_conformance.webhooks.watch import Reply

SOON_S = 2.0  # in which a delivery is answered, whatever strangers do
DRIP_S, RETURN_S = 0.05, 0.005  # between two pieces of each stranger; between two that come back
HEAD = b"POST /webhook HTTP/1.1\r\nHost: x\r\n"
# What strangers send at first, and then again and again.
STRANGERS: dict[str, tuple[bytes, bytes]] = {
    "silent": (b"", b""),
    "drips a head": (HEAD, b"X"),
    "drips headers": (HEAD, b"X: y\r\n"),
    "drips a body": (HEAD + b"Content-Length: 200000\r\n\r\n", b"x"),
    "never ends its chunks": (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
    "never ends a chunk's head": (HEAD + b"Transfer-Encoding: chunked\r\n\r\n1;", b"x"),
    "speaks TLS": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"\0"),
    "announces too much": (HEAD + b"Content-Length: 99999999999999999999\r\n\r\n", b"x" * 1000),
    "pipelines": (HEAD + b"Content-Length: 2\r\n\r\n{}", HEAD + b"Content-Length: 2\r\n\r\n{}"),
}


@contextmanager
def strangers(receiver: Receiver, count: int, kind: str) -> Iterator[list[socket.socket]]:
    """So many connections that stay open and drip, while inside; whoever is dropped comes back."""
    first, again = STRANGERS[kind]
    address = receiver._listener.getsockname()[:2]
    made, stopped = [_connected(address, first) for _ in range(count)], threading.Event()

    def drip() -> None:
        while not stopped.wait(DRIP_S):
            for number, each in enumerate(made):
                if not _stays(each, again):
                    each.close()
                    made[number] = _connected(address, first)
                    stopped.wait(RETURN_S)

    thread = threading.Thread(target=drip)
    thread.start()
    try:
        yield made
    finally:
        stopped.set()
        thread.join(10)
        for each in made:
            each.close()


def _connected(address: tuple[str, int], first: bytes) -> socket.socket:
    made = socket.create_connection(address, timeout=10)
    made.setblocking(False)
    with suppress(OSError):
        made.send(first)
    return made


def _stays(stranger: socket.socket, data: bytes) -> bool:
    """Send *data*; whether the connection is still open."""
    try:
        stranger.send(data)
        return stranger.recv(4096) != b""
    except BlockingIOError:
        return True
    except OSError:
        return False


def deliver(receiver: Receiver, key: str) -> float:
    """The seconds that a delivery of *key* takes; it must be answered with 204."""
    began = time.monotonic()
    assert requests.post(receiver.url, f'"{key}"'.encode(), timeout=10).status_code == 204
    return time.monotonic() - began


@pytest.mark.parametrize("kind", STRANGERS)
def test_slow_strangers_keep_no_delivery_out(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receivers, "MAX_CONNECTIONS", 8)
    with receiving("127.0.0.1:0") as receiver:
        watch = receiver.watch("ref-1")
        with strangers(receiver, 20, kind):
            slowest = max(deliver(receiver, "ref-1") for _ in range(10))
        assert len(watch.deliveries) == 10
    assert slowest < SOON_S


def test_a_delivery_that_takes_its_time_outlives_strangers_from_elsewhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(receivers, "MAX_CONNECTIONS", 8)
    with receiving("127.0.0.1:0") as receiver:
        watch = receiver.watch("ref-1")
        address = receiver._listener.getsockname()[:2]
        with socket.create_connection(address, source_address=("127.0.0.2", 0), timeout=10) as slow:
            slow.sendall(HEAD + b"Content-Length: 7\r\n\r\n")
            with strangers(receiver, 20, "drips a head"):
                time.sleep(0.3)  # strangers drip meanwhile
                slow.sendall(b'"ref-1"')
                assert slow.recv(100).startswith(b"HTTP/1.1 204")
        assert len(watch.deliveries) == 1


def test_a_delivery_left_without_answer_outlives_strangers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receivers, "MAX_CONNECTIONS", 8)
    with receiving("127.0.0.1:0") as receiver:
        watch = receiver.watch("ref-1", (Reply(0),))
        address = receiver._listener.getsockname()[:2]
        with socket.create_connection(address, timeout=0.5) as held:
            held.sendall(HEAD + b'Content-Length: 7\r\n\r\n"ref-1"')
            assert len(watch.wait(1, time.monotonic() + 5)) == 1
            with strangers(receiver, 20, "silent"), pytest.raises(TimeoutError):
                held.recv(1)


def closes(sends: Callable[[socket.socket], None], receiver: Receiver) -> float:
    """The seconds until the receiver ends a connection on which *sends* sends."""
    with socket.create_connection(receiver._listener.getsockname()[:2], timeout=30) as made:
        began = time.monotonic()
        sends(made)
        with suppress(ConnectionError):
            while made.recv(4096):
                pass
        return time.monotonic() - began


def test_heads_bodies_and_silence_have_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receivers, "HEAD_TIMEOUT_S", 0.5)
    monkeypatch.setattr(receivers, "REQUEST_TIMEOUT_S", 1.5)
    monkeypatch.setattr(receivers, "UNANSWERED_S", 2.5)
    with receiving("127.0.0.1:0") as receiver:
        receiver.watch("ref-1", (Reply(0),))
        assert 0.4 < closes(lambda made: None, receiver) < 1.4
        assert 0.4 < closes(lambda made: made.sendall(HEAD), receiver) < 1.4
        assert 1.4 < closes(lambda made: made.sendall(HEAD + b"Content-Length: 9\r\n\r\n"), receiver) < 2.4
        whole = HEAD + b'Content-Length: 7\r\n\r\n"ref-1"'
        assert 2.4 < closes(lambda made: made.sendall(whole), receiver) < 3.9


def test_a_body_that_is_announced_too_large_is_refused_unread() -> None:
    with receiving("127.0.0.1:0") as receiver:
        size = str(receivers.MAX_BODY_OCTETS + 1).encode()
        with socket.create_connection(receiver._listener.getsockname()[:2], timeout=5) as made:
            made.sendall(HEAD + b"Expect: 100-continue\r\nContent-Length: " + size + b"\r\n\r\n")
            assert made.recv(100).startswith(b"HTTP/1.1 413")


def test_what_is_kept_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receivers, "MAX_KEPT_OCTETS", 5000)
    monkeypatch.setattr(watches, "MAX_DELIVERIES", 3)
    with receiving("127.0.0.1:0") as receiver:
        small, large = receiver.watch("ref-1"), receiver.watch("ref-2", then=Reply(201))
        for _ in range(5):
            deliver(receiver, "ref-1")
        answers = [requests.post(receiver.url, b'"ref-2"' + b" " * 2000, timeout=5) for _ in range(4)]
    assert len(small.deliveries) == 3
    assert 1 <= len(large.deliveries) < 3
    assert [each.status_code for each in answers] == [201] * 4  # kept or not, answered as planned


def test_the_end_is_quiet_whatever_is_open(caplog: pytest.LogCaptureFixture) -> None:
    with receiving("127.0.0.1:0") as receiver:
        receiver.watch("ref-1", (Reply(0),))
        address = receiver._listener.getsockname()[:2]
        opened = [_connected(address, first) for first, _ in STRANGERS.values()]
        opened.append(_connected(address, HEAD + b'Content-Length: 7\r\n\r\n"ref-1"'))
        time.sleep(0.3)  # for the receiver to have taken all of them
        began = time.monotonic()
    assert time.monotonic() - began < SOON_S
    assert caplog.records == []
    for each in opened:
        each.close()


def test_a_client_that_insists_on_tls_is_told_nothing() -> None:
    with receiving("127.0.0.1:0") as receiver:
        watch = receiver.watch("ref-1")
        address = receiver._listener.getsockname()[:2]
        with socket.create_connection(address, timeout=10) as made, pytest.raises(OSError):
            ssl._create_unverified_context().wrap_socket(made)
        deliver(receiver, "ref-1")
        assert len(watch.deliveries) == 1


@pytest.mark.soak
@pytest.mark.parametrize("count", [140, 400])
def test_many_slow_strangers_of_each_kind(count: int) -> None:
    process, before = psutil.Process(os.getpid()), 0
    with receiving("127.0.0.1:0") as receiver:
        watch = receiver.watch("ref-1")
        delays = [deliver(receiver, "ref-1")]
        before = process.memory_info().rss
        for kind in STRANGERS:
            with strangers(receiver, count, kind):
                end = time.monotonic() + 8
                while time.monotonic() < end:
                    delays.append(deliver(receiver, "ref-1"))
                    time.sleep(0.2)  # a delivery now and then
        grown = process.memory_info().rss - before
        assert len(watch.deliveries) == min(len(delays), watches.MAX_DELIVERIES)
    print(f"{count} strangers: {len(delays)} deliveries, slowest {max(delays):.2f} s, {grown >> 20} MiB more")
    assert max(delays) < SOON_S
    assert grown < 96 * 2**20


@pytest.mark.soak
def test_large_bodies_without_end_are_not_kept() -> None:
    process = psutil.Process(os.getpid())
    with receiving("127.0.0.1:0") as receiver:
        watch = receiver.watch("ref-1")
        deliver(receiver, "ref-1")
        before = process.memory_info().rss
        body = b'"ref-1"' + b" " * (receivers.MAX_BODY_OCTETS - 7)
        for number in range(20):
            receiver.watch(f"ref-{number + 2}")
            for _ in range(15):
                assert requests.post(receiver.url + f"/ref-{number + 2}", body, timeout=10).status_code == 204
        grown = process.memory_info().rss - before
        assert len(watch.deliveries) == 1
    print(f"{grown >> 20} MiB more")
    assert grown < 2 * receivers.MAX_KEPT_OCTETS
