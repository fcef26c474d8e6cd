"""How parameters are read from a request. A generated server has the module itself here."""

from __future__ import annotations

from cynod_spec.model.serialization import (
    Reading,
    Serialization,
    Unwritable,
    read_cookies,
    read_header,
    read_path,
    read_query,
    write,
)

__all__ = [
    "Reading",
    "Serialization",
    "Unwritable",
    "read_cookies",
    "read_header",
    "read_path",
    "read_query",
    "write",
]
