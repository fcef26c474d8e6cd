"""Bodies that are not JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from cynod_spec.lint.registry import Found, Subject, rule

_JSON: Final = re.compile(r"application/(json|[\w.+-]+\+json)", re.IGNORECASE)


@rule(
    "media-type",
    says="the {what} of {operation} comes as {media}; only JSON is allowed here",
    hint="use application/json",
    good="""
    content:
      application/json:
        schema: {$ref: '#/components/schemas/NewPass'}
    """,
    bad="""
    ⟦content⟧:
      text/plain:
        schema: {$ref: '#/components/schemas/NewPass'}
    """,
)
def media_type(subject: Subject) -> Iterator[Found]:
    """Bodies are JSON; the forms that OAuth 2.0 asks for are the exception."""
    for operation in subject.contract.operations:
        if operation.is_oauth:
            continue
        bodies = [(operation.body.at, operation.body.media_types, "request body")] if operation.body else []
        bodies += [(each.at, each.media_types, f"answer {each.status}") for each in operation.responses]
        for at, media_types, what in bodies:
            for media in media_types:
                if not _JSON.fullmatch(media):
                    words = {"what": what, "operation": operation.key, "media": media}
                    yield subject.below(at, "content"), words
