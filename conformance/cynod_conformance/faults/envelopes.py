"""Faults of success envelopes (ENV)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from cynod_conformance.experiment.registry import fault
from cynod_conformance.faults.helpers import (
    get_member,
    items,
    member,
    of,
    on_answers,
    on_results,
    put_member,
    recoded,
    succeeded,
    with_extra,
    with_member,
)
from cynod_conformance.faults.wire import on_wire
from cynod_sandbox._generated import pointers
from cynod_sandbox._generated.calls import Call, Result
from cynod_sandbox._generated.core import Application
from cynod_sandbox._generated.messages import RawAnswer, RawRequest, dump


@fault("ENV-1")
def health_has_one_member_too_many(app: Application) -> None:
    """The envelope of the health answer has a member that the document lacks."""

    @on_answers(app, of(app, "health"), succeeded)
    def change(request: RawRequest, answer: RawAnswer) -> RawAnswer:
        return with_extra(answer, "took", 3)


@fault("ENV-1")
def created_resources_come_with_a_request_id_member(app: Application) -> None:
    """Only answers to a creation repeat the request id inside the envelope."""

    @on_answers(app, lambda request, answer: answer.status == 201)
    def change(request: RawRequest, answer: RawAnswer) -> RawAnswer:
        return with_extra(answer, "requestId", request.request_id)


@fault("ENV-2", "ENV-1")
def success_is_a_text_in_whoami(app: Application) -> None:
    """The flag of one operation is the text "true", not the boolean."""

    @on_answers(app, of(app, "whoami"), succeeded)
    def change(request: RawRequest, answer: RawAnswer) -> RawAnswer:
        return with_member(app, answer, "flag", "true")


@fault("ENV-2", "ENV-1")
def success_is_null_in_lists_of_top_ups(app: Application) -> None:
    """The flag of one operation is null."""

    @on_answers(app, of(app, "list", "top-up"), succeeded)
    def change(request: RawRequest, answer: RawAnswer) -> RawAnswer:
        return with_member(app, answer, "flag", None)


@fault("ENV-3", "CAT-2", "CAT-3", "ERR-6", "ERR-7")
def whoami_says_created(app: Application) -> None:
    """A 200 of one operation carries the code and the message of a creation."""

    @on_answers(app, of(app, "whoami"), succeeded)
    def change(request: RawRequest, answer: RawAnswer) -> RawAnswer:
        return replace(recoded(app, request, answer, "created"), status=answer.status)


@fault("ENV-4", "ENV-1", "ERR-8")
def lists_of_top_ups_say_nothing(app: Application) -> None:
    """The message of one operation is empty."""

    @on_answers(app, of(app, "list", "top-up"), succeeded)
    def change(request: RawRequest, answer: RawAnswer) -> RawAnswer:
        return with_member(app, answer, "message", "")


@fault("ENV-5")
def health_state_is_outside_its_enumeration(app: Application) -> None:
    """The state of the health answer is a word that the document lacks."""

    @on_results(app, "health", "health")
    def edit(call: Call, result: Result) -> None:
        put_member(call, result, "state", "?")


@fault("ENV-5")
def listed_cards_have_no_holder(app: Application) -> None:
    """Only lists leave a required member of each card out."""
    path = app.contract.resources["card"].members["holder"].path

    @on_results(app, "list", "card")
    def edit(call: Call, result: Result) -> None:
        for item in items(call, result):
            del pointers.get(item, path[:-1])[path[-1]]


@fault("ENV-6")
def lists_of_cards_are_plain_text(app: Application) -> None:
    """The media type of one operation's answers is not JSON's."""

    @on_answers(app, of(app, "list", "card"), succeeded)
    def change(request: RawRequest, answer: RawAnswer) -> RawAnswer:
        return answer.with_header("Content-Type", "text/plain; charset=utf-8")


@fault("ENV-6")
def lists_of_cards_begin_with_a_byte_order_mark(app: Application) -> None:
    """The bodies of one operation begin with U+FEFF."""

    @on_answers(app, of(app, "list", "card"), succeeded)
    def change(request: RawRequest, answer: RawAnswer) -> RawAnswer:
        return replace(answer, body=b"\xef\xbb\xbf" + answer.body)


@fault("ENV-7")
def health_names_a_member_twice(app: Application) -> None:
    """The first member of the health answer stands there twice, with equal values."""

    @on_answers(app, of(app, "health"), succeeded)
    def change(request: RawRequest, answer: RawAnswer) -> RawAnswer:
        return replace(answer, body=_doubled(answer.json()))


@fault("ENV-7")
def whoami_data_names_a_member_twice(app: Application) -> None:
    """Only the object inside the envelope has a member twice."""

    @on_answers(app, of(app, "whoami"), succeeded)
    def change(request: RawRequest, answer: RawAnswer) -> RawAnswer:
        data = pointers.get(answer.json(), member(app, answer, "data"))
        return replace(answer, body=answer.body.replace(dump(data), _doubled(data), 1))


def _doubled(value: Mapping[str, Any]) -> bytes:
    name, first = next(iter(value.items()))
    return b"{" + dump({name: first})[1:-1] + b"," + dump(value)[1:]


@fault("ENV-8")
def no_content_announces_content(app: Application) -> None:
    """A 204 announces a body."""

    @on_wire(app)
    def change(message: dict[str, Any], status: int) -> None:
        if status == 204 and message["type"] == "http.response.start":
            message["headers"] = [*message["headers"], (b"content-length", b"2")]


@fault("ENV-10", "ENV-5")
def balance_times_have_a_numeric_offset(app: Application) -> None:
    """The time of a balance ends with +00:00."""

    @on_results(app, "read", "balance")
    def edit(call: Call, result: Result) -> None:
        put_member(call, result, "date", get_member(call, result, "date").replace("Z", "+00:00"))


@fault("ENV-10", "ENV-5", "STA-4")
def listed_cards_have_local_times(app: Application) -> None:
    """Only lists give times without any offset."""
    path = app.contract.resources["card"].members["date"].path

    @on_results(app, "list", "card")
    def edit(call: Call, result: Result) -> None:
        for item in items(call, result):
            pointers.put(item, path, pointers.get(item, path).removesuffix("Z"))


@fault("ENV-11", "ENV-5")
def balances_show_the_whole_number(app: Application) -> None:
    """The card's number is not masked in the balance."""

    @on_results(app, "read", "balance")
    def edit(call: Call, result: Result) -> None:
        put_member(call, result, "number", call.role("number"))


@fault("ENV-11")
def balances_repeat_the_number_that_was_asked_for(app: Application) -> None:
    """The masked number is joined by a new member with all its digits."""
    path = app.contract.resources["balance"].members["number"].path

    @on_results(app, "read", "balance")
    def edit(call: Call, result: Result) -> None:
        inside = (*call.operation.answer["resource"], *path[:-1], f"{path[-1]}2")
        pointers.put(result.data, inside, call.role("number"))
