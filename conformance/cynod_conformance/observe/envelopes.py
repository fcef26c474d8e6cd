"""The success envelope: ENV clauses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from cynod_conformance.observe.answers import (
    declared,
    envelope,
    enveloped_success,
    has_body,
    member_value,
    value_at,
)
from cynod_conformance.observe.declare import Context, Operations, Seen, observe
from cynod_conformance.observe.exchange import Exchange
from cynod_conformance.text.phrase import Said, any_of, phrase
from cynod_spec.model import Contract, Envelope, Operation

RFC3339_Z = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


def worn_in_success(context: Context, exchange: Exchange) -> Envelope | None:
    """The success envelope of a 2xx answer; None when the answer should wear none."""
    if not 200 <= exchange.response.status < 300:
        return None
    return envelope(context.contract, exchange)


def shape_problem(context: Context, exchange: Exchange, worn: Envelope) -> Said:
    """What keeps the body from having exactly the envelope's members; empty when nothing does."""
    read = exchange.response.json
    if read.problem:
        return read.problem
    if not isinstance(read.value, dict):
        return phrase("no-object", type=type(read.value).__name__)
    top = [m for m in worn.members if len(m.path) == 1]
    names = {m.name for m in top}
    if unknown := sorted(set(read.value) - names):
        return phrase("further-members", names=", ".join(unknown))
    if missing := [m.name for m in top if m.required and m.name not in read.value]:
        return phrase("members-absent", names=", ".join(missing))
    for member in top:
        if member.role in ("data", "code") or member.name not in read.value:
            continue
        if errors := context.errors(member.schema.pointer, read.value[member.name]):
            return f"{member.name}: {errors[0]}"
    return ""


@observe("ENV-1", enveloped_success)
def success_has_its_members(context: Context, exchange: Exchange) -> Iterator[Seen]:
    """A success has exactly the members of the document."""
    if (worn := worn_in_success(context, exchange)) is not None:
        names = ", ".join(m.name for m in worn.members if len(m.path) == 1)
        yield Seen(exchange.label, shape_problem(context, exchange, worn), phrase("exactly", names=names))


@observe("ENV-2", enveloped_success)
def flag_says_success(context: Context, exchange: Exchange) -> Iterator[Seen]:
    """The flag of a 2xx answer has the value that the success envelope gives it."""
    worn = worn_in_success(context, exchange)
    flag = worn.member("flag") if worn else None
    if worn is None or flag is None:
        return
    value = value_at(exchange.response.json.value, flag.path)
    errors = context.errors(flag.schema.pointer, value)
    problem = f"{flag.name}: {value!r}" if errors else ""
    yield Seen(exchange.label, problem, phrase("of-a-success", name=flag.name))


@observe("ENV-3", enveloped_success)
def code_is_the_success_code(context: Context, exchange: Exchange) -> Iterator[Seen]:
    """The code of a success is one that the operation lists for that status; elsewhere, one of a success."""
    if worn_in_success(context, exchange) is None:
        return
    codes = context.contract.codes
    allowed = [code.value for code in codes if code.case == "success"]
    if exchange.operation is not None:
        answer = declared(context.contract, exchange)
        allowed = [code.value for code in answer.codes] if answer else []
    code = member_value(context, exchange, "code")
    problem = "" if code in allowed else f"{exchange.response.status} {code!r}"
    yield Seen(exchange.label, problem, any_of(allowed) if allowed else phrase("listed-status"))


@observe("ENV-4", enveloped_success)
def message_is_not_empty(context: Context, exchange: Exchange) -> Iterator[Seen]:
    """The message of a success says something."""
    if worn_in_success(context, exchange) is None:
        return
    message = member_value(context, exchange, "message")
    good = isinstance(message, str) and message.strip() != ""
    yield Seen(exchange.label, "" if good else f"message {message!r}", phrase("some-message"))


@observe("ENV-5", enveloped_success)
def data_is_valid(context: Context, exchange: Exchange) -> Iterator[Seen]:
    """The data of a success is valid for the operation."""
    if worn_in_success(context, exchange) is None:
        return
    answer = declared(context.contract, exchange)
    if answer is None or answer.data is None:
        return
    errors = context.errors(answer.data.pointer, member_value(context, exchange, "data"))
    yield Seen(exchange.label, errors[0] if errors else "", phrase("valid-data"))


@observe("ENV-6", enveloped_success)
def body_is_json(context: Context, exchange: Exchange) -> Iterator[Seen]:
    """An enveloped answer is application/json in UTF-8 without a byte order mark."""
    if envelope(context.contract, exchange) is None or exchange.operation is None:
        return
    if "malformed" in exchange.tags:
        return
    response = exchange.response
    problem = response.json.problem
    if response.json.marked:
        problem = phrase("byte-order-mark")
    content_type = response.header("Content-Type") or ""
    charset = re.search(r"charset\s*=\s*\"?([^\s;\"]+)", content_type, re.IGNORECASE)
    if response.media_type != "application/json":
        problem = phrase("media-type", value=content_type or phrase("none"))
    elif charset and charset.group(1).lower() not in ("utf-8", "utf8"):
        problem = phrase("charset", value=charset.group(1))
    yield Seen(exchange.label, problem, phrase("plain-json"))


@observe("ENV-7", enveloped_success)
def members_stand_once(context: Context, exchange: Exchange) -> Iterator[Seen]:
    """No object of an answer has two members of one name."""
    if has_body(exchange) and not exchange.response.json.problem and exchange.operation is not None:
        twice = ", ".join(exchange.response.json.duplicates)
        yield Seen(exchange.label, twice and phrase("twice", names=twice), phrase("no-duplicate"))


@observe("ENV-8")
def no_body_where_none_belongs(context: Context, exchange: Exchange) -> Iterator[Seen]:
    """204 and answers to HEAD carry no body."""
    if exchange.request.method == "HEAD" or exchange.response.status == 204:
        size = len(exchange.response.body)
        problem = phrase("body-of", size=size) if size else ""
        if exchange.response.status == 204 and (announced := exchange.response.header("Content-Length")):
            problem = problem or phrase("length-with-204", value=announced)
        yield Seen("seen", problem, phrase("no-body"))


def representations(contract: Contract, exchange: Exchange) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each resource shown by a success: the name of its kind and its representation."""
    operation = exchange.operation
    if operation is None or not 200 <= exchange.response.status < 300 or not has_body(exchange):
        return
    body = exchange.response.json.value
    for role in ("resource", "resources"):
        expression = operation.answer.get(role)
        if expression is None or expression.place != "body":
            continue
        value = value_at(body, expression.path)
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, dict) and operation.resource in contract.resources:
                yield operation.resource, item


def operations_showing(*roles: str) -> Any:
    """Cases: the operations whose answers show a resource that has one of the member *roles*."""

    def cases(contract: Contract, operations: Operations) -> list[str]:
        return [o.key for o in operations if shows(contract, o, roles)]

    return cases


def shows(contract: Contract, operation: Operation, roles: tuple[str, ...]) -> bool:
    """Whether answers of *operation* show a member with one of *roles*."""
    resource = contract.resources.get(operation.resource)
    answers = "resource" in operation.answer or "resources" in operation.answer
    return resource is not None and answers and any(role in resource.members for role in roles)


@observe("ENV-9", operations_showing("amount", "balance"))
def money_is_whole(context: Context, exchange: Exchange) -> Iterator[Seen]:
    """Money is a whole number of minor units beside a currency."""
    contract = context.contract
    looked = False
    for kind, shown in representations(contract, exchange):
        members = contract.resources[kind].members
        for role in ("amount", "balance"):
            if role not in members:
                continue
            looked = True
            amount = value_at(shown, members[role])
            currency = value_at(shown, members["currency"]) if "currency" in members else "—"
            if not isinstance(amount, int) or isinstance(amount, bool):
                yield Seen(exchange.label, phrase("sum-is", value=repr(amount)), phrase("minor-units"))
            elif not isinstance(currency, str) or not currency:
                yield Seen(
                    exchange.label, phrase("currency-is", value=repr(currency)), phrase("currency-code")
                )
    if looked or (exchange.operation and empty_list(exchange)):
        yield Seen(exchange.label)


def empty_list(exchange: Exchange) -> bool:
    """Whether the answer is a page without entries."""
    operation = exchange.operation
    expression = operation.answer.get("resources") if operation else None
    if expression is None or not 200 <= exchange.response.status < 300:
        return False
    return bool(value_at(exchange.response.json.value, expression.path) == [])


@observe("ENV-10", operations_showing("date"))
def times_are_utc(context: Context, exchange: Exchange) -> Iterator[Seen]:
    """Times are RFC 3339 in UTC, written with Z."""
    contract = context.contract
    looked = False
    for kind, shown in representations(contract, exchange):
        path = contract.resources[kind].members.get("date")
        if path is None:
            continue
        looked = True
        date = value_at(shown, path)
        if not isinstance(date, str) or not RFC3339_Z.fullmatch(date):
            yield Seen(
                exchange.label, phrase("time-is", value=repr(date)), phrase("with", one="RFC 3339", other="Z")
            )
    if looked or (exchange.operation and empty_list(exchange)):
        yield Seen(exchange.label)


def masking_operations(contract: Contract, operations: Operations) -> list[str]:
    """Cases: the operations that show a card number, its issuing aside."""
    return [o.key for o in operations if shows(contract, o, ("number",)) and o.effect != "issue"]


def texts(value: Any) -> Iterator[str]:
    """Every string inside *value*."""
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            yield item
        elif isinstance(item, dict):
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)


@observe("ENV-11", masking_operations)
def numbers_are_masked(context: Context, exchange: Exchange) -> Iterator[Seen]:
    """A card number shows its last four digits and no others."""
    contract = context.contract
    if exchange.operation is None or exchange.operation.effect == "issue":
        return
    looked = False
    for kind, shown in representations(contract, exchange):
        path = contract.resources[kind].members.get("number")
        if path is None:
            continue
        looked = True
        number = str(value_at(shown, path))
        if any(value in context.cards() for value in texts(shown)):
            yield Seen(exchange.label, phrase("number-elsewhere"), phrase("last-four"))
        if sum(c.isdigit() for c in number) != 4 or not number[-4:].isdigit():
            yield Seen(exchange.label, phrase("not-masked"), phrase("last-four"))
    if looked or empty_list(exchange):
        yield Seen(exchange.label)
