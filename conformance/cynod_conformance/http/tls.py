"""Below HTTP: where a target listens, whether its certificate is to be trusted, what it answers in the clear.

Nothing here carries a credential.
"""

from __future__ import annotations

import socket
import ssl
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

from cynod_conformance.observe.exchange import Exchange, Request, Response

TIMEOUT_S = 5.0
HTTP_PORT, HTTPS_PORT = 80, 443
_AGENT = ("User-Agent", "cynod-conform")


def address(url: str) -> tuple[str, int]:
    """Host and port of *url*."""
    parts = urlsplit(url)
    default = HTTPS_PORT if parts.scheme == "https" else HTTP_PORT
    return parts.hostname or "", parts.port or default


def shake(url: str, context: ssl.SSLContext) -> str:
    """Shake hands with the server of *url*; gives the version. Raises ssl.SSLError, OSError."""
    host, port = address(url)
    with (
        socket.create_connection((host, port), TIMEOUT_S) as connection,
        context.wrap_socket(connection, server_hostname=host) as secured,
    ):
        return secured.version() or ""


def certificate_problem(url: str, context: ssl.SSLContext) -> str:
    """Why *context* does not trust the certificate of *url*, as OpenSSL says it; empty when it does.

    Raises OSError when no handshake comes to that point.
    """
    try:
        shake(url, context)
    except ssl.SSLCertVerificationError as error:
        return error.verify_message
    return ""


def unverified() -> ssl.SSLContext:
    """A context that asks what a server speaks, whoever it is."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def in_the_clear(url: str, port: int) -> Exchange | None:
    """What comes back on *port* when *url* is asked for in plain HTTP, without credentials.

    None when nothing that is HTTP comes: a closed port, a cut connection, a TLS alert.
    """
    parts = urlsplit(url)
    host, target = parts.hostname or "", parts.path or "/"
    connection = HTTPConnection(host, port, timeout=TIMEOUT_S)
    try:
        connection.request("GET", target, headers=dict([_AGENT]))
        answer = connection.getresponse()
        body = answer.read(65536)
    except (OSError, HTTPException):
        return None
    finally:
        connection.close()
    shown = f"[{host}]" if ":" in host else host
    request = Request("GET", f"http://{shown}:{port}{target}", (_AGENT,))
    return Exchange("clear", None, request, Response(answer.status, tuple(answer.getheaders()), body))


def handshake_of(url: str) -> Exchange:
    """What stands for a handshake in reports: the request that it would have carried, without an answer."""
    return Exchange("handshake", None, Request("GET", url), Response(0))
