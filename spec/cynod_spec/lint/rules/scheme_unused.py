"""Security schemes that nothing asks for."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.lint.registry import Found, Subject, rule


@rule(
    "scheme-unused",
    level="warning",
    says="no operation asks for the security scheme {scheme}",
    hint="drop it, or ask for it",
    good="""
    client: {type: http, scheme: basic}
    """,
    bad="""
    client: {type: http, scheme: basic}
    ⟦spare⟧: {type: http, scheme: bearer}
    """,
)
def scheme_unused(subject: Subject) -> Iterator[Found]:
    """A reader takes every scheme that is declared for one that opens something."""
    used = {scheme for operation in subject.contract.operations for scheme in operation.schemes}
    for scheme in subject.contract.security.schemes:
        if scheme.name not in used:
            yield scheme.at, {"scheme": scheme.name}
