"""References that depend on who refers to them."""

from __future__ import annotations

from cynod_spec.lint.registry import Found, Subject, rule


@rule(
    "reference-unsupported",
    says="this reference leads to another schema each time, which is not supported",
    hint="write a `$ref` to the schema that is meant",
    good="""
    passId: {type: string}
    price: {$ref: '#/components/schemas/Price'}
    """,
    bad="""
    passId: {$dynamicAnchor: part, type: string}
    price:
      $id: price
      $dynamicAnchor: part
      not: {⟦$dynamicRef⟧: '#part'}
    """,
)
def reference_unsupported(_: Subject) -> tuple[Found, ...]:
    """A ``$dynamicRef`` is read where it can lead to one schema only; else nothing more is judged.

    JSON Schema lets it lead to another schema for each schema that refers to its own. Code that is generated
    from the document, and its pages, need one answer. Found before any other rule looks at the document.
    """
    return ()
