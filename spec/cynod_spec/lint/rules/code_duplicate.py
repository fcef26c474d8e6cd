"""Codes that share a value or a name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cynod_spec.lint.registry import Subject, rule
from cynod_spec.model import At


@rule("code-duplicate", says="{what} {value} belongs to {other} already", hint="give each code its own")
def code_duplicate(subject: Subject) -> Iterator[tuple[At, dict[str, Any]]]:
    """Two codes with one value cannot be told apart by a client, two with one name by a program."""
    for what in ("value", "name"):
        seen: dict[str, str] = {}
        for code in subject.contract.codes:
            value = getattr(code, what)
            if value in seen:
                yield code.at, {"what": f"the {what}", "value": value, "other": seen[value]}
            seen.setdefault(value, code.schema_name)
