"""What the operators of this project share: an edit of a node's source, as an operator of Cosmic Ray."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from cosmic_ray.operators.operator import Operator
from parso.python.tree import Name

Node: TypeAlias = Any  # of parso: a node or a leaf, which differ by their ``type`` and not by class
Position = tuple[int, int]  # line from 1, column from 0, as parso counts them


@dataclass(frozen=True)
class Edit:
    """The source between two positions is replaced by *text*."""

    start: Position
    end: Position
    text: str


class EditOperator(Operator):
    """An operator that is known by the edits it can make in a node.

    Example, which would turn every ``x`` into ``y``::

        class Rename(EditOperator):
            def edits(self, node):
                if node.type == "name" and node.value == "x":
                    yield replaced(node, "y")
    """

    @abstractmethod
    def edits(self, node: Node) -> Iterable[Edit]:
        """The edits of *node*, each within it, in the same order every time."""

    def mutation_positions(self, node: Node) -> Iterator[tuple[Position, Position]]:
        """Where each edit of *node* starts and ends."""
        for edit in self.edits(node):
            yield edit.start, edit.end

    def mutate(self, node: Node, index: int) -> Node:
        """*node* with its edit number *index*, as a leaf of the same tree that holds the new source."""
        edit = list(self.edits(node))[index]
        source = node.get_code(include_prefix=False)
        start, end = (_offset(source, node.start_pos, position) for position in (edit.start, edit.end))
        prefix = node.get_first_leaf().prefix
        return Name(source[:start] + edit.text + source[end:], node.start_pos, prefix=prefix)

    @classmethod
    def examples(cls) -> Iterator[Any]:
        """None: the tests of this project have them."""
        return iter(())


def replaced(node: Node, text: str) -> Edit:
    """*node* as a whole gives way to *text*."""
    return Edit(node.start_pos, node.end_pos, text)


def text_of(node: Node) -> str:
    """The source of *node*, without what stands before it."""
    return str(node.get_code(include_prefix=False))


def exchanged(first: Node, second: Node, between: str) -> Edit:
    """*first* and *second* change places, around the source *between* them."""
    return Edit(first.start_pos, second.end_pos, text_of(second) + between + text_of(first))


def source_between(first: Node, second: Node) -> str:
    """The source after *first* and before *second*, which follows it."""
    leaf, pieces = first.get_last_leaf().get_next_leaf(), []
    while leaf is not None and leaf.start_pos < second.start_pos:
        pieces.append(leaf.get_code())
        leaf = leaf.get_next_leaf()
    return "".join(pieces) + str(second.get_first_leaf().prefix)


def arguments(trailer: Node) -> Sequence[Node]:
    """The arguments of a call, given the node of its parentheses; empty for one that is no call."""
    if not is_call(trailer) or len(trailer.children) == 2:
        return ()
    inner = trailer.children[1]
    if inner.type != "arglist":
        return (inner,)
    return [child for child in inner.children if text_of(child) != ","]


def is_positional(argument: Node) -> bool:
    """Whether *argument* is neither named nor unpacked nor a generator."""
    return bool(argument.type != "argument")


def member(node: Node) -> str:
    """The name of a member, given the node of its dot and name; empty for another node."""
    is_member = node.type == "trailer" and node.children[0].value == "."
    return str(node.children[1].value) if is_member else ""


def is_call(node: Node) -> bool:
    """Whether *node* is the parentheses of a call."""
    return bool(node.type == "trailer" and node.children[0].value == "(")


def called_name(trailer: Node) -> str:
    """The last name of what is called, given the node of the parentheses: ``f`` of ``a.f(…)``."""
    siblings = trailer.parent.children
    before = siblings[siblings.index(trailer) - 1]
    last = before.get_last_leaf()
    return str(last.value) if last.type == "name" else ""


def _offset(source: str, origin: Position, position: Position) -> int:
    """The index in *source*, which begins at *origin*, of a *position* in the file."""
    line, column = position[0] - origin[0], position[1]
    if line == 0:
        return column - origin[1]
    lines = source.splitlines(keepends=True)
    return sum(map(len, lines[:line])) + column
