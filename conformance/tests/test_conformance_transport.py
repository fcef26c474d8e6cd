"""Below HTTP: handshakes with real TLS servers, and a target that is not to be trusted."""

from __future__ import annotations

import json
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from cynod_conformance.http import tls, tls_client_hello
from cynod_conformance.launch.certificate_authority import HOST, Files, authority
from cynod_spec.network.trust import trust_store


@pytest.fixture(scope="module")
def files() -> Iterator[Files]:
    with authority() as made:
        yield made


def context_of(files: Files) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files.chain, files.key)
    return context


@contextmanager
def listening(serve: Callable[[socket.socket], None]) -> Iterator[int]:
    """A port where *serve* gets each connection; what goes wrong there is the client's to see."""
    with socket.create_server((HOST, 0)) as listener:

        def accept() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    try:
                        serve(connection)
                    except OSError:
                        continue

        threading.Thread(target=accept, daemon=True).start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)


@contextmanager
def secured(context: ssl.SSLContext) -> Iterator[int]:
    def serve(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as wrapped:
            wrapped.recv(1)

    with listening(serve) as port:
        yield port


def offered(port: int, version: str) -> int | None:
    return tls_client_hello.offer(HOST, port, tls_client_hello.VERSIONS[version], 5)[0]


def test_a_modern_server_agrees_to_tls_1_2_alone(files):
    with secured(context_of(files)) as port:
        assert offered(port, "TLS 1.2") == tls_client_hello.VERSIONS["TLS 1.2"]
        assert [offered(port, old) for old in ("SSL 3.0", "TLS 1.0", "TLS 1.1")] == [None] * 3


def test_a_server_of_tls_1_3_alone_says_so(files):
    context = context_of(files)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    with secured(context) as port:
        assert tls_client_hello.offer(HOST, port, tls_client_hello.VERSIONS["TLS 1.2"], 5) == (None, True)


@pytest.mark.parametrize(("least", "agreed"), [("TLSv1", "TLS 1.0"), ("TLSv1_1", "TLS 1.1")])
def test_an_old_version_that_is_spoken_is_seen(files, least, agreed):
    context = context_of(files)
    context.minimum_version = ssl.TLSVersion[least]
    context.set_ciphers("ALL:@SECLEVEL=0")
    with secured(context) as port:
        assert offered(port, agreed) == tls_client_hello.VERSIONS[agreed]


def test_what_is_no_tls_is_a_refusal():
    with listening(lambda connection: connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as port:
        assert offered(port, "TLS 1.0") is None


def test_the_hello_names_the_host_but_no_address():
    assert b"api.example.org" in tls_client_hello.client_hello(
        tls_client_hello.VERSIONS["TLS 1.1"], "api.example.org"
    )
    assert HOST.encode() not in tls_client_hello.client_hello(tls_client_hello.VERSIONS["TLS 1.1"], HOST)


def test_a_certificate_is_trusted_through_its_authority_alone(files):
    with secured(context_of(files)) as port:
        url = f"https://{HOST}:{port}"
        assert tls.certificate_problem(url, trust_store(files.authority).context()) == ""
        assert "issuer" in tls.certificate_problem(url, trust_store().context())


def test_only_http_is_an_answer_in_the_clear(files):
    with secured(context_of(files)) as port:
        assert tls.in_the_clear(f"https://{HOST}:{port}/x", port) is None
    with listening(lambda c: c.sendall(b"HTTP/1.1 301 Moved\r\nContent-Length: 0\r\n\r\n")) as port:
        came = tls.in_the_clear(f"https://{HOST}:1/x", port)
        assert came is not None
        assert came.response.status == 301


@pytest.mark.slow
def test_nothing_is_sent_to_a_target_that_is_not_trusted(files, tmp_path):
    heard: list[bytes] = []
    context = context_of(files)

    def serve(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as wrapped:
            heard.append(wrapped.recv(65536))

    config = tmp_path / "cynod.toml"
    config.write_text('[credentials.primary]\nconsumer_key = "k"\nconsumer_secret = "s-e-c-r-e-t"\n')
    with listening(serve) as port:
        done = subprocess.run(
            [sys.executable, "-c", "from cynod_spec.cli import main; main()", "conform",
             f"https://{HOST}:{port}", "--config", str(config), "--report-dir", str(tmp_path)],
            capture_output=True, text=True, timeout=120,
        )  # fmt: skip
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert done.returncode == 1, done.stdout + done.stderr
    assert {c["id"] for c in report["clauses"] if c["status"] == "failed"} == {"TLS-3"}
    assert "s-e-c-r-e-t" not in b"".join(heard).decode("latin-1")
    assert {piece[:4] for piece in heard} <= {b""}
