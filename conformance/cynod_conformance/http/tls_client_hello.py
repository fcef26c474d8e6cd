"""A TLS ClientHello written by hand: this machine's OpenSSL may be unable to offer what must be refused."""

from __future__ import annotations

import os
import socket
import struct

VERSIONS = {"SSL 3.0": 0x0300, "TLS 1.0": 0x0301, "TLS 1.1": 0x0302, "TLS 1.2": 0x0303}
_HANDSHAKE, _ALERT = 22, 21  # types of records (RFC 5246 §6.2.1)
_SERVER_HELLO = 2
_PROTOCOL_VERSION = 70  # the alert of a server that speaks other versions alone
_LEGACY = (0xC013, 0xC014, 0xC009, 0xC00A, 0x0033, 0x0039, 0x002F, 0x0035, 0x000A)
_AUTHENTICATED = (0xC02B, 0xC02F, 0xC02C, 0xC030, 0xCCA8, 0xCCA9)  # of TLS 1.2
_GROUPS = (0x001D, 0x0017, 0x0018)
_SIGNATURES = (0x0403, 0x0503, 0x0603, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601, 0x0203, 0x0201)
_SERVER_NAME, _SUPPORTED_GROUPS, _POINT_FORMATS, _SIGNATURE_ALGORITHMS = 0, 10, 11, 13
_RENEGOTIATION_INFO = 0xFF01


def offer(host: str, port: int, version: int, timeout: float) -> tuple[int | None, bool]:
    """Offer *version* and older ones to the server, and hang up.

    Gives the version that it agrees to, None when it refuses, and whether the refusal was explicit (an
    alert that names the version). Raises OSError when it takes no connection or says nothing in time.
    """
    with socket.create_connection((host, port), timeout) as connection:
        connection.sendall(client_hello(version, host))
        try:
            head = _read(connection, 11)
        except ConnectionError:
            return None, False
    if len(head) >= 11 and head[0] == _HANDSHAKE and head[5] == _SERVER_HELLO:
        return int.from_bytes(head[9:11], "big"), False
    return None, len(head) >= 7 and head[0] == _ALERT and head[6] == _PROTOCOL_VERSION


def client_hello(version: int, host: str) -> bytes:
    """The record of a ClientHello (RFC 5246 §7.4.1.2) whose highest version is *version*."""
    modern = version >= VERSIONS["TLS 1.2"]
    suites = (*(_AUTHENTICATED if modern else ()), *_LEGACY)
    extensions = [
        _extension(_SUPPORTED_GROUPS, _sized(_numbers(_GROUPS))),
        _extension(_POINT_FORMATS, b"\1\0"),
        _extension(_RENEGOTIATION_INFO, b"\0"),
    ]
    if modern:
        extensions.append(_extension(_SIGNATURE_ALGORITHMS, _sized(_numbers(_SIGNATURES))))
    if not _is_address(host):
        name = host.encode("idna")
        extensions.append(_extension(_SERVER_NAME, _sized(b"\0" + _sized(name))))
    body = struct.pack(">H", version) + os.urandom(32) + b"\0"
    body += _sized(_numbers(suites)) + b"\1\0" + _sized(b"".join(extensions))
    message = b"\1" + len(body).to_bytes(3, "big") + body
    return struct.pack(">BHH", _HANDSHAKE, min(version, VERSIONS["TLS 1.0"]), len(message)) + message


def _read(connection: socket.socket, count: int) -> bytes:
    """The first *count* octets that come; fewer when the record or the connection ends before."""
    came = b""
    while len(came) < count and not (len(came) >= 7 and came[0] == _ALERT):
        piece = connection.recv(count - len(came))
        if not piece:
            break
        came += piece
    return came


def _extension(kind: int, content: bytes) -> bytes:
    return struct.pack(">H", kind) + _sized(content)


def _sized(content: bytes) -> bytes:
    return struct.pack(">H", len(content)) + content


def _numbers(values: tuple[int, ...]) -> bytes:
    return b"".join(struct.pack(">H", value) for value in values)


def _is_address(host: str) -> bool:
    return ":" in host or host.replace(".", "").isdigit()
