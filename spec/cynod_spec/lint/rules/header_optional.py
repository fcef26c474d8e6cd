"""Headers that may be missing where HTTP needs them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cynod_spec.lint.registry import Found, Subject, rule
from cynod_spec.lint.subjects import (
    header,
    required,
    responses,
)

_NEEDED: Final = {
    201: "Location",
    401: "WWW-Authenticate",
    405: "Allow",
    429: "Retry-After",
    503: "Retry-After",
}


@rule(
    "header-optional",
    says="the header {header} may be missing from this response for {status}",
    hint="add `required: true`: a promise is more than a possibility",
    good="""
    Challenge:
      required: true
      schema: {type: string, minLength: 1}
    """,
    bad="""
    ⟦Challenge⟧:
      required: false
      schema: {type: string, minLength: 1}
    """,
    fixable=True,
)
def header_optional(subject: Subject) -> Iterator[Found]:
    """The header without which a status says only half is always there."""
    for response in responses(subject.contract):
        found = header(response, _NEEDED.get(response.status, ""))
        if found and not found.required:
            yield found.at, {"header": found.name, "status": response.status}, required(subject, found.at)
