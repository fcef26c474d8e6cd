"""Faults in how errors are told: their envelope, their code, their language, the fields at fault."""

from __future__ import annotations

import itertools
from dataclasses import replace

from cynod_conformance.experiment.registry import fault
from cynod_conformance.faults.helpers import (
    Proceed,
    code_of,
    failed,
    member,
    no_code,
    of,
    on_answers,
    refused_with,
    succeeded,
    the,
    with_extra,
    with_member,
    without_member,
)
from cynod_conformance.faults.requests import on_refusals
from cynod_sandbox._generated import language, pointers
from cynod_sandbox._generated.calls import Call
from cynod_sandbox._generated.contract import Operation
from cynod_sandbox._generated.core import Application
from cynod_sandbox._generated.messages import RawAnswer, RawRequest
from cynod_sandbox._generated.refusals import Fault, Refusal


@fault("ERR-1")
def unknown_cards_have_one_member_more(app: Application) -> None:
    """The envelope of one refusal is not closed."""

    @on_answers(app, refused_with(app, "card-unknown"))
    def change(request: RawRequest, answer: RawAnswer) -> RawAnswer:
        return with_extra(answer, "hint", "none")


@fault("ERR-3", "ERR-1")
def missing_credentials_are_a_success(app: Application) -> None:
    """The flag of one refusal says that all went well."""

    @on_answers(app, refused_with(app, "credentials-missing"))
    def change(request: RawRequest, answer: RawAnswer) -> RawAnswer:
        good = next(each.value for each in app.contract.envelopes["success"] if each.role == "flag")
        return with_member(app, answer, "flag", good)


@fault("ERR-4", "ERR-5")
def invalid_values_are_blamed_on_another_field(app: Application) -> None:
    """The field that is named is not the one at fault."""

    @on_answers(app, refused_with(app, "required-absent", "value-invalid"))
    def change(request: RawRequest, answer: RawAnswer) -> RawAnswer:
        body = answer.json()
        for item in pointers.get(body, member(app, answer, "fields"), []):
            pointers.put(item, member(app, answer, "field")[-1:], "/elsewhere")
        return answer.with_json(body)


@fault("ERR-5")
def only_the_first_field_at_fault_is_named(app: Application) -> None:
    """Several fields are wrong, one is named."""

    @on_answers(app, refused_with(app, "required-absent", "value-invalid"))
    def change(request: RawRequest, answer: RawAnswer) -> RawAnswer:
        path = member(app, answer, "fields")
        return with_member(app, answer, "fields", pointers.get(answer.json(), path, [])[:1])


@fault("ERR-6", "ERR-7")
def quality_values_are_ignored(app: Application) -> None:
    """The first language named wins, whatever its quality."""

    @on_answers(app, failed)
    def change(request: RawRequest, answer: RawAnswer) -> RawAnswer:
        code = code_of(app, answer)
        first = (request.header("accept-language") or "").partition(",")[0].partition(";")[0].strip()
        if code is None or first not in code.message:
            return answer
        return with_member(app, answer, "message", code.message[first])


@fault("ERR-7")
def unknown_languages_are_answered_in_english(app: Application) -> None:
    """Who asks for a language that the contract lacks gets the last one instead of the first."""

    @on_answers(app)
    def change(request: RawRequest, answer: RawAnswer) -> RawAnswer:
        asked = request.header("accept-language")
        last = app.contract.languages[-1]
        code = code_of(app, answer)
        if not asked or code is None or language.choose(asked, (last, *app.contract.languages)) != last:
            return answer
        if any(each in asked.lower() for each in app.contract.languages):
            return answer
        return with_member(app, answer, "message", code.message[last])


@fault("CAT-1", "ENV-3", "ERR-6", "ERR-7")
def whoami_succeeds_with_a_code_of_its_own(app: Application) -> None:
    """A code that the catalogue lacks."""

    @on_answers(app, of(app, "whoami", "partner"), succeeded)
    def change(request: RawRequest, answer: RawAnswer) -> RawAnswer:
        return with_member(app, answer, "code", no_code(app))


@fault("CAT-5")
def the_first_look_at_health_is_throttled_without_a_delay(app: Application) -> None:
    """Throttled, and not told for how long."""
    operation = the(app, "health", "health")
    calls = itertools.count()

    @app.stages.negotiate.around
    def negotiate(proceed: Proceed, request: RawRequest, asked: Operation) -> None:
        if asked == operation and next(calls) == 0:
            raise Refusal("too-many-requests")
        proceed(request, asked)

    @on_answers(app, of(app, "health", "health"), refused_with(app, "too-many-requests"))
    def change(request: RawRequest, answer: RawAnswer) -> RawAnswer:
        return answer.without_header("Retry-After")


@fault("ERR-1")
def suspended_partners_are_refused_without_a_message(app: Application) -> None:
    """A member is missing where one partner is refused."""

    @app.stages.finish.around
    def finish(proceed: Proceed, request: RawRequest, answer: RawAnswer) -> RawAnswer:
        if refused_with(app, "partner-suspended")(request, answer):
            answer = without_member(app, answer, "debug")
        made: RawAnswer = proceed(request, answer)
        return made


@fault("ERR-4")
def items_at_fault_are_counted_from_one(app: Application) -> None:
    """Only in the list of a card's partners, the item at fault is named by the number of the next one."""
    place = pointers.encode(the(app, "issue", "card").request["partners"].path)

    @on_refusals(app, "issue", "card")
    def judge(call: Call, refusal: Refusal) -> Refusal:
        def shifted(each: Fault) -> Fault:
            above, _, index = each.field.rpartition("/")
            named = above == place and index.isdigit()
            return replace(each, field=f"{place}/{int(index) + 1}") if named else each

        return Refusal(refusal.code, [shifted(each) for each in refusal.fields], debug=refusal.debug)
