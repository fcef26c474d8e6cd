"""Over which text, under which key and in which form a wrong signature would have been right.

Whoever signs webhooks for the first time makes one of a few mistakes; each is tried, and so are all together.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import product

from cynod_conformance.text.phrase import Said, joined, phrase
from cynod_conformance.webhooks.signature import PREFIX, VERSION, key_of

DIGESTS = {"SHA-256": "sha256", "SHA-1": "sha1", "SHA-512": "sha512"}
USUAL_DIGEST = "SHA-256"  # of Standard Webhooks
MAX_SIGNATURES = 16  # of one delivery that are looked at, the first ones


@dataclass(frozen=True)
class Option:
    """One way to choose a part of a signature; ``mistake`` is empty for the right one."""

    value: bytes
    mistake: Said = ""


def mistakes(secret: str, id: str, timestamp: str, body: bytes, signatures: str) -> list[Said]:
    """What is wrong with *signatures*, the fewest mistakes that explain one; empty when none does.

    *secret* is a ``whsec_…`` secret that ``key_of`` can read; the rest is as it was received.
    """
    found: list[list[Said]] = []
    claimed = [*_claimed(signatures)]
    for text, key, (name, digest) in product(_texts(id, timestamp, body), _keys(secret), DIGESTS.items()):
        right = hmac.new(key.value, text.value, digest).digest()
        of_digest = "" if name == USUAL_DIGEST else phrase("digest-is", name=name)
        for option in claimed:
            if hmac.compare_digest(option.value, right):
                found.append(
                    [each for each in (text.mistake, key.mistake, of_digest, option.mistake) if each]
                )
    return min(found, key=len, default=[])


def _texts(id: str, timestamp: str, body: bytes) -> Iterator[Option]:
    """The texts that may have been signed, the right one first."""
    one, two = (each.encode("utf-8", "surrogateescape") for each in (id, timestamp))
    yield Option(b".".join((one, two, body)))
    yield Option(body, phrase("signed-body"))
    yield Option(one + b"." + body, phrase("signed-without-timestamp"))
    yield Option(two + b"." + body, phrase("signed-without-id"))
    yield Option(two + b"." + one + b"." + body, phrase("signed-in-other-order"))
    yield Option(one + two + body, phrase("signed-without-dots"))
    yield Option(one + b"." + two, phrase("signed-without-body"))
    yield Option(b".".join((one, two, body)) + b"\n", phrase("signed-with-newline"))
    for other in _written_again(body):
        yield Option(b".".join((one, two, other)), phrase("signed-body-again"))
        yield Option(other, phrase("signed-body-again-alone"))


def _written_again(body: bytes) -> Iterator[bytes]:
    """*body* as other writers of JSON would write it."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return
    for separators, ascii_only, sorts in product(((",", ":"), (", ", ": ")), (False, True), (False, True)):
        text = json.dumps(value, separators=separators, ensure_ascii=ascii_only, sort_keys=sorts)
        again = text.encode("utf-8", "surrogatepass")
        if again != body:
            yield again


def _keys(secret: str) -> Iterator[Option]:
    """The keys that may have been used, the right one first."""
    yield Option(key_of(secret))
    yield Option(secret.encode(), phrase("key-is-whole-secret"))
    yield Option(secret.removeprefix(PREFIX).encode(), phrase("key-is-not-decoded"))


def _claimed(signatures: str) -> Iterator[Option]:
    """The digests that *signatures* may stand for, by each way to write one."""
    for each in signatures.split(" ")[:MAX_SIGNATURES]:
        version, comma, value = each.rpartition(",")
        wrong_version = (
            "" if version == VERSION else phrase("version-is", version=version or phrase("absent"))
        )
        value = value.partition("=")[2] or value if not comma and value.startswith(VERSION) else value
        for digest, form in _digests(value):
            yield Option(digest, joined([each for each in (wrong_version, form) if each]))


def _digests(value: str) -> Iterator[tuple[bytes, Said]]:
    """*value* as base64, as base64 for URLs, as hex, and as base64 of hex."""
    with suppress(binascii.Error, ValueError):
        decoded = base64.b64decode(value, validate=True)
        yield decoded, ""
        yield bytes.fromhex(decoded.decode("ascii")), phrase("written-as-hex-in-base64")
    with suppress(binascii.Error, ValueError):
        yield base64.urlsafe_b64decode(value + "=" * (-len(value) % 4)), phrase("written-for-urls")
    with suppress(ValueError):
        yield bytes.fromhex(value), phrase("written-as-hex")
