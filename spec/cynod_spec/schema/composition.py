"""The one view of a schema with what it is composed of: its ``$ref`` and its ``allOf`` folded in.

A value is described by a schema object, by the schema that its ``$ref`` leads to, by each branch of its
``allOf``, and so on. ``joined`` is one step of that, ``parts`` all of it, ``folded`` the parts as one
mapping; ``branches`` and ``member`` are the same for nodes, which know their places.

Three modules compose schemas in another way, each for a reason that its docstring gives: ``flat.merging``
(one equivalent schema without composition), ``diff.schemas.conjuncts`` (a choice of one counts, too) and
``schema.directions`` (what a composition hides).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from cynod_spec.base import pointer as pointers
from cynod_spec.base.pointer import Tokens
from cynod_spec.source.node import Node
from cynod_spec.source.references import target


class Part(NamedTuple):
    """A schema that describes a value, perhaps with others, and where it stands in the document."""

    value: Any
    tokens: Tokens

    @property
    def pointer(self) -> str:
        """Its RFC 6901 pointer."""
        return pointers.join(self.tokens)


def referred(document: Mapping[str, Any], schema: Any) -> Part | None:
    """What the ``$ref`` of *schema* leads to; None without one, and where it leads nowhere."""
    reference = schema.get("$ref") if isinstance(schema, Mapping) else None
    if isinstance(reference, str):
        with suppress(LookupError, ValueError):  # rules of lint say where it stands
            tokens = target(reference)
            return Part(pointers.resolve(document, tokens), tokens)
    return None


def joined(
    document: Mapping[str, Any],
    schema: Mapping[str, Any],
    tokens: Tokens = (),
    *,
    keywords: Sequence[str] = ("allOf",),
    ignores_siblings: bool = False,
) -> Iterator[Part]:
    """What else describes the values of *schema*, one step away: the target of its ``$ref``, its ``allOf``.

    *tokens* say where *schema* stands. *keywords* may name ``oneOf`` and ``anyOf`` as well: then some of what
    is given holds for some values only. With *ignores_siblings* a ``$ref`` stands for all of its schema, as
    in OpenAPI 3.0.
    """
    if (found := referred(document, schema)) is not None:
        yield found
    if ignores_siblings and isinstance(schema.get("$ref"), str):
        return
    for keyword in keywords:
        listed = schema.get(keyword)
        for index, each in enumerate(listed if isinstance(listed, list) else ()):
            yield Part(each, (*tokens, keyword, str(index)))


def parts(
    document: Mapping[str, Any],
    schema: Any,
    tokens: Tokens = (),
    *,
    alternatives: bool = False,
    nearest_first: bool = False,
) -> Iterator[Part]:
    """*schema* and every schema object that describes the same value, each once.

    Boolean schemas are left out. A reference comes before the branches of ``allOf``, each with all that it is
    composed of; with *nearest_first*, the order is that of the number of steps. With *alternatives*, the
    branches of ``oneOf`` and ``anyOf`` are given, too. *tokens* say where *schema* stands; () for one that
    stands outside of the document.

    >>> document = {"base": {"type": "string"}}
    >>> [part.pointer for part in parts(document, {"$ref": "#/base", "allOf": [{"minLength": 1}]})]
    ['', '/base', '/allOf/0']
    """
    keywords = ("allOf", "oneOf", "anyOf") if alternatives else ("allOf",)
    seen: set[Tokens] = set()
    waiting = deque([Part(schema, tokens)])
    while waiting:
        part = waiting.popleft()
        if part.tokens in seen or not isinstance(part.value, Mapping):
            continue
        seen.add(part.tokens)
        yield part
        below = joined(document, part.value, part.tokens, keywords=keywords)
        if nearest_first:
            waiting.extend(below)
        else:
            waiting.extendleft(reversed(list(below)))


def folded(described_by: Iterable[Part]) -> dict[str, Any]:
    """The keywords of all *described_by*, as :func:`parts` gives them; of two that are alike, the first."""
    merged: dict[str, Any] = {}
    for part in described_by:
        merged = {**part.value, **merged}
    return merged


def joined_nodes(
    node: Node, *, keywords: Sequence[str] = ("allOf",), ignores_siblings: bool = False
) -> Iterator[Node]:
    """What :func:`joined` gives for the schema *node*, as nodes.

    Raises DocumentError, with its place, where one of *keywords* is no list.
    """
    for part in joined(
        node.source.value, node.value, node.tokens, keywords=keywords, ignores_siblings=ignores_siblings
    ):
        yield Node(node.source, part.tokens, part.value)
    _refuse_unlisted(node, keywords)


def _refuse_unlisted(schema: Node, keywords: Sequence[str]) -> None:
    for keyword in keywords:
        if keyword in schema.value and not isinstance(schema.value[keyword], list):
            schema.need(keyword).list()


def branches(node: Node, *, alternatives: bool = False) -> Iterator[Node]:
    """The :func:`parts` of the schema *node* as nodes, the nearest first.

    Raises DocumentError, with its place, where an ``allOf``, ``oneOf`` or ``anyOf`` is no list.
    """
    keywords = ("allOf", "oneOf", "anyOf") if alternatives else ("allOf",)
    document = node.source.value
    for part in parts(document, node.value, node.tokens, alternatives=alternatives, nearest_first=True):
        here = Node(node.source, part.tokens, part.value)
        yield here
        _refuse_unlisted(here, keywords)


def member(node: Node, path: Sequence[str], *, alternatives: bool = False) -> Iterator[Node]:
    """Every subschema of *node* that describes the member at *path*; ``*`` is any item of a list."""
    if not path:
        yield node
        return
    for branch in branches(node, alternatives=alternatives):
        below = branch.get("items") if path[0] == "*" else branch.get("properties", path[0])
        if below is not None:
            yield from member(below, path[1:], alternatives=alternatives)
