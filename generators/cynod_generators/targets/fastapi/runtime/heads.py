"""Checks on the head of a request: its size, and what RFC 9112 tells a server to refuse."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

MAX_HEAD_OCTETS = 65_536  # of request line and header lines together; of trailer lines as well
MAX_HEADER_LINES = 100
LINE_OCTETS = 4  # of a header line besides name and value: colon, space and line end
MAX_PIPELINED = 16  # requests received on a connection before the first one is answered

_HOST = re.compile(
    rb"(?:\[[0-9A-Fa-f:.]+\]|\[[vV][0-9A-Fa-f]+\.[\w.~!$&'()*+,;=:-]+\]|[A-Za-z0-9._~!$&'()*+,;=%-]+)(?::[0-9]*)?"
)

Lines = Sequence[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class HeadFault:
    """Why a request is refused before it is processed: the status and the reason."""

    status: int  # that RFC 9110 or 6585 has for it
    why: str  # a technical sentence for the integrator


NO_HTTP = HeadFault(400, "malformed HTTP")
TOO_LARGE = HeadFault(431, f"the head of the request has more than {MAX_HEAD_OCTETS} octets")
TOO_MANY_LINES = HeadFault(431, f"the request has more than {MAX_HEADER_LINES} header lines")
TOO_MANY_PIPELINED = HeadFault(400, f"more than {MAX_PIPELINED} requests wait on this connection")
LATE_HEAD = HeadFault(408, "the head of the request did not arrive in time")
LATE_BODY = HeadFault(408, "the body of the request did not arrive in time")
NO_HOST = HeadFault(400, "no Host header")
SEVERAL_HOSTS = HeadFault(400, "more than one Host header")
INVALID_HOST = HeadFault(400, "the Host header is invalid")


@dataclass(frozen=True, slots=True)
class Broken:
    """A request refused for a ``HeadFault``, with what is known of it."""

    fault: HeadFault
    client: str  # the caller's IP address
    secure: bool  # came over TLS
    headers: tuple[tuple[str, str], ...] = ()  # names in lower case


def host_fault(version: str, headers: Lines) -> HeadFault | None:
    """The fault of a request's ``Host`` (RFC 9112 §3.2), or None. Header names are in lower case."""
    hosts = [value for name, value in headers if name == b"host"]
    if len(hosts) > 1:
        return SEVERAL_HOSTS
    if not hosts:
        return NO_HOST if version == "1.1" else None
    return None if _HOST.fullmatch(hosts[0].strip(b" \t")) else INVALID_HOST


def size_fault(target: bytes, headers: Lines) -> HeadFault | None:
    """The fault of a head with this request target and these header lines that is too large, or None."""
    if len(headers) > MAX_HEADER_LINES:
        return TOO_MANY_LINES
    octets = len(target) + sum(len(name) + len(value) + LINE_OCTETS for name, value in headers)
    return TOO_LARGE if octets > MAX_HEAD_OCTETS else None
