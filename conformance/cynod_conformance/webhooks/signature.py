"""Signatures of Standard Webhooks, verified on the raw bytes as they came."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac

PREFIX = "whsec_"
VERSION = "v1"


def key_of(secret: str) -> bytes:
    """The key in a ``whsec_…`` secret. Raises ValueError when there is none."""
    key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    if not secret.startswith(PREFIX) or not key:
        raise ValueError(secret)
    return key


def verifies(key: bytes, id: str, timestamp: str, body: bytes, signatures: str) -> bool:
    """Whether one of the space-separated *signatures* is that of *id*, *timestamp* and *body*."""
    signed = f"{id}.{timestamp}.".encode("utf-8", "surrogateescape") + body
    expected = hmac.new(key, signed, hashlib.sha256).digest()
    found = (each.partition(",") for each in signatures.split(" "))
    return any(
        version == VERSION and hmac.compare_digest(expected, _decoded(value)) for version, _, value in found
    )


def _decoded(value: str) -> bytes:
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return b""
