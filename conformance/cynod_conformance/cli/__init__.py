"""The commands: `cynod conform`."""

from cynod_conformance.cli.conform import conform

__all__ = ["conform"]
