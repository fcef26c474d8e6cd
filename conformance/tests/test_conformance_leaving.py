"""A caller who hangs up: as soon as the answer begins, or when its patience ends."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from cynod_conformance.http.target import Target

pytestmark = pytest.mark.slow

HOST = "127.0.0.1"


@contextmanager
def answering(answer: bytes) -> Iterator[tuple[str, list[bytes]]]:
    """A server that reads one request and sends *answer*; what it reads, once its caller has left."""
    came: list[bytes] = []
    with socket.create_server((HOST, 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.settimeout(30)
                while b"whole" not in b"".join(came):  # headers and body may come apart
                    came.append(connection.recv(65536))
                if answer:
                    connection.sendall(answer)
                with suppress(ConnectionResetError):
                    came.append(connection.recv(65536))

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://{HOST}:{listener.getsockname()[1]}", came
        thread.join(30)


@pytest.mark.parametrize(
    ("answer", "after", "least", "most"),
    [(b"HTTP/1.1 200 OK\r\n", 25.0, 0.0, 20.0), (b"", 0.2, 0.19, 20.0), (b"", 0.0, 0.0, 20.0)],
    ids=["an answer begins", "none begins", "nobody waits"],
)
def test_a_caller_leaves(answer: bytes, after: float, least: float, most: float) -> None:
    with answering(answer) as (url, came):
        begun = time.monotonic()
        Target(url).leave("POST", f"{url}/x", (("Content-Type", "text/plain"),), b"whole", after)
        took = time.monotonic() - begun
    assert least <= took < most
    assert b"".join(came).startswith(b"POST /x HTTP/1.1")
    assert b"".join(came).endswith(b"whole")
