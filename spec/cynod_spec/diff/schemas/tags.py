"""Discriminators: which value of the member names which schema, written down or implied by its name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from cynod_spec.base.pointer import Tokens
from cynod_spec.diff.schemas.shape import SchemaShape
from cynod_spec.source.node import Node
from cynod_spec.source.references import target

OTHERWISE: Final = ""
_COMPONENTS: Final = ("components", "schemas")


@dataclass(frozen=True, slots=True)
class DiscriminatorValue:
    """What a value names: the tokens of a schema, None when ``node``, where it is said, leads to none."""

    node: Node
    target: Tokens | None
    implied: bool

    @property
    def schema(self) -> Node | None:
        """The schema that it names."""
        root = Node.root(self.node.source)
        return root.get(*self.target) if self.target is not None else None


def tags(shape: SchemaShape) -> dict[str, DiscriminatorValue]:
    """Value → what it names, by the first discriminator of *shape*.

    ``OTHERWISE`` stands for every value that nothing names (OpenAPI 3.2's ``defaultMapping``). A schema that
    no entry of ``mapping`` names is named by the last step of its reference (OpenAPI 3.1 §4.8.25): a branch
    of the choice, or without a choice, each component that holds this one in ``allOf``, however deep.
    """
    stated = shape.first("discriminator")
    if stated is None:
        return {}
    found = {
        value: DiscriminatorValue(node, _target(node), implied=False)
        for value, node in stated.members("mapping")
    }
    named = {tag.target for tag in found.values()}
    default = stated.get("defaultMapping")
    if default is not None:
        found[OTHERWISE] = DiscriminatorValue(default, _target(default), implied=False)
    for node, tokens in _named(shape.holder(stated)):
        if tokens not in named:
            found.setdefault(tokens[-1], DiscriminatorValue(node, tokens, implied=True))
    return found


def _target(node: Node) -> Tokens | None:
    """What an entry of ``mapping`` leads to: a component by its name, or whatever a reference names."""
    root, written = Node.root(node.source), str(node.value)
    if root.get(*_COMPONENTS, written) is not None:
        return (*_COMPONENTS, written)
    try:
        tokens = target(written)
    except ValueError:
        return None
    return tokens if root.get(*tokens) is not None else None


def _named(holder: Node) -> Iterator[tuple[Node, Tokens]]:
    """The references whose last step is a value, and their targets."""
    branches = [node for keyword in ("oneOf", "anyOf") for node in holder.items(keyword)]
    for node in branches:
        yield from _reference(node)
    if not branches and holder.tokens[:-1] == _COMPONENTS:
        yield from _subtypes(holder)


def _subtypes(holder: Node) -> Iterator[tuple[Node, Tokens]]:
    """The components that hold *holder* in ``allOf``, and those that hold one of these in theirs."""
    held_by: dict[Tokens, list[Node]] = {}
    for _, node in Node.root(holder.source).members(*_COMPONENTS):
        for part in node.items("allOf") if isinstance(node.value, dict) else ():
            for _, tokens in _reference(part):
                held_by.setdefault(tokens, []).append(node)
    seen, waiting = {holder.tokens}, [holder.tokens]
    while waiting:
        for node in held_by.get(waiting.pop(0), ()):
            if node.tokens not in seen:
                seen.add(node.tokens)
                waiting.append(node.tokens)
                yield node, node.tokens


def _reference(node: Node) -> Iterator[tuple[Node, Tokens]]:
    written = node.value.get("$ref") if isinstance(node.value, dict) else None
    if isinstance(written, str):
        tokens = target(written)
        if tokens[:-1] == _COMPONENTS:
            yield node, tokens
