"""The same contract without composition, for generators of code that know no ``allOf``, no ``unevaluated*``.

Every instance is accepted or refused as before (JSON Schema Draft 2020-12). What only composition can say
stays as it is, and is told.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from cynod_spec.base import pointer as pointers
from cynod_spec.base.errors import DocumentError
from cynod_spec.base.location import SourceLocation
from cynod_spec.base.pointer import Tokens
from cynod_spec.flat.schemas import Flattener
from cynod_spec.openapi.validity import is_quick, problems
from cynod_spec.source.document import Source
from cynod_spec.source.node import Node
from cynod_spec.source.traversal import traverse

__all__ = ["Flat", "Remark", "flat"]


@dataclass(frozen=True, slots=True)
class Remark:
    """What stays composed: where it stands, and why."""

    at: SourceLocation
    message: str


@dataclass(frozen=True, slots=True)
class Flat:
    """``document`` holds no composition but what ``remarks`` name."""

    document: Any
    remarks: tuple[Remark, ...]


def flat(source: Source, document: Any) -> Flat:
    """*document*, the value of *source* or its translation, with each of its schemas flattened.

    A flat document is given back as it is. Raises DocumentError when it is no valid OpenAPI 3.1 or 3.2.
    """
    _check(source)
    written = json.loads(json.dumps(document))  # so that an alias stands apart wherever it is used
    flattener = Flattener(written, list(_roots(Node.root(replace(source, value=written)))))
    made = copy.deepcopy(written)
    done: set[Tokens] = set()
    while waiting := [tokens for tokens in flattener.roots if tokens not in done]:
        for tokens in waiting:
            _put(made, tokens, flattener.at(tokens))
        done.update(waiting)
    said = sorted(flattener.remarks)
    return Flat(made, tuple(Remark(source.place(tokens), message) for tokens, message in said))


def _check(source: Source) -> None:
    if not is_quick(source):
        said = "only OpenAPI 3.1 and 3.2 can be flattened, in their own dialect of JSON Schema"
        raise DocumentError(said, "bundle it without --flat", source.at("/openapi"))
    for tokens, problem in problems(source):
        hint = "cynod spec lint says more"
        raise DocumentError(f"not valid OpenAPI: {problem}", hint, source.place(tokens), "document-invalid")


def _put(document: Any, tokens: Tokens, schema: Any) -> None:
    holder = pointers.resolve(document, tokens[:-1])
    holder[int(tokens[-1]) if isinstance(holder, list) else tokens[-1]] = schema


def _roots(document: Node) -> Iterator[Tokens]:
    """The schemas of *document* that stand in no other schema."""
    above: Tokens | None = None
    for node in traverse(document).schemas:
        if above is None or node.tokens[: len(above)] != above:
            above = node.tokens
            yield above
