"""The commands: `cynod generate`, with `server` and `docs`."""

from cynod_generators.cli.generate_command import docs, generate, server

__all__ = ["docs", "generate", "server"]
