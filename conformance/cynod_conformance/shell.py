"""Texts as words of a bash command line: quoted whole, with variables where they hold what is known.

A text has a character for each octet, so that what is no UTF-8 has its place too. What a target said never
reaches the shell but as a quoted literal.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from urllib.parse import quote

from cynod_conformance.journal import ALIKE
from cynod_conformance.redact import FORM
from cynod_spec.output.control_characters import one_line

VARIABLE = re.compile(r"\$([A-Z0-9_]+)")
PLAIN = re.compile(r"[A-Za-z0-9_@%+=:,./-]+")  # means itself, bare
TAME = re.compile(r"[A-Za-z0-9_@%+=:,./?& ()-]*")  # means itself between double quotes
REPEATED = re.compile(r"(.{1,12}?)\1{199,}", re.DOTALL)  # what is told by its count
LARGEST = 100_000  # octets of one argument, of which Linux takes 128 KiB
FEW = 20_000  # octets of one printf


def octets(text: str) -> str:
    """*text* with a character for each octet: of UTF-8, unless it is written so already."""
    try:
        text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass").decode("latin-1")
    return text


def quoted(text: str) -> str:
    """*text* as one word that means just that. A NUL cannot be said."""
    if PLAIN.fullmatch(text):
        return text
    try:
        shown = text.encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        return "$'" + escaped(text) + "'"
    if one_line(shown) != shown:
        return "$'" + escaped(text) + "'"
    return "'" + shown.replace("'", "'\\''") + "'"


def escaped(text: str) -> str:
    """*text* as bash reads it in ``$'…'`` and printf in its format, but for ``%``."""
    return "".join(
        each if " " <= each <= "~" and each not in "\\'#" else f"\\{ord(each):03o}" for each in text
    )


def printing(text: str, more: str = "") -> str:
    """The command that writes *text*; *more* is added to its format."""
    return "printf -- '" + escaped(text).replace("%", "%%") + more + "'"


@dataclass(frozen=True, order=True)
class Span:
    """A part of a text that is not written as it stands: ``said`` by an expression of bash."""

    start: int
    end: int
    said: str

    @property
    def command(self) -> str:
        """The command that writes it."""
        return self.said[2:-1] if self.said.startswith("$(") else f'printf %s "{self.said}"'


@dataclass
class Words:
    """Writes texts as words. ``whole`` and ``secrets`` give the expression that stands for a value.

    A value of ``whole`` is replaced where it is a word of its own, a secret anywhere, and in part as well.
    """

    whole: Mapping[str, str]
    secrets: Mapping[str, str] = field(default_factory=dict)

    def word(self, text: str) -> str:
        """*text* as one word of the command line."""
        parts = list(self._parts(text))
        if any(VARIABLE.match(said) for _, said in parts) and all(TAME.fullmatch(each) for each, _ in parts):
            braced = (
                f"{each}{braces(said, after)}" for (each, said), (after, _) in pairwise([*parts, ("", "")])
            )
            if not FORM.search(whole := f'"{"".join(braced)}"'):  # which would hide the variable
                return whole
        return "".join(one_after_another(parts)) or "''"

    def piped(self, text: str) -> str:
        """A command that writes *text*, whatever it holds and however long it is."""
        commands = []
        for (start, end), span in zip(gaps(text, spans := self._spans(text)), [*spans, None], strict=True):
            commands += [printing(text[at : min(at + FEW, end)]) for at in range(start, end, FEW)]
            commands += [span.command] if span else []
        return commands[0] if len(commands) == 1 else "{ " + "; ".join(commands) + "; }"

    def _parts(self, text: str) -> Iterator[tuple[str, str]]:
        """*text* as literals, each with the expression that follows it."""
        spans = self._spans(text)
        for (start, end), span in zip(gaps(text, spans), [*spans, None], strict=True):
            if end > start or span:
                yield text[start:end], span.said if span else ""

    def _spans(self, text: str) -> list[Span]:
        """What is not written as it stands, in its order."""
        spans: list[Span] = []
        for find in (self._known, self._alike, long_repeats):
            found = [
                Span(start + span.start, start + span.end, span.said)
                for start, end in gaps(text, spans)
                for span in find(text[start:end])
            ]
            spans = sorted([*spans, *found])
        return spans

    @cached_property
    def _expressions(self) -> dict[str, str]:
        known = {**self.whole, **self.secrets}
        return {form: said for value, said in known.items() for form in (quote(value, safe=""), value)}

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        secret = {form for value in self.secrets for form in (quote(value, safe=""), value)}
        forms = (
            re.escape(form) if form in secret else rf"(?<![A-Za-z0-9]){re.escape(form)}(?![A-Za-z0-9])"
            for form in sorted(self._expressions, key=len, reverse=True)
        )
        return re.compile("|".join(forms) or r"(?!)")

    def _known(self, text: str) -> Iterator[Span]:
        """The values that are known."""
        for found in self._pattern.finditer(text):
            yield Span(found.start(), found.end(), self._expressions[found[0]])

    def _alike(self, text: str) -> Iterator[Span]:
        """The first part of *text* that begins or ends as a secret does, or is one in other letters."""
        for secret, said in self.secrets.items():
            variable = VARIABLE.fullmatch(said)
            if variable is None or len(secret) <= ALIKE:
                continue
            for changed, operator in (
                (secret.upper(), "^^"), (secret.lower(), ",,"), (secret.swapcase(), "~~"),
            ):  # fmt: skip
                if (at := text.find(changed)) >= 0:
                    yield Span(at, at + len(secret), f"${{{variable[1]}{operator}}}")
                    return
            begins, ends = text.find(secret[:ALIKE]), text.rfind(secret[-ALIKE:])
            if begins >= 0:
                length = alike(text[begins:], secret)
                yield Span(begins, begins + length, f"${{{variable[1]}:0:{length}}}")
                begins += length
            if ends >= max(begins, 0):
                length = alike(text[max(begins, 0) : ends + ALIKE][::-1], secret[::-1])
                yield Span(ends + ALIKE - length, ends + ALIKE, f"${{{variable[1]}: -{length}}}")
            if begins >= 0 or ends >= 0:
                return


def one_after_another(parts: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Each literal between single quotes, each expression between double ones."""
    for literal, said in parts:
        if literal:  # bare at the end alone: a redactor would take what follows its ``token=`` for a secret
            yield f"'{literal}'" if said and PLAIN.fullmatch(literal) else quoted(literal)
        if said:
            yield f'"{said}"'


def gaps(text: str, spans: list[Span]) -> list[tuple[int, int]]:
    """Where *text* is outside *spans*: before, between and after them."""
    edges = [0, *(edge for span in spans for edge in (span.start, span.end)), len(text)]
    return list(zip(edges[::2], edges[1::2], strict=True))


def alike(one: str, other: str) -> int:
    """With how many characters both begin."""
    return next(
        (i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )


def long_repeats(text: str) -> Iterator[Span]:
    """What is in *text* some hundred times over."""
    for found in REPEATED.finditer(text):
        if found[1].endswith("\n") or "\0" in found[1]:
            continue  # neither survives a command substitution
        count = len(found[0]) // len(found[1])
        yield Span(found.start(), found.end(), f"$({times(found[1], count)})")


def times(text: str, count: int) -> str:
    """The command that writes *text* *count* times."""
    if len(text) == 1:
        return f"head -c {count} /dev/zero | tr '\\0' '\\{ord(text):03o}'"
    return f"{printing(text, '%.0s')} $(seq {count})"


def braces(said: str, after: str) -> str:
    """The variable *said*, in braces where a letter would follow it."""
    return f"${{{said[1:]}}}" if VARIABLE.fullmatch(said) and re.match(r"\w", after) else said
