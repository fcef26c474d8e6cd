"""Which version of cynod is installed."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version


def release() -> str:
    """The version, as one word or a few."""
    try:
        return version("cynod")
    except PackageNotFoundError:
        return "unknown (not installed)"
