"""Documents that cannot be read."""

from __future__ import annotations

from cynod_spec.lint.registry import Found, Subject, rule


@rule(
    "document",
    says="this cannot be read as a contract",
    hint="the message names what is there and what is allowed",
    good="""
    openapi: 3.1.1
    info: {title:
    """,
    bad="""
    openapi: 3.1.1
    ⟦openapi⟧: 3.1.1
    info: {title:
    """,
)
def document(_: Subject) -> tuple[Found, ...]:
    """The file is safe to read, and a contract.

    It is UTF-8, one YAML or JSON document without doubled keys, bounded in size, depth and aliases, OpenAPI
    3.0 to 3.2, and says its envelopes, codes, security and languages. Found before any other rule looks.
    """
    return ()
