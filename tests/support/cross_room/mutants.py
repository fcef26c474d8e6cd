"""Requests bent out of shape, from honest ones and a seed: octets to send as they are.

Each mutation is a function of a request in parts and a random generator; ``mutants`` applies a few of them.
"""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

LINE = b"\r\n"
OVERSIZE = 1_048_577  # octets of a body: one more than the contract takes


@dataclass(frozen=True)
class Parts:
    """A request before it is put together: header lines are octets, so that any can be wrong."""

    method: bytes
    target: bytes
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes = b""
    version: bytes = b"HTTP/1.1"
    end: bytes = LINE
    framed: bool = True  # whether a Content-Length of the body is added

    def octets(self) -> bytes:
        """The request as it goes over the wire."""
        headers = list(self.headers)
        if self.framed and self.body:
            headers.append((b"Content-Length", str(len(self.body)).encode()))
        lines = [b" ".join((self.method, self.target, self.version))]
        lines += [name + b": " + value for name, value in headers]
        return self.end.join([*lines, b"", b""]) + self.body

    def having(self, *headers: tuple[bytes, bytes]) -> Parts:
        """The same with *headers* in the place of those with their names."""
        names = {name.lower() for name, _ in headers}
        kept = (line for line in self.headers if line[0].lower() not in names)
        return replace(self, headers=(*kept, *headers))


@dataclass(frozen=True)
class Mutant:
    """What to send: pieces with a pause of so many seconds before each, and how it was made."""

    pieces: tuple[tuple[float, bytes], ...]
    made_by: tuple[str, ...] = field(default=())


Mutation = Callable[[Parts, random.Random], Parts]
_MUTATIONS: list[Mutation] = []


def _mutation(function: Mutation) -> Mutation:
    _MUTATIONS.append(function)
    return function


def mutants(honest: Sequence[Parts], seed: int, count: int) -> Iterator[Mutant]:
    """*count* mutants of *honest* requests, the same for the same *seed*."""
    chance = random.Random(seed)
    for _ in range(count):
        parts = chance.choice(honest)
        chosen = chance.choices(_MUTATIONS, k=chance.choice((1, 1, 2, 3)))
        for mutation in chosen:
            parts = mutation(parts, chance)
        yield Mutant(_paced(parts.octets(), chance), tuple(each.__name__ for each in chosen))


def _paced(octets: bytes, chance: random.Random) -> tuple[tuple[float, bytes], ...]:
    """Mostly in one piece, sometimes slowly, sometimes cut short."""
    if chance.random() < 0.05:
        octets = octets[: chance.randrange(1, len(octets) + 1)]
    if chance.random() < 0.9 or len(octets) < 4:
        return ((0.0, octets),)
    cuts = sorted(chance.sample(range(1, len(octets)), k=min(3, len(octets) - 1)))
    edges = zip([0, *cuts], [*cuts, len(octets)], strict=True)
    return tuple((chance.choice((0.0, 0.02, 0.2)), octets[start:end]) for start, end in edges)


def _noise(chance: random.Random, most: int = 40) -> bytes:
    return chance.randbytes(chance.randrange(1, most))


# The request line


@_mutation
def strange_method(parts: Parts, chance: random.Random) -> Parts:
    """Methods that exist elsewhere, or nowhere."""
    names = (
        b"get",
        b"TRACE",
        b"CONNECT",
        b"PRI",
        b"A" * 300,
        b"G\xc9T",
        b"",
        b"GET GET",
        b"OPTIONS",
        b"HEAD",
    )
    return replace(parts, method=chance.choice(names))


@_mutation
def strange_version(parts: Parts, chance: random.Random) -> Parts:
    """Versions that nobody speaks here."""
    names = (
        b"HTTP/1.0",
        b"HTTP/0.9",
        b"HTTP/2.0",
        b"HTTP/9.9",
        b"HTTP/1.1 ",
        b"http/1.1",
        b"",
        b"HTTP/1.",
        b"\0",
    )
    return replace(parts, version=chance.choice(names))


@_mutation
def strange_target(parts: Parts, chance: random.Random) -> Parts:
    """Other forms of a target, bad escapes, octets that are no text."""
    target = parts.target
    chosen = chance.choice(
        (
            b"*", b"http://elsewhere.example" + target, b"elsewhere.example:443", b"//" + target,
            target + b"/",
            target + b"%zz", target + b"%", target + b"%00", target + b"%2F..%2F", target + b"/../..", b"",
            target + b"?" + _noise(chance), target + b"\xc0\xaf", target.replace(b"/", b"\\"), target + b"#x",
            target + b"?a=%ff%fe&a[]=1&=&&&a", target + b"?" + b"a=1&" * 3000, b"/" * 5000,
            b"/" + b"a" * 70_000,
            target + b"?curseur=" + _noise(chance).hex().encode(), target + b" x", target + b"\t",
            b"\0" + target,
        )
    )  # fmt: skip
    return replace(parts, target=chosen)


@_mutation
def bare_line_ends(parts: Parts, chance: random.Random) -> Parts:
    """Line feeds alone, carriage returns alone."""
    return replace(parts, end=chance.choice((b"\n", b"\r", b"\r\r\n", b"\n\r")))


# Headers


@_mutation
def strange_header(parts: Parts, chance: random.Random) -> Parts:
    """One more line that is no header, or one with a value that is none."""
    line = chance.choice(
        (
            (b"X-\0", b"1"), (b"X Y", b"1"), (b"", b"1"), (b"X-Folded", b"a\r\n b"),
            (b"X-Long", b"a" * 20_000),
            (b"X-Octets", _noise(chance, 200)), (b"X-Colon ", b"1"), (b"H\xe9", b"\xe9"), (b"X-CR", b"a\rb"),
            (b"Cookie", b"=;=;;a" + _noise(chance)), (b"Expect", b"100-continue"), (b"Expect", b"a lot"),
            (b"Upgrade", b"websocket"), (b"Connection", b"Upgrade, close, keep-alive, X"), (b"Host", b""),
            (b"Host", b"a b"), (b"Forwarded", b"for=" + _noise(chance).hex().encode()),
            (b"Range", b"bytes=0-,,"),
            (b"X-Forwarded-For", b"\xff, 1.2.3.4.5"), (b"If-None-Match", b"*"),
            (b"TE", b"trailers, deflate;q=0"),
        )
    )  # fmt: skip
    return replace(parts, headers=(*parts.headers, line))


@_mutation
def many_headers(parts: Parts, chance: random.Random) -> Parts:
    """Hundreds of lines, or one of them many times."""
    count = chance.choice((100, 500, 3000))
    same = chance.random() < 0.5
    more = tuple((b"X-%d" % (0 if same else number), b"v" * 10) for number in range(count))
    return replace(parts, headers=(*parts.headers, *more))


@_mutation
def strange_negotiation(parts: Parts, chance: random.Random) -> Parts:
    """Accept and its kin, with weights that are none."""
    name = chance.choice((b"Accept", b"Accept-Language", b"Accept-Encoding", b"Accept-Charset"))
    value = chance.choice(
        (
            b"",
            b";;;q",
            b"*/*;q=1e400",
            b"a/b;q=-1",
            b"*;q=0",
            b"/",
            b"," * 5000,
            b"fr;q=nan, en;q=inf",
            b"\xe9",
        )
    )
    return parts.having((name, value))


@_mutation
def strange_authorization(parts: Parts, chance: random.Random) -> Parts:
    """Schemes and credentials in every state of decay."""
    value = chance.choice(
        (
            b"", b"Bearer", b"Bearer ", b"Bearer " + _noise(chance), b"Basic", b"Basic =",
            b"Basic " + _noise(chance),
            b"Basic OjpAOg==", b"Basic gICA", b"Bearer a b", b"Digest a=b", b"\xe9 x",
            b"Bearer " + b"a" * 15_000,
            b"Bearer \xf0\x9f\x92\xb3",
        )
    )  # fmt: skip
    return parts.having((b"Authorization", value))


@_mutation
def strange_key(parts: Parts, chance: random.Random) -> Parts:
    """Idempotency keys and request ids that are none."""
    value = chance.choice(
        (b"", b"a", b"a" * 129, b"\0" * 9, _noise(chance), b"../../../../etc", b"%0d%0aX: 1" * 3)
    )
    return parts.having((chance.choice((b"Idempotency-Key", b"X-Request-Id")), value))


# Bodies


@_mutation
def strange_media_type(parts: Parts, chance: random.Random) -> Parts:
    """Other media types, charsets and encodings than what the body is in."""
    line = chance.choice(
        (
            (b"Content-Type", b""), (b"Content-Type", b"application/json; charset=utf-16"),
            (b"Content-Type", b"application/json;" * 300), (b"Content-Type", b"multipart/form-data"),
            (b"Content-Type", b"application/x-www-form-urlencoded"), (b"Content-Type", _noise(chance)),
            (b"Content-Encoding", b"gzip"), (b"Content-Encoding", b"br, deflate"),
        )
    )  # fmt: skip
    return parts.having(line)


@_mutation
def strange_json(parts: Parts, chance: random.Random) -> Parts:
    """JSON at its limits, and past them."""
    body = chance.choice(
        (
            b"", b"null", b"[]", b'""', b"1", b"{", b'{"a"', b"[" * 100_000, b'{"a":' * 50_000, b"NaN",
            b"-Infinity",
            b"1e400", b"9" * 5000, b'{"montant":{"valeur":' + b"9" * 400 + b"}}", b'{"\\ud800":"\\udfff"}',
            b'{"a":1,"a":2}', b"\xef\xbb\xbf{}", b"{}\0", b"\xff\xfe{\0}\0", b'{"a":"\\u0000"}', b"{}{}",
            b"'a'",
            b'{"reference":"' + b"R" * 70_000 + b'"}', b'{"montant":{"valeur":-0.0,"devise":"XOF"}}', b"[1,]",
            _noise(chance, 2000), gzip.compress(b"{}", mtime=0), b"%7B%7D", b"a=b&" * 5000,
            b"grant_type=&scope=%ff",
        )
    )  # fmt: skip
    return replace(parts, body=body)


@_mutation
def strange_member(parts: Parts, chance: random.Random) -> Parts:
    """The honest body with one member of another kind."""
    try:
        value = json.loads(parts.body)
    except (ValueError, RecursionError):
        return parts
    if not isinstance(value, dict) or not value:
        return parts
    strange: tuple[Any, ...] = (
        None,
        [],
        {},
        True,
        -1,
        0,
        2**63,
        2**1024,
        1.5,
        1e308,
        "",
        "\0",
        "a" * 10_000,
        "٣",
        "\u202e",
        [[]] * 50,
    )
    value[chance.choice(sorted(value))] = chance.choice(strange)
    return replace(parts, body=json.dumps(value).encode())


@_mutation
def flipped_octets(parts: Parts, chance: random.Random) -> Parts:
    """The honest body with a few octets changed."""
    body = bytearray(parts.body)
    for _ in range(min(len(body), chance.randrange(1, 6))):
        body[chance.randrange(len(body))] = chance.randrange(256)
    return replace(parts, body=bytes(body))


@_mutation
def oversize_body(parts: Parts, chance: random.Random) -> Parts:
    """Now and then more than is taken, declared or not; else declared alone."""
    if chance.random() < 0.15:
        size = OVERSIZE + chance.randrange(2)
        if chance.random() < 0.5:
            return replace(parts, body=b" " * size)
        chunks = b"".join(b"10000\r\n" + b" " * 0x10000 + LINE for _ in range(size // 0x10000 + 1))
        return replace(parts, body=chunks + b"0\r\n\r\n", framed=False).having(
            (b"Transfer-Encoding", b"chunked")
        )
    return replace(parts, framed=False).having(
        (b"Content-Length", chance.choice((b"1048577", b"9" * 18, b"9" * 40)))
    )


# Framing


@_mutation
def ambiguous_length(parts: Parts, chance: random.Random) -> Parts:
    """Lengths that two readers may understand in two ways."""
    size = str(len(parts.body)).encode()
    values = chance.choice(
        (
            (b"+" + size,), (b"-1",), (b"0x5",), (size, b"0"), (size + b", " + size,), (size, size), (b"",),
            (b" " + size + b" ",), (b"5_0",), (b"\xb2",), (b"1e1",), (b"00" + size,),
        )
    )  # fmt: skip
    return replace(parts, framed=False, headers=(*parts.headers, *((b"Content-Length", v) for v in values)))


@_mutation
def ambiguous_encoding(parts: Parts, chance: random.Random) -> Parts:
    """Transfer codings beside a length, or that are none, and a second request behind the body."""
    coding = chance.choice(
        (b"chunked", b"xchunked", b"chunked, identity", b"identity, chunked", b"chunked;a=b", b" chunked",
         b"\x0bchunked", b"gzip, chunked", b"CHUNKED", b"", b"chunked, chunked")
    )  # fmt: skip
    body = chance.choice(
        (
            b"0\r\n\r\nGET /sante HTTP/1.1\r\nHost: a\r\n\r\n", b"5\r\nhello\r\n0\r\n\r\n",
            b"5;a=b\r\nhello\r\n0\r\n\r\n",
            b"-5\r\nhello\r\n0\r\n\r\n", b"fffffffffffffffff\r\n", b"0x5\r\nhello\r\n0\r\n\r\n",
            b"zz\r\n\r\n",
            b"5\nhello\n0\n\n", b"5\r\nhell", b"0\r\nX-Trailer: \0\r\n\r\n",
            b"0\r\n" + b"T: a\r\n" * 20_000 + b"\r\n",
            b"5" + b";" + b"e" * 70_000 + b"\r\nhello\r\n0\r\n\r\n", b"1\r\na\r\n" * 20_000 + b"0\r\n\r\n",
        )
    )  # fmt: skip
    framed = chance.random() < 0.4
    return replace(parts, body=body, framed=framed, headers=(*parts.headers, (b"Transfer-Encoding", coding)))


@_mutation
def more_than_one(parts: Parts, chance: random.Random) -> Parts:
    """Several requests, or something that is none, on one connection at once."""
    behind = chance.choice((parts.octets() * 3, _noise(chance, 300), b"\r\n" * 200, b"\x16\x03\x01\x02\0"))
    return replace(parts, body=parts.body + behind, framed=False).having(
        (b"Content-Length", str(len(parts.body)).encode())
    )
