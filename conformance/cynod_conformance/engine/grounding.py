"""Generated requests name things that do not exist; every second valid one is given things that do.

So the engine gets past the lookups, to what the money rules say of values that nobody thought of.
"""

from __future__ import annotations

import copy
from collections import Counter
from contextlib import suppress
from typing import Any

from cynod_conformance.lab import Lab
from cynod_conformance.problems import Outcome
from cynod_spec.model import Expression, Operation

NAMING = ("card", "number", "currency", "parent", "id")  # the roles that name something, in any request


class Grounding:
    """Puts what the world holds into the generated cases of one run."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self._seen: Counter[str] = Counter()

    def __call__(self, operation: Operation, case: Any) -> None:
        """Change *case*, if its turn has come. In a sequence, links alone say what paths name."""
        if case.meta is None or case.meta.generation.mode.value != "positive":
            return
        named = {role: operation.request[role] for role in NAMING if role in operation.request}
        if case.meta.phase.name.value == "stateful":
            named = {role: expression for role, expression in named.items() if expression.place == "body"}
        self._seen[operation.id] += 1
        if not named or self._seen[operation.id] % 2:
            return
        with suppress(Outcome):
            values = self._lab.world.values(operation)
            if self._seen[operation.id] % 4 == 0 and "amount" in operation.request:
                named["amount"] = operation.request["amount"]
            for role, expression in named.items():
                if role in values:
                    put(case, expression, values[role])


def put(case: Any, expression: Expression, value: Any) -> None:
    """Put *value* where *expression* points in *case*, if that place is there."""
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
