"""Parameters in the docs: the line of curl, the table, and the steps of scenarios."""

from __future__ import annotations

import shlex
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cross_room.documents import save
from cross_room.parameters import PATH, parameter, with_parameters

from cynod_generators.targets.docs.samples.curl import curl
from cynod_generators.targets.docs.samples.steps import curl as step_curl
from cynod_generators.targets.docs.text.serialized_values import as_shown
from cynod_generators.targets.docs.text.words import words
from cynod_spec import load_contract
from cynod_spec.base.errors import CynodError
from cynod_spec.environment.locating import default_contract
from cynod_spec.model import Contract, Operation
from cynod_spec.workflows.lint import usable
from cynod_spec.workflows.model import Argument
from cynod_spec.workflows.reading import beside

INTEGERS = {"type": "array", "items": {"type": "integer"}, "maxItems": 5}
TEXTS = {"type": "array", "items": {"type": "string"}}
OBJECT = {"type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "string"}}}
NEEDED = {**OBJECT, "required": ["a"]}

# a parameter, what curl is told, and what the table shows of it
SHOWN: list[tuple[dict[str, Any], str, str]] = [
    (parameter("p", schema=INTEGERS, example=[1, 2]), "?p=1&p=2", "p=1&p=2"),
    (parameter("p", schema=INTEGERS, example=[1, 2], explode=False), "?p=1,2", "p=1,2"),
    (parameter("p", schema=INTEGERS, example=[1, 2], style="pipeDelimited"), "?p=1%7C2", "p=1%7C2"),
    (parameter("p", schema=OBJECT, example={"a": 1, "b": "x y"}), "?a=1&b=x%20y", "a=1&b=x%20y"),
    (parameter("p", schema=OBJECT, example={"a": 1}, style="deepObject"), "?p%5Ba%5D=1", "p[a]=1"),
    (parameter("p", schema=NEEDED, style="deepObject"), "?p%5Ba%5D=0", "p[a]=0"),
    (parameter("p", schema=INTEGERS), "?p=0", "p=0"),
    (
        parameter("p", content={"application/json": {"schema": INTEGERS, "example": [1]}}),
        "?p=%5B1%5D",
        "p=[1]",
    ),
    (parameter("p", schema={"type": "string"}, example="é&"), "?p=%C3%A9%26", ""),
    (parameter("X-L", "header", schema=INTEGERS, example=[1, 2]), "X-L: 1,2", "X-L: 1,2"),
    (parameter("sid", "cookie", schema={"type": "integer"}, example=3), "sid=3", "Cookie: sid=3"),
    (parameter("p", schema={"type": "boolean"}, example=True), "?p=true", ""),
]


def contract_of(folder: Path, *lists: list[dict[str, Any]]) -> Contract:
    return load_contract(str(save(with_parameters(*lists), folder / "openapi.yaml")))


def tried(contract: Contract) -> list[Operation]:
    return [each for each in contract.operations if each.path.startswith(PATH)]


@pytest.fixture(scope="module")
def contract(tmp_path_factory: pytest.TempPathFactory) -> Contract:
    required = [[{**each, "required": True}] for each, _, _ in SHOWN]
    return contract_of(tmp_path_factory.mktemp("docs"), *required, [each for each, _, _ in SHOWN[:1]])


def test_a_line_of_curl_writes_each_parameter_in_its_style(contract: Contract) -> None:
    for operation, (_, wanted, _) in zip(tried(contract), SHOWN, strict=False):
        said = shlex.split(curl(contract, operation, words("en")).replace("\\\n", " "))
        assert "--globoff" in said
        if wanted.startswith("?"):
            assert said[2] == f"$BASE{operation.path}{wanted}"
        else:
            option = {"header": "--header", "cookie": "--cookie"}[operation.parameters[0].place]
            assert said[said.index(option) + 1] == wanted


def test_a_parameter_that_is_optional_is_not_in_the_line(contract: Contract) -> None:
    optional = tried(contract)[-1]
    assert "?" not in curl(contract, optional, words("en"))


def test_the_table_shows_how_a_value_is_sent(contract: Contract) -> None:
    for operation, (_, _, wanted) in zip(tried(contract), SHOWN, strict=False):
        assert as_shown(contract, operation.parameters[0]) == wanted


@pytest.mark.parametrize(
    "more",
    [
        {"schema": INTEGERS, "example": []},
        {
            "schema": {"type": "array", "items": {"type": "string"}},
            "example": ["a b"],
            "style": "spaceDelimited",
        },
        {"schema": {"type": "object", "additionalProperties": True}},
    ],
)
def test_an_example_that_cannot_be_sent_is_an_error_with_its_place(
    tmp_path: Path, more: dict[str, Any]
) -> None:
    contract = contract_of(tmp_path, [parameter("p", required=True, **more)])
    with pytest.raises(CynodError) as raised:
        curl(contract, tried(contract)[0], words("en"))
    assert raised.value.at == tried(contract)[0].parameters[0].at
    assert "example" in raised.value.hint


@pytest.mark.parametrize(
    ("number", "value", "wanted"),
    [
        (0, [1, 2], "?p=1&p=2"),
        (0, ["$inputs.first", "{$inputs.second}-x"], "?p=$FIRST&p=$SECOND-x"),
        (1, ["$inputs.first", 2], "?p=$FIRST,2"),
        (4, {"a": "$inputs.first"}, "?p%5Ba%5D=$FIRST"),
        (8, "$inputs.first", "?p=$FIRST"),
        (8, "a b", "?p=a%20b"),
    ],
)
def test_a_step_of_a_scenario_writes_lists_and_objects_with_its_variables(
    contract: Contract, number: int, value: Any, wanted: str
) -> None:
    shipped = load_contract(default_contract())
    path = beside(shipped.file)
    assert path is not None
    document = usable(path, shipped)
    workflow = document.workflows[0]
    step = workflow.steps[0]
    operation = tried(contract)[number]
    given = (Argument(operation.parameters[0].name, "query", value, step.at),)
    line = step_curl(
        replace(workflow, arguments=()), replace(step, arguments=given, payload=None), operation, "BASE"
    )
    assert shlex.split(line.replace("\\\n", " "))[2] == f"$BASE{operation.path}{wanted}"
