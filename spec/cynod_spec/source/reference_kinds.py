"""References that lead to an object of another kind than belongs where they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from cynod_spec.base import pointer as pointers
from cynod_spec.base.pointer import Tokens
from cynod_spec.source.document import FILES, Source
from cynod_spec.source.object_kinds import DOCUMENT, SECTIONS, SERVER, below
from cynod_spec.source.references import references, target

UNKNOWN: Final = ""
"""The kind of a place at which OpenAPI fixes none that can be referred to."""
_KINDS: Final = frozenset((*SECTIONS, "operation", "encoding"))
NOTHING: Final = "nothing"
"""The kind of a part of a document to which nothing refers, such as its title."""
_PLAIN: Final = frozenset(
    ("openapi", "info", "security", "tags", "externalDocs", "jsonSchemaDialect", "$self")
)
"""The members of a document that hold no object to which one may refer."""
_GENERAL: Final[Mapping[str, str]] = {"responses": "[response]", "headers": "{header}"}
"""The members of ``x-cynod.general``, which hold objects of OpenAPI."""


@dataclass(frozen=True, slots=True)
class WrongKind:
    """The reference at ``tokens`` stands where a ``wanted`` belongs, and leads to a ``given``."""

    tokens: Tokens
    reference: str
    wanted: str
    given: str


def kind_at(tokens: Tokens) -> str:
    """The kind of the object at *tokens* of a document, such as ``pathItem``; UNKNOWN where none is."""
    kind = DOCUMENT
    if tokens[:1] == (FILES,) and tokens[2:3] == ("components",):
        tokens = tokens[2:]  # another file that is a whole document
    elif tokens[:2] == ("x-cynod", "general") and len(tokens) > 3:
        kind, tokens = _GENERAL.get(tokens[2], UNKNOWN), tokens[3:]
    for token in tokens:
        kind = below(kind, token)
    return kind if kind in _KINDS else UNKNOWN


def _kind_of_target(tokens: Tokens) -> str:
    """The same of the target of a reference; that of what is no object to which one may refer."""
    kind = kind_at(tokens)
    if kind != UNKNOWN or tokens[:1] in ((FILES,), ("x-cynod",)):
        return kind
    held = DOCUMENT
    for token in tokens:
        held = below(held, token)
    if held in (DOCUMENT, "components", SERVER) or held.startswith(("{", "[")):
        return held
    return NOTHING if tokens[0] in _PLAIN else UNKNOWN


def words(kind: str) -> str:
    """How a sentence names *kind*."""
    if kind.startswith(("{", "[")):
        return f"{'mapping' if kind[0] == '{' else 'list'} of {words(SECTIONS.get(kind[1:-1], kind[1:-1]))}"
    if kind in (DOCUMENT, "components"):
        return "whole document" if kind == DOCUMENT else "mapping of components"
    if kind == NOTHING:
        return "part of the document that is no object of this kind"
    return re.sub(r"([A-Z])", r" \1", kind).lower()


def wrong_kinds(source: Source) -> Iterator[WrongKind]:
    """Every reference of *source* whose place and target are of kinds that OpenAPI tells apart."""
    known: dict[str, str] = {}
    for tokens, node in references(source.value):
        reference = node["$ref"]
        if reference not in known:
            known[reference] = _given(source, reference)
        given = known[reference]
        wanted = kind_at(tokens) if given != UNKNOWN else UNKNOWN
        if wanted not in (UNKNOWN, given):
            yield WrongKind(tokens, reference, wanted, given)


def _given(source: Source, reference: str) -> str:
    """The kind of what *reference* leads to; UNKNOWN where it leads nowhere, which is reported as such."""
    try:
        tokens = target(reference)
        kind = _kind_of_target(tokens)
        if kind == UNKNOWN and not isinstance(pointers.resolve(source.value, tokens), dict | bool):
            return NOTHING
    except (LookupError, ValueError):
        return UNKNOWN
    return kind
