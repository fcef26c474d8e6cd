"""Lists that cannot be walked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cynod_spec.lint.registry import Found, Subject, rule

_ASKED: Final = ("cursor", "limit")
_ANSWERED: Final = ("resources", "next")


@rule(
    "page-role-missing",
    says="{operation} is a list, and nothing plays the role {role}",
    hint="a list takes `cursor` and `limit` and answers `resources` and `next`",
    good="""
    resources: $response.body#/data/passes
    next: $response.body#/data/next
    """,
    bad="""
    resources: $response.body#/data/passes
    """,
    reported_in="""
    ⟦get⟧:
      operationId: listPasses
    """,
)
def page_role_missing(subject: Subject) -> Iterator[Found]:
    """Every list comes by page, and all pages are walked alike."""
    for operation in subject.contract.all("list"):
        missing = [role for role in _ASKED if role not in operation.request]
        for role in missing + [role for role in _ANSWERED if role not in operation.answer]:
            yield operation.at, {"operation": operation.key, "role": role}
