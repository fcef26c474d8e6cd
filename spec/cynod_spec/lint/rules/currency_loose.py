"""Currencies that may be anything."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.lint.fixes import Add
from cynod_spec.lint.registry import Found, Subject, rule
from cynod_spec.lint.subjects import (
    one,
    roles,
    stated,
)


@rule(
    "currency-loose",
    says="this currency allows any text; only codes of three capital letters are allowed (ISO 4217)",
    hint="give it `pattern: '^[A-Z]{{3}}$'`, or an `enum`",
    good="currency: {type: string, pattern: '^[A-Z]{3}$'}",
    bad="⟦currency⟧: {type: string}",
    fixable=True,
)
def currency_loose(subject: Subject) -> Iterator[Found]:
    """A currency is a code of ISO 4217."""
    seen: set[str] = set()
    for _, found in roles(subject, "currency"):
        node = one(found)
        if node.pointer not in seen and all(
            stated(node, key) is None for key in ("pattern", "enum", "const")
        ):
            seen.add(node.pointer)
            yield node.at, {}, Add(node.tokens, "pattern", "^[A-Z]{3}$")
