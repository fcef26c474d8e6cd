"""Headers whose names differ in case only."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.lint.registry import Found, Subject, rule


@rule(
    "header-duplicate",
    says="the headers {name} and {other} differ in case only: they are one header",
    hint="keep one of them",
    good="""
    Request-Id: {$ref: '#/components/headers/RequestId'}
    Allow: {$ref: '#/components/headers/Allow'}
    """,
    bad="""
    Request-Id: {$ref: '#/components/headers/RequestId'}
    Allow: {$ref: '#/components/headers/Allow'}
    ⟦allow⟧: {$ref: '#/components/headers/Allow'}
    """,
)
def header_duplicate(subject: Subject) -> Iterator[Found]:
    """HTTP does not tell names of headers apart by their case (RFC 9110 §5.1); generated code might."""
    for holder in subject.traversal.objects:
        headers = holder.get("headers")
        if headers is None or not isinstance(headers.value, dict) or holder.tokens == ("components",):
            continue
        seen: dict[str, str] = {}
        for name in headers.value:
            other = seen.setdefault(name.lower(), name)
            if other != name:
                yield headers.place(name), {"name": name, "other": other}
