"""The command line: ``cynod`` itself, and its commands ``cynod spec …``."""

from __future__ import annotations

from cynod_spec.cli.root import main

__all__ = ["main"]
