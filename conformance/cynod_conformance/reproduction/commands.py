"""A request that was sent as one line of bash: ``curl``, or the octets themselves where it would not do."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from cynod_conformance.observe.exchange import Exchange, Request
from cynod_conformance.reproduction.redaction import Redactor
from cynod_conformance.reproduction.substitution import ENCODED, Parts, Substitution, of_octets
from cynod_spec.output.bash import MAX_WORD_OCTETS, Part, encoded, quoted, word, written
from cynod_spec.output.curl import Call, one_line

SILENT = frozenset({"user-agent", "connection", "content-length"})
FORM = "application/x-www-form-urlencoded"  # what curl says of a body unless told otherwise
HURRY = 0.5  # seconds in which a request surely arrives, before its caller goes
# bash writes each line by itself: a target that refuses the first resets the connection at the next.
AT_ONCE = "dd obs=64k 2>/dev/null"
SETTLED = 1  # seconds in which a target is done with a request whose caller has gone
MAX_SHOWN_CHARS = 2000  # of the body, where a line is for reading
MAX_UNASKED_OCTETS = 2**20  # of a body for which curl does not ask leave first


def curl(exchange: Exchange, redactor: Redactor) -> str:
    """The request of *exchange* as one line that stands by itself, with variables for its secrets.

    What stands where a secret does and is not known is hidden, and a long body is cut: it is for reading.
    """
    secrets = {secret: (expansion,) for secret, expansion in redactor.variables.items()}
    commands = Commands(Substitution(secrets, redactor=redactor), redactor.pairs, MAX_SHOWN_CHARS)
    line = commands.line(exchange.request)
    return f"{ENCODED}; {line}" if "$(encoded " in line else line


@dataclass(frozen=True)
class Commands:
    """Writes requests as lines, with what *known* knows; *pairs* stand for each ``key:secret`` that is known.

    ``limit`` is the number of characters of a body after which it is cut; None makes lines that are exact.
    """

    known: Substitution
    pairs: Mapping[str, Parts]
    limit: int | None = None

    def line(self, request: Request, left: float | None = None) -> str:
        """*request* as one line; its caller hung up after *left* seconds, or waited for the answer."""
        call = self._call(request)
        went_around = request.header("User-Agent") is None  # the HTTP client, which always sends one
        if (went_around and self.limit is None) or not call.is_sayable or has_nul(request):
            return self._spoken(request, left)
        pipes = call.body is not None and not fits(request.body, call.body)
        return one_line(call, pipes=pipes)

    def _call(self, request: Request) -> Call:
        headers, without, pair = [], list[str](), ""
        silent = {("accept-encoding", "gzip"), ("host", urlsplit(request.url).netloc)}
        for name, value in request.headers:
            if name.lower() in SILENT or (name.lower(), value) in silent:
                continue
            if given := self._pair(name, value):
                pair = given
            elif not (sends(request) and (name.lower(), value) == ("content-type", FORM)):
                headers.append((name, self.known.header(name, of_octets(value))))
        if sends(request) and request.header("Content-Type") is None:
            without.append("Content-Type")
        if len(request.body) > MAX_UNASKED_OCTETS:
            without.append("Expect")
        return Call(
            url=self._url(request.url),
            method=request.method,
            headers=headers,
            without=without,
            user=self.pairs.get(pair) or self.known.parts(pair),
            body=self._body(request) if sends(request) else None,
            options=["--path-as-is"] if "/." in request.url else [],
        )

    def _pair(self, name: str, value: str) -> str:
        """The pair of HTTP Basic that curl can be given to write this header; empty without one."""
        pair = basic_pair(name, value)
        return pair if pair in self.pairs or not self.known.hides else ""

    def _url(self, url: str) -> Parts:
        """*url*, whose server is never a value that somebody gave out: it is sent secrets."""
        end = len(base_of(url)) + 1
        return (of_octets(url[:end]), *self.known.parts(of_octets(url[end:])))

    def _body(self, request: Request) -> Parts:
        return shortened(self.known.parts(of_octets(request.body.decode("latin-1"))), self.limit)

    def _spoken(self, request: Request, left: float | None) -> str:
        """A request that curl would mend, refuse or wait for, octet by octet."""
        base = base_of(request.url)
        address, target = urlsplit(base), request.url.removeprefix(base)
        host = quoted(address.hostname or "")
        port = address.port or (443 if address.scheme == "https" else 80)
        length = "Connection: close" if left is None else f"Content-Length: {len(request.body)}"
        parts: list[Part] = [of_octets(f"{request.method} {target[:1]}")]
        parts += self.known.parts(of_octets(target[1:]))
        parts += [f" HTTP/1.1\r\nHost: {address.netloc}\r\n{length}"]
        for name, value in request.headers:
            field = (of_octets(f"{name}: "), *self.known.header(name, of_octets(value)))
            parts += ["\r\n", *(field if value else (of_octets(name),))]
        text = written((*parts, "\r\n\r\n", *self._body(request)))
        if address.scheme == "https":
            return f"{text} | {AT_ONCE} | openssl s_client -quiet -connect {host}:{port}"
        after = "cat <&3" if left is None else f"sleep {max(left, HURRY)}"
        settled = "" if left is None else f"; sleep {SETTLED}"
        return f"(exec 3<>/dev/tcp/{host}/{port}; {text} | {AT_ONCE} >&3; {after}){settled}"


def sends(request: Request) -> bool:
    """Whether *request* has a body, an empty one too."""
    return bool(request.body) or request.method in ("POST", "PUT", "PATCH")


def has_nul(request: Request) -> bool:
    """Whether a NUL stands in *request*, its body aside: no word of bash can hold it."""
    fields = (text for field in request.headers for text in field)
    return any("\0" in text for text in (request.method, request.url, *fields))


def fits(body: bytes, parts: Sequence[Part]) -> bool:
    """Whether *body* may be one argument of a command, and *parts*, which are written for it, a word."""
    texts = (part for part in parts if isinstance(part, str))
    if len(body) > MAX_WORD_OCTETS or any("\0" in text for text in texts):
        return False
    return len(encoded(word(parts))) <= MAX_WORD_OCTETS


def shortened(parts: Parts, limit: int | None) -> Parts:
    """*parts*, of whose texts no more than *limit* characters are left."""
    found, left = list[Part](), limit
    for part in parts:
        if left is not None and isinstance(part, str) and len(part) > left:
            return (*found, part[:left] + "…")
        left = left - len(part) if left is not None and isinstance(part, str) else left
        found.append(part)
    return tuple(found)


def basic_pair(name: str, value: str) -> str:
    """The pair in a Basic ``Authorization`` (RFC 7617); empty for what curl would write otherwise."""
    scheme, _, given = value.partition(" ")
    if name.lower() != "authorization" or scheme != "Basic":
        return ""
    try:
        pair = base64.b64decode(given, validate=True)
    except binascii.Error:
        return ""
    text = pair.decode("utf-8", "surrogateescape")
    return text if ":" in text and base64.b64encode(pair).decode() == given and "\0" not in text else ""


def base_of(url: str) -> str:
    """The part of *url* that names the server, whatever follows it."""
    found = re.match(r"https?://[^/?#*]+", url)
    return found[0] if found else url
