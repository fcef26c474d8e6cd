"""What faults are made of: hooks that act where their conditions hold, edits that find members by role."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping
from typing import Any

import pytest

from cynod_conformance.faults import handlers, helpers, wire
from cynod_conformance.faults.helpers import Proceed
from cynod_sandbox._generated.calls import Call, Result
from cynod_sandbox._generated.contract import Code
from cynod_sandbox._generated.core import Application
from cynod_sandbox._generated.messages import RawAnswer, RawRequest
from cynod_sandbox._generated.settings import Settings
from cynod_sandbox.app.serving import make
from cynod_sandbox.storage.database import Database


@pytest.fixture
def app() -> Application:
    """An application without a fault; its database is empty."""
    return make(Settings(), Database())


def nested(paths: Mapping[tuple[str, ...], object]) -> dict[str, Any]:
    """The object that has these values at these paths; a path within which others lie holds only those."""
    made: dict[str, Any] = {}
    for path, value in sorted(paths.items(), key=lambda each: -len(each[0])):
        holder = made
        for name in path[:-1]:
            holder = holder.setdefault(name, {})
        holder.setdefault(path[-1], value)
    return made


def envelope(app: Application, code: Code) -> RawAnswer:
    """An answer with *code* in the envelope of its case; each other member holds the name of its role."""
    values = {each.path: each.role for each in app.contract.envelopes[code.case]}
    values[next(each.path for each in app.contract.envelopes[code.case] if each.role == "code")] = code.value
    return RawAnswer(code.status, [("Content-Type", "application/json")]).with_json(nested(values))


def call_of(app: Application, effect: str, resource: str = "") -> Call:
    return Call(app.contract, helpers.the(app, effect, resource), None, "fr", "id")


def finished(work: Awaitable[Any]) -> Any:
    """What *work* gives."""

    async def wait() -> Any:
        return await work

    return asyncio.run(wait())


# Conditions and envelopes


def test_the_code_of_an_answer_is_found_in_its_envelope(app: Application) -> None:
    for code in app.contract.codes.values():
        assert helpers.code_of(app, envelope(app, code)) == code
    assert helpers.code_of(app, RawAnswer(200, body=b"no JSON")) is None
    assert helpers.code_of(app, RawAnswer(200).with_json({"unlike": "any"})) is None
    with pytest.raises(LookupError, match="no envelope"):
        helpers.member(app, RawAnswer(200), "code")
    assert helpers.no_code(app) not in {code.value for code in app.contract.codes.values()}


def test_members_of_an_envelope_are_set_and_taken_away_by_role(app: Application) -> None:
    code = app.contract.code(_any(app))
    before = envelope(app, code)
    changed = helpers.with_member(app, before, "message", "another")
    assert helpers.code_of(app, changed) == code
    assert changed.json() != before.json()
    without = helpers.without_member(app, changed, "message")
    assert "another" not in without.body.decode()
    assert b"another" in changed.body, "the answer that was given is left as it was"
    extra = helpers.with_extra(before, "more", 1)
    assert extra.json()["more"] == 1
    assert helpers.without_extra(extra, "more").json() == before.json()


def test_an_answer_is_given_another_code_of_its_case(app: Application) -> None:
    first, second = next(
        (a, b)
        for a in app.contract.codes.values()
        for b in app.contract.codes.values()
        if a.case == b.case and a.status != b.status
    )
    request = RawRequest("GET", "/", language="en")
    answer = helpers.recoded(app, request, envelope(app, first), second.name)
    assert (answer.status, helpers.code_of(app, answer)) == (second.status, second)
    assert second.message["en"] in answer.body.decode()


def test_conditions_hold_for_what_they_name(app: Application) -> None:
    reading, listing = helpers.the(app, "read", "balance"), helpers.the(app, "list", "entry")
    read, lists = RawRequest("GET", "/", operation=reading), RawRequest("POST", "/", operation=listing)
    of = helpers.of(app, "read", "balance")
    assert [of(read, RawAnswer(200)), of(lists, RawAnswer(200))] == [True, False]
    assert [helpers.succeeded(read, RawAnswer(status)) for status in (199, 200, 299, 300)] == [
        False, True, True, False,
    ]  # fmt: skip
    assert [helpers.failed(read, RawAnswer(status)) for status in (399, 400, 500)] == [False, True, True]
    post = helpers.method_in("POST")
    assert [post(read, RawAnswer(200)), post(lists, RawAnswer(200))] == [False, True]
    code = app.contract.code(_any(app))
    refused = helpers.refused_with(app, code.name)
    assert refused(read, envelope(app, code))
    assert not refused(read, RawAnswer(code.status))
    with pytest.raises(LookupError, match="no operation to read nothing"):
        helpers.the(app, "read", "nothing")


def test_a_replay_is_told_by_its_header(app: Application) -> None:
    operation = helpers.the(app, "credit", "top-up")
    header = operation.success.header("replayed")
    assert header is not None
    request = RawRequest("POST", "/", operation=operation)
    assert helpers.is_replay(request, RawAnswer(200, [(header.name, "true")]))
    assert not helpers.is_replay(request, RawAnswer(200))
    assert not helpers.is_replay(request, RawAnswer(409, [(header.name, "true")]))
    assert not helpers.is_replay(RawRequest("GET", "/"), RawAnswer(200, [(header.name, "true")]))


def _any(app: Application) -> str:
    """The name of a code that refuses."""
    return next(code.name for code in app.contract.codes.values() if code.case == "functional")


# Hooks


def test_a_result_is_edited_in_place_or_replaced_and_of_one_operation_only(app: Application) -> None:
    @app.stages.run_handler.around
    async def answer(proceed: Proceed, call: Call) -> Result:
        return Result({"from": "the handler"})

    @helpers.on_results(app, "read", "balance")
    def replace(call: Call, result: Result) -> Result:
        return Result({**result.data, "and": "the fault"})

    @helpers.on_results(app, "read", "balance")
    def edit(call: Call, result: Result) -> None:
        result.data["edited"] = True

    def data(effect: str, resource: str) -> Any:
        return finished(app.stages.run_handler.run(call_of(app, effect, resource))).data

    assert data("read", "balance") == {"from": "the handler", "and": "the fault", "edited": True}
    assert data("list", "entry") == {"from": "the handler"}


def test_members_of_a_resource_are_read_and_written_by_role(app: Application) -> None:
    call = call_of(app, "read", "balance")
    result = Result(nested({(*call.operation.answer["resource"], "kept"): 1}))
    members = app.contract.resources["balance"].members
    assert "amount" in members
    for path in {member.path[:-1] for member in members.values()}:
        place: Any = result.data
        for name in (*call.operation.answer["resource"], *path):
            place = place.setdefault(name, {})
    helpers.put_member(call, result, "amount", 42)
    assert helpers.get_member(call, result, "amount") == 42


def test_a_handler_is_wrapped_for_one_operation(app: Application) -> None:
    found: list[Any] = []

    @handlers.around(app, "read", "balance")
    def work(proceed: Proceed, call: Call) -> Result:
        found.append(proceed)
        return Result("instead")

    before = make(Settings(), Database()).stages.find_handler
    balance, entries = helpers.the(app, "read", "balance"), helpers.the(app, "list", "entry")
    wrapped: Any = app.stages.find_handler.run(balance)
    assert wrapped(call_of(app, "read", "balance")).data == "instead"
    assert [each.__name__ for each in found] == [before.run(balance).__name__]  # type: ignore[union-attr] # it has one
    assert app.stages.find_handler.run(entries).__name__ == before.run(entries).__name__  # type: ignore[union-attr] # likewise


def test_a_call_is_given_other_values_by_role(app: Application) -> None:
    call = call_of(app, "list", "entry")
    handlers.set_role(call, "limit", 3)
    assert call.role("limit") == 3
    with pytest.raises(LookupError, match="is public"):
        handlers.caller(call)


def test_a_list_is_walked_to_its_end_and_its_call_is_left_as_it_was(app: Application) -> None:
    call = call_of(app, "list", "entry")
    handlers.set_role(call, "cursor", "c1")
    handlers.set_role(call, "limit", 2)
    asked: list[tuple[object, object]] = []
    pages = {None: (["a", "b"], "next"), "next": (["c"], None)}

    def proceed(call: Call) -> Result:
        asked.append((call.role("cursor"), call.role("limit")))
        items, cursor = pages[call.role("cursor")]
        answer = call.operation.answer
        return Result(nested({answer["resources"]: items, answer["next"]: cursor}))

    assert handlers.whole(proceed, call) == ["a", "b", "c"]
    assert asked == [(None, handlers.longest(call)), ("next", handlers.longest(call))]
    assert (call.role("cursor"), call.role("limit")) == ("c1", 2)
    page = proceed_page(call)
    handlers.relist(call, page, ["x"])
    handlers.set_next(call, page, "y")
    assert (handlers.listed(call, page), handlers.next_cursor(call, page)) == (["x"], "y")


def proceed_page(call: Call) -> Result:
    answer = call.operation.answer
    return Result(nested({answer["resources"]: ["a"], answer["next"]: None}))


# Between the application and its server


def exchanged(
    app: Application, received: list[dict[str, Any]], client: int = 1, path: str = "/p"
) -> list[dict[str, Any]]:
    """The messages of an answer with status 201, as *app*'s hooks send them to a caller."""
    sent: list[dict[str, Any]] = []

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 201, "headers": []})
        await send({"type": "http.response.body", "body": b"x"})

    async def receive() -> dict[str, Any]:
        return received.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    scope: Any = {"method": "GET", "path": path, "client": ("127.0.0.1", client), "headers": [(b"a", b"b")]}
    finished(app.stages.exchange.run(answer, scope, receive, send))
    return sent


def test_messages_are_changed_on_their_way_and_their_status_is_known(app: Application) -> None:
    seen: list[int] = []

    @wire.on_wire(app)
    def change(message: dict[str, Any], status: int) -> None:
        seen.append(status)
        if message["type"] == "http.response.body":
            message["body"] = b"changed"

    messages = exchanged(app, [])
    assert seen == [201, 201]
    assert [message.get("body") for message in messages] == [None, b"changed"]


def test_a_caller_that_goes_away_is_noticed_on_its_first_request(app: Application) -> None:
    lost: list[dict[str, str]] = []
    wire.when_gone(app, "GET", "/p")(lost.append)
    gone = {"type": "http.disconnect"}
    assert len(exchanged(app, [gone])) == 2
    assert lost == [{"a": "b"}]
    exchanged(app, [gone])  # the second of its connection
    exchanged(app, [gone], client=2, path="/other")
    exchanged(app, [{"type": "http.request"}], client=3)
    assert lost == [{"a": "b"}]
