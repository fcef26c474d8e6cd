"""Hooks before, after and around the stages of a request; no other way leads into an application."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from cynod_generators.ir.build import build
from cynod_generators.targets.fastapi.runtime.calls import Call, Result
from cynod_generators.targets.fastapi.runtime.contract import Contract as ServerContract
from cynod_generators.targets.fastapi.runtime.contract import Operation
from cynod_generators.targets.fastapi.runtime.core import Application
from cynod_generators.targets.fastapi.runtime.handling import Handler, HandlerSet
from cynod_generators.targets.fastapi.runtime.identity import (
    HashedSecret,
    MemoryIdentity,
    Partner,
    Principal,
    Registration,
)
from cynod_generators.targets.fastapi.runtime.messages import RawAnswer, RawRequest
from cynod_generators.targets.fastapi.runtime.refusals import Refusal
from cynod_generators.targets.fastapi.runtime.stages import AsyncStage, HookPoint, Stage
from cynod_spec.model import Contract

Step = Callable[..., Any]
# The stages that a valid list passes, in their order.
ORDER = [
    *("request_id", "choose_language", "answer", "check_head", "match", "match_method"),
    *("identify", "identify_bearer", "find_token", "check_address", "check_quota", "check_suspended"),
    *("authorize", "negotiate", "read_body", "check_media_type", "decode", "read_parameters"),
    *("check_idempotency_key", "validate", "ignore_read_only", "run_handler", "find_handler"),
    *("check_answer", "succeed", "finish", "leave"),
]


class Server:
    """An application whose operations answer with the document's examples, called without a socket."""

    def __init__(self, described: ServerContract) -> None:
        partner = Partner("full", scopes=described.security.scopes, basic=True)
        identity = MemoryIdentity([Registration(partner, (HashedSecret.of("secret"),))])
        self.application = Application(described, HandlerSet(), identity)
        self.token = identity.issue(partner, described.security.scopes).value
        operation = described.find("list", "top-up")
        assert operation is not None
        self.operation = operation

    def send(self, token: str | None = None) -> RawAnswer:
        headers = [("authorization", f"Bearer {token or self.token}")]
        request = RawRequest("GET", self.operation.path, headers=headers)
        return asyncio.run(self.application(request))

    def code(self, **given: Any) -> str:
        """The role name of the code of the answer."""
        value = self.send(**given).code
        return next(code.name for code in self.application.contract.codes.values() if code.value == value)


@pytest.fixture(scope="module")
def described(contract: Contract) -> ServerContract:
    return ServerContract.of(json.loads(json.dumps(build(contract))))


@pytest.fixture
def server(described: ServerContract) -> Server:
    return Server(described)


def test_stages_are_passed_in_the_order_of_refusal(server: Server) -> None:
    passed: list[str] = []

    def watch(name: str) -> Step:
        def hook(proceed: Step, *given: Any) -> Any:
            passed.append(name)
            return proceed(*given)

        return hook

    for name in ORDER:
        getattr(server.application.stages, name).around(watch(name))
    assert server.send().status == 200
    assert passed == ORDER


def test_a_hook_before_a_stage_may_refuse(server: Server) -> None:
    @server.application.stages.negotiate.before
    def refuse(request: RawRequest, operation: Operation) -> None:
        raise Refusal("partner-suspended")

    assert server.code() == "partner-suspended"


def test_a_hook_before_an_awaited_stage_is_awaited(server: Server) -> None:
    seen: list[str] = []

    @server.application.stages.read_body.before
    async def look(request: RawRequest, operation: Operation) -> None:
        await asyncio.sleep(0)
        seen.append(operation.id)

    assert server.send().status == 200
    assert seen == [server.operation.id]


def test_a_hook_after_a_stage_gives_its_result(server: Server) -> None:
    @server.application.stages.succeed.after
    def mark(answer: RawAnswer, request: RawRequest, call: Call, result: Result) -> RawAnswer:
        return answer.with_header("X-Mark", call.operation.id)

    @server.application.stages.identify.after
    async def without_scopes(principal: Principal, request: RawRequest) -> Principal:
        return Principal(principal.partner, principal.scopes if marked else (), principal.scheme)

    marked = True
    assert server.send().header("X-Mark") == server.operation.id
    marked = False
    assert server.code() == "insufficient-scope"


def test_hooks_after_a_stage_that_refuses_are_left_out(server: Server) -> None:
    called: list[Principal] = []

    @server.application.stages.identify.after
    async def note(principal: Principal, request: RawRequest) -> Principal:
        called.append(principal)
        return principal

    assert server.code(token="unknown") == "token-invalid"
    assert called == []


def test_a_hook_around_a_stage_may_catch_or_replace_it(server: Server) -> None:
    @server.application.stages.identify.around
    async def catch(proceed: Callable[[RawRequest], Awaitable[Principal]], request: RawRequest) -> Principal:
        try:
            return await proceed(request)
        except Refusal:
            raise Refusal("token-expired") from None

    @server.application.stages.find_handler.after
    def replace(handler: Handler | None, operation: Operation) -> Handler:
        def refuse(call: Call) -> Result:
            raise Refusal("partner-suspended")

        return refuse

    assert server.code(token="unknown") == "token-expired"
    assert server.code() == "partner-suspended"


def test_the_hook_that_is_added_last_is_the_outermost() -> None:
    order: list[str] = []
    stage = Stage(lambda: order.append("step"))

    def around(name: str) -> Callable[[Callable[[], None]], None]:
        def hook(proceed: Callable[[], None]) -> None:
            order.append(f"{name} begins")
            proceed()
            order.append(f"{name} ends")

        return hook

    stage.around(around("first"))
    stage.before(lambda: order.append("before"))
    stage.around(around("last"))
    stage.run()
    expected = ["last begins", "before", "first begins", "step", "first ends", "last ends"]
    assert order == expected
    order.clear()
    point: HookPoint[[], None] = HookPoint()
    point.around(around("first"))
    point.around(around("last"))
    point.run(lambda: order.append("step"))
    assert order == ["last begins", "first begins", "step", "first ends", "last ends"]


def test_a_stage_without_hooks_is_its_step(server: Server) -> None:
    def step(value: int) -> int:
        return value

    assert Stage(step).run is step
    assert server.application.stages.find_token.run == server.application.identity.find_token
    assert isinstance(server.application.stages.identify, AsyncStage)


def test_hooks_belong_to_one_application(described: ServerContract, server: Server) -> None:
    @server.application.stages.check_head.before
    def refuse(request: RawRequest) -> None:
        raise Refusal("request-invalid")

    assert server.code() == "request-invalid"
    assert Server(described).send().status == 200


def test_nothing_of_an_application_can_be_replaced(server: Server) -> None:
    def other(*_: object) -> None: ...

    for name in dir(Application):
        if callable(getattr(Application, name)) and not name.startswith("__"):
            with pytest.raises(AttributeError):
                setattr(server.application, name, other)
    with pytest.raises(AttributeError):
        setattr(server.application, "anything", other)  # noqa: B010 - mypy takes no assignment to it
    with pytest.raises(AttributeError):
        setattr(server.application.stages, "identify", other)  # noqa: B010 - the class is frozen
