"""What is asked of the console before any of it is loaded."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from .._generated.settings import SettingsError

ADMIN_HOST = "127.0.0.1"  # where the console listens, unless told otherwise


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the command line says of the console; without a port there is none."""

    port: int | None = None
    host: str | None = None  # ADMIN_HOST, unless given
    password_file: Path | None = None
    allowed_hosts: tuple[str, ...] = ()  # names by which it may be asked for besides its own

    def check(self) -> None:
        """Refuse options of a console that is not opened. Raises SettingsError."""
        given = {
            "--admin-host": self.host is not None,
            "--admin-password-file": self.password_file is not None,
            "--admin-allowed-host": bool(self.allowed_hosts),
        }
        for option, is_given in given.items():
            if is_given and self.port is None:
                raise SettingsError(f"{option} has no effect without --admin-port, which opens the console")
