"""What errors say: ERR clauses."""

from __future__ import annotations

from typing import Any

from cynod_conformance.base.outcomes import NotApplicable
from cynod_conformance.experiment.answer import Answer
from cynod_conformance.experiment.case_types import OperationCase, TestCase
from cynod_conformance.experiment.context import TestContext
from cynod_conformance.experiment.inputs import InputLocation, inputs
from cynod_conformance.experiment.other_callers import identified_headers
from cynod_conformance.experiment.registry import probe
from cynod_conformance.experiment.request_builder import NOTHING, unknown_ids
from cynod_conformance.experiment.test_cases import each, each_listing, identified
from cynod_conformance.observe.answers import value_at
from cynod_conformance.text.phrase import phrase
from cynod_spec.base import pointer as pointers
from cynod_spec.model import Contract, Operation

NEGOTIATED_LANGUAGES = (
    # Accept-Language, the language that must answer (RFC 9110 §12.5.4)
    ("fr", "fr"),
    ("en", "en"),
    ("en-GB", "en"),
    ("fr;q=0.1, en;q=0.9", "en"),
    ("de, en;q=0.5, fr;q=0.4", "en"),
    ("fr, en", "fr"),
    ("en, fr", "en"),
    ("EN", "en"),
    ("fr;q=0.81, en;q=0.85", "en"),
)
NAME_TO_ESCAPE = "cf/~"  # a name that a JSON pointer cannot hold as it is
LONG_QUERY_BYTES = 6_000  # octets of a query that ERR-1 still speaks of
UNKNOWN_LANGUAGES = ("xx", "enm", "de-CH", "*;;q=", ";;;", "en;q=abc", "12345", "")


@probe("ERR-1")
def framework_errors(context: TestContext, case: TestCase) -> None:
    """Unknown paths, methods, media types and malformed JSON wear the envelope; the observer looks."""
    headers = identified_headers(context)
    operation = context.simple()
    context.raw("GET", f"/cf-{context.fixtures.nonce}/%20/x", headers=headers).expect_status(404)
    context.raw("PATCH", context.fixtures.bare(operation).target, headers=headers).expect_status(405)
    context.call(
        context.fixtures.bare(operation).with_query("cf", "x" * LONG_QUERY_BYTES), authorization=headers[0][1]
    )
    for one in context.contract.operations:
        if one.is_oauth or one.public or one.body is None:
            continue
        draft = context.fixtures.bare(one)
        context.call(draft.with_raw(b'{"a":'))
        context.call(draft, headers=[("Content-Type", "text/plain")])
        return


def required_inputs(contract: Contract, operation: Operation) -> list[InputLocation]:
    """The places that must be filled, the idempotency key aside."""
    found = inputs(contract, operation) if identified(operation) else []
    return [s for s in found if s.required and s.role != "key" and len(s.path) < 2]


def named_fields(answer: Answer) -> list[tuple[Any, Any]]:
    """Field and place of each fault that the error names."""
    worn = answer.contract.envelopes.get("functional")
    fields, field, place = (worn.member(r) if worn else None for r in ("fields", "field", "place"))
    if fields is None or field is None or place is None:
        raise NotApplicable("not-here", what="fields")
    listed = value_at(answer.json, fields.path)
    return [(i.get(field.path[-1]), i.get(place.path[-1])) for i in listed or [] if isinstance(i, dict)]


def has_required(operation: Operation) -> bool:
    """Whether something may be left out of the body or the query."""
    return identified(operation) and (
        operation.body is not None or any(p.required and p.place == "query" for p in operation.parameters)
    )


@probe("ERR-4", tier="write", cases=each(has_required))
def fault_is_named(context: TestContext, case: OperationCase) -> None:
    """A validation error names the place at fault, absent or null, an item, a bad key, and no other."""
    draft = context.control(case.operation)
    for location in required_inputs(context.contract, case.operation):
        names_alone(context.call(location.set(draft, NOTHING)).expect("required-absent"), location)
        if location.place == "body":
            names_alone(context.call(location.set(draft, None)).expect("value-invalid"), location)
    if isinstance(draft.body, dict):
        names_member(context.call(draft.with_member((NAME_TO_ESCAPE,), 1)), NAME_TO_ESCAPE)
        for name, value in draft.body.items():
            if isinstance(value, list) and value:
                names_member(context.call(draft.with_member((name,), [value[0], None])), name, "1")
    for location in inputs(context.contract, case.operation):
        if location.role == "key":
            answer = context.call(location.set(draft, NOTHING)).expect("idempotency-key-invalid")
            if named_fields(answer):  # that it is the key which is at fault, the code says already
                names_alone(answer, location)


def names_member(answer: Answer, *path: str) -> None:
    """A refusal points to what is at *path* of the body, or to what holds it, as RFC 6901 writes it."""
    if answer.code is None or answer.code.name != "value-invalid":
        return  # what was not refused is for VAL-2 and VAL-8 to tell
    named = named_fields(answer)
    if not {pointers.join(path[:count]) for count in range(len(path) + 1)} & {told for told, _ in named}:
        answer.fail(phrase("named", names=pointers.join(path)), phrase("named", names=named))


def names_alone(answer: Answer, location: InputLocation) -> None:
    """The error names *input*, or what is inside it, and nothing else."""
    named = named_fields(answer)
    wanted = f"{location.place} {location.name}"
    if not any(
        is_at(location, name, place) and len(str(name)) == len(location.name) for name, place in named
    ):
        answer.fail(phrase("named", names=wanted), phrase("named", names=named))
    for name, place in named:
        if not is_at(location, name, place):
            answer.fail(phrase("named-alone", name=wanted), phrase("named-too", name=f"{place} {name}"))


def is_at(location: InputLocation, name: Any, place: Any) -> bool:
    """Whether a field that an error names is the input, or inside it; names of headers have no case."""
    told, known = str(name), location.name
    if location.place == "header":
        told, known = told.lower(), known.lower()
    return bool(location.place == place and told.startswith(known))


@probe("ERR-5", tier="write", cases=each(lambda o: identified(o) and o.body is not None))
def faults_are_all_named(context: TestContext, case: OperationCase) -> None:
    """A validation error names every place at fault."""
    draft = context.control(case.operation)
    required = [s for s in required_inputs(context.contract, case.operation) if s.place == "body"]
    for location in required:
        draft = location.set(draft, NOTHING)
    answer = context.call(draft).expect("required-absent")
    named = named_fields(answer)
    missing = [s.name for s in required if (s.name, s.place) not in named]
    if missing:
        all_of_them = ", ".join(s.name for s in required)
        answer.fail(phrase("named", names=all_of_them), phrase("not-named", names=", ".join(missing)))


def expect_language(context: TestContext, accept: str, language: str) -> None:
    """A refusal and a success answer *accept* in *language*, with codes that do not vary."""
    operation = context.simple()
    draft = context.control(operation)
    success = operation.success.codes[0].name if operation.success.codes else ""
    for authorization, name in ((None, "credentials-missing"), ("", success)):
        answer = context.call(draft, authorization=authorization, headers=[("Accept-Language", accept)])
        if name:
            answer.expect(name)
        if answer.code is None:
            continue
        text, message = answer.code.message.in_(language), answer.member("message")
        if not isinstance(message, str) or not message.startswith(text):
            wanted = phrase("answered-in", accept=repr(accept), language=language, text=text)
            answer.fail(wanted, f"{message!r}")


@probe("ERR-6")
def message_follows_the_language(context: TestContext, case: TestCase) -> None:
    """The message follows Accept-Language with its quality values; the code never varies."""
    for accept, language in NEGOTIATED_LANGUAGES:
        if language in context.contract.languages:
            expect_language(context, accept, language)


@probe("ERR-7")
def unknown_language(context: TestContext, case: TestCase) -> None:
    """An unknown or malformed language is answered in the default one."""
    for accept in UNKNOWN_LANGUAGES:
        expect_language(context, accept, context.contract.languages[0])


@probe("ERR-8", cases=each(identified))
def refusals_in_every_language(context: TestContext, case: OperationCase) -> None:
    """Refusals of every kind are asked for in every language; the observer looks at their messages."""
    draft = context.control(case.operation) if context.may_write else context.fixtures.bare(case.operation)
    refused = []
    if case.operation.body is not None:
        refused = [draft.with_member((), {}), draft.with_member((), []), draft.with_raw(b"{")]
    for language in context.contract.languages:
        headers = [("Accept-Language", language)]
        context.call(draft, authorization=None, headers=headers)
        context.call(unknown_ids(draft), headers=headers)
        for each_draft in refused:
            context.call(each_draft, headers=headers)
        for location in inputs(context.contract, case.operation):
            if location.place == "query":
                context.call(location.set(draft, "\u00a4"), headers=headers)


@probe("VAL-4", tier="write", cases=each_listing("json-malformed"))
def malformed_json(context: TestContext, case: OperationCase) -> None:
    """Malformed or empty JSON is refused as such; so is valid JSON with something behind it, or no UTF-8."""
    draft = context.control(case.operation)
    for raw in (b"", b"{", b"not json", b'{"a":1', b"{'a': 1}", b'{"a": 1,}', b"\xff\xfe\x00"):
        context.call(draft.with_raw(raw)).expect("json-malformed")
    if draft.body is NOTHING:
        return
    text = draft.content
    inside = text.rindex(b'"')  # the end of a string: RFC 8259 §8.1 has UTF-8 there too
    for raw in (text + b"cf", text + text, text[:inside] + b"\xff" + text[inside:]):
        context.call(draft.with_raw(raw)).expect("json-malformed")
