"""Constraints that no rule of their own weighs: one that comes asks for more, one that changes may."""

from __future__ import annotations

from typing import Final

from cynod_spec.diff.schemas.finding import Both, Finding, Seen

KEYWORDS: Final = (
    *("not", "if", "then", "else", "contains", "minContains", "maxContains", "propertyNames"),
    *("dependentRequired", "dependentSchemas", "dependencies", "unevaluatedItems", "additionalItems"),
    *("contentEncoding", "contentMediaType", "contentSchema"),
)


def constraints(both: Both) -> Seen:
    """Each of ``KEYWORDS`` that differs, references followed; and the schema that admits nothing."""
    for keyword in KEYWORDS:
        old, new = both.old.every(keyword), both.new.every(keyword)
        if (old or new) and both.meanings.of(old) != both.meanings.of(new):
            rule = (
                "constraint-added" if not old else "constraint-removed" if not new else "constraint-changed"
            )
            yield Finding(rule, *both.places(keyword), {"keyword": keyword})
    if both.old.is_impossible != both.new.is_impossible:
        rule = "constraint-added" if both.new.is_impossible else "constraint-removed"
        yield Finding(rule, both.old.home, both.new.home, {"keyword": "false"})
