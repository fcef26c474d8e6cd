"""Requests that no HTTP library sends: octets as they are, and what comes back read as a response."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable
from http.client import HTTPException, HTTPResponse
from urllib.parse import urlsplit

from cynod_conformance.observe.exchange import Pairs, Request, Response

MOST = 1 << 20  # octets of a body that are read


def speak(
    base_url: str,
    method: str,
    target: str,
    headers: Pairs,
    *,
    trust: Callable[[], ssl.SSLContext],
    timeout: float,
    hold: Callable[[socket.socket], None] = lambda channel: None,
) -> tuple[Request, Response]:
    """Send one request line and header lines exactly as given, and read the answer. *timeout* is in seconds.

    *trust* makes the context of a TLS connection, *hold* is shown the socket through which the answer comes.
    Raises OSError or HTTPException when no response comes.
    """
    parts = urlsplit(base_url)
    lines = [f"{method} {parts.path}{target} HTTP/1.1", f"Host: {parts.netloc}", "Connection: close"]
    lines += [f"{name}: {value}" if value else name for name, value in headers]
    begun = time.perf_counter()
    port = parts.port or (443 if parts.scheme == "https" else 80)
    with socket.create_connection((parts.hostname or "", port), timeout) as plain:
        channel = plain
        if parts.scheme == "https":
            channel = trust().wrap_socket(plain, server_hostname=parts.hostname)
        hold(channel)
        channel.sendall(("\r\n".join([*lines, "", ""])).encode("latin-1", "replace"))
        answer = HTTPResponse(channel, method=method)
        answer.begin()
        body = answer.read(MOST)
    response = Response(answer.status, tuple(answer.getheaders()), body, time.perf_counter() - begun)
    return Request(method, base_url + target, headers), response


NO_ANSWER = (OSError, HTTPException)
