"""Keeps secrets out of everything that is written: reports, curl lines, the console."""

from __future__ import annotations

import base64
import re

AUTHORIZATION = re.compile(r"(?im)^((?:proxy-)?authorization|cookie|set-cookie):[^\S\n]*(.*)$")
FORM = re.compile(r"(?i)\b(client_secret|access_token|refresh_token|client_assertion|token)=([^&\s\"'\\]+)")
JSON_MEMBER = re.compile(r"(?i)(\"(?:client_secret|access_token|refresh_token)\"\s*:\s*\")((?:[^\"\\]|\\.)*)")
HIDDEN = "[redacted]"


def placeholder(name: str) -> str:
    """The variable that stands for the value *name*."""
    return "$CYNOD_" + re.sub(r"\W", "_", name).upper()


class Redactor:
    """Knows every secret of a run and writes an environment placeholder in its place."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self.keys: dict[str, str] = {}  # consumer key, which is no secret → its placeholder
        self.configured: dict[str, str] = {}  # secret or Basic pair that ``--env`` gives → its placeholder
        self.pairs: dict[str, str] = {}  # key:secret, whatever its length → its placeholders

    def add(self, secret: str, name: str) -> None:
        """Hide *secret* from now on behind ``$CYNOD_<name>``. Short strings are left alone."""
        if len(secret) >= 6:
            self._names.setdefault(secret, placeholder(name))

    def add_pair(self, key: str, secret: str, name: str) -> None:
        """Hide the secret of a credential, alone and within its Basic pair."""
        self.keys[key] = placeholder(f"{name}_KEY")
        self.pairs[f"{key}:{secret}"] = f"{placeholder(f'{name}_KEY')}:{placeholder(f'{name}_SECRET')}"
        encoded = base64.b64encode(f"{key}:{secret}".encode()).decode()
        for value, kind in ((secret, "SECRET"), (encoded, "PAIR")):
            self.add(value, f"{name}_{kind}")
            if value in self._names:
                self.configured[value] = self._names[value]

    @property
    def placeholders(self) -> dict[str, str]:
        """Each secret that is known, and what is written in its place."""
        return dict(self._names)

    @property
    def canaries(self) -> tuple[str, ...]:
        """The secrets that nobody holds."""
        return tuple(v for v, name in self._names.items() if name.startswith(placeholder("canary")))

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every secret known, for observers that look for echoes."""
        return tuple(self._names)

    def text(self, text: str) -> str:
        """*text* with every known secret, and whatever looks like a credential, replaced."""
        for secret in sorted(self._names, key=len, reverse=True):
            if secret in text:
                text = text.replace(secret, self._names[secret])
        text = AUTHORIZATION.sub(self._header, text)
        text = FORM.sub(lambda m: f"{m[1]}={self._keep(m[2])}", text)
        text = text.encode("utf-8", "backslashreplace").decode()  # lone surrogates, which no file can hold
        return JSON_MEMBER.sub(lambda m: m[1] + self._keep(m[2]), text)

    def _keep(self, value: str) -> str:
        return value if value in self._names.values() else HIDDEN

    def _header(self, found: re.Match[str]) -> str:
        scheme, _, value = found[2].partition(" ")
        if value.strip() in self._names.values():
            return f"{found[1]}: {scheme} {value.strip()}"
        return f"{found[1]}: {scheme + ' ' if value else ''}{HIDDEN}"

    def bytes(self, data: bytes, limit: int = 4000) -> str:
        """A body as redacted text, cut at *limit* characters."""
        text = self.text(data[: limit * 2].decode("utf-8", "backslashreplace"))
        return text if len(text) <= limit and len(data) <= limit * 2 else text[:limit] + "…"
