"""A request that was sent as one line of bash: ``curl``, or the octets themselves where it would not do."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from cynod_conformance.journal import Entry
from cynod_conformance.shell import LARGEST, Words, octets, quoted

SILENT = frozenset({"user-agent", "connection", "content-length"})
FORM = "application/x-www-form-urlencoded"  # what curl says of a body unless told otherwise
PLAIN_FORM = re.compile(r"[\w.=&%+-]+", re.ASCII)
HURRY = 0.5  # seconds in which a request surely arrives, before its caller goes
# bash writes each line by itself: a target that refuses the first resets the connection at the next.
AT_ONCE = "dd obs=64k 2>/dev/null"
SETTLED = 1  # seconds in which a target is done with a request whose caller has gone


@dataclass
class Commands:
    """Writes requests in *words*; *pairs* are the placeholders of each ``key:secret`` that is known."""

    words: Words
    pairs: Mapping[str, str]

    def line(self, entry: Entry) -> str:
        """*entry* as one line."""
        request = entry.exchange.request
        if request.header("User-Agent") is None:  # it went around the HTTP client
            return self._spoken(entry)
        line = " ".join(("curl -sS -i", *self._flags(entry), *self._headers(entry)))
        data, url = self._data(entry), self.words.word(octets(request.url))
        return f"{data[0]}{line}{data[1]} {url}"

    def _flags(self, entry: Entry) -> Iterator[str]:
        request = entry.exchange.request
        if "/." in request.url:
            yield "--path-as-is"
        if any(each in request.url for each in "[]{}"):
            yield "-g"
        if request.method == "HEAD":
            yield "-I"
        elif request.method != ("POST" if sends(entry) else "GET"):
            yield f"-X {self.words.word(octets(request.method))}"

    def _headers(self, entry: Entry) -> Iterator[str]:
        request = entry.exchange.request
        silent = {("accept-encoding", "gzip"), ("host", urlsplit(request.url).netloc)}
        for name, value in request.headers:
            if name.lower() in SILENT or (name.lower(), value) in silent:
                continue
            if pair := basic_pair(name, value):
                known = self.pairs.get(pair)
                yield f'-u "{known}"' if known else f"-u {self.words.word(pair)}"
            elif not (sends(entry) and (name.lower(), value) == ("content-type", FORM)):
                yield f"-H {self.words.word(octets(f'{name}: {value}' if value else f'{name};'))}"
        if sends(entry) and request.header("Content-Type") is None:
            yield "-H Content-Type:"
        if len(request.body) > 2**20:
            yield "-H Expect:"  # curl asks leave for such a body, the suite does not

    def _data(self, entry: Entry) -> tuple[str, str]:
        """What stands before the line and at its end, so that the body is sent."""
        if not sends(entry):
            return "", ""
        word = self.words.word(entry.body)
        if "\x00" in entry.body or len(entry.body) > LARGEST or len(word) > LARGEST or entry.body[:1] == "@":
            return f"{self.words.piped(entry.body)} | ", " --data-binary @-"
        return "", f" {'-d' if PLAIN_FORM.fullmatch(entry.body) else '--data-binary'} {word}"

    def _spoken(self, entry: Entry) -> str:
        """A request that curl would mend, refuse or wait for, octet by octet."""
        request = entry.exchange.request
        base = base_of(request.url)
        parts = urlsplit(base)
        host, port = quoted(parts.hostname or ""), parts.port or (443 if parts.scheme == "https" else 80)
        lines = [f"{request.method} {request.url.removeprefix(base)} HTTP/1.1", f"Host: {parts.netloc}"]
        lines += ["Connection: close"] if entry.left is None else [f"Content-Length: {len(request.body)}"]
        lines += [f"{name}: {value}" if value else name for name, value in request.headers]
        text = self.words.piped("\r\n".join((*map(octets, lines), "", entry.body)))
        if parts.scheme == "https":
            return f"{text} | {AT_ONCE} | openssl s_client -quiet -connect {host}:{port}"
        after = "cat <&3" if entry.left is None else f"sleep {max(entry.left, HURRY)}"
        settled = "" if entry.left is None else f"; sleep {SETTLED}"
        return f"(exec 3<>/dev/tcp/{host}/{port}; {text} | {AT_ONCE} >&3; {after}){settled}"


def sends(entry: Entry) -> bool:
    """Whether *entry* has a body, an empty one too."""
    return bool(entry.body) or entry.exchange.request.method in ("POST", "PUT", "PATCH")


def basic_pair(name: str, value: str) -> str:
    """The pair in a Basic ``Authorization`` (RFC 7617); empty for what curl would write otherwise."""
    scheme, _, given = value.partition(" ")
    if name.lower() != "authorization" or scheme != "Basic":
        return ""
    try:
        pair = base64.b64decode(given, validate=True)
    except binascii.Error:
        return ""
    text = pair.decode("latin-1")
    return text if ":" in text and base64.b64encode(pair).decode() == given and "\0" not in text else ""


def base_of(url: str) -> str:
    """The part of *url* that names the server, whatever follows it."""
    found = re.match(r"https?://[^/?#*]+", url)
    return found[0] if found else url
