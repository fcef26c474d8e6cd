"""The commands: `cynod conform`."""

from cynod_conformance.cli.conform_command import conform

__all__ = ["conform"]
