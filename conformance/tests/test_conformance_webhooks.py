"""The suite's receiver under hostile input, its signatures, and what it says without one."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from cross_room.servers import cynod

from cynod_conformance.config.settings import read_config
from cynod_conformance.launch.sandbox_process import sandbox
from cynod_conformance.probes.webhooks import is_private
from cynod_conformance.webhooks.receiver import MAX_BODY_OCTETS, Receiver, receiving
from cynod_conformance.webhooks.signature import key_of, verifies
from cynod_conformance.webhooks.watch import Reply
from cynod_spec.base.errors import UsageError

pytestmark = pytest.mark.slow

WHK = [word for number in range(1, 7) for word in ("--clause", f"WHK-{number}")]
# Published with the Standard Webhooks specification's libraries.
SECRET, ID, TIMESTAMP = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330"
BODY, SIGNATURE = b'{"test": 2432232314}', "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving("127.0.0.1:0") as made:
        yield made


def raw(receiver: Receiver, data: bytes, wait: float = 2) -> bytes:
    """What the receiver answers to *data*; empty when it hangs up without an answer."""
    parts = urlsplit(receiver.url)
    with socket.create_connection((parts.hostname, parts.port), timeout=wait) as connection:
        try:
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
            answer = b""
            while got := connection.recv(65536):
                answer += got
        except OSError:
            return b""
    return answer


def request(body: bytes) -> bytes:
    """A POST of *body* as it goes over the wire."""
    return b"POST /webhook HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(body) + body


def test_a_delivery_is_kept_as_it_came_and_answered_as_planned(receiver: Receiver) -> None:
    trap = receiver.watch("trap")
    watch = receiver.watch("ref-1", (Reply(503), Reply(307, f"{receiver.url}/trap")), Reply(201))
    statuses = [
        requests.post(receiver.url, b'{"a":"ref-1"}', headers={"webhook-id": "x"}, allow_redirects=False)
        for _ in range(3)
    ]
    assert [each.status_code for each in statuses] == [503, 307, 201]
    assert [each.body for each in watch.deliveries] == [b'{"a":"ref-1"}'] * 3
    assert watch.deliveries[0].header("Webhook-Id") == "x"
    assert all(each.answered for each in watch.deliveries)
    assert trap.deliveries == []
    requests.post(f"{receiver.url}/trap", b'{"a":"ref-1"}')
    assert (len(trap.deliveries), len(watch.deliveries)) == (1, 3)


def test_keys_are_whole_strings(receiver: Receiver) -> None:
    watch = receiver.watch("ref-1")
    requests.post(receiver.url, b'{"a":"ref-12", "b": "a ref-1"}')
    assert watch.deliveries == []


def test_chunks_and_expectations_are_understood(receiver: Receiver) -> None:
    watch = receiver.watch("ref-1")
    requests.post(receiver.url, (each for each in (b'{"a":"re', b'f-1"}')))
    parts = urlsplit(receiver.url)
    with socket.create_connection((parts.hostname, parts.port), timeout=5) as connection:
        head, body = request(b'{"a":"ref-1"}').split(b"\r\n\r\n")
        connection.sendall(head + b"\r\nExpect: 100-continue\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 100")
        connection.sendall(body)
        assert connection.recv(100).startswith(b"HTTP/1.1 204")
    assert [each.body for each in watch.deliveries] == [b'{"a":"ref-1"}'] * 2


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0" * 1000,
        b"\x16\x03\x01\x02\x00\x01\x00",
        b"POST / HTTP/1.1\r\n",
        b"POST / HTTP/9.9\r\nHost: x\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nshort",
        b"POST / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 200_000 + b"\r\n\r\n",
        b"GET /\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999999\r\n\r\n"
        + b"a" * (MAX_BODY_OCTETS + 100_000),
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\n" + b'"\xff\xfe\0"' + b"[",
    ],
)
def test_hostile_input_is_survived(receiver: Receiver, data: bytes) -> None:
    raw(receiver, data)
    watch = receiver.watch("ref-1")
    assert requests.post(receiver.url, b'"ref-1"', timeout=5).status_code == 204
    assert len(watch.deliveries) == 1


def test_bodies_and_deliveries_are_bounded(receiver: Receiver) -> None:
    watch = receiver.watch("ref-1")
    assert requests.post(receiver.url, b'"ref-1"' + b" " * MAX_BODY_OCTETS, timeout=5).status_code == 413
    assert watch.deliveries == []
    deep = b'{"a":' * 50_000 + b'"ref-1"'
    assert requests.post(receiver.url, deep[:MAX_BODY_OCTETS], timeout=5).status_code == 204
    requests.post(receiver.url, b"[" * 100_000 + b'"ref-1"', timeout=5)
    assert [each.json for each in watch.deliveries] == [None] * len(watch.deliveries)


def test_silence_holds_nobody_else_up_and_ends_with_the_receiver() -> None:
    with receiving("127.0.0.1:0") as receiver:
        watch = receiver.watch("ref-1", (Reply(0),))
        silent = threading.Thread(target=raw, args=(receiver, request(b'"ref-1"'), 20))
        silent.start()
        assert len(watch.wait(1, time.monotonic() + 5)) == 1
        assert requests.post(receiver.url, b'"ref-1"', timeout=5).status_code == 204
    silent.join(5)
    assert not silent.is_alive()


@pytest.mark.parametrize("listen", ["", "127.0.0.1", "127.0.0.1:x", "127.0.0.1:99999", "no such host:0"])
def test_where_nothing_can_listen(listen: str) -> None:
    with pytest.raises(UsageError), receiving(listen):
        pass


def test_an_ipv6_address_does() -> None:
    if speaks_ipv6():
        with receiving("[::1]:0") as receiver:
            assert requests.post(receiver.url, b"{}", timeout=5).status_code == 204
    else:
        with pytest.raises(UsageError), receiving("[::1]:0"):
            pass


def speaks_ipv6() -> bool:
    """Whether this machine has an IPv6 loopback."""
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


def test_the_published_signature_verifies() -> None:
    assert verifies(key_of(SECRET), ID, TIMESTAMP, BODY, SIGNATURE)
    assert verifies(key_of(SECRET), ID, TIMESTAMP, BODY, f"v1a,xx v1,AAAA {SIGNATURE}")


@pytest.mark.parametrize(
    ("id", "timestamp", "body", "signatures"),
    [
        ("other", TIMESTAMP, BODY, SIGNATURE),
        (ID, "1614265331", BODY, SIGNATURE),
        (ID, TIMESTAMP, BODY + b" ", SIGNATURE),
        (ID, TIMESTAMP, BODY, SIGNATURE.replace("v1,", "v2,")),
        (ID, TIMESTAMP, BODY, SIGNATURE[3:]),
        *(
            (ID, TIMESTAMP, BODY, hostile)
            for hostile in ("", "v1", "v1,", "v1,é", "v1,====", ",", "v1,\udcff", " ")
        ),
    ],
)
def test_another_does_not(id: str, timestamp: str, body: bytes, signatures: str) -> None:
    assert not verifies(key_of(SECRET), id, timestamp, body, signatures)


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_é", "whsec_A", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"])
def test_no_secret(secret: str) -> None:
    with pytest.raises(ValueError):
        key_of(secret)


@pytest.mark.parametrize(
    ("url", "private"),
    [
        ("http://127.0.0.1:1/x", True),
        ("http://localhost/x", True),
        ("http://[fd00::1]/x", True),
        ("http://127.1:8080/x", True),
        ("http://192.0.0.192/x", True),
        ("http://192.88.99.1/x", True),
        ("http://[3fff::1]/x", True),
        ("https://hooks.example.org/x", False),
        ("https://93.184.216.34/x", False),
    ],
)
def test_which_receiver_is_private(url: str, private: bool) -> None:
    assert is_private(url) is private


def test_the_sandbox_is_judged_without_being_told_how(tmp_path: Path) -> None:
    done = cynod("conform", "--sandbox", *WHK, "--report-dir", tmp_path)
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    found = {clause["id"]: clause for clause in report["clauses"] if clause["id"] in WHK}
    assert done.returncode == 0, done.stdout + done.stderr
    assert {clause["status"] for clause in found.values()} == {"passed"}
    assert "operator" in found["WHK-5"]["reason"]
    assert "whsec_" not in json.dumps(report)


@pytest.mark.parametrize(
    ("section", "status", "said"),
    [
        ("", "not_applicable", "nobody to tell"),
        pytest.param(
            '[webhook]\nlisten = "127.0.0.1:0"\n', "inconclusive", "nothing arrives", marks=pytest.mark.soak
        ),
    ],
)
def test_a_target_that_tells_nobody(section: str, status: str, said: str, tmp_path: Path) -> None:
    with sandbox() as config:
        path = tmp_path / "cynod.toml"
        path.write_text(Path(config).read_text(encoding="utf-8") + section, encoding="utf-8")
        url = read_config(config).base_url
        done = cynod("conform", url, "--config", path, *WHK, "--report-dir", tmp_path)
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    found = [clause for clause in report["clauses"] if clause["id"] in WHK]
    assert done.returncode == 3, done.stdout + done.stderr  # nothing of what was chosen could be judged
    assert {clause["status"] for clause in found} == {status}
    assert all(said in clause["reason"] for clause in found)
