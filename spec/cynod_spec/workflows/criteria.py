"""Whether a criterion holds: simple, by a regular expression, or by a JSONPath (RFC 9535)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

from cynod_spec.workflows import conditions
from cynod_spec.workflows.conditions import Condition, ConditionError
from cynod_spec.workflows.expressions import (
    NOTHING,
    ExpressionError,
    Scene,
    WorkflowExpression,
    evaluate,
    parse,
    written,
)
from cynod_spec.workflows.model import Criterion

_MAX_CHARACTERS: Final = 100_000  # characters that a regular expression is shown
_EMBEDDED = re.compile(r"\{(\$[^{}]*)\}")


def holds(criterion: Criterion, scene: Scene) -> bool:
    """Whether *criterion* holds in *scene*. Raises ConditionError when it cannot be read."""
    if criterion.kind == "simple":
        return conditions.holds(_simple(criterion.condition), scene)
    judged = evaluate(_context(criterion.context), scene)
    if judged is NOTHING:
        return False
    if criterion.kind == "regex":
        return _pattern(criterion.condition).search(written(judged)[:_MAX_CHARACTERS]) is not None
    return _selects(_filled(criterion.condition, scene), judged)


def check(criterion: Criterion) -> None:
    """Raises ConditionError, one line, when *criterion* cannot be read."""
    if criterion.kind == "simple":
        _simple(criterion.condition)
        return
    if criterion.kind == "xpath":
        raise ConditionError("an XPath cannot be evaluated here: bodies are JSON")
    _context(criterion.context)
    if criterion.kind == "regex":
        _pattern(criterion.condition)
    else:
        _query(_EMBEDDED.sub("null", criterion.condition))


def expressions(criterion: Criterion) -> Iterator[WorkflowExpression]:
    """Every expression that *criterion* asks. Raises ConditionError when it cannot be read."""
    if criterion.kind == "simple":
        yield from conditions.expressions(_simple(criterion.condition))
        return
    yield _context(criterion.context)
    if criterion.kind == "jsonpath":
        yield from (_context(found) for found in _EMBEDDED.findall(criterion.condition))


@cache
def _simple(text: str) -> Condition:
    return conditions.read(text)


def _context(text: str) -> WorkflowExpression:
    try:
        return parse(text)
    except ExpressionError as error:
        raise ConditionError(str(error)) from None


@cache
def _pattern(text: str) -> re.Pattern[str]:
    try:
        return re.compile(text)
    except (re.error, OverflowError, RecursionError) as error:
        raise ConditionError(f"no regular expression: {error}") from None


def _filled(condition: str, scene: Scene) -> str:
    """*condition* with its expressions in braces as literals of JSONPath."""

    def literal(found: re.Match[str]) -> str:
        value = evaluate(_context(found[1]), scene)
        if isinstance(value, str):
            return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
        return written(None if value is NOTHING else value)

    return _EMBEDDED.sub(literal, condition)


def _query(text: str) -> Any:
    import jsonpath_rfc9535 as jsonpath

    try:
        return jsonpath.compile(text)
    except (jsonpath.JSONPathError, RecursionError) as error:
        raise ConditionError(f"no JSONPath: {str(error).splitlines()[0]}") from None


def _selects(text: str, value: Any) -> bool:
    """Whether the JSONPath *text* selects something in *value*.

    A filter at its root judges a value that is no list itself, as the example of the specification does.
    """
    import jsonpath_rfc9535 as jsonpath

    root = [value] if text.startswith("$[?") and not isinstance(value, list) else value
    try:
        return bool(_query(text).find(root))
    except (jsonpath.JSONPathError, RecursionError):
        return False
