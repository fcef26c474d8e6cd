"""The keywords of JSON Schema that hold schemas (2020-12 core §10, §11; validation §8.5), in one table.

``definitions`` is the name that ``$defs`` had before 2019-09; readers still look into it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

Holding = Literal["one", "list", "names"]
"""How a keyword holds schemas: one, a list of them, or a mapping of them by name."""

ALTERNATIVES: Final = ("anyOf", "oneOf")
"""Each lists schemas of which some hold for the instance."""
CONDITION: Final = ("if", "then", "else")
BRANCHES: Final = ("allOf", *ALTERNATIVES)
"""Each lists schemas about the same instance."""

HOLDING: Final[Mapping[str, Holding]] = {
    **dict.fromkeys(BRANCHES, "list"),
    "prefixItems": "list",
    **dict.fromkeys(("properties", "patternProperties", "dependentSchemas", "$defs", "definitions"), "names"),
    **dict.fromkeys(("not", *CONDITION, "contentSchema"), "one"),
    **dict.fromkeys(("items", "contains", "unevaluatedItems"), "one"),
    **dict.fromkeys(("propertyNames", "additionalProperties", "unevaluatedProperties"), "one"),
}
"""Keyword → how it holds schemas. A keyword that is not here holds none."""

BY_NAME: Final = frozenset(key for key, holding in HOLDING.items() if holding == "names")

LITERAL: Final = frozenset(("example", "examples", "default", "const", "enum"))
"""Keywords whose values are instances: nothing in them is a schema or a reference."""
