"""Headers that OpenAPI describes elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cynod_spec.lint.headers import header_parameters, named_headers
from cynod_spec.lint.registry import Found, Subject, rule

_IN_REQUESTS: Final = {
    "accept": "the media types under `content` of the responses",
    "content-type": "the media types under `content` of the request body",
    "authorization": "the security schemes",
}
_IN_RESPONSES: Final = {"content-type": "the media types under `content`"}


@rule(
    "header-ignored",
    level="warning",
    says="OpenAPI ignores a description of the header {name} here",
    hint="drop it: {instead} say what it may be",
    good="""
    - {name: cursor, in: query, description: La page suivante., schema: {type: string}}
    """,
    bad="""
    - {name: cursor, in: query, description: La page suivante., schema: {type: string}}
    - {⟦name⟧: Authorization, in: header, description: Le jeton., schema: {type: string}}
    """,
)
def header_ignored(subject: Subject) -> Iterator[Found]:
    """``Accept``, ``Content-Type`` and ``Authorization`` are no parameters (OpenAPI, Parameter Object)."""
    for found, instead in ((header_parameters, _IN_REQUESTS), (named_headers, _IN_RESPONSES)):
        for at, name in found(subject):
            if name.lower() in instead:
                yield at, {"name": name, "instead": instead[name.lower()]}
