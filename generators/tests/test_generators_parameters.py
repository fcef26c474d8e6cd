"""Parameters of every style, as a generated server reads them and hands them to its handlers."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from cross_room.documents import save
from cross_room.parameters import PATH, parameter, with_parameters

from cynod_generators.ir.build import build
from cynod_generators.targets.fastapi.runtime.calls import Call, Result
from cynod_generators.targets.fastapi.runtime.contract import Contract as ServedContract
from cynod_generators.targets.fastapi.runtime.contract import Operation
from cynod_generators.targets.fastapi.runtime.core import Application
from cynod_generators.targets.fastapi.runtime.handling import Handler, HandlerSet
from cynod_generators.targets.fastapi.runtime.identity import MemoryIdentity
from cynod_generators.targets.fastapi.runtime.messages import RawRequest
from cynod_spec import load_contract
from cynod_spec.base.errors import DocumentError
from cynod_spec.lint import check
from cynod_spec.model import Contract

Case = tuple[dict[str, Any], str, Any]  # what is said of a parameter, what is sent, what is read or refused

INTEGERS = {"type": "array", "items": {"type": "integer"}, "maxItems": 3}
TEXTS = {"type": "array", "items": {"type": "string"}, "maxItems": 3}
CLOSED = {
    "type": "object",
    "additionalProperties": False,
    "required": ["a"],
    "properties": {"a": {"type": "integer"}, "b": {"type": "boolean"}},
}
WRONG_PAGE = 3  # asked for it, the handler answers with a header that the document does not allow
ANY_NAME = {"type": "object", "additionalProperties": {"type": "integer"}}

IN_QUERY: list[Case] = [
    ({"schema": INTEGERS}, "p=1&p=2", [1, 2]),
    ({"schema": INTEGERS}, "p=1", [1]),
    ({"schema": INTEGERS}, "p=1,2", "value-invalid"),
    ({"schema": INTEGERS}, "p=1&p=x", "value-invalid"),
    ({"schema": INTEGERS}, "p=1&p=2&p=3&p=4", "value-invalid"),
    ({"schema": TEXTS}, "p=a,b&p=c%2Cd", ["a,b", "c,d"]),
    ({"schema": INTEGERS, "explode": False}, "p=1,2", [1, 2]),
    ({"schema": INTEGERS, "explode": False}, "p=1%2C2", [1, 2]),
    ({"schema": INTEGERS, "explode": False}, "p=1,2&p=3", "value-invalid"),
    ({"schema": INTEGERS, "explode": False}, "p=1,2,3,4", "value-invalid"),
    ({"schema": TEXTS, "explode": False}, "p=a%2Cb,c", ["a,b", "c"]),
    ({"schema": INTEGERS, "style": "pipeDelimited"}, "p=1%7C2", [1, 2]),
    ({"schema": INTEGERS, "style": "pipeDelimited"}, "p=1|2", [1, 2]),
    ({"schema": INTEGERS, "style": "spaceDelimited"}, "p=1%202", [1, 2]),
    ({"schema": INTEGERS, "style": "spaceDelimited"}, "p=1+2", [1, 2]),
    ({"schema": CLOSED}, "a=1&b=true", {"a": 1, "b": True}),
    ({"schema": CLOSED}, "a=1&z=9", {"a": 1}),
    ({"schema": CLOSED}, "a=x", "value-invalid"),
    ({"schema": CLOSED}, "a=1&a=2", "value-invalid"),
    ({"schema": CLOSED}, "b=true", "value-invalid"),
    ({"schema": CLOSED}, "z=1", None),
    ({"schema": CLOSED, "explode": False}, "p=a,1,b,false", {"a": 1, "b": False}),
    ({"schema": CLOSED, "explode": False}, "p=a,1,z,2", "value-invalid"),
    ({"schema": CLOSED, "explode": False}, "p=a", "value-invalid"),
    ({"schema": CLOSED, "style": "deepObject"}, "p[a]=1", {"a": 1}),
    ({"schema": CLOSED, "style": "deepObject"}, "p%5Ba%5D=1&p[b]=true", {"a": 1, "b": True}),
    ({"schema": CLOSED, "style": "deepObject", "explode": True}, "p[a]=1", {"a": 1}),
    ({"schema": CLOSED, "style": "deepObject"}, "p[z]=1", "value-invalid"),
    ({"schema": CLOSED, "style": "deepObject"}, "p[a]=x", "value-invalid"),
    ({"schema": CLOSED, "style": "deepObject"}, "p[a]=1&p[a]=2", "value-invalid"),
    ({"schema": CLOSED, "style": "deepObject"}, "p[a][b]=1", "value-invalid"),
    ({"schema": CLOSED, "style": "deepObject"}, "p=1", "value-invalid"),
    ({"schema": CLOSED, "style": "deepObject"}, "P[a]=1", None),
    ({"schema": {"type": ["integer", "null"]}}, "p=1", 1),
    ({"schema": {"anyOf": [INTEGERS, {"type": "null"}]}}, "p=1&p=2", [1, 2]),
    ({"schema": {"oneOf": [{"enum": ["all"]}, {"type": "integer"}]}}, "p=7", 7),
    ({"schema": {"oneOf": [{"enum": ["all"]}, {"type": "integer"}]}}, "p=all", "all"),
    ({"schema": {"type": "string"}}, "p=7", "7"),
    ({"schema": {"type": "integer"}}, "p=1&p=2", "value-invalid"),
    ({"content": {"application/json": {"schema": CLOSED}}}, "p=%7B%22a%22%3A1%7D", {"a": 1}),
    ({"content": {"application/json": {"schema": CLOSED}}}, "p=%7B%22a%22%3A%22x%22%7D", "value-invalid"),
    ({"content": {"application/json": {"schema": CLOSED}}}, "p=%7B", "value-invalid"),
    ({"content": {"application/json": {"schema": CLOSED}}}, "p=null", "value-invalid"),
    ({"content": {"application/json": {"schema": {}}}}, "p=%22%5Cud800%22", "value-invalid"),
    ({"content": {"text/plain": {"schema": {"type": "integer"}}}}, "p=7", 7),
]
IN_HEADER: list[Case] = [
    ({"schema": INTEGERS}, "1,2", [1, 2]),
    ({"schema": INTEGERS}, "1, 2", [1, 2]),
    ({"schema": INTEGERS}, "1,x", "value-invalid"),
    ({"schema": CLOSED}, "a,1,b,true", {"a": 1, "b": True}),
    ({"schema": CLOSED, "explode": True}, "a=1,b=true", {"a": 1, "b": True}),
    ({"schema": CLOSED, "explode": True}, "a=1,b", "value-invalid"),
    ({"schema": {"type": "integer"}}, "7", 7),
    ({"content": {"application/json": {"schema": CLOSED}}}, '{"a": 1}', {"a": 1}),
    ({"content": {"application/json": {"schema": TEXTS}}}, '["\xc3\xa9"]', ["é"]),
]
IN_COOKIE: list[Case] = [
    ({"schema": {"type": "integer"}}, "sid=3; other=4", 3),
    ({"schema": {"type": "integer"}}, "sid=x", "value-invalid"),
    ({"schema": {"type": "integer"}}, "sid=3; sid=4", "value-invalid"),
    ({"schema": {"type": "string"}}, "sid=a%20b", "a b"),
    ({"schema": INTEGERS, "explode": False}, "sid=1,2", [1, 2]),
    ({"schema": CLOSED, "explode": False}, "sid=a,1", {"a": 1}),
    ({"content": {"application/json": {"schema": CLOSED}}}, "sid=%7B%22a%22:1%7D", {"a": 1}),
]
IN_PATH: list[Case] = [
    ({"schema": INTEGERS}, "1,2", [1, 2]),
    ({"schema": INTEGERS}, "1%2C2", [1, 2]),
    ({"schema": TEXTS}, "a%2Cb,c%2Fd", ["a,b", "c/d"]),
    ({"schema": CLOSED}, "a,1", {"a": 1}),
    ({"schema": CLOSED, "explode": True}, "a=1,b=true", {"a": 1, "b": True}),
    ({"schema": INTEGERS, "style": "label"}, ".1,2", [1, 2]),
    ({"schema": INTEGERS, "style": "label", "explode": True}, ".1.2", [1, 2]),
    ({"schema": {"type": "integer"}, "style": "label"}, ".7", 7),
    ({"schema": {"type": "integer"}, "style": "label"}, "7", "value-invalid"),
    ({"schema": INTEGERS, "style": "matrix"}, ";p=1,2", [1, 2]),
    ({"schema": INTEGERS, "style": "matrix", "explode": True}, ";p=1;p=2", [1, 2]),
    ({"schema": CLOSED, "style": "matrix", "explode": True}, ";a=1;b=true", {"a": 1, "b": True}),
    ({"schema": INTEGERS, "style": "matrix"}, ";q=1,2", "value-invalid"),
    ({"content": {"application/json": {"schema": CLOSED}}}, "%7B%22a%22:1%7D", {"a": 1}),
]
REQUIRED: list[dict[str, Any]] = [
    {"schema": INTEGERS},
    {"schema": CLOSED},
    {"schema": CLOSED, "style": "deepObject"},
    {"content": {"application/json": {"schema": CLOSED}}},
]
TRIALS = [
    *((PATH + "/q{}", [parameter("p", **more)]) for more, _, _ in IN_QUERY),
    *((PATH + "/h{}", [parameter("X-List", "header", **more)]) for more, _, _ in IN_HEADER),
    *((PATH + "/c{}", [parameter("sid", "cookie", **more)]) for more, _, _ in IN_COOKIE),
    *((PATH + "/p{}/{{p}}/suite", [parameter("p", "path", **more)]) for more, _, _ in IN_PATH),
    *((PATH + "/r{}", [parameter("p", required=True, **more)]) for more in REQUIRED),
    (PATH + "/s{}/v{{p}}", [parameter("p", "path", schema=INTEGERS)]),
    (
        PATH + "/m{}",
        [
            parameter("any", schema=ANY_NAME),
            parameter("page", schema={"type": "integer"}),
            parameter("deep", style="deepObject", schema=CLOSED),
        ],
    ),
]
PATHS = [path.format(number) for number, (path, _) in enumerate(TRIALS)]

REFUSED = [
    (parameter("p", allowReserved=True, schema={"type": "string"}), "allowReserved"),
    (parameter("p", style="spaceDelimited", explode=True, schema=INTEGERS), "explode"),
    (parameter("p", style="pipeDelimited", explode=True, schema=CLOSED), "explode"),
    (parameter("p", style="pipeDelimited", schema={"type": "string"}), "style"),
    (parameter("p", style="deepObject", schema=INTEGERS), "style"),
    (parameter("p", style="deepObject", explode=False, schema=CLOSED), "explode"),
    (parameter("p", style="deepObject", schema={"type": "object", "properties": {"a": CLOSED}}), "schema"),
    (parameter("p", schema={"type": "array", "items": CLOSED}), "schema"),
    (parameter("p", schema={"type": "array", "items": INTEGERS}), "schema"),
    (parameter("p", schema={"type": "object", "properties": {"a": INTEGERS}}), "schema"),
    (parameter("p", schema={"type": "object", "additionalProperties": CLOSED}), "schema"),
    (parameter("p", schema={"oneOf": [{"type": "string"}, INTEGERS]}), "schema"),
    (parameter("p", "cookie", schema=INTEGERS), ""),
    (parameter("p", content={"application/xml": {"schema": CLOSED}}), "content/application~1xml"),
    (parameter("p", content={"text/plain": {"schema": CLOSED}}), "content/text~1plain"),
]


class Echo(HandlerSet):
    """Every handler answers with the parameters that it was given."""

    def find(self, operation: Operation) -> Handler:
        def answer(call: Call) -> Result:
            found = {}
            for each in call.operation.parameters:
                key = each.name.lower() if each.place == "header" else each.name
                values = call.values_at(each.place)
                if key in values:
                    found[each.name] = values[key]
            return Result(found, headers={"X-Parts": "1, x" if found.get("page") == WRONG_PAGE else "1, 2"})

        return answer


class Server:
    """A server of every operation of ``TRIALS``, in this process."""

    def __init__(self, contract: Contract) -> None:
        served = ServedContract.of(json.loads(json.dumps(build(contract))))
        self._application = Application(served, Echo(), MemoryIdentity([]))
        self._names = {code.value: name for name, code in served.codes.items()}

    def ask(self, target: str, **headers: str) -> tuple[str, Any]:
        """The name of the code of the answer, and its data."""
        path, _, query = target.partition("?")
        sent = [(name.replace("_", "-").lower(), value) for name, value in headers.items()]
        answer = asyncio.run(self._application(RawRequest("GET", path, query, headers=sent)))
        return self._names[answer.code], answer.json().get("data")

    def value(self, target: str, **headers: str) -> Any:
        """The value of the one parameter, None where it was not read; the name of the code of a refusal."""
        name, data = self.ask(target, **headers)
        return next(iter(data.values()), None) if name == "success" else name


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Server:
    document = with_parameters(*(parameters for _, parameters in TRIALS), paths=PATHS)
    answer = document["paths"][at("m", 0)]["get"]["responses"]["200"]
    answer["headers"]["X-Parts"] = {"description": "Des nombres.", "schema": INTEGERS}
    path = save(document, tmp_path_factory.mktemp("parameters") / "openapi.yaml")
    return Server(load_contract(str(path)))


def at(kind: str, number: int) -> str:
    """The path of the trial with this *number* among those of one *kind*."""
    return [path for path in PATHS if path.startswith(PATH + "/" + kind)][number]


def numbered(cases: list[Case]) -> list[tuple[int, str, Any]]:
    return [(number, text, value) for number, (_, text, value) in enumerate(cases)]


@pytest.mark.parametrize(("number", "text", "value"), numbered(IN_QUERY))
def test_query_parameters_are_read_in_their_style(server: Server, number: int, text: str, value: Any) -> None:
    assert server.value(f"{at('q', number)}?{text}") == value, IN_QUERY[number]


@pytest.mark.parametrize(("number", "text", "value"), numbered(IN_HEADER))
def test_header_parameters_are_read_in_their_style(
    server: Server, number: int, text: str, value: Any
) -> None:
    assert server.value(at("h", number), X_List=text) == value, IN_HEADER[number]


@pytest.mark.parametrize(("number", "text", "value"), numbered(IN_COOKIE))
def test_cookie_parameters_are_read_in_their_style(
    server: Server, number: int, text: str, value: Any
) -> None:
    assert server.value(at("c", number), Cookie=text) == value, IN_COOKIE[number]


@pytest.mark.parametrize(("number", "text", "value"), numbered(IN_PATH))
def test_path_parameters_are_read_in_their_style(server: Server, number: int, text: str, value: Any) -> None:
    assert server.value(at("p", number).replace("{p}", text)) == value, IN_PATH[number]


@pytest.mark.parametrize("number", range(len(REQUIRED)))
def test_a_list_or_object_that_is_required_and_not_sent_is_absent(server: Server, number: int) -> None:
    assert server.value(f"{at('r', number)}?other=1") == "required-absent"


def test_a_list_in_a_part_of_a_segment_is_read(server: Server) -> None:
    assert server.value(at("s", 0).replace("{p}", "1,2")) == [1, 2]


def test_members_of_any_name_leave_the_other_parameters_alone(server: Server) -> None:
    path = at("m", 0)
    read = {"any": {"x": 1}, "page": 2, "deep": {"a": 3}}
    assert server.ask(f"{path}?x=1&page=2&deep[a]=3") == ("success", read)
    assert server.ask(f"{path}?x=y")[0] == "value-invalid"


def test_a_list_in_a_header_of_an_answer_is_held_against_its_schema(server: Server) -> None:
    path = at("m", 0)
    assert server.ask(f"{path}?page=2")[0] == "success"
    assert server.ask(f"{path}?page={WRONG_PAGE}")[0] == "internal"


@pytest.fixture(scope="module")
def refused(tmp_path_factory: pytest.TempPathFactory) -> Contract:
    document = with_parameters(*([each] for each, _ in REFUSED))
    return load_contract(str(save(document, tmp_path_factory.mktemp("refused") / "openapi.yaml")))


@pytest.mark.slow
def test_what_has_no_certain_meaning_is_refused_where_it_stands(refused: Contract) -> None:
    operations = [each for each in refused.operations if each.path.startswith(PATH)]
    assert len(operations) == len(REFUSED)
    places = []
    for operation, (_, where) in zip(operations, REFUSED, strict=True):
        (problem,) = operation.parameters[0].unsupported
        assert problem.at.pointer.endswith(f"/parameters/0/{where}".rstrip("/")), problem
        assert problem.at.line > 1
        assert problem.hint
        places.append(problem.at)
    found = [each for each in check(refused.file) if each.rule == "parameter-unsupported"]
    assert [each.at for each in found] == places
    with pytest.raises(DocumentError) as raised:
        build(refused)
    assert raised.value.at == places[0]


@pytest.mark.slow
def test_an_example_in_content_is_held_against_its_schema(tmp_path: Path) -> None:
    wrong = parameter("p", content={"application/json": {"schema": INTEGERS, "example": ["x"]}})
    path = save(with_parameters([wrong]), tmp_path / "openapi.yaml")
    (found,) = [each for each in check(str(path)) if each.rule == "example-invalid"]
    assert found.at.pointer.endswith("/parameters/0/content/application~1json/example/0")


def test_members_that_other_parameters_claim_are_refused(tmp_path: Path) -> None:
    document = with_parameters(
        [parameter("a", schema={"type": "integer"}), parameter("p", schema=CLOSED)],
        [parameter("p", schema=ANY_NAME), parameter("q", schema=ANY_NAME)],
    )
    contract = load_contract(str(save(document, tmp_path / "openapi.yaml")))
    first, second = [each for each in contract.operations if each.path.startswith(PATH)]
    assert [len(each.unsupported) for each in first.parameters] == [0, 1]
    assert [len(each.unsupported) for each in second.parameters] == [1, 1]
    assert "the member a of p" in first.parameters[1].unsupported[0].message
