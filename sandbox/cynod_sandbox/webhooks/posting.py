"""One POST to one URL: connects to an address that was checked, does not retry, follows no redirect."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Sequence
from functools import cache
from urllib.parse import SplitResult, urlsplit

import h11

from cynod_spec.network.trust import trust_store

from .addresses import AddressRefusedError, resolve

CONNECT_TIMEOUT_S = 3.0  # to one of several addresses, TLS included, before the next one is tried
MAX_HEAD_OCTETS = 65_536  # of a response, its interim responses (1xx) included
_CHUNK_OCTETS = 16_384


async def post(url: str, headers: Sequence[tuple[str, str]], body: bytes, *, allow_private: bool) -> int:
    """POST *body* to *url* and give the status; the rest of the response is not read.

    Raises AddressRefusedError, OSError (DNS, connection, TLS, a head that is too long) or
    h11.RemoteProtocolError. Sets no time limit for the whole: the caller does.
    """
    parts = urlsplit(url)
    host, secure = parts.hostname or "", parts.scheme == "https"
    if not secure and not allow_private:
        raise AddressRefusedError("plain HTTP is not allowed")
    port = parts.port or (443 if secure else 80)
    addresses = await resolve(host, port, allow_private=allow_private)
    reader, writer = await _connect(addresses, port, _trust() if secure else None, host)
    try:
        return await _exchange(reader, writer, _request(parts, headers, body), body)
    finally:
        writer.transport.abort()


@cache
def _trust() -> ssl.SSLContext:
    """The TLS context with the trusted authorities, made once: reading them takes tens of milliseconds."""
    return trust_store().context()


async def _connect(
    addresses: Sequence[str], port: int, context: ssl.SSLContext | None, host: str
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection to the first of *addresses* that accepts one. TLS verifies the certificate for *host*."""
    refused = OSError("no address")
    name = host.removesuffix(".") if context else None  # no certificate has the root's dot
    for number, address in enumerate(addresses, 1):
        try:
            async with asyncio.timeout(CONNECT_TIMEOUT_S if number < len(addresses) else None):
                return await asyncio.open_connection(address, port, ssl=context, server_hostname=name)
        except TimeoutError:
            refused = OSError("no connection in time")
        except OSError as error:
            refused = error
    raise refused


def _request(parts: SplitResult, headers: Sequence[tuple[str, str]], body: bytes) -> h11.Request:
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    own = [("Host", parts.netloc), ("Content-Length", str(len(body))), ("Connection", "close")]
    return h11.Request(method="POST", target=target, headers=[*own, *headers])


async def _exchange(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: h11.Request, body: bytes
) -> int:
    connection = h11.Connection(h11.CLIENT)
    for sent in (request, h11.Data(body), h11.EndOfMessage()):
        writer.write(connection.send(sent) or b"")
    await writer.drain()
    received = 0
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            data = await reader.read(_CHUNK_OCTETS)
            received += len(data)
            if received > MAX_HEAD_OCTETS:
                raise ConnectionAbortedError("an answer without end")
            connection.receive_data(data)
        elif isinstance(event, h11.Response):
            return event.status_code
        elif not isinstance(event, h11.InformationalResponse):
            raise ConnectionResetError("closed without an answer")
