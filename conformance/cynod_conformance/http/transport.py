"""The protocol of everything that carries requests to one server."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from cynod_conformance.observe.exchange import Request, Response

MAX_BODY_BYTES = 4 * 1024 * 1024  # of an answer, decompressed; the rest is not read
CONNECT_TIMEOUT_S = 5.0


class Transport(Protocol):
    """Carries requests to one server. Used by several threads at once; each call is one request.

    Nothing is followed, repeated or added: no redirect, no retry, no header, no proxy of the environment
    (``HTTP_PROXY`` and its like): it is the server at the base URL that is judged.

    Every method raises ``TransportError`` when no answer is received.
    """

    def send(self, request: Request) -> Response:
        """The answer to *request*, read to its end or to ``MAX_BODY_BYTES``, its content decoded."""
        ...

    def abandon(self, request: Request, after_s: float) -> None:
        """Send *request* and hang up: as soon as its answer begins, after *after_s* seconds at the latest."""
        ...

    def send_octets(self, request: Request, octets: bytes) -> Response:
        """The answer to *octets*, sent as they are on a connection of their own; they stand for *request*."""
        ...

    def close(self) -> None:
        """Give every connection back."""
        ...


TransportFactory = Callable[[str], Transport]
"""Makes the transport to the server of a URL (scheme and authority)."""
