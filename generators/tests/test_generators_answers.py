"""What handlers answer is held against the document: a wrong answer is an internal error and a log line."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from cynod_generators.ir.build import build
from cynod_generators.targets.fastapi.runtime.answers import WrongAnswer
from cynod_generators.targets.fastapi.runtime.calls import Call, Result
from cynod_generators.targets.fastapi.runtime.contract import Contract as ServerContract
from cynod_generators.targets.fastapi.runtime.contract import Operation
from cynod_generators.targets.fastapi.runtime.core import Application
from cynod_generators.targets.fastapi.runtime.handling import Answer, HandlerSet
from cynod_generators.targets.fastapi.runtime.identity import (
    HashedSecret,
    MemoryIdentity,
    Partner,
    Registration,
)
from cynod_generators.targets.fastapi.runtime.messages import RawAnswer, RawRequest
from cynod_generators.targets.fastapi.runtime.refusals import Refusal
from cynod_spec.model import Contract

SECRET = "s3cr3t-4000123412341234"
Handle = Callable[[Call], Answer]


@pytest.fixture(scope="module")
def described(contract: Contract) -> ServerContract:
    return ServerContract.of(json.loads(json.dumps(build(contract))))


class One(HandlerSet):
    """The same handler for every operation."""

    def __init__(self, handle: Handle) -> None:
        self.handle = handle

    def find(self, operation: Operation) -> Handle:
        return self.handle


class Served:
    """A server of one handler, called without a socket."""

    def __init__(self, described: ServerContract, handle: Handle) -> None:
        partner = Partner("full", scopes=described.security.scopes, basic=True)
        self.identity = MemoryIdentity([Registration(partner, (HashedSecret.of("secret"),))])
        self.application = Application(described, One(handle), self.identity)
        self.token = self.identity.issue(partner, described.security.scopes).value

    def read(self, effect: str = "list", resource: str = "top-up") -> RawAnswer:
        operation = self.application.contract.find(effect, resource)
        assert operation is not None
        path = operation.path
        for parameter in operation.parameters:
            if parameter.place == "path":
                path = path.replace("{" + parameter.name + "}", "rch_0123456789")
        headers = [("authorization", f"Bearer {self.token}")]
        return asyncio.run(self.application(RawRequest(operation.method, path, headers=headers)))

    def code(self, answer: RawAnswer) -> str:
        return next(c.name for c in self.application.contract.codes.values() if c.value == answer.code)


def example(call: Call) -> Any:
    return json.loads(json.dumps(call.operation.success.example))


def changed(call: Call, value: object) -> Any:
    """The example of a list with the identifier of its first item replaced."""
    data = example(call)
    item = data
    for token in call.operation.answer["resources"]:
        item = item[token]
    place = call.contract.resources[call.operation.resource].members["id"]
    item[0][place.path[-1]] = value
    return data


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> Iterator[Callable[[], str]]:
    with caplog.at_level(logging.WARNING, "cynod.server"):
        yield lambda: "\n".join(record.getMessage() for record in caplog.records)


def test_an_answer_that_the_document_allows_leaves(described: ServerContract) -> None:
    assert Served(described, example).read().status == 200


def headed(**headers: str) -> Handle:
    return lambda call: Result(example(call), headers=headers)


def coded(code: str) -> Handle:
    return lambda call: Result(example(call), code=code)


WRONG: dict[str, tuple[Handle, str]] = {
    "a member of another type": (lambda call: changed(call, [SECRET]), "/0/"),
    "no data": (lambda _: None, "data /: type"),
    "data of another type": (lambda _: [SECRET], "data /: type"),
    "a code of another operation": (coded("card-issued"), "code 'card-issued'"),
    "a code that nobody knows": (coded("unheard-of"), "not one of the operation"),
    "a header name with a space": (headed(**{"X Y": SECRET}), "'X Y'"),
    "a header name with a line break": (headed(**{"X\r\nY": SECRET}), "header 'X"),
    "a header name beyond Latin-1": (headed(**{"X-☂": SECRET}), "header 'X-"),
    "an empty header name": (headed(**{"": SECRET}), "header ''"),
    "a second content type": (headed(**{"content-TYPE": "a/b"}), "set by the server"),
    "a length of its own": (headed(**{"Content-Length": "1"}), "set by the server"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_answer_is_an_internal_error_and_a_line_that_says_where(
    described: ServerContract, logged: Callable[[], str], name: str
) -> None:
    handle, where = WRONG[name]
    served = Served(described, handle)
    answer = served.read()
    assert served.code(answer) == "internal"
    assert answer.status == described.code("internal").status
    assert SECRET not in answer.body.decode()
    operation = described.find("list", "top-up")
    assert operation is not None
    assert f"operation {operation.name} answered what the document does not allow" in logged()
    assert where in logged()
    assert SECRET not in logged()


@pytest.mark.parametrize("location", ["not a\nURI", "http://[", None])
def test_a_required_header_that_is_missing_or_invalid_is_a_wrong_answer(
    described: ServerContract, location: str | None
) -> None:
    """Without an id in it, an answer cannot tell where the new resource is."""
    operation = described.find("credit", "top-up")
    assert operation is not None
    call = Call(described, operation, None, "fr", "x" * 32)
    answers = Served(described, example).application.answers
    answers.check(call, Result(example(call)))
    data = {} if location is None else example(call)
    with pytest.raises(WrongAnswer, match=r"header Location: "):
        answers.check(call, Result(data, location=location))


@pytest.mark.parametrize("code", ["key-reused", "no-such-code"])
def test_a_refusal_that_the_operation_does_not_list_is_an_internal_error(
    described: ServerContract, logged: Callable[[], str], code: str
) -> None:
    def handle(_: Call) -> Answer:
        raise Refusal(code)

    served = Served(described, handle)
    assert served.code(served.read()) == "internal"
    assert f"code {code!r}: not one of the operation" in logged()


def test_a_refusal_with_a_bad_header_name_is_an_internal_error(described: ServerContract) -> None:
    def handle(_: Call) -> Answer:
        raise Refusal("top-up-unknown", headers={"X\n": "y"})

    served = Served(described, handle)
    answer = served.read("read")
    assert served.code(answer) == "internal"
    assert not [name for name, _ in answer.headers if "X" in name and "\n" in name]


def test_a_last_hook_that_fails_or_adds_a_bad_name_drops_no_answer(
    described: ServerContract, logged: Callable[[], str]
) -> None:
    served = Served(described, example)

    def adds(answer: RawAnswer, _request: RawRequest, _before: RawAnswer) -> RawAnswer:
        answer.headers.append(("X Y", "z"))
        return answer

    served.application.stages.leave.after(adds)
    answer = served.read()
    assert answer.status == 200
    assert not answer.has("X Y")
    assert "left out: 'X Y'" in logged()

    def fails(answer: RawAnswer, _request: RawRequest, _before: RawAnswer) -> RawAnswer:
        raise RuntimeError(answer.status)

    served.application.stages.leave.after(fails)
    assert served.code(served.read()) == "internal"
