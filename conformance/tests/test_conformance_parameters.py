"""Parameters of every style in the suite's own requests, and what its probes expect of them."""

from __future__ import annotations

from typing import Any

import pytest
from cross_room.documents import save
from cross_room.parameters import PATH, parameter, with_parameters

from cynod_conformance.experiment.inputs import (
    InputLocation,
    accepts_as_written,
    boundary_parts,
    parameter_inputs,
    wrong_parts,
)
from cynod_conformance.experiment.request_builder import NOTHING, RequestBuilder
from cynod_spec import load_contract
from cynod_spec.model import Contract, Operation
from cynod_spec.model.serialization import Unwritable
from cynod_spec.schema.sample import parameter_sample
from cynod_spec.schema.validation import Validators

INTEGERS = {"type": "array", "items": {"type": "integer", "maximum": 9}, "minItems": 1, "maxItems": 3}
CLOSED = {
    "type": "object",
    "additionalProperties": False,
    "required": ["a"],
    "properties": {"a": {"type": "integer"}, "b": {"type": "boolean"}},
}
LISTS = [
    [
        parameter("form", schema=INTEGERS, example=[1, 2]),
        parameter("csv", schema=INTEGERS, explode=False),
        parameter("deep", schema=CLOSED, style="deepObject"),
        parameter("spread", schema={"type": "object", "properties": {"oa": {"type": "string"}}}),
        parameter("json", content={"application/json": {"schema": CLOSED}}),
        parameter("plain", schema={"type": "string"}),
        parameter("X-List", "header", schema=INTEGERS),
        parameter("sid", "cookie", schema={"type": "integer"}),
        parameter("lang", "cookie", schema={"type": "string"}),
        parameter("ids", "path", schema=INTEGERS, style="matrix"),
    ]
]


@pytest.fixture(scope="module")
def contract(tmp_path_factory: pytest.TempPathFactory) -> Contract:
    document = with_parameters(*LISTS, paths=[PATH + "/{ids}"])
    return load_contract(str(save(document, tmp_path_factory.mktemp("suite") / "openapi.yaml")))


@pytest.fixture(scope="module")
def operation(contract: Contract) -> Operation:
    return next(each for each in contract.operations if each.path.startswith(PATH))


@pytest.fixture
def draft(operation: Operation) -> RequestBuilder:
    return with_(RequestBuilder(operation), "ids", [4, 5])


def with_(draft: RequestBuilder, name: str, value: Any) -> RequestBuilder:
    return draft.with_parameter(next(each for each in draft.operation.parameters if each.name == name), value)


def input_of(operation: Operation, name: str) -> InputLocation:
    return next(each for each in parameter_inputs(operation) if each.name == name)


@pytest.mark.parametrize(
    ("name", "value", "query"),
    [
        ("form", [1, 2], "?form=1&form=2"),
        ("form", [], ""),
        ("form", NOTHING, ""),
        ("csv", [1, 2], "?csv=1,2"),
        ("deep", {"a": 1, "b": True}, "?deep%5Ba%5D=1&deep%5Bb%5D=true"),
        ("spread", {"oa": "x y"}, "?oa=x%20y"),
        ("json", {"a": 1}, "?json=%7B%22a%22%3A1%7D"),
        ("plain", "x y", "?plain=x+y"),
    ],
)
def test_a_draft_writes_each_parameter_in_its_style(
    draft: RequestBuilder, name: str, value: Any, query: str
) -> None:
    assert with_(draft, name, value).target == f"{PATH}/;ids=4,5{query}"


def test_a_value_replaces_the_one_before_and_can_be_taken_away(draft: RequestBuilder) -> None:
    twice = with_(with_(draft, "form", [1]), "form", [2, 3])
    assert twice.target.endswith("?form=2&form=3")
    assert with_(twice, "form", NOTHING).target == draft.target
    assert with_(draft, "X-List", [1, 2]).headers == (("X-List", "1,2"),)
    both = with_(with_(draft, "sid", 3), "lang", "é")
    assert both.headers == (("Cookie", "sid=3; lang=%C3%A9"),)
    assert with_(both, "sid", 4).headers == (("Cookie", "lang=%C3%A9; sid=4"),)
    assert with_(with_(both, "sid", NOTHING), "lang", NOTHING).headers == ()


def test_what_a_style_has_no_text_for_is_sent_as_one_text_in_a_query(
    draft: RequestBuilder, operation: Operation
) -> None:
    with pytest.raises(Unwritable):
        with_(draft, "deep", "¤")
    assert input_of(operation, "deep").set(draft, "¤").target.endswith("?deep=%C2%A4")


def test_bounds_of_a_list_and_of_its_items_are_tried(contract: Contract, operation: Operation) -> None:
    slot, validators = input_of(operation, "form"), Validators(contract)
    judged = {
        str(value): accepts_as_written(validators, slot, value)
        for value in boundary_parts(contract, slot, [1, 2])
    }
    assert judged["[1, 2, 1, 2]"] is False  # one item too many
    assert judged["[1, 9]"] is True
    assert judged["[1, 10]"] is False
    assert judged["[]"] is None  # nothing is sent
    assert [accepts_as_written(validators, slot, value) for value in wrong_parts(slot, [1, 2])] == [False]


def test_members_of_an_object_are_tried(contract: Contract, operation: Operation) -> None:
    slot, validators = input_of(operation, "deep"), Validators(contract)
    wrong = [accepts_as_written(validators, slot, value) for value in wrong_parts(slot, {"a": 1, "b": True})]
    assert wrong == [False, False]
    assert accepts_as_written(validators, slot, {"a": 1, "unknown": "x"}) is False
    spread = input_of(operation, "spread")
    assert accepts_as_written(validators, spread, {"oa": "x", "unknown": "x"}) is True  # an unknown parameter


def test_every_parameter_has_a_sample_that_is_sent(contract: Contract, operation: Operation) -> None:
    validators = Validators(contract)
    for each in operation.parameters:
        value = parameter_sample(contract, each)
        assert validators.is_valid(each.schema, value)
        made = RequestBuilder(operation).with_parameter(each, value)
        assert (made.target, made.headers) != (RequestBuilder(operation).target, ()), each.name
