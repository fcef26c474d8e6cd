"""The commands: `cynod sandbox`."""

from cynod_sandbox.cli.sandbox_command import sandbox

__all__ = ["sandbox"]
