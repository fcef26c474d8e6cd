"""References that lead to an object of another kind than belongs where they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from cynod_spec.object_kinds import DOCUMENT, SECTIONS, below
from cynod_spec.pointer import Tokens
from cynod_spec.references import FILES, references, target
from cynod_spec.source import Source

UNKNOWN: Final = ""
"""The kind of a place at which OpenAPI fixes none that can be referred to."""
_KINDS: Final = frozenset((*SECTIONS, "operation", "encoding"))
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


def words(kind: str) -> str:
    """How a sentence names *kind*."""
    return re.sub(r"([A-Z])", r" \1", kind).lower()


def wrong_kinds(source: Source) -> Iterator[WrongKind]:
    """Every reference of *source* whose place and target are of kinds that OpenAPI tells apart."""
    for tokens, node in references(source.value):
        wanted = kind_at(tokens)
        if wanted == UNKNOWN:
            continue
        try:
            given = kind_at(target(node["$ref"]))
        except ValueError:  # it leads nowhere, which is reported as such
            continue
        if given not in (UNKNOWN, wanted):
            yield WrongKind(tokens, node["$ref"], wanted, given)
