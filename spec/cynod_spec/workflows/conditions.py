"""Simple conditions of Arazzo (§4.6.12.2): literals, expressions, comparisons, ``&&``, ``||`` and ``!``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from operator import ge, gt, le, lt
from typing import Any, Final, Literal

from cynod_spec.workflows.expressions import (
    NOTHING,
    ExpressionError,
    Scene,
    WorkflowExpression,
    evaluate,
    parse,
)

_TOKEN = re.compile(
    r"""\s*(?:(?P<operator>&&|\|\||==|!=|<=|>=|<|>|!|\(|\))
        |(?P<number>-?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)(?![\w.])
        |(?P<word>true|false|null)\b
        |'(?P<text>(?:[^']|'')*)'
        |(?P<expression>\$[^\s()=<>!&|']+))""",
    re.VERBOSE,
)
_WORDS: Final = {"true": True, "false": False, "null": None}
_ORDER: Final[dict[str, Callable[[Any, Any], bool]]] = {"<": lt, "<=": le, ">": gt, ">=": ge}
_MAX_NESTING: Final = 50  # parentheses and negations within each other
Comparison = Literal["==", "!=", "<", "<=", ">", ">="]


class ConditionError(ValueError):
    """A condition that cannot be read."""


@dataclass(frozen=True, slots=True)
class Literally:
    """A value that stands in the condition itself."""

    value: Any


@dataclass(frozen=True, slots=True)
class Compared:
    """Two operands with a comparison between them."""

    sign: str
    left: Condition
    right: Condition


@dataclass(frozen=True, slots=True)
class Joined:
    """Conditions of which all (``&&``) or one (``||``) must hold."""

    sign: Literal["&&", "||"]
    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Negated:
    """A condition that must not hold."""

    part: Condition


Condition = Literally | WorkflowExpression | Compared | Joined | Negated


def read(text: str) -> Condition:
    """The condition *text*. Raises ConditionError."""
    return _Reader(text).whole()


def holds(condition: Condition, scene: Scene) -> bool:
    """Whether *condition* holds in *scene*.

    A bare operand holds unless it is false, null, absent, 0 or empty.
    """
    match condition:
        case Compared():
            return _compare(condition.sign, _value(condition.left, scene), _value(condition.right, scene))
        case Joined():
            judge = all if condition.sign == "&&" else any
            return judge(holds(part, scene) for part in condition.parts)
        case Negated():
            return not holds(condition.part, scene)
        case _:
            return bool(_value(condition, scene))


def expressions(condition: Condition) -> Iterator[WorkflowExpression]:
    """Every expression of *condition*."""
    match condition:
        case WorkflowExpression():
            yield condition
        case Compared():
            yield from expressions(condition.left)
            yield from expressions(condition.right)
        case Joined():
            for part in condition.parts:
                yield from expressions(part)
        case Negated():
            yield from expressions(condition.part)


def comparisons(condition: Condition) -> Iterator[Compared]:
    """Every comparison of *condition*."""
    match condition:
        case Compared():
            yield condition
        case Joined():
            for part in condition.parts:
                yield from comparisons(part)
        case Negated():
            yield from comparisons(condition.part)


def _value(operand: Condition, scene: Scene) -> Any:
    match operand:
        case Literally():
            return operand.value
        case WorkflowExpression():
            found = evaluate(operand, scene)
            return None if found is NOTHING else found
        case _:
            return holds(operand, scene)


def _compare(sign: str, left: Any, right: Any) -> bool:
    """Texts are compared whatever their case (§4.6.12.2); a text that is a number, with a number, as one."""
    left, right = _numbers(left, right)
    if isinstance(left, str) and isinstance(right, str):
        left, right = left.casefold(), right.casefold()
    if sign in ("==", "!="):
        same = left == right and isinstance(left, bool) is isinstance(right, bool)
        return same is (sign == "==")
    comparable = all(isinstance(each, int | float) and not isinstance(each, bool) for each in (left, right))
    if not comparable and not (isinstance(left, str) and isinstance(right, str)):
        return False
    return _ORDER[sign](left, right)


def _numbers(left: Any, right: Any) -> tuple[Any, Any]:
    try:
        if isinstance(left, str) and isinstance(right, int | float) and not isinstance(right, bool):
            return float(left), right
        if isinstance(right, str) and isinstance(left, int | float) and not isinstance(left, bool):
            return left, float(right)
    except ValueError:
        pass
    return left, right


class _Reader:
    """Reads one condition, from the weakest operator to the strongest."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = list(self._split())
        self.next = 0
        self.depth = 0

    def _split(self) -> Iterator[tuple[str, str]]:
        end, text = 0, self.text.rstrip()
        while end < len(text):
            found = _TOKEN.match(text, end)
            if found is None:
                raise ConditionError(f"it cannot be read from {text[end:].strip()[:40]!r} on")
            kind = found.lastgroup or ""
            yield kind, found[kind]
            end = found.end()

    def whole(self) -> Condition:
        condition = self.either()
        if self.next < len(self.tokens):
            raise ConditionError(f"{self.tokens[self.next][1]!r} was not expected")
        return condition

    def takes(self, *signs: str) -> str:
        """The operator that comes next, when it is one of *signs*; empty otherwise."""
        if self.next < len(self.tokens):
            kind, token = self.tokens[self.next]
            if kind == "operator" and token in signs:
                self.next += 1
                return token
        return ""

    def either(self) -> Condition:
        parts = [self.both()]
        while self.takes("||"):
            parts.append(self.both())
        return parts[0] if len(parts) == 1 else Joined("||", tuple(parts))

    def both(self) -> Condition:
        parts = [self.comparison()]
        while self.takes("&&"):
            parts.append(self.comparison())
        return parts[0] if len(parts) == 1 else Joined("&&", tuple(parts))

    def comparison(self) -> Condition:
        left = self.operand()
        sign = self.takes("==", "!=", "<", "<=", ">", ">=")
        return Compared(sign, left, self.operand()) if sign else left

    def operand(self) -> Condition:
        self.depth += 1
        if self.depth > _MAX_NESTING:
            raise ConditionError("it is nested too deeply")
        try:
            return self.single()
        finally:
            self.depth -= 1

    def single(self) -> Condition:
        if self.takes("!"):
            return Negated(self.operand())
        if self.takes("("):
            inner = self.either()
            if not self.takes(")"):
                raise ConditionError("a parenthesis stays open")
            return inner
        if self.next >= len(self.tokens):
            raise ConditionError("it ends too early" if self.tokens else "it is empty")
        kind, token = self.tokens[self.next]
        self.next += 1
        if kind == "expression":
            try:
                return parse(token)
            except ExpressionError as error:
                raise ConditionError(str(error)) from None
        if kind == "number":
            return Literally(float(token) if set(token) & set(".eE") else int(token))
        if kind == "word":
            return Literally(_WORDS[token])
        if kind == "text":
            return Literally(token.replace("''", "'"))
        raise ConditionError(f"{token!r} was not expected")
