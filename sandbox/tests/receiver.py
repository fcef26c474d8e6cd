"""A partner's receiver: a real HTTP server that keeps what arrives and answers as it is told."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cross_room.waiting import wait_until


@dataclass(frozen=True)
class Delivery:
    """One request as it came, and when (``time.monotonic``)."""

    path: str
    headers: dict[str, str]
    body: bytes
    at: float

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def operation(self) -> dict[str, Any]:
        return json.loads(self.body)["data"]["operation"]


Answer = Callable[[Delivery, int], int]  # the delivery, how many of its event came before → status


@dataclass
class Receiver:
    """``answer`` gives the status; 3xx leads to ``/elsewhere``, 0 to no answer at all."""

    answer: Answer = lambda delivery, before: 204
    deliveries: list[Delivery] = field(default_factory=list)

    def __post_init__(self) -> None:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                size = int(self.headers["Content-Length"])
                body = self.rfile.read(size)
                if len(body) < size:
                    return  # its sender was killed meanwhile
                headers = {name.lower(): value for name, value in self.headers.items()}
                came = Delivery(self.path, headers, body, time.monotonic())
                with receiver.lock:
                    before = sum(each.id == came.id for each in receiver.deliveries)
                    receiver.deliveries.append(came)
                status = receiver.answer(came, before)
                if not status:
                    time.sleep(30)  # no answer, for longer than any sender waits
                    return
                self.send_response(status)
                if 300 <= status < 400:
                    self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.lock = threading.Lock()

        class Server(ThreadingHTTPServer):
            request_queue_size = 128  # senders come many at once
            daemon_threads = True

        self.server = Server(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/notify"

    def of(self, reference: str) -> list[Delivery]:
        """What came about the operation with this reference."""
        return [each for each in list(self.deliveries) if each.operation["reference"] == reference]

    def wait(self, reference: str, count: int, seconds: float = 10) -> list[Delivery]:
        """The deliveries about *reference*, once there are *count*."""
        what = f"{count} deliveries about {reference}"
        wait_until(lambda: len(self.of(reference)) >= count, what, timeout_s=seconds)
        return self.of(reference)

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
