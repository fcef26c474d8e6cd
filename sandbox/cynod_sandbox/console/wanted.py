"""What is asked of the console before any of it is loaded."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the command line says of the console; without a port there is none."""

    port: int | None = None
    host: str = "127.0.0.1"
    password_file: Path | None = None
