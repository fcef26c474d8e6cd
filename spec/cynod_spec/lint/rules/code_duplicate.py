"""Codes that share a value or a name."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.lint.registry import Found, Subject, rule


@rule(
    "code-duplicate",
    says="{what} {value} belongs to {other} already",
    hint="give each code its own",
    good="{name: created, case: success",
    bad="{⟦name⟧: success, case: success",
)
def code_duplicate(subject: Subject) -> Iterator[Found]:
    """Two codes with one value cannot be told apart by a client, two with one name by a program."""
    for what, path in (("value", ("const",)), ("name", ("x-cynod", "code", "name"))):
        seen: dict[str, str] = {}
        for code in subject.contract.codes:
            value = getattr(code, what)
            if value in seen:
                yield (
                    subject.below(code.at, *path),
                    {"what": f"the {what}", "value": value, "other": seen[value]},
                )
            seen.setdefault(value, code.schema_name)
