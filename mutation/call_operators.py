"""Operators of missing calls, of order, of conditions and of swapped members."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

from mutation.edits import (
    Edit,
    EditOperator,
    Node,
    arguments,
    called_name,
    exchanged,
    is_call,
    is_positional,
    member,
    replaced,
    source_between,
    text_of,
)

_PASS = "pass"


class RemoveCall(EditOperator):
    """A call that stands by itself is not made."""

    def edits(self, node: Node) -> Iterator[Edit]:
        """``f(x)`` as a statement becomes ``pass``."""
        if _is_call(node) and node.parent.type in ("simple_stmt", "suite"):
            yield replaced(node, _PASS)


class RemoveRaise(EditOperator):
    """What should be refused is let through."""

    def edits(self, node: Node) -> Iterator[Edit]:
        """``raise X`` becomes ``pass``."""
        if node.type == "raise_stmt":
            yield replaced(node, _PASS)


class RemoveAssignment(EditOperator):
    """An attribute or an item keeps its value."""

    def edits(self, node: Node) -> Iterator[Edit]:
        """``a.b = x`` and ``a[b] += x`` become ``pass``; plain names, which would be missing, are left."""
        if node.type == "expr_stmt" and node.children[0].type in ("atom_expr", "power"):
            yield replaced(node, _PASS)


class UnwrapCall(EditOperator):
    """A function of a value is not applied."""

    def edits(self, node: Node) -> Iterator[Edit]:
        """``max(a, b)`` becomes ``a``; classes, whose names begin with a capital, are left."""
        if node.type not in ("atom_expr", "power") or len(node.children) != 2:
            return
        name, trailer = node.children
        given = arguments(trailer)
        if name.type == "name" and name.value.islower() and given and is_positional(given[0]):
            yield replaced(node, f"({text_of(given[0])})")


class RemoveMethod(EditOperator):
    """A method of a value is not applied."""

    def edits(self, node: Node) -> Iterator[Edit]:
        """``a.lower()`` becomes ``a``."""
        if node.type not in ("atom_expr", "power"):
            return
        for name, call in _methods(node):
            if not arguments(call):
                yield Edit(name.start_pos, call.end_pos, "")


class SwapStatements(EditOperator):
    """Two statements that follow each other are done in the other order."""

    def edits(self, node: Node) -> Iterator[Edit]:
        """Neither of them an import, a return, a raise or a docstring."""
        for first, second in pairwise(getattr(node, "children", ())):
            if node.type in ("suite", "file_input") and _can_move(first) and _can_move(second):
                one, other = first.children[0], second.children[0]
                yield exchanged(one, other, source_between(one, other))


class SwapArguments(EditOperator):
    """Two arguments that follow each other change places."""

    def edits(self, node: Node) -> Iterator[Edit]:
        """``f(a, b)`` becomes ``f(b, a)``."""
        for first, second in pairwise(arguments(node)):
            alike = text_of(first) == text_of(second)
            if is_positional(first) and is_positional(second) and not alike:
                yield exchanged(first, second, source_between(first, second))


class SwapValues(EditOperator):
    """Two values of a dictionary, or of two named arguments, that follow each other change places."""

    def edits(self, node: Node) -> Iterator[Edit]:
        """``{"a": x, "b": y}`` becomes ``{"a": y, "b": x}``, ``f(a=x, b=y)`` becomes ``f(a=y, b=x)``."""
        for first, second in pairwise(_values(node)):
            if text_of(first) != text_of(second):
                yield exchanged(first, second, source_between(first, second))


class SwapAttribute(EditOperator):
    """Another member of the same object is read."""

    def edits(self, node: Node) -> Iterator[Edit]:
        """``row.a`` becomes ``row.b``, if the module reads that of a ``row`` too; ``self`` is left."""
        if node.type not in ("atom_expr", "power"):
            return
        for end, trailer in enumerate(node.children[1:], start=1):
            if _reads(node, end):
                base = "".join(text_of(child) for child in node.children[:end])
                other = _next(trailer.children[1].value, _members(node.get_root_node())[base])
                if other is not None:
                    yield replaced(trailer.children[1], other)


class SwapText(EditOperator):
    """A function is told another of the words that this module tells it."""

    def edits(self, node: Node) -> Iterator[Edit]:
        """``refuse("a")`` becomes ``refuse("b")``, if the module has that call too."""
        given = arguments(node)
        if given and given[0].type == "string":
            other = _next(given[0].value, _words(node.get_root_node())[called_name(node)])
            if other is not None:
                yield replaced(given[0], other)


class SwapIn(EditOperator):
    """Membership is turned round."""

    def edits(self, node: Node) -> Iterator[Edit]:
        """``a in b`` becomes ``a not in b``, and the other way."""
        if node.type == "comparison":
            for operator in node.children[1::2]:
                turned = {"in": "not in", "not in": "in"}.get(" ".join(text_of(operator).split()))
                if turned is not None:
                    yield replaced(operator, turned)


class DropOperand(EditOperator):
    """One of several conditions is not looked at."""

    def edits(self, node: Node) -> Iterator[Edit]:
        """``a and b`` becomes ``a``, and ``b``; likewise with ``or``."""
        if node.type not in ("and_test", "or_test"):
            return
        operands = node.children[::2]
        for first, second in pairwise(operands):
            yield Edit(first.end_pos, second.end_pos, "")
        yield Edit(operands[0].start_pos, operands[1].start_pos, "")


class SwapBranches(EditOperator):
    """The value of the other case is taken."""

    def edits(self, node: Node) -> Iterator[Edit]:
        """``a if c else b`` becomes ``b``, and ``a``."""
        if node.type == "test" and len(node.children) == 5:
            for value in node.children[::4]:
                yield replaced(node, f"({text_of(value)})")


OPERATORS = (
    RemoveCall, RemoveRaise, RemoveAssignment, UnwrapCall, RemoveMethod, SwapStatements, SwapArguments,
    SwapValues, SwapAttribute, SwapText, SwapIn, DropOperand, SwapBranches,
)  # fmt: skip


def _is_call(node: Node) -> bool:
    return node.type in ("atom_expr", "power") and is_call(node.children[-1])


def _methods(node: Node) -> Iterator[tuple[Node, Node]]:
    """The ``.name`` and ``(…)`` of each method that is called in *node*."""
    for name, call in pairwise(node.children):
        if member(name) and is_call(call):
            yield name, call


def _can_move(statement: Node) -> bool:
    if statement.type != "simple_stmt":
        return False
    only = statement.children[0]
    return only.type in ("expr_stmt", "atom_expr", "power") and not statement.get_code().strip().startswith(
        '"'
    )


def _values(node: Node) -> list[Node]:
    if node.type == "dictorsetmaker" and len(node.children) > 2 and text_of(node.children[1]) == ":":
        colons = [at for at, child in enumerate(node.children) if text_of(child) == ":"]
        return [node.children[at + 1] for at in colons]
    named = [each for each in arguments(node) if each.type == "argument" and text_of(each.children[1]) == "="]
    return [each.children[2] for each in named]


def _reads(node: Node, end: int) -> bool:
    """Whether child number *end* of *node* is a member, and nothing is called by its name."""
    is_last = end + 1 == len(node.children)
    if end == 1 and text_of(node.children[0]) == "self":
        return False
    return bool(member(node.children[end])) and (is_last or not is_call(node.children[end + 1]))


@lru_cache(maxsize=1)
def _members(root: Node) -> dict[str, list[str]]:
    """Expression → the members that the module reads of it, in order."""
    found: dict[str, set[str]] = {}
    for node in _descendants(root):
        if node.type in ("atom_expr", "power"):
            for end in range(1, len(node.children)):
                if _reads(node, end):
                    base = "".join(text_of(child) for child in node.children[:end])
                    found.setdefault(base, set()).add(node.children[end].children[1].value)
    return {base: sorted(names) for base, names in found.items()}


@lru_cache(maxsize=1)
def _words(root: Node) -> dict[str, list[str]]:
    """Name of a function → the texts that the module gives it first, in order."""
    found: dict[str, set[str]] = {}
    for node in _descendants(root):
        given = arguments(node)
        if given and given[0].type == "string":
            found.setdefault(called_name(node), set()).add(given[0].value)
    return {name: sorted(words) for name, words in found.items()}


def _descendants(node: Node) -> Iterator[Node]:
    yield node
    for child in getattr(node, "children", ()):
        yield from _descendants(child)


def _next(value: str, values: list[str]) -> str | None:
    """The one after *value*, the first after the last; None when there is no other."""
    return None if len(values) < 2 else values[(values.index(value) + 1) % len(values)]
