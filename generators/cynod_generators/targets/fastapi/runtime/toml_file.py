"""How a TOML file is read into a typed model. A generated server has the module itself here."""

from __future__ import annotations

from cynod_spec.configuration.toml_file import InvalidFile, checked, load

__all__ = ["InvalidFile", "checked", "load"]
