"""Middleware of the console: refuses unknown host names, and adds security headers to every response."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from ipaddress import ip_address

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cynod_spec.network.addresses import is_loopback

from .._generated.heads import Broken
from .._generated.messages import RawAnswer

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # without a referrer, browsers hide the origin of forms
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class AllowedHosts:
    """The values of ``Host`` that a console listening on *host* accepts.

    These are *host* itself, *allowed*, and the names of this machine where it listens on loopback or on every
    address. In the latter case any IP address is accepted too: DNS rebinding needs a name.
    """

    def __init__(self, host: str, allowed: Iterable[str] = ()) -> None:
        self._names = {_plain(name) for name in (host, *allowed)}
        self._any_address = _is_unspecified(host)
        self._loopback = self._any_address or is_loopback(host)
        if self._any_address:
            self._names.add(_plain(socket.gethostname()))

    def include(self, header: str) -> bool:
        """Whether the value of a ``Host`` header, with or without a port, is accepted."""
        name = _plain(header.rpartition(":")[0] if header.rpartition(":")[2].isdigit() else header)
        if not name:
            return False
        if name in self._names or (self._loopback and is_loopback(name)):
            return True
        return self._any_address and _is_address(name)


class SecurityMiddleware:
    """ASGI middleware around *app*: 421 for hosts not in *hosts*, security headers on every response."""

    def __init__(self, app: ASGIApp, hosts: AllowedHosts) -> None:
        self._app = app
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one ASGI connection."""

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=message.setdefault("headers", []))
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif not self._hosts.include(Headers(scope=scope).get("host", "")):
            refusal = PlainTextResponse("this console does not answer to this host name\n", 421)
            await refusal(scope, receive, sent)
        else:
            await self._app(scope, receive, sent)


def refuse(broken: Broken) -> RawAnswer:
    """The response to bytes that could not be parsed as a request."""
    answer = RawAnswer(broken.fault.status)
    for name, value in {**HEADERS, "Content-Type": "text/plain; charset=utf-8"}.items():
        answer.add(name, value)
    answer.body = f"{broken.fault.why}\n".encode()
    return answer


def _plain(name: str) -> str:
    return name.strip().strip("[]").lower().removesuffix(".")


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _is_unspecified(host: str) -> bool:
    return host == "" or (_is_address(_plain(host)) and ip_address(_plain(host)).is_unspecified)
