"""Operators of SQL, as SQLAlchemy writes it in Python: clauses, criteria, directions and aggregates."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from mutation.edits import Edit, EditOperator, Node, arguments, called_name, is_call, member, replaced

CLAUSES = frozenset(
    ("where", "order_by", "limit", "offset", "group_by", "having", "distinct", "with_for_update",
     "on_conflict_do_update", "on_conflict_do_nothing")
)  # fmt: skip
CRITERIA = frozenset(("where", "having", "and_", "or_"))
TURNED = {
    "asc": "desc", "desc": "asc", "min": "max", "max": "min", "and_": "or_", "or_": "and_",
    "join": "outerjoin", "outerjoin": "join", "sum": "count", "count": "sum",
}  # fmt: skip


class DropClause(EditOperator):
    """A statement lacks one of its clauses."""

    def edits(self, node: Node) -> Iterator[Edit]:
        """``select(a).where(b)`` becomes ``select(a)``."""
        if node.type not in ("atom_expr", "power"):
            return
        for name, call in pairwise(node.children):
            if member(name) in CLAUSES and is_call(call):
                yield Edit(name.start_pos, call.end_pos, "")


class DropCriterion(EditOperator):
    """A statement lacks one of several criteria."""

    def edits(self, node: Node) -> Iterator[Edit]:
        """``where(a, b)`` becomes ``where(a)``, and ``where(b)``."""
        given = arguments(node)
        if len(given) < 2 or called_name(node) not in CRITERIA:
            return
        for first, second in pairwise(given):
            yield Edit(first.end_pos, second.end_pos, "")
        yield Edit(given[0].start_pos, given[1].start_pos, "")


class TurnClause(EditOperator):
    """A direction, an aggregate, a join or a combination becomes its opposite."""

    def edits(self, node: Node) -> Iterator[Edit]:
        """``func.max(a)`` becomes ``func.min(a)``, ``a.desc()`` becomes ``a.asc()``."""
        if node.type != "name" or node.value not in TURNED:
            return
        after = (node.parent if member(node.parent) else node).get_next_sibling()
        if after is not None and is_call(after):
            yield replaced(node, TURNED[node.value])


OPERATORS = (DropClause, DropCriterion, TurnClause)
