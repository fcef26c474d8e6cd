"""Faults under strain: large bodies, long heads, deep nesting, what the client should not break."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cynod_conformance.experiment.registry import fault
from cynod_conformance.faults.helpers import Proceed, on_answers, recoded, refused_with, the
from cynod_conformance.faults.requests import on_members
from cynod_sandbox._generated.calls import Call
from cynod_sandbox._generated.contract import Operation
from cynod_sandbox._generated.core import Application
from cynod_sandbox._generated.messages import RawAnswer, RawRequest, no_body
from cynod_sandbox._generated.refusals import Fault, Refusal


@fault("ROB-2")
def large_bodies_are_read_as_any_other(app: Application) -> None:
    """There is no bound on a body."""

    @app.stages.read_body.around
    async def read_body(proceed: Proceed, request: RawRequest, operation: Operation) -> bytes:
        raw = b"".join([chunk async for chunk in request.body])
        return raw if operation.body is not None else b""


@fault("ROB-3", "ROB-1")
def long_heads_crash(app: Application) -> None:
    """A target or a header that is too long is an internal error."""

    too_long = {app.contract.refusal(status) for status in (414, 431)}  # RFC 9110 §15.5.15, RFC 6585 §5

    @on_answers(app, refused_with(app, *too_long))
    def crash(request: RawRequest, answer: RawAnswer) -> RawAnswer:
        return recoded(app, request, answer, "internal")


@fault("ROB-4", "ROB-1")
def deep_nesting_is_an_internal_error(app: Application) -> None:
    """The parser's recursion ends in a crash."""

    @app.stages.decode.around
    def decode(proceed: Proceed, raw: bytes, asked: Operation) -> Any:
        if raw.count(b"[") > 1_000 or raw.count(b"{") > 1_000:
            raise Refusal("internal")
        return proceed(raw, asked)


@fault("ROB-2", "VAL-9")
def a_megabyte_is_a_million_octets(app: Application) -> None:
    """Only a body between 1,000,000 octets and the contract's bound is refused as too large."""

    @app.stages.read_body.around
    async def read_body(proceed: Proceed, request: RawRequest, operation: Operation) -> bytes:
        raw: bytes = await proceed(request, operation)
        if len(raw) > 1_000_000:
            raise Refusal("body-too-large")
        return raw


@fault("ROB-2")
def large_bodies_in_chunks_are_read(app: Application) -> None:
    """Only a body that does not announce its length may have any."""

    @app.stages.read_body.around
    async def read_body(proceed: Proceed, request: RawRequest, operation: Operation) -> bytes:
        if request.header("content-length") is not None:
            bounded: bytes = await proceed(request, operation)
            return bounded
        raw = b"".join([chunk async for chunk in request.body])
        return raw if operation.body is not None else b""


@fault("VAL-9")
def bodies_in_chunks_are_empty(app: Application) -> None:
    """Only a body that does not announce its length is read as none."""

    @app.stages.read_body.around
    async def read_body(proceed: Proceed, request: RawRequest, operation: Operation) -> bytes:
        raw: bytes = await proceed(request, operation)
        return raw if request.header("content-length") is not None else b""


@fault("VAL-3")
def numbers_beyond_63_bits_are_invalid(app: Application) -> None:
    """Only a card number of 19 digits that a signed integer of 64 bits cannot hold is an invalid one."""
    operation = the(app, "read", "balance")
    place = operation.request["number"]

    @app.stages.validate.around
    def validate(proceed: Proceed, call: Call, raw: bytes, repeated: list[str]) -> None:
        proceed(call, raw, repeated)
        if call.operation == operation and int(call.role("number")) >= 2**63:
            raise Refusal("value-invalid", [Fault(place.name, place.place, "value-invalid", "pattern")])


@fault("VAL-5", "VAL-3")
def two_to_53_is_the_greatest_amount(app: Application) -> None:
    """Only 2^53 in a top-up is taken for 2^53-1: beyond the limits, and not invalid."""

    @on_members(app, "credit", "top-up", "amount")
    def edit(value: Any) -> Any:
        return value - 1 if value == 2**53 else value


@fault("ROB-2")
def cancellations_may_have_any_body(app: Application) -> None:
    """Only where no body is expected, as in a cancellation, one of any size is read and passed over."""
    operation = the(app, "cancel", "top-up")

    @app.stages.read_body.around
    async def read_body(proceed: Proceed, request: RawRequest, asked: Operation) -> bytes:
        if asked == operation:
            async for _ in request.body:
                pass
            request = replace(request, headers=[], body=no_body())
        raw: bytes = await proceed(request, asked)
        return raw
