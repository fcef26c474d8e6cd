"""The commands: `cynod generate`."""

from cynod_generators.cli.generate_command import generate

__all__ = ["generate"]
