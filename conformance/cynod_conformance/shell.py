"""Texts as words of a bash command line: quoted whole, with variables where they hold what is known.

A text is an octet a character, so that what is no UTF-8 has its place too. What a target said never reaches
the shell but between single quotes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import quote

from cynod_conformance.inert import UNSEEN
from cynod_conformance.journal import ALIKE

REPEATED = re.compile(r"(.{1,12}?)\1{199,}", re.DOTALL)  # what is told by its count
PLAIN = re.compile(r"[A-Za-z0-9_@%+=:,./-]+")
LARGEST = 100_000  # octets of one argument, which Linux limits to 128 KiB


def octets(text: str) -> str:
    """*text* with a character for each octet: of UTF-8, unless it is written so already."""
    try:
        text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass").decode("latin-1")
    return text


def quoted(text: str) -> str:
    """*text*, an octet a character, as one word that means just that. A NUL cannot be said."""
    if PLAIN.fullmatch(text):
        return text
    try:
        shown = text.encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        shown = ""
    if shown and "\n" not in shown and "\x85" not in shown and not UNSEEN.search(shown):
        return "'" + shown.replace("'", "'\\''") + "'"
    return "$'" + escaped(text, "'") + "'" if text else "''"


def escaped(text: str, more: str = "") -> str:
    """*text*, an octet a character, as bash's ``$'…'`` and ``printf`` read it."""
    return "".join(
        each if " " <= each <= "~" and each not in "\\" + more else f"\\{ord(each):03o}" for each in text
    )


@dataclass
class Words:
    """Writes texts as words. ``known`` says which variable, or expression, stands for a value.

    ``whole`` values are replaced as words of their own alone; of ``secrets`` parts are replaced too.
    """

    whole: Mapping[str, str]
    secrets: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        alone = [form for value in self.whole for form in {value, quote(value, safe="")}]
        anywhere = [form for value in self.secrets for form in {value, quote(value, safe="")}]
        forms = [(len(f), re.escape(f)) for f in anywhere]
        forms += [(len(f), rf"(?<![A-Za-z0-9]){re.escape(f)}(?![A-Za-z0-9])") for f in alone]
        return re.compile("|".join(form for _, form in sorted(forms, reverse=True)) or r"(?!)")

    @cached_property
    def _expressions(self) -> dict[str, str]:
        known = {**self.whole, **self.secrets}
        return {form: said for value, said in known.items() for form in (quote(value, safe=""), value)}

    def word(self, text: str) -> str:
        """*text* as one word of the command line."""
        return "".join(self._pieces(text)) or "''"

    def _pieces(self, text: str) -> Iterator[str]:
        end = 0
        for found in self._pattern.finditer(text):
            yield from self._literal(text[end : found.start()])
            yield f'"{self._expressions[found[0]]}"'
            end = found.end()
        yield from self._literal(text[end:])

    def _literal(self, text: str) -> Iterator[str]:
        if not text:
            return
        for secret, said in self.secrets.items():
            if not re.fullmatch(r"\$[A-Z0-9_]+", said):
                continue
            at = text.find(secret[:ALIKE])
            if len(secret) > ALIKE and at >= 0:
                count = ALIKE
                while text[at : at + count + 1] == secret[: count + 1] and count < len(secret):
                    count += 1
                yield from self._literal(text[:at])
                yield f'"${{{said[1:]}:0:{count}}}"'
                yield from self._literal(text[at + count :])
                return
            at = text.find(secret[-ALIKE:])
            if len(secret) > ALIKE and at >= 0:
                count = ALIKE
                while at > 0 and count < len(secret) and text[at - 1] == secret[-count - 1]:
                    at, count = at - 1, count + 1
                yield from self._literal(text[:at])
                yield f'"${{{said[1:]}: -{count}}}"'
                yield from self._literal(text[at + count :])
                return
            for changed, operator in ((secret.upper(), "^^"), (secret.lower(), ",,")):
                if changed in text:
                    before, _, after = text.partition(changed)
                    yield from self._literal(before)
                    yield f'"${{{said[1:]}{operator}}}"'
                    yield from self._literal(after)
                    return
        end = 0
        for found in REPEATED.finditer(text):
            yield from [quoted(text[end : found.start()])] if found.start() > end else []
            count = len(found[0]) // len(found[1])
            yield f'"$({times(found[1], count)})"'
            end = found.end()
        if text[end:]:
            yield quoted(text[end:])

    def piped(self, text: str) -> str:
        """A command that writes *text*, whatever it holds and however long it is."""
        parts, end = [], 0
        for found in REPEATED.finditer(text):
            parts += self._printed(text[end : found.start()])
            parts.append(times(found[1], len(found[0]) // len(found[1])))
            end = found.end()
        parts += self._printed(text[end:])
        return parts[0] if len(parts) == 1 else "{ " + "; ".join(parts) + "; }"

    def _printed(self, text: str) -> list[str]:
        """Commands that write *text*: octets in octal, and variables as they are."""
        parts, end = [], 0
        for found in self._pattern.finditer(text):
            parts += octal(text[end : found.start()])
            parts.append(f'printf %s "{self._expressions[found[0]]}"')
            end = found.end()
        return parts + octal(text[end:])


def octal(text: str) -> list[str]:
    """Commands that write *text*, an octet a character."""
    lines = [text[i : i + LARGEST // 4] for i in range(0, len(text), LARGEST // 4)]
    return ["printf '" + escaped(line, "'").replace("%", "%%") + "'" for line in lines]


def times(text: str, count: int) -> str:
    """A command that writes *text* *count* times."""
    return f"printf '{escaped(text, chr(39)).replace('%', '%%')}%.0s' $(seq {count})"
