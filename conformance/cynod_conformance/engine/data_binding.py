"""Generated requests name things that do not exist; every second valid one is given things that do.

So the engine gets past the lookups, to what the money rules say of values that nobody thought of.
"""

from __future__ import annotations

import copy
import threading
from collections import Counter
from typing import Any

from cynod_conformance.base.outcomes import Outcome
from cynod_conformance.base.phases import LIVE, Phase
from cynod_conformance.engine.cases import Change
from cynod_conformance.experiment.context import TestContext
from cynod_spec.model import Expression, Operation

NAMING = ("card", "number", "currency", "parent", "id")  # the roles that name something, in any request


class DataBinding:
    """What the world holds for the generated cases of one run; its threads are served in turn."""

    def __init__(self, context: TestContext) -> None:
        self._context = context
        self._seen: Counter[str] = Counter()
        self._lock = threading.Lock()

    def __call__(self, operation: Operation, positive: bool, phase: Phase) -> list[Change]:
        """What to put into the next case of *operation*. In a sequence, links alone say what paths name."""
        if not positive:
            return []
        named = {role: operation.request[role] for role in NAMING if role in operation.request}
        if phase == LIVE:
            named = {role: expression for role, expression in named.items() if expression.place == "body"}
        self._seen[operation.id] += 1
        if not named or self._seen[operation.id] % 2:
            return []
        try:
            with self._lock:
                values = self._context.fixtures.values(operation)
        except Outcome:
            return []
        if self._seen[operation.id] % 4 == 0 and "amount" in operation.request:
            named["amount"] = operation.request["amount"]
        return [(expression, values[role]) for role, expression in named.items() if role in values]


def put(case: Any, expression: Expression, value: Any) -> None:
    """Put *value* where *expression* points in the engine's *case*, if that place is there."""
    match expression.place:
        case "path":
            case.path_parameters = {**(case.path_parameters or {}), expression.name: value}
        case "query" if expression.name in (case.query or {}):
            case.query = {**case.query, expression.name: value}
        case "body" if isinstance(case.body, dict):
            body = copy.deepcopy(case.body)
            holder: Any = body
            for token in expression.path[:-1]:
                holder = holder.get(token) if isinstance(holder, dict) else None
            if isinstance(holder, dict):
                holder[expression.path[-1]] = value
                case.body = body
