"""Names of headers that HTTP does not know as such."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from cynod_spec.lint.headers import header_parameters, named_headers
from cynod_spec.lint.registry import Found, Subject, rule

_TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110 §5.6.2


@rule(
    "header-malformed",
    says="{name!r} is no name of a header",
    hint="write letters, digits and hyphens only: Retry-After",
    good="""
    - {name: cursor, in: query, description: La page suivante., schema: {type: string}}
    """,
    bad="""
    - {name: cursor, in: query, description: La page suivante., schema: {type: string}}
    - {⟦name⟧: Trace Id, in: header, description: La trace., schema: {type: string}}
    """,
)
def header_malformed(subject: Subject) -> Iterator[Found]:
    """The name of a header is a token (RFC 9110 §5.1): no blank, no colon, no letter beyond ASCII."""
    for at, name in (*header_parameters(subject), *named_headers(subject)):
        if not _TOKEN.fullmatch(name):
            yield at, {"name": name}
