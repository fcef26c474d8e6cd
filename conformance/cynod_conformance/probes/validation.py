"""Each place of a request, filled wrongly in each way its schema knows: VAL clauses and IDE-5."""

from __future__ import annotations

import json
from typing import Any

from cynod_conformance.base.outcomes import NotApplicable
from cynod_conformance.experiment.case_types import BodyObjectCase, InputCase, OperationCase
from cynod_conformance.experiment.context import TestContext
from cynod_conformance.experiment.inputs import (
    InputLocation,
    accepts,
    accepts_as_written,
    body_inputs,
    boundaries,
    boundary_parts,
    members,
    parameter_inputs,
    reachable,
    schema_at,
    wrong_parts,
)
from cynod_conformance.experiment.registry import probe
from cynod_conformance.experiment.request_builder import NOTHING, RequestBuilder
from cynod_conformance.experiment.test_cases import (
    each_input,
    each_member,
    each_query,
    each_reading,
)
from cynod_conformance.experiment.valid_inputs import filled_request
from cynod_conformance.observe.robustness import VALIDATION
from cynod_spec.model import Contract, Operation
from cynod_spec.model.serialization import Unwritable

WRONG_TYPES: tuple[Any, ...] = (None, True, 7, [], {})
KEY_PUNCTUATION = "-._~:/+=@"  # marks that a key may be allowed to have
LITERAL_PLACEHOLDER = 190_017_001_900_170  # a number that stands for a literal JSON cannot write


@probe("VAL-1", tier="write", cases=each_input(lambda s: s.required and s.role != "key"))
def required_absent(context: TestContext, case: InputCase) -> None:
    """A required member or parameter that is absent is refused as such."""
    location = case.input
    draft = context.control(location.operation)
    if not reachable(draft, location):
        raise NotApplicable("not-here", what=location.label)
    context.call(location.set(draft, NOTHING)).expect("required-absent")


def each_typed(contract: Contract, operations: list[Operation]) -> list[InputCase]:
    """One case for each member of a body, and for each query parameter that holds a list or an object."""
    structured = each_input(lambda location: location.is_structured)
    return [*each_member(contract, operations), *structured(contract, operations)]


@probe("VAL-2", tier="write", cases=each_typed)
def wrong_type(context: TestContext, case: InputCase) -> None:
    """A member of another type, null or written as another is invalid; so is a body that is no object.

    So is a list or an object in a parameter with a text in it where a number has to stand.
    """
    location = case.input
    draft, known = filled_request(context, location)
    if location.is_structured:
        if isinstance(known, list | dict):
            judge_parts(context, location, draft, wrong_parts(location, known))
        return
    wrong = [
        value
        for value in (*WRONG_TYPES, *lookalikes(known))
        if not accepts(context.validators, location, value)
    ]
    for value in wrong:
        context.call(location.set(draft, value)).expect(
            "value-invalid", *(["required-absent"] if value == {} else [])
        )
    if len(location.path) == 1:
        for value in ([], [draft.body], "cf", None):
            context.call(draft.with_member((), value)).expect("value-invalid")


def judge_parts(
    context: TestContext, location: InputLocation, draft: RequestBuilder, values: list[Any]
) -> None:
    """Each of *values* of a list or an object in a parameter gets the answer that its schema asks for."""
    for value in values:
        try:
            taken = accepts_as_written(context.validators, location, value)
        except Unwritable:
            continue
        if taken is None:
            continue
        answer = context.call(location.set(draft, value))
        if taken:
            answer.expect_not(VALIDATION)
        else:
            answer.expect(location.invalid)


def lookalikes(known: Any) -> list[Any]:
    """*known* as a careless reader would take it too: a number in quotes, a list of one, one for a list."""
    match known:
        case bool():
            return [str(known).lower(), int(known)]
        case int():
            return [str(known), [known]]
        case str():
            return [[known], {"cf": known}]
        case list():
            return [known[0]] if known else []
        case _:
            return []


def bounded(location: InputLocation) -> bool:
    """Whether bounds are judged here: ids, cursors and keys have clauses of their own."""
    return location.role not in ("key", "cursor", "card", "id", "parent")


@probe("VAL-3", tier="write", cases=each_input(bounded))
def bounds(context: TestContext, case: InputCase) -> None:
    """Bounds, patterns and enumerations hold exactly: just inside is taken, just outside is invalid."""
    location = case.input
    draft, known = filled_request(context, location)
    if location.is_structured:
        judge_parts(context, location, draft, boundary_parts(context.contract, location, known))
        return
    schema = schema_at(context.contract, location.pointer)
    if location.parameter is not None and schema.get("type") == "integer":
        known = int(known)
    for value in boundaries(context.contract, location, known):
        if location.parameter is not None and value == "":
            continue  # an empty parameter: absent or invalid, nobody says
        answer = context.call(location.set(draft, value))
        if accepts(context.validators, location, value):
            answer.expect_not(VALIDATION)
            if answer.status < 300:
                draft = location.set(context.control(location.operation), known)
        else:
            answer.expect(location.invalid)


@probe(
    "VAL-5",
    tier="write",
    cases=each_input(lambda s: s.role in ("amount", "initial-amount") and s.place == "body"),
)
def amounts(context: TestContext, case: InputCase) -> None:
    """Amounts are whole numbers within the safe integers, however written; other literals are malformed."""
    location = case.input
    draft, known = filled_request(context, location)
    for value in (0, -1, -1500, 1500.5, 2**53, 2**63, "1500"):
        if not accepts(context.validators, location, value):
            context.call(location.set(draft, value)).expect("value-invalid")
    for literal, names in (
        ("NaN", ("json-malformed",)),
        ("Infinity", ("json-malformed",)),
        ("1e400", ("json-malformed", "value-invalid")),
        ("01500", ("json-malformed",)),
    ):
        raw = json.dumps(location.set(draft, LITERAL_PLACEHOLDER).body).replace(
            str(LITERAL_PLACEHOLDER), literal
        )
        context.call(draft.with_raw(raw.encode())).expect(*names)
    for literal in (f"{known}.0", f"{known}e0"):  # an integer to JSON Schema (§6.3 of its core)
        raw = json.dumps(location.set(draft, LITERAL_PLACEHOLDER).body).replace(
            str(LITERAL_PLACEHOLDER), literal
        )
        context.call(draft.with_raw(raw.encode())).expect_not(VALIDATION)


INVALID_BY_FORMAT = {
    # format of the document → values that look like it and are none
    "date": ("2026-02-30", "2026-13-01", "2026-00-10", "2025-02-29", "26-01-01", "hier"),
    "date-time": (
        "2026-02-30T00:00:00Z",
        "2025-02-29T12:00:00Z",
        "2026-01-01T24:00:00Z",
        "2026-01-01T25:00:00Z",
        "2026-01-01T10:60:00Z",
        "2026-01-01",
        "hier",
        "1767225600",
    ),
    "uri": ("nulle part", "://"),
}


def each_format(contract: Contract, operations: list[Operation]) -> list[InputCase]:
    """One case for each input whose schema names a format that can be got wrong."""
    slotted = each_input(
        lambda location: schema_at(contract, location.pointer).get("format") in INVALID_BY_FORMAT
    )
    return list(slotted(contract, operations))


@probe("VAL-7", tier="write", cases=each_format)
def formats(context: TestContext, case: InputCase) -> None:
    """What looks like a date or a time, and is none that the calendar knows, is invalid."""
    location = case.input
    draft, _ = filled_request(context, location)
    for value in INVALID_BY_FORMAT[schema_at(context.contract, location.pointer)["format"]]:
        if not accepts(context.validators, location, value):
            context.call(location.set(draft, value)).expect(location.invalid)


def objects(contract: Contract, operations: list[Operation]) -> list[BodyObjectCase | InputCase]:
    """One case for each object of each body, the body itself included, and for each object in a query."""
    found: list[BodyObjectCase] = []
    for case in each_member(contract, operations):
        location = case.input
        if len(location.path) == 1 and not any(
            c.operation is location.operation and c.path == () for c in found
        ):
            found.append(BodyObjectCase(f"{location.operation.key} body", location.operation, ()))
        if members(contract, location.pointer):
            found.append(BodyObjectCase(case.label, location.operation, location.path))
    structured = each_input(lambda s: s.is_structured and bool(members(contract, s.pointer)))
    return [*found, *structured(contract, operations)]


@probe("VAL-8", tier="write", cases=objects)
def unknown_member(context: TestContext, case: BodyObjectCase | InputCase) -> None:
    """A member that the document does not know is invalid, be it a known one but for its case."""
    if isinstance(case, InputCase):
        draft, known = filled_request(context, case.input)
        judge_parts(context, case.input, draft, [{**known, f"cf_{context.fixtures.nonce}": "x"}])
        return
    body = case.operation.body
    if body is None:
        raise NotApplicable("not-here", what=case.label)
    draft = context.control(case.operation).with_member((*case.path, f"cf_{context.fixtures.nonce}"), "x")
    if context.validators.is_valid(body.schema, draft.body):
        raise NotApplicable("not-here", what=case.label)
    context.call(draft).expect("value-invalid")
    for location in body_inputs(context.contract, case.operation):
        if location.path[:-1] == case.path and not location.required:
            draft, known = filled_request(context, location)
            another = (*case.path, location.path[-1].capitalize())
            draft = location.set(draft, NOTHING).with_member(another, known)
            if not context.validators.is_valid(body.schema, draft.body):
                context.call(draft).expect("value-invalid")


@probe("VAL-11", cases=each_query)
def repeated_parameter(context: TestContext, case: InputCase) -> None:
    """A declared query parameter that is sent twice is invalid."""
    location = case.input
    draft, _ = filled_request(context, location)
    twice = draft.target + "&" + once_more(draft, location)
    operation = location.operation
    headers = (*draft.headers, ("Authorization", context.bearer(operation)))
    answer = context.raw(operation.method, twice, operation=operation, headers=headers)
    answer.expect("value-invalid", *(["cursor-invalid"] if location.role == "cursor" else []))


def once_more(draft: RequestBuilder, location: InputLocation) -> str:
    """What of the query of *draft* a declared parameter may have but once: itself, or its first member."""
    if location.parameter is None:
        raise NotApplicable("not-here", what=location.label)
    form = location.parameter.serialization
    if form.is_plain:
        value = next(v for n, v in draft.query if n == location.name)
        return f"{location.name}={value}"
    if form.is_repeated:
        raise NotApplicable("not-here", what=location.label)  # a list whose style repeats its name
    return draft.serialized["query", location.name].partition("&")[0]


@probe("VAL-12", cases=each_reading)
def unknown_parameter(context: TestContext, case: OperationCase) -> None:
    """An unknown query parameter is ignored, be it a known one but for its case."""
    draft = context.control(case.operation)
    context.call(draft, valid=True).must_succeed()
    forms = [p.serialization for p in case.operation.parameters if p.place == "query"]
    if any(form.is_spread and form.shape.additional is not None for form in forms):
        raise NotApplicable("not-here", what=case.label)  # every name is a member's
    context.call(draft.with_query(f"cf_{context.fixtures.nonce}", "1")).expect_success()
    known = {location.name for location in parameter_inputs(case.operation) if location.place == "query"}
    known |= {member for form in forms if form.is_spread for member in form.shape.members}
    for name in sorted({name.capitalize() for name in known} - known):
        context.call(draft.with_query(name, "\u00a4")).expect_success()


@probe("IDE-5", tier="write", cases=each_input(lambda s: s.role == "key"))
def key_missing_or_malformed(context: TestContext, case: InputCase) -> None:
    """A missing or malformed idempotency key is refused as such, and none with any character it may have."""
    location = case.input
    draft = context.control(location.operation)
    context.call(location.set(draft, NOTHING)).expect("idempotency-key-invalid")
    known = context.fixtures.fresh()
    for value in (*boundaries(context.contract, location, known), "cf key with spaces", "cf-é-accent"):
        if value and value == value.strip() and not accepts(context.validators, location, value):
            context.call(location.set(draft, value)).expect("idempotency-key-invalid")
    marks = "".join(mark for mark in KEY_PUNCTUATION if accepts(context.validators, location, known + mark))
    every = location.set(context.control(location.operation), known + marks)
    context.call(every, valid=True).expect_not(["idempotency-key-invalid"])
