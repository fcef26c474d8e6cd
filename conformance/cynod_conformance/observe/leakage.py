"""What no answer may give away: LEA clauses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from cynod_conformance.observe.answers import member_value
from cynod_conformance.observe.declare import Context, Seen, observe
from cynod_conformance.observe.exchange import Exchange
from cynod_conformance.text.phrase import phrase

TRACES = (
    (
        re.compile(r"Traceback \(most recent call last\)|\bat [\w.$]+\([\w]+\.(java|kt|scala|cs):\d+\)"),
        "stack-trace",
    ),
    (re.compile(r'File "[^"]+", line \d+|\b\w+\.(py|rb|php|go|js|ts|java|cs|rs):\d+'), "source-line"),
    (re.compile(r"\b(SELECT\s.+\sFROM|INSERT\s+INTO|UPDATE\s.+\sSET|DELETE\s+FROM)\b", re.I | re.S), "sql"),
    (
        re.compile(r"\b(SQLSTATE|sqlite3|psycopg\w*|sqlalchemy|ORA-\d{5}|syntax error at or near)\b", re.I),
        "sql",
    ),
    (
        re.compile(
            r"(?<![\w/:.])/(usr|var|home|etc|opt|srv|app|tmp|root|mnt|proc)/[\w./-]+|\b[A-Z]:\\[\w\\]+"
        ),
        "file-path",
    ),
    (
        re.compile(r"\b(?:[a-z_]\w*\.)+[A-Z]\w*(?:Error|Exception)\b|\b[A-Z][a-z]\w*(?:Error|Exception)\b"),
        "class-name",
    ),
    (re.compile(r"<[\w.]+ object at 0x[0-9a-f]+>|<class '"), "class-name"),
    (re.compile(r"\b[\w-]+\.(internal|local|lan|corp|svc|cluster)\b|\b\w+:\d{4,5}\b"), "host-name"),
)
BANNER = re.compile(r"\d")


def spelt(exchange: Exchange) -> str:
    """What the caller sent, as it may come back."""
    return exchange.request.body.decode("utf-8", "replace") + unquote(exchange.request.url)


@observe("LEA-1")
def nothing_of_the_inside(context: Context, exchange: Exchange) -> Iterator[Seen]:
    """Messages hold no stack trace, SQL, path, class or host name."""
    if exchange.response.status < 400:
        return
    url = urlsplit(exchange.request.url)
    for role in ("message", "debug"):
        text = member_value(context, exchange, role)
        if not isinstance(text, str):
            continue
        for own in (url.path, unquote(url.path), url.netloc, url.hostname or ""):
            text = text.replace(own, " ") if len(own) > 1 else text
        for pattern, what in TRACES:
            found = pattern.search(text)
            if found and found.group(0) not in spelt(exchange):
                yield Seen(
                    "seen", phrase("is", what=phrase(what), value=found[0][:60]), phrase("nothing-inside")
                )
                return
    yield Seen("seen")


@observe("LEA-2")
def no_secret_echoed(context: Context, exchange: Exchange) -> Iterator[Seen]:
    """No secret, token or Authorization value comes back; token answers aside."""
    granted = exchange.operation is not None and exchange.operation.effect == "token"
    if granted and exchange.response.status == 200:
        return
    said = exchange.response.body.decode("utf-8", "replace") + "\n".join(
        v for _, v in exchange.response.headers
    )
    sent = (exchange.request.header("Authorization") or "").partition(" ")[2].strip()
    for secret in {*context.secrets(), sent}:
        if len(secret) >= 8 and secret in said:
            yield Seen("seen", phrase("secret-echoed"), phrase("no-echo"))
            return
    yield Seen("seen")


@observe("LEA-3")
def no_version_banner(context: Context, exchange: Exchange) -> Iterator[Seen]:
    """Headers give away no product version."""
    for name in ("Server", "X-Powered-By", "X-AspNet-Version"):
        value = exchange.response.header(name)
        if value and BANNER.search(value):
            yield Seen("seen", f"{name}: {value}", phrase("no-version"))
            return
    yield Seen("seen")


@observe("LEA-4")
def no_card_number_in_errors(context: Context, exchange: Exchange) -> Iterator[Seen]:
    """No error repeats a full card number."""
    if exchange.response.status < 400:
        return
    said = exchange.response.body.decode("utf-8", "replace")
    leaked = any(len(number) >= 10 and number in said for number in context.cards())
    yield Seen("seen", phrase("full-number") if leaked else "", phrase("no-number"))
