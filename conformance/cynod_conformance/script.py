"""A failure as lines to paste into bash: what gives the tokens and the things, then what shows the failure.

Secrets are variables that ``cynod conform --env`` sets, what a target gives out is taken over from its
answers, and each run of the lines has keys and references of its own: they may be run again and again.
"""

from __future__ import annotations

import base64
import binascii
import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from urllib.parse import urlsplit

from cynod_conformance.curl import curl
from cynod_conformance.journal import TOKEN, Entry, Journal, Source, picked
from cynod_conformance.observe.exchange import Exchange
from cynod_conformance.redact import Redactor
from cynod_conformance.shell import LARGEST, Words, octets, quoted
from cynod_conformance.world import PREFIX

NONCE = "CYNOD_NONCE=$(printf %05d%05d $RANDOM $RANDOM)"
SILENT = frozenset({"user-agent", "connection", "content-length"})
FORM = "application/x-www-form-urlencoded"  # what curl says of a body unless told otherwise
CUT = 3  # characters of the nonce that tell a key that is cut short
MANY = 3  # times that make a loop
HURRY = 0.1  # seconds in which a request surely arrives, before its caller goes
SETTLED = 1  # seconds in which a target is done with a request whose caller has gone


def script(journal: Journal, redactor: Redactor, failing: Exchange) -> tuple[str, ...]:
    """The lines for *failing*; none when nothing was sent, or it came from the target."""
    part = journal.part(failing)
    if part:
        return tuple(Script(journal, redactor, part).lines())
    sent = failing.response.status and "://" in failing.request.url
    return (curl(failing, redactor),) if sent else ()


class Script:
    """Writes the exchanges of *part* as lines; the last is the one that failed."""

    def __init__(self, journal: Journal, redactor: Redactor, part: Sequence[Entry]) -> None:
        self._journal, self._redactor, self._part = journal, redactor, part
        self._taken: dict[Entry, dict[str, Source]] = {}
        for entry in part:
            for value, source in journal.taken(entry).items():
                self._taken.setdefault(source.entry, {})[value] = source
        self._variables = self._named()
        tokens = {value for of in self._taken.values() for value, s in of.items() if s.member == TOKEN}
        whole = {**redactor.keys, **{v: name for v, name in self._variables.items() if v not in tokens}}
        secrets = {v: name for v, name in redactor.placeholders.items() if name in redactor.exported}
        secrets.update({value: self._variables[value] for value in tokens})
        if journal.nonce:
            whole[journal.nonce] = "$CYNOD_NONCE"
            for cut in range(CUT, len(journal.nonce)):
                whole[f"{PREFIX}{journal.nonce[:cut]}"] = f"{PREFIX}${{CYNOD_NONCE:0:{cut}}}"
            secrets.update(dict.fromkeys(redactor.canaries, "canary-$CYNOD_NONCE"))
        self._words = Words(whole, secrets)

    def _named(self) -> dict[str, str]:
        """A variable for each value that is taken over, in the order of the lines."""
        counts: Counter[str] = Counter()
        variables = {}
        for entry in self._part:
            for value, source in self._taken.get(entry, {}).items():
                name = "TOKEN" if source.member == TOKEN else source.member.upper()
                counts[name] += 1
                variables[value] = f"${name}_{counts[name]}"
        return variables

    def lines(self) -> Iterator[str]:
        """Every line."""
        found = list(self._steps())
        if any("$CYNOD_NONCE" in line for line in found):
            yield NONCE
        yield from (self._redactor.text(line) for line in repeated(found))

    def _steps(self) -> Iterator[str]:
        before: Entry | None = None
        for bundle in bundles(self._part):
            if before is not None and (pause := self._journal.waited(before, bundle[0])):
                yield f"sleep {math.ceil(pause)}"
            before = bundle[-1]
            shown = [entry for entry in bundle if entry not in self._taken]
            for entry in bundle:
                if entry in self._taken:
                    yield from self._capturing(entry)
            if len(shown) > 1:
                yield from (f"{self._request(entry)} &" for entry in shown)
                yield "wait"
            else:
                yield from map(self._request, shown)

    def _capturing(self, entry: Entry) -> Iterator[str]:
        """The lines that send *entry* and keep what later ones take from its answer."""
        taken = {self._variables[value][1:]: source for value, source in self._taken[entry].items()}
        asked = self._request(entry)
        if TOKEN not in {source.member for source in taken.values()}:
            asked += " | tee /dev/stderr"
        if len(taken) == 1:
            yield from (f"{name}=$({asked} | {picking(source)})" for name, source in taken.items())
            return
        yield f"ANSWER=$({asked})"
        yield from (f'{name}=$(printf %s "$ANSWER" | {picking(source)})' for name, source in taken.items())

    def _request(self, entry: Entry) -> str:
        """*entry* as one line."""
        request = entry.exchange.request
        if request.header("User-Agent") is None:  # it went around the HTTP client
            return self._spoken(entry)
        line = " ".join(("curl -sS -i", *self._flags(entry), *self._headers(entry)))
        data, url = self._data(entry), self._words.word(octets(request.url))
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
            yield f"-X {self._words.word(octets(request.method))}"

    def _headers(self, entry: Entry) -> Iterator[str]:
        request = entry.exchange.request
        silent = {("accept-encoding", "gzip"), ("host", urlsplit(request.url).netloc)}
        for name, value in request.headers:
            if name.lower() in SILENT or (name.lower(), value) in silent:
                continue
            if pair := basic_pair(name, value):
                yield f"-u {self._words.word(pair)}"
            elif not (sends(entry) and (name.lower(), value) == ("content-type", FORM)):
                yield f"-H {self._words.word(octets(f'{name}: {value}' if value else f'{name};'))}"
        if sends(entry) and request.header("Content-Type") is None:
            yield "-H Content-Type:"
        if len(request.body) > 2**20:
            yield "-H Expect:"  # curl asks leave for such a body, the suite does not

    def _data(self, entry: Entry) -> tuple[str, str]:
        """What stands before the line and at its end, so that the body is sent."""
        if not sends(entry):
            return "", ""
        word = self._words.word(entry.body)
        if "\x00" in entry.body or len(entry.body) > LARGEST or len(word) > LARGEST or word[:1] == "@":
            return f"{self._words.piped(entry.body)} | ", " --data-binary @-"
        return "", f" {'-d' if PLAIN_FORM.fullmatch(entry.body) else '--data-binary'} {word}"

    def _spoken(self, entry: Entry) -> str:
        """A request that curl would mend, refuse or wait for, octet by octet."""
        request = entry.exchange.request
        base = self._base(request.url)
        parts = urlsplit(base)
        host, port = quoted(parts.hostname or ""), parts.port or (443 if parts.scheme == "https" else 80)
        lines = [f"{request.method} {request.url.removeprefix(base)} HTTP/1.1", f"Host: {parts.netloc}"]
        lines += ["Connection: close"] if entry.left is None else [f"Content-Length: {len(request.body)}"]
        lines += [f"{name}: {value}" if value else name for name, value in request.headers]
        text = self._words.piped("\r\n".join((*map(octets, lines), "", entry.body)))
        if parts.scheme == "https":
            return f"{text} | openssl s_client -quiet -connect {host}:{port}"
        after = "cat <&3" if entry.left is None else f"sleep {max(entry.left, HURRY)}"
        settled = "" if entry.left is None else f"; sleep {SETTLED}"
        return f"(exec 3<>/dev/tcp/{host}/{port}; {text} >&3; {after}){settled}"

    def _base(self, url: str) -> str:
        """The part of *url* that names the server, whatever follows it."""
        found = re.match(r"https?://[^/?#*]+", url)
        return found[0] if found else url


PLAIN_FORM = re.compile(r"[\w.=&%+-]+", re.ASCII)


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


def picking(source: Source) -> str:
    """A command that picks the value of *source* out of the answer that it reads."""
    pattern = picked(source.member).replace("(", "").replace(")", "")
    return f"""grep -o '{pattern}' | sed -n {source.nth}p | cut -d'"' -f4"""


def bundles(part: Sequence[Entry]) -> Iterator[list[Entry]]:
    """*part* in its order, with what was under way at one time together."""
    bundle: list[Entry] = []
    for entry in part:
        if bundle and not any(entry.meets(each) for each in bundle):
            yield bundle
            bundle = []
        bundle.append(entry)
    if bundle:
        yield bundle


def repeated(lines: Sequence[str]) -> Iterator[str]:
    """*lines*, with the same line over and over as a loop."""
    for line, group in groupby(lines):
        count = len(list(group))
        if count < MANY:
            yield from [line] * count
        else:
            end = " done" if line.endswith(" &") else "; done"
            yield f"for i in $(seq {count}); do {line}{end}"
