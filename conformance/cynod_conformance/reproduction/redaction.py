"""What a run must not tell: its secrets, and the variables that stand for them in reports and lines."""

from __future__ import annotations

import base64
import re

from cynod_conformance.text.phrase import Phrase, Said
from cynod_spec.output import redaction
from cynod_spec.output.bash import Expansion, Part, variable

MAX_BODY_CHARS = 4000  # of a body that a report shows
# Words of a language or names made of words: a target may name its token so, and reports are full of them.
_WORD = r"(?:[A-Z]{1,20}|[A-Za-z][a-z]{0,19}(?:[A-Z][a-z]{1,19}){0,4})"
_ORDINARY = re.compile(rf"{_WORD}(?:[._~+/-]+{_WORD})*[._~+/=-]*")


def is_ordinary(text: str) -> bool:
    """Whether *text* is no more than words."""
    return _ORDINARY.fullmatch(text) is not None


def placeholder(name: str) -> Expansion:
    """The variable that stands for the value *name*."""
    return variable("CYNOD_" + re.sub(r"[^A-Za-z0-9_]", "_", name).upper())


class Redactor(redaction.Redactor):
    """Knows every secret of a run, and the variable that stands for each."""

    def __init__(self) -> None:
        super().__init__()
        self.variables: dict[str, Expansion] = {}  # secret → its variable
        self.keys: dict[str, Expansion] = {}  # consumer key, which is no secret → its variable
        self.configured: dict[str, Expansion] = {}  # secret or Basic pair that ``--env`` gives → its variable
        self.pairs: dict[str, tuple[Part, ...]] = {}  # key:secret → its variables

    def add(self, secret: str, name: str) -> None:
        """Hide *secret*, which the reader or the suite has chosen, behind ``$CYNOD_<name>``."""
        self._add(secret, placeholder(name))

    def add_token(self, token: str, name: str) -> None:
        """Hide *token*, which the target has chosen, behind ``$CYNOD_<name>``.

        What is no bearer token (RFC 6750 §2.1) is hidden only where a token stands, and so are words: a
        target that calls its token ``success`` would otherwise take that word out of what it has said.
        """
        if redaction.B64TOKEN.fullmatch(token) and not is_ordinary(token):
            self._add(token, placeholder(name))

    def add_pair(self, key: str, secret: str, name: str) -> None:
        """Hide the secret of a credential, by itself and within its Basic pair."""
        self.keys[key] = placeholder(f"{name}_KEY")
        of_secret, of_pair = placeholder(f"{name}_SECRET"), placeholder(f"{name}_PAIR")
        self.pairs[f"{key}:{secret}"] = (self.keys[key], ":", of_secret)
        encoded = base64.b64encode(f"{key}:{secret}".encode()).decode()
        for value, expansion in ((secret, of_secret), (encoded, of_pair)):
            self._add(value, expansion)
            self.configured[value] = self.variables.get(value, expansion)

    def _add(self, secret: str, expansion: Expansion) -> None:
        self.hide(secret, expansion.source)
        if secret in self.secrets:
            self.variables.setdefault(secret, expansion)

    @property
    def canaries(self) -> tuple[str, ...]:
        """The secrets that nobody holds."""
        lead = placeholder("canary").source
        return tuple(secret for secret, each in self.variables.items() if each.source.startswith(lead))

    def said(self, said: Said) -> Said:
        """*said* without secrets: the facts in it are redacted, its sentences are not."""
        if not isinstance(said, Phrase):
            return self.text(said)
        words = {name: self.said(word) for name, word in said.words.items()}
        name, value = said.words.get("what"), said.words.get("value")
        if isinstance(name, str) and isinstance(value, str):
            words["value"] = self.header(name, value)
        return Phrase(said.key, words)

    def body(self, octets: bytes) -> str:
        """A body as a text, cut where a report has shown enough of it."""
        text = octets[: MAX_BODY_CHARS * 2].decode("utf-8", "backslashreplace")  # whole secrets at its end
        return self.text(text, MAX_BODY_CHARS) + ("…" if len(text) > MAX_BODY_CHARS else "")
