"""The language in which the steps of a workflow speak: expressions, conditions and criteria."""

from __future__ import annotations

import pytest

from cynod_spec.base.location import SourceLocation
from cynod_spec.workflows import conditions, criteria
from cynod_spec.workflows.conditions import ConditionError
from cynod_spec.workflows.expressions import (
    NOTHING,
    ExpressionError,
    Message,
    Scene,
    evaluate,
    expressions,
    parse,
    resolve,
)
from cynod_spec.workflows.model import Criterion, CriterionKind

SCENE = Scene(
    inputs={"card": "123", "shop": {"name": "Thiès"}},
    outputs={"sum": 3},
    steps={"pay": {"id": "p-1", "amount": 1500, "rest": None}},
    workflows={"first": {"inputs": {"a": 1}, "outputs": {"token": "t"}}},
    url="https://api.example.org/cards",
    method="POST",
    status=201,
    request=Message((("Content-Type", "application/json"),), {"a": 1}, {"limit": "5"}, {"id": "x"}),
    response=Message(
        (("Retry-After", "2"), ("Replayed", "true")),
        {"ok": True, "data": {"items": [{"id": "a/b"}, {"id": "c"}], "a/b~c": 7, "next": None}},
    ),
)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("$url", "https://api.example.org/cards"),
        ("$method", "POST"),
        ("$statusCode", 201),
        ("$request.header.content-type", "application/json"),
        ("$request.query.limit", "5"),
        ("$request.path.id", "x"),
        ("$request.body#/a", 1),
        ("$response.header.REPLAYED", "true"),
        ("$response.body#/data/items/1/id", "c"),
        ("$response.body#/data/a~1b~0c", 7),
        ("$response.body#/data/next", None),
        ("$response.body#/data/absent", NOTHING),
        ("$response.body#/data/items/9", NOTHING),
        ("$response.header.Absent", NOTHING),
        ("$inputs.card", "123"),
        ("$inputs.shop#/name", "Thiès"),
        ("$inputs.absent", NOTHING),
        ("$outputs.sum", 3),
        ("$steps.pay.outputs.id", "p-1"),
        ("$steps.absent.outputs.id", NOTHING),
        ("$workflows.first.outputs.token", "t"),
        ("$workflows.first.inputs.a", 1),
    ],
)
def test_an_expression_finds_its_value(source: str, expected: object) -> None:
    assert evaluate(parse(source), SCENE) == expected


@pytest.mark.parametrize(
    "source",
    [
        *("", "$", "$nothing", "$response", "$response.body.a", "$response.path.id", "$response.body#a"),
        *("$steps.pay.id", "$steps.pay.inputs.id", "$inputs.", "$statusCode ", "$request.nowhere.a"),
    ],
)
def test_what_is_no_expression_is_refused(source: str) -> None:
    with pytest.raises(ExpressionError):
        parse(source)


def test_values_keep_their_type_and_texts_take_them_in() -> None:
    value = {
        "amount": "$steps.pay.outputs.amount",
        "braced": "{$steps.pay.outputs.amount}",
        "list": ["$inputs.card", "5 $", "a {b} c"],
        "text": "{$inputs.card}-{$steps.pay.outputs.amount}-x",
        "null": "$steps.pay.outputs.rest",
    }
    assert resolve(value, SCENE) == {
        "amount": 1500,
        "braced": 1500,
        "list": ["123", "5 $", "a {b} c"],
        "text": "123-1500-x",
        "null": None,
    }
    with pytest.raises(ExpressionError, match=r"\$inputs\.none"):
        resolve({"a": ["x {$inputs.none}"]}, SCENE)
    found = [(path, source) for path, source in expressions(value)]
    assert (("list", "0"), "$inputs.card") in found
    assert len(found) == 6


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("$statusCode == 201", True),
        ("$statusCode != 201", False),
        ("$statusCode>=200&&$statusCode<300", True),
        ("$statusCode == 409 || $statusCode == 201", True),
        ("!($statusCode == 409) && !$response.body#/data/absent", True),
        ("$response.body#/ok == true", True),
        ("$response.body#/ok", True),
        ("$response.body#/ok == 1", False),
        ("$response.body#/data/next == null", True),
        ("$response.body#/data/absent == null", True),
        ("$response.header.Replayed == 'TRUE'", True),
        ("$response.header.Retry-After <= 2", True),
        ("$response.header.Retry-After == 2", True),
        ("'it''s' == 'it''s'", True),
        ("'b' > 'a'", True),
        ("'b' > 1", False),
        ("null < 1", False),
        ("true < 2", False),
        ("-1.5e1 < -14", True),
        ("$steps.pay.outputs.id == $steps.pay.outputs.id", True),
        ("$inputs.card == 123", True),
        ("false || (true && (1 == 1))", True),
    ],
)
def test_a_condition_holds_or_not(condition: str, expected: bool) -> None:
    assert conditions.holds(conditions.read(condition), SCENE) is expected


@pytest.mark.parametrize(
    "condition",
    [
        *("", " ", "$statusCode ==", "== 1", "1 == 2 == 3", "(1 == 1", "1 == 1)", "$statusCode === 200"),
        *("'open", "1 1", "$nothing == 1", "a == 1", "&&", "!" * 100 + "true", "(" * 100 + "1" + ")" * 100),
        *("__import__('os')", "$statusCode = 200", "1 & 1"),
    ],
)
def test_a_condition_that_cannot_be_read_is_refused(condition: str) -> None:
    with pytest.raises(ConditionError):
        conditions.read(condition)


def criterion(kind: CriterionKind, condition: str, context: str = "$response.body") -> Criterion:
    """A criterion that stands nowhere."""
    return Criterion(condition, kind, context, SourceLocation("x", "", 1, 1))


@pytest.mark.parametrize(
    ("kind", "condition", "context", "expected"),
    [
        ("regex", "^a/", "$response.body#/data/items/0/id", True),
        ("regex", "^b", "$response.body#/data/items/0/id", False),
        ("regex", "^20[0-9]$", "$statusCode", True),
        ("regex", ".*", "$response.body#/data/absent", False),
        ("jsonpath", "$.data.items[?@.id == 'c']", "$response.body", True),
        ("jsonpath", "$.data.items[?@.id == 'd']", "$response.body", False),
        ("jsonpath", "$[?length(@.items) == 2]", "$response.body#/data", True),
        ("jsonpath", "$[?length(@.items) == 1]", "$response.body#/data", False),
        ("jsonpath", "$[?@.id == 'c']", "$response.body#/data/items", True),
        ("jsonpath", "$.items[?@.id == {$inputs.want}]", "$response.body#/data", False),
        ("jsonpath", "$.items[?@.id != {$inputs.card}]", "$response.body#/data", True),
    ],
)
def test_a_criterion_judges_its_context(
    kind: CriterionKind, condition: str, context: str, expected: bool
) -> None:
    given = criterion(kind, condition, context)
    criteria.check(given)
    assert criteria.holds(given, SCENE) is expected


def test_a_value_cannot_leave_its_place_in_a_jsonpath() -> None:
    hostile = Scene(inputs={"a": "' || true || '"}, response=Message(body={"items": [{"id": "c"}]}))
    assert not criteria.holds(criterion("jsonpath", "$.items[?@.id == {$inputs.a}]"), hostile)


@pytest.mark.parametrize(
    ("kind", "condition"), [("regex", "("), ("jsonpath", "$["), ("jsonpath", "$.a["), ("xpath", "/a")]
)
def test_a_criterion_that_cannot_be_read_is_refused(kind: CriterionKind, condition: str) -> None:
    with pytest.raises(ConditionError):
        criteria.check(criterion(kind, condition))
