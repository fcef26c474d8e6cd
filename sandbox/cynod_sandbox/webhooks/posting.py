"""One POST to one URL: to an address that was checked, once, following nothing."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Sequence
from urllib.parse import SplitResult, urlsplit

import h11

from .addresses import AddressRefusedError, resolve

_CHUNK = 16_384  # bytes


async def post(url: str, headers: Sequence[tuple[str, str]], body: bytes, *, allow_private: bool) -> int:
    """The status that *url* answers; the rest of the answer is not read.

    Raises AddressRefusedError, OSError (DNS, connection, TLS) or h11.RemoteProtocolError. The caller bounds
    the time that it takes.
    """
    parts = urlsplit(url)
    host, secure = parts.hostname or "", parts.scheme == "https"
    if not secure and not allow_private:
        raise AddressRefusedError("plain HTTP is not allowed")
    port = parts.port or (443 if secure else 80)
    addresses = await resolve(host, port, allow_private=allow_private)
    reader, writer = await _connect(addresses, port, ssl.create_default_context() if secure else None, host)
    try:
        return await _exchange(reader, writer, _request(parts, headers, body), body)
    finally:
        writer.transport.abort()


async def _connect(
    addresses: Sequence[str], port: int, context: ssl.SSLContext | None, host: str
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection to the first of *addresses* that answers; TLS asks for the certificate of *host*."""
    refused = OSError("no address")
    for address in addresses:
        try:
            return await asyncio.open_connection(
                address, port, ssl=context, server_hostname=host if context else None
            )
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
    for event in (request, h11.Data(body), h11.EndOfMessage()):
        writer.write(connection.send(event) or b"")
    await writer.drain()
    while True:
        came = connection.next_event()
        if came is h11.NEED_DATA:
            connection.receive_data(await reader.read(_CHUNK))
        elif isinstance(came, h11.Response):
            return came.status_code
        elif isinstance(came, h11.ConnectionClosed):
            raise ConnectionResetError("closed without an answer")
