"""A target whose answers a test writes, and a context of experiments on it: nothing is sent anywhere."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from typing import Any

from cynod_conformance.config.settings import Config, Credential
from cynod_conformance.experiment.context import TestContext
from cynod_conformance.http.target import Target
from cynod_conformance.observe.exchange import Exchange, Request, Response
from cynod_conformance.reproduction.redaction import Redactor
from cynod_spec.model import Contract

URL = "http://scripted.example"
PAIR = Credential("primary", "key-of-the-shop", "secret-of-the-shop-0123")


def json_response(status: int, value: object, headers: Mapping[str, str] | None = None) -> Response:
    """An answer whose body is *value* as JSON."""
    pairs = (("Content-Type", "application/json"), *(headers or {}).items())
    return Response(status, pairs, json.dumps(value).encode())


class ScriptedTransport:
    """A transport that answers each request by calling *answer*, and keeps what it was given.

    *answer* may raise ``TransportError``::

        transport = ScriptedTransport(lambda request: json_response(200, {"path": request.path}))
    """

    def __init__(self, answer: Callable[[Request], Response]) -> None:
        self.answer = answer
        self.requests: list[Request] = []
        self.abandoned: list[Request] = []
        self._lock = threading.Lock()

    def send(self, request: Request) -> Response:
        """See ``Transport``."""
        with self._lock:
            self.requests.append(request)
        return self.answer(request)

    def send_octets(self, request: Request, octets: bytes) -> Response:
        """See ``Transport``."""
        return self.send(request)

    def abandon(self, request: Request, after_s: float) -> None:
        """See ``Transport``."""
        self.abandoned.append(request)

    def close(self) -> None:
        """See ``Transport``."""


def scripted_context(
    contract: Contract,
    transport: ScriptedTransport,
    on_exchange: Callable[[Exchange], None] = lambda exchange: None,
    **more: Any,
) -> TestContext:
    """A context of experiments on the target of *transport*, with one pair; *more* is the context's own."""
    config = Config(base_url=URL, credentials={PAIR.name: PAIR})
    target = Target(URL, on_exchange, transport=lambda url: transport)
    return TestContext(contract, config, target, Redactor(), 0, "0123456789", **more)
