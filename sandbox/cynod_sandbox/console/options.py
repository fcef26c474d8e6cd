"""Options of the console; imported before the console itself."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from .._generated.settings import SettingsError

ADMIN_HOST = "127.0.0.1"  # default of --admin-host


@dataclass(frozen=True, slots=True)
class ConsoleOptions:
    """The options of the command line for the console. Without a port there is no console."""

    port: int | None = None
    host: str | None = None  # None: ADMIN_HOST
    password_file: Path | None = None
    allowed_hosts: tuple[str, ...] = ()  # accepted in Host besides its own names

    def check(self) -> None:
        """Raises SettingsError for options given without ``--admin-port``."""
        given = {
            "--admin-host": self.host is not None,
            "--admin-password-file": self.password_file is not None,
            "--admin-allowed-host": bool(self.allowed_hosts),
        }
        for option, is_given in given.items():
            if is_given and self.port is None:
                raise SettingsError(f"{option} has no effect without --admin-port, which opens the console")
