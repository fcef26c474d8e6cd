"""What ``cynod generate`` was asked for."""

from __future__ import annotations

import keyword
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from cynod_spec.base.errors import UsageError

_PACKAGE = re.compile(r"[a-z_][a-z0-9_]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerateOptions:
    """The options of every generation, by the names of click's parameters; ``--help`` says what each is."""

    output: Path
    spec: str | None = None
    checking: bool = False
    force: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerOptions(GenerateOptions):
    """Those of ``cynod generate server``."""

    target: Literal["fastapi"]
    package: str
    layout: Literal["project", "package"]

    def check(self) -> None:
        """Raises UsageError for a package that Python could not import, or that would hide one of its own."""
        is_name = _PACKAGE.fullmatch(self.package) and not keyword.iskeyword(self.package)
        if not is_name or self.package in sys.stdlib_module_names:
            raise UsageError(f"--package {self.package!r} is no name for a package", "such as cynod_server")


@dataclass(frozen=True, slots=True, kw_only=True)
class DocsOptions(GenerateOptions):
    """Those of ``cynod generate docs``."""

    since: str | None = None
