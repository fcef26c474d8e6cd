"""How one server runs: what its command line sets."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from .identity import MAX_TOKEN_TTL
from .logins import LOGIN_ATTEMPTS


class SettingsError(Exception):
    """A setting that cannot be used: one readable line, for a start that ends with exit code 2."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the operator of a server chooses."""

    partners: Path | None = None  # without partners nobody gets in
    token_ttl: int = MAX_TOKEN_TTL  # seconds
    ended_tokens: int | None = None  # seconds that ended tokens are told from unknown ones; None: for good
    login_attempts: int = LOGIN_ATTEMPTS  # failed ones a minute, of a key and address; 0: any number
    unimplemented: Literal["example", "error"] = "example"  # what an operation without handler answers
    cors_origins: tuple[str, ...] = ()
    root_path: str = ""  # the path below which the server is published, without a slash at its end
    threads: int = 32  # workers for handlers and stores that block
