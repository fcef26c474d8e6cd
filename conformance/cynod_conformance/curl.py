"""An exchange as one ``curl`` line that a reader can paste; secrets are environment placeholders."""

from __future__ import annotations

import re

from cynod_conformance.observe.exchange import Exchange
from cynod_conformance.redact import Redactor

PLACEHOLDER = re.compile(r"(\$CYNOD_[A-Z0-9_]+)")
SILENT = frozenset({"user-agent", "accept-encoding", "connection", "content-length", "host"})
LONGEST = 2000  # characters of body


def quote(text: str) -> str:
    """*text* as one POSIX shell word in which the placeholders are still expanded."""
    text = text.replace("\x00", "")
    parts = PLACEHOLDER.split(text)
    words = [
        f'"{p}"' if PLACEHOLDER.fullmatch(p) else "'" + p.replace("'", "'\\''") + "'" for p in parts if p
    ]
    return "".join(words) or "''"


def curl(exchange: Exchange, redactor: Redactor) -> str:
    """The request of *exchange* as one line."""
    request = exchange.request
    words = ["curl", "-sS", "-i", "--path-as-is"]
    words += ["-I"] if request.method == "HEAD" else ["-X", quote(request.method)]
    for name, value in request.headers:
        if name.lower() not in SILENT:
            line = redactor.text(f"{name}: {value}").replace("\n", " ")
            words += ["-H", quote(line if value else f"{name};")]
    if request.body:
        body = redactor.text(request.body.decode("utf-8", "replace"))
        words += ["--data-binary", quote(body if len(body) <= LONGEST else body[:LONGEST] + "…")]
        if not request.header("Content-Type"):
            words += ["-H", "'Content-Type:'"]
    words.append(quote(redactor.text(request.url)))
    return " ".join(words).replace("\r", " ").replace("\n", " ")
