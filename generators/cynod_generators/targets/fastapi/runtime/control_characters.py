"""How hidden characters are shown. A generated server has the module itself here, which imports nothing."""

from __future__ import annotations

from cynod_spec.output.control_characters import folded, json_escaped, multi_line, one_line

__all__ = ["folded", "json_escaped", "multi_line", "one_line"]
