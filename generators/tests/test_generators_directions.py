"""readOnly and writeOnly in a generated server: what a request needs, what handlers see, what is answered."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from cynod_generators.ir.build import build
from cynod_generators.targets.fastapi.runtime import core
from cynod_generators.targets.fastapi.runtime.calls import Call
from cynod_generators.targets.fastapi.runtime.contract import Contract as Served
from cynod_generators.targets.fastapi.runtime.handling import HandlerSet
from cynod_generators.targets.fastapi.runtime.identity import MemoryIdentity
from cynod_generators.targets.fastapi.runtime.messages import RawAnswer, RawRequest
from cynod_spec import load_contract
from cynod_spec.base import pointer as pointers
from cynod_spec.model import Contract

SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["name", "id", "secret", "lines"],
    "properties": {
        "name": {"type": "string"},
        "id": {"type": "string", "readOnly": True},
        "secret": {"type": "string", "writeOnly": True},
        "lines": {"type": "array", "items": {"$ref": "#/components/schemas/Line"}},
    },
}
LINE = {
    "type": "object",
    "required": ["rank", "text"],
    "properties": {"rank": {"type": "integer", "readOnly": True}, "text": {"type": "string"}},
}
SENT = {"name": "n", "secret": "s", "lines": [{"text": "t"}]}


class Handlers(HandlerSet):
    """Keeps the body of each call, and answers with ``shown``."""

    def __init__(self) -> None:
        self.seen: list[Any] = []
        self.shown: Any = None

    def find(self, operation: Any) -> Any:
        return self.keep

    async def keep(self, call: Call) -> Any:
        self.seen.append(call.body)
        return self.shown


class Server:
    """The application of a document in which one creating operation takes ``SCHEMA``, open to all."""

    def __init__(self, contract: Contract, folder: Path) -> None:
        document = json.loads(json.dumps(contract.document))
        operation = contract.find("credit")
        assert operation is not None
        node = document["paths"][operation.path][operation.method.lower()]
        node["security"] = []
        content = {"application/json": {"schema": SCHEMA, "example": SENT}}
        node["requestBody"] = {"required": True, "content": content}
        document["components"]["schemas"]["Line"] = LINE
        assert operation.success.data is not None
        shown = pointers.resolve(document, pointers.split(operation.success.data.pointer))
        shown["properties"]["pin"] = {"type": "string", "writeOnly": True}
        shown["required"] = [*shown["required"], "pin"]
        self.key = next(p for p in operation.parameters if p.role == "key")
        self.path = operation.path
        source = folder / "openapi.json"
        source.write_text(json.dumps(document), encoding="utf-8")
        self.ir = build(load_contract(str(source)))
        self.handlers = Handlers()
        answers = {each["id"]: each["success"]["example"] for each in self.ir["operations"]}
        self.handlers.shown = answers[operation.id]
        served = Served.of(self.ir)
        self.application = core.Application(served, self.handlers, MemoryIdentity((), 60))

    def post(self, body: Any) -> RawAnswer:
        async def stream() -> AsyncIterator[bytes]:
            yield json.dumps(body).encode()

        headers = [("content-type", "application/json"), (self.key.name.lower(), str(self.key.example))]
        request = RawRequest("POST", self.path, headers=headers, body=stream())
        return asyncio.run(self.application(request))


@pytest.fixture(scope="module")
def server(contract: Contract, tmp_path_factory: pytest.TempPathFactory) -> Server:
    return Server(contract, tmp_path_factory.mktemp("directions"))


@pytest.mark.slow
def test_what_is_read_only_need_not_be_sent(server: Server) -> None:
    assert server.post(SENT).status == 201
    assert server.handlers.seen[-1] == SENT


@pytest.mark.parametrize("value", ["mine", 7, None, {"$gt": ""}])
def test_what_is_read_only_is_taken_out_before_a_handler_sees_it(server: Server, value: object) -> None:
    given = {**SENT, "id": value, "lines": [{"text": "t", "rank": value}]}
    assert server.post(given).status == 201
    assert server.handlers.seen[-1] == SENT


@pytest.mark.parametrize("absent", ["name", "secret", "lines"])
def test_everything_else_is_required_as_before(server: Server, absent: str) -> None:
    answer = server.post({name: value for name, value in SENT.items() if name != absent})
    assert server.application.contract.codes["required-absent"].value == answer.code
    assert server.post({**SENT, "more": 1}).code == server.application.contract.codes["value-invalid"].value


def test_what_is_write_only_is_not_shown(server: Server) -> None:
    shown = server.handlers.shown
    assert "pin" not in shown
    server.handlers.shown = {**shown, "pin": "1234"}
    try:
        assert server.post(SENT).code == server.application.contract.codes["internal"].value
    finally:
        server.handlers.shown = shown


def test_a_document_without_either_is_written_once(contract: Contract, server: Server) -> None:
    assert server.ir["in_requests"] != server.ir["document"]
    assert server.ir["in_responses"] != server.ir["document"]
    plain = build(contract)
    assert plain["in_requests"] is None
    assert plain["in_responses"] is None
