"""Finds in a text that was sent the values for which a variable stands, and splits it into parts for bash.

A secret is replaced wherever it stands, in part too; what a target gave out where it is a word of its own; a
consumer key where it is a whole value, for it may be a word that texts are full of.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import quote, quote_plus

from cynod_conformance.reproduction.exchange_log import ALIKE
from cynod_conformance.reproduction.redaction import Redactor
from cynod_spec.output.bash import Expansion, Part, decoded, encoded, with_repeats

Parts = tuple[Part, ...]

ENCODED = (
    "encoded() { local LC_ALL=C i c; for ((i = 0; i < ${#1}; i++)); do c=${1:i:1}; case $c in "
    '[A-Za-z0-9._~-]) printf %s "$c";; \' \') printf %s "${2-%20}";; *) printf %%%02X "\'$c";; esac; done; }'
)
"""The function of bash that percent-encodes a text (RFC 3986 §2.1), an octet at a time."""
BETWEEN_LETTERS = (r"(?<![A-Za-z0-9])", r"(?![A-Za-z0-9])")
# All of a value of a member, a parameter or a header, or a half of a pair; no name of a member.
AS_A_VALUE = (r"(?:(?<=[\"=:])|^)", r"(?=[\"&:]|$)(?!\"\s*:)")
ANYWHERE = ("", "")


@dataclass(frozen=True)
class Found:
    """A part of a text, and what stands for it."""

    start: int
    end: int
    parts: Parts


@dataclass(frozen=True)
class Substitution:
    """What stands for which value.

    ``secrets`` are replaced anywhere, and in part; ``words`` between what is no letter or digit; ``whole``
    where they are all of a value; ``hidden`` are secrets that nothing else explains. With a ``redactor``,
    what it hides is hidden as well.
    """

    secrets: Mapping[str, Parts] = field(default_factory=dict)
    words: Mapping[str, Parts] = field(default_factory=dict)
    whole: Mapping[str, Parts] = field(default_factory=dict)
    hidden: Mapping[str, Parts] = field(default_factory=dict)
    redactor: Redactor | None = None

    @property
    def hides(self) -> bool:
        """Whether what stands where a secret does is hidden, even if nobody knows it."""
        return self.redactor is not None

    def parts(self, text: str) -> Parts:
        """*text*, in which variables stand for the values that are known."""
        found: list[Found] = []
        for find in (self._known.find, self._alike, self._rest.find):
            for start, end in gaps(text, found):
                found += [
                    Found(start + each.start, start + each.end, each.parts) for each in find(text[start:end])
                ]
            found.sort(key=lambda each: each.start)
        found += [*self._by_place(text, found)]
        return with_repeats(split(text, sorted(found, key=lambda each: each.start)))

    def header(self, name: str, value: str) -> Parts:
        """The *value* of the header *name*, likewise."""
        parts = self.parts(value)
        scheme, blank, rest = value.rpartition(" ")
        if self.redactor is None or self.redactor.header(name, value) == self.redactor.text(value):
            return parts
        known = self._known.whole(rest)
        return (f"{scheme}{blank}", *known) if known else (self.redactor.header(name, value),)

    def _by_place(self, text: str, found: Sequence[Found]) -> Iterator[Found]:
        """What stands where a secret does, and whatever else *redactor* would not show."""
        if self.redactor is None:
            return
        for span in self.redactor.spans(text):
            if not any(span.start < each.end and each.start < span.end for each in found):
                expansion = self.redactor.variables.get(span.secret)
                yield Found(span.start, span.end, (expansion or span.shown,))

    @cached_property
    def _known(self) -> Forms:
        return Forms(((self.secrets, ANYWHERE), (self.words, BETWEEN_LETTERS), (self.whole, AS_A_VALUE)))

    @cached_property
    def _rest(self) -> Forms:
        return Forms(((self.hidden, ANYWHERE),))

    def _alike(self, text: str) -> Iterator[Found]:
        """The first part of *text* that begins or ends as a secret does, or is one in other letters."""
        for secret, parts in self.secrets.items():
            name = parts[0].name if len(parts) == 1 and isinstance(parts[0], Expansion) else ""
            if not name or len(secret) <= ALIKE:
                continue
            found = [*in_other_letters(text, secret, name)] or [*in_part(text, secret, name)]
            if found:
                yield from found
                return


class Forms:
    """The ways in which values are written: as they stand, and percent-encoded as in a URL or a form."""

    def __init__(self, kinds: Iterable[tuple[Mapping[str, Parts], tuple[str, str]]]) -> None:
        self._parts: dict[str, Parts] = {}
        patterns: dict[str, str] = {}
        for values, (before, after) in kinds:
            for value, parts in values.items():
                for form, said in written_as(value, parts):
                    if form not in self._parts:
                        self._parts[form] = said
                        patterns[form] = f"{before}{re.escape(form)}{after}"
        longest = sorted(patterns, key=len, reverse=True)
        self._pattern = re.compile("|".join(patterns[form] for form in longest) or r"(?!)")

    def whole(self, text: str) -> Parts:
        """What stands for *text* when it is one of them; else nothing."""
        return self._parts.get(text, ())

    def find(self, text: str) -> Iterator[Found]:
        """Where they stand in *text*, with what stands for each."""
        for found in self._pattern.finditer(text):
            yield Found(found.start(), found.end(), self._parts[found[0]])


def written_as(value: str, parts: Parts) -> Iterator[tuple[str, Parts]]:
    """Each way to write *value*, with what stands for it then."""
    yield value, parts
    octets = encoded(value)
    for form, blank in ((quote(octets, safe=""), ""), (quote_plus(octets), " +")):
        if form != value:
            yield (
                form,
                tuple(
                    Expansion(f'$(encoded "{part.source}"{blank})')
                    if isinstance(part, Expansion)
                    else quote_plus(encoded(part))
                    if blank
                    else quote(encoded(part), safe="")
                    for part in parts
                ),
            )


def in_other_letters(text: str, secret: str, name: str) -> Iterator[Found]:
    """*secret*, which is in the variable *name*, in other letters."""
    for changed, operator in ((secret.upper(), "^^"), (secret.lower(), ",,"), (secret.swapcase(), "~~")):
        if (at := text.find(changed)) >= 0:
            yield Found(at, at + len(changed), (Expansion(f"${{{name}{operator}}}"),))
            return


def in_part(text: str, secret: str, name: str) -> Iterator[Found]:
    """The beginning and the end of *secret*, which is in the variable *name*."""
    begins, ends = text.find(secret[:ALIKE]), text.rfind(secret[-ALIKE:])
    after = 0
    if begins >= 0:
        length = alike(text[begins:], secret)
        after = begins + length
        yield Found(begins, after, (Expansion(f"${{{name}:0:{length}}}"),))
    if ends >= after:
        length = alike(text[after : ends + ALIKE][::-1], secret[::-1])
        yield Found(ends + ALIKE - length, ends + ALIKE, (Expansion(f"${{{name}: -{length}}}"),))


def alike(one: str, other: str) -> int:
    """With how many characters both begin."""
    return next(
        (i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )


def gaps(text: str, found: Sequence[Found]) -> list[tuple[int, int]]:
    """Where *text* is outside *found*: before, between and after them."""
    edges = [0, *(edge for each in found for edge in (each.start, each.end)), len(text)]
    return list(zip(edges[::2], edges[1::2], strict=True))


def split(text: str, found: Sequence[Found]) -> Parts:
    """*text* with the parts of *found* in their places."""
    literals = [(text[start:end],) for start, end in gaps(text, found)]
    following = [*(each.parts for each in found), ()]
    return tuple(
        part
        for literal, parts in zip(literals, following, strict=True)
        for part in (*literal, *parts)
        if part
    )


def of_octets(text: str) -> str:
    """*text*, which has a character for each octet, as bash is told of it; any other text as it is."""
    try:
        return decoded(text.encode("latin-1"))
    except UnicodeEncodeError:
        return text
