"""How a reader verifies a webhook, with an example whose signature is known (Standard Webhooks 1.0.0).

The identifier, the instant and the body are the document's own examples; the secret is made for this page.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from markupsafe import Markup

from cynod_generators.ir.build import plain
from cynod_generators.targets.docs.localized_site import LocalizedSite
from cynod_generators.targets.docs.text.highlighting import highlight
from cynod_spec.model import Webhook
from cynod_spec.output.bash import assignment
from cynod_spec.output.json_text import json_text
from cynod_spec.schema.sample import sample

PREFIX: Final = "whsec_"  # of a secret
VERSION: Final = "v1"  # of a signature by HMAC-SHA256
_KEY: Final = hashlib.sha256(b"a secret for documentation only").digest()
SECRET: Final = PREFIX + base64.b64encode(_KEY).decode()
_ROLES: Final = ("id", "timestamp", "signature")
_STEPS: Final = ("raw", "headers", "content", "key", "mac", "list", "compare", "age", "once")
_HEADER_TEXT = re.compile(r"[!-~]{1,256}")
_SOME_ID: Final = "msg_1"
_SOME_INSTANT: Final = "1700000000"  # seconds since the epoch


@dataclass(frozen=True, slots=True)
class Span:
    """A run of octets of the signed content: its first and last octet, counted from 1, and what it holds."""

    first: int
    last: int
    what: Markup


@dataclass(frozen=True, slots=True)
class VerificationView:
    """How to verify webhooks whose signature stands in the same headers.

    *given*: names and values of the example. *spans*: the octets that are signed. *expected*: the value of
    the signature's header. *sample*: a command that computes it.
    """

    anchor: str
    steps: tuple[Markup, ...]
    given: tuple[tuple[str, str], ...]
    spans: tuple[Span, ...]
    content: str
    expected: str
    sample: Markup


def headers(webhook: Webhook) -> tuple[str, ...]:
    """The headers for the id, the instant and the signature of *webhook*; empty when it is not signed."""
    found = [webhook.request[role] for role in _ROLES if role in webhook.request]
    names = tuple(each.name for each in found if each.place == "header")
    return names if webhook.body is not None and len(names) == len(_ROLES) else ()


def verification(webhook: Webhook, anchor: str, site: LocalizedSite) -> VerificationView:
    """How to verify *webhook*, which must be signed."""
    words, named = site.words, dict(zip(_ROLES, map(_code, headers(webhook)), strict=True))
    marks = {"prefix": _code(PREFIX), "version": _code(VERSION)}
    id, instant = _example(webhook, "id", site) or _SOME_ID, _example(webhook, "timestamp", site)
    instant = instant if instant.isdigit() else _SOME_INSTANT
    body = _body(webhook, site)
    content = f"{id}.{instant}.{body}"
    signature = base64.b64encode(hmac.digest(_KEY, content.encode(), "sha256")).decode()
    return VerificationView(
        anchor=anchor,
        steps=tuple(Markup(getattr(words, f"verify_{step}")).format(**named, **marks) for step in _STEPS),
        given=((words.secret, SECRET), (words.key_in_hex, _KEY.hex())),
        spans=tuple(_spans((named["id"], id), (named["timestamp"], instant), (words.raw_body, body))),
        content=content,
        expected=f"{VERSION},{signature}",
        sample=highlight(_command(id, instant, body, site), "bash"),
    )


def _spans(*pieces: tuple[str, str]) -> Iterator[Span]:
    """The spans of *pieces* (name, text) and of the full stops between them."""
    end = 0
    for number, (name, text) in enumerate(pieces):
        if number:
            end += 1
            yield Span(end, end, Markup("<code>.</code> (2E)"))
        length = len(text.encode())
        yield Span(end + 1, end + length, Markup("{}").format(name))
        end += length


def _command(id: str, instant: str, body: str, site: LocalizedSite) -> str:
    """The command that signs the example with openssl, which runs in any POSIX shell."""
    words = site.words
    names = ("WEBHOOK_SECRET", words.var_id, words.var_instant, words.var_body)
    given = [assignment(*each) for each in zip(names, (SECRET, id, instant, body), strict=True)]
    secret, *signed = (f"${{{name}}}" for name in names)
    key = f'printf %s "{secret[:-1]}#{PREFIX}}}" | openssl base64 -d -A | od -An -v -tx1 | tr -d " \\n"'
    content = ".".join(signed)
    return "\n".join(
        (
            *given,
            f'printf %s "{content}" |',
            f'  openssl dgst -sha256 -mac HMAC -macopt "hexkey:$({key})" -binary |',
            "  openssl base64 -A",
        )
    )


def _example(webhook: Webhook, role: str, site: LocalizedSite) -> str:
    """The document's example of the header that plays *role*; empty when a header cannot hold it."""
    name = webhook.request[role].name.lower()
    parameter = next((each for each in webhook.parameters if each.name.lower() == name), None)
    if parameter is None:
        return ""
    value = parameter.example
    if value is None:
        value = sample(site.contract, parameter.schema)
    text = str(value)
    return text if _HEADER_TEXT.fullmatch(text) else ""


def _body(webhook: Webhook, site: LocalizedSite) -> str:
    """The document's example of the body of *webhook* on one line, else one that its schema allows."""
    assert webhook.body is not None  # a webhook is signed with its body only
    given: Mapping[str, Any] = webhook.body.examples
    value = next(iter(given.values()), None)
    if value is None:
        value = sample(site.contract, webhook.body.schema)
    return json_text(plain(value), indent=None)


def _code(text: str) -> Markup:
    return Markup("<code>{}</code>").format(text)
