"""Faults of what refusals say: their code, words and language, what they leak, the ids they carry."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from dataclasses import replace

from cynod_conformance.experiment.registry import fault
from cynod_conformance.faults.handlers import around
from cynod_conformance.faults.helpers import (
    Condition,
    Proceed,
    code_of,
    failed,
    get_member,
    member,
    of,
    on_answers,
    on_results,
    put_member,
    refused_with,
    the,
    with_extra,
    with_header,
    with_member,
    without_member,
)
from cynod_sandbox._generated import credentials, decoding, pointers
from cynod_sandbox._generated.calls import Call, Result
from cynod_sandbox._generated.core import Application
from cynod_sandbox._generated.heads import Broken
from cynod_sandbox._generated.identity import Principal
from cynod_sandbox._generated.messages import RawAnswer, RawRequest
from cynod_sandbox._generated.refusals import Refusal

Edit = Callable[[str], str]

_BAD_ESCAPE = re.compile("%(?![0-9A-Fa-f]{2})")


def on_languages(app: Application) -> Callable[[Edit], Edit]:
    """Let the decorated function change the text of ``Accept-Language`` before a language is chosen."""

    def install(edit: Edit) -> Edit:
        @app.stages.choose_language.around
        def choose(proceed: Proceed, request: RawRequest) -> str:
            header = request.header("accept-language") or ""
            chosen: str = proceed(with_header(request, "accept-language", edit(header)))
            return chosen

        return edit

    return install


@fault("ERR-2")
def malformed_escapes_lose_a_member(app: Application) -> None:
    """Only a path with a percent sign before no two digits is refused without its technical message."""

    @on_answers(app, failed, lambda request, answer: _BAD_ESCAPE.search(request.path) is not None)
    def change(request: RawRequest, answer: RawAnswer) -> RawAnswer:
        return answer if code_of(app, answer) is None else without_member(app, answer, "debug")


@fault("ERR-2")
def escapes_that_are_no_text_have_one_member_more(app: Application) -> None:
    """Only octets that are no UTF-8, escaped in a path or a query, are refused in an envelope left open."""

    def is_no_text(request: RawRequest, answer: RawAnswer) -> bool:
        names = [*decoding.segments(request.path), *decoding.query(request.query).values()]
        return "\ufffd" in str(names)

    @on_answers(app, failed, is_no_text)
    def change(request: RawRequest, answer: RawAnswer) -> RawAnswer:
        return answer if code_of(app, answer) is None else with_extra(answer, "hint", "UTF-8")


@fault("ERR-2")
def malformed_heads_lose_a_member(app: Application) -> None:
    """Only what the parser refuses, such as a malformed header, is refused without its technical message."""

    @app.stages.malformed.around
    def malformed(proceed: Proceed, broken: Broken) -> RawAnswer:
        return without_member(app, proceed(broken), "debug")


@fault("ERR-4")
def bad_keys_are_said_to_stand_in_the_query(app: Application) -> None:
    """Only for an idempotency key, the place of the fault is not where it is."""

    @on_answers(app, refused_with(app, "idempotency-key-invalid"))
    def change(request: RawRequest, answer: RawAnswer) -> RawAnswer:
        body = answer.json()
        for item in pointers.get(body, member(app, answer, "fields"), []):
            pointers.put(item, member(app, answer, "place")[-1:], "query")
        return answer.with_json(body)


@fault("ERR-4")
def pointers_are_not_escaped(app: Application) -> None:
    """Only a member at fault whose name holds / or ~ is named by a JSON pointer that points elsewhere."""

    @on_answers(app, refused_with(app, "value-invalid"))
    def change(request: RawRequest, answer: RawAnswer) -> RawAnswer:
        body = answer.json()
        for item in pointers.get(body, member(app, answer, "fields"), []):
            place = member(app, answer, "field")[-1:]
            pointers.put(item, place, pointers.get(item, place).replace("~1", "/").replace("~0", "~"))
        return answer.with_json(body)


def _foreign(app: Application) -> Condition:
    """Answers in another language than the first."""
    return lambda request, answer: (
        request.language != app.contract.languages[0] and code_of(app, answer) is not None
    )


@fault("ERR-6")
def regions_are_not_understood(app: Application) -> None:
    """Only who asks for the language of a region is answered in the first language."""

    @on_answers(app, _foreign(app))
    def change(request: RawRequest, answer: RawAnswer) -> RawAnswer:
        code = code_of(app, answer)
        region = f"{request.language}-" in (request.header("accept-language") or "").lower()
        if code is None or not region:
            return answer
        return with_member(app, answer, "message", code.message[app.contract.languages[0]])


@fault("ERR-6")
def languages_in_capitals_are_unknown(app: Application) -> None:
    """Only a language that is named in capitals is not understood."""

    @on_languages(app)
    def edit(header: str) -> str:
        ranges = [each for each in header.split(",") if not each.partition(";")[0].strip().isupper()]
        return ",".join(ranges)


@fault("ERR-6")
def unknown_refunds_are_only_told_in_french(app: Application) -> None:
    """Only one code of one operation has its message in the first language, whatever is asked for."""

    @on_answers(app, _foreign(app), refused_with(app, "refund-unknown"))
    def change(request: RawRequest, answer: RawAnswer) -> RawAnswer:
        message = app.contract.code("refund-unknown").message
        return with_member(app, answer, "message", message[app.contract.languages[0]])


@fault("ERR-8")
def invalid_values_are_told_politely_in_english(app: Application) -> None:
    """Only in a language that is not the first, a word stands before the catalogue's text of one code."""

    @on_answers(app, _foreign(app), refused_with(app, "value-invalid"))
    def change(request: RawRequest, answer: RawAnswer) -> RawAnswer:
        said = pointers.get(answer.json(), member(app, answer, "message"))
        return with_member(app, answer, "message", f"Sorry. {said}")


@fault("CAT-2", "CAT-3", "CAT-4")
def payments_beyond_the_limits_have_another_status(app: Application) -> None:
    """Only in payments, an amount beyond the limits is refused with the status of an invalid value."""
    status = app.contract.code("value-invalid").status

    @on_answers(app, of(app, "debit", "payment"), refused_with(app, "amount-out-of-limits"))
    def change(request: RawRequest, answer: RawAnswer) -> RawAnswer:
        return replace(answer, status=status)


@fault("CAT-3", "CAT-4")
def a_cancellation_that_is_not_covered_meets_a_blocked_card(app: Application) -> None:
    """Only a cancellation refused for want of money is refused with a code that it may not have."""
    _misname(app, "cancel", "top-up", "balance-insufficient", "card-blocked")


@fault("CAT-4")
def another_currency_is_beyond_the_limits(app: Application) -> None:
    """Only a top-up in another currency is refused with another code of the same status."""
    _misname(app, "credit", "top-up", "currency-mismatch", "amount-out-of-limits")


@fault("CAT-4")
def a_payment_that_is_not_covered_meets_a_blocked_card(app: Application) -> None:
    """Only a payment refused for want of money is refused with another code of the same status."""
    _misname(app, "debit", "payment", "balance-insufficient", "card-blocked")


def _misname(app: Application, effect: str, resource: str, right: str, wrong: str) -> None:
    @around(app, effect, resource)
    def work(proceed: Proceed, call: Call) -> Result:
        try:
            result: Result = proceed(call)
        except Refusal as refusal:
            raise Refusal(wrong if refusal.code == right else refusal.code) from None
        return result


@fault("ENV-5")
def the_balance_of_a_blocked_card_spells_its_state_otherwise(app: Application) -> None:
    """Only while a card is blocked, its balance has a state that the document lacks."""

    @on_results(app, "read", "balance")
    def edit(call: Call, result: Result) -> None:
        state = get_member(call, result, "state")
        if call.state_name("card", state) == "blocked":
            put_member(call, result, "state", state.lower())


@fault("LEA-1")
def a_reused_key_shows_a_class(app: Application) -> None:
    """Only the technical message of a conflict of keys names the exception and the table behind it."""

    @on_answers(app, refused_with(app, "key-reused"))
    def change(request: RawRequest, answer: RawAnswer) -> RawAnswer:
        return with_member(
            app, answer, "debug", "sqlite3.IntegrityError: UNIQUE constraint failed: effects.key"
        )


@fault("LEA-4")
def a_number_in_the_place_of_an_id_is_repeated(app: Application) -> None:
    """Only a top-up that names a card by its number instead of its id is told that number."""

    @around(app, "credit", "top-up")
    def credit(proceed: Proceed, call: Call) -> Result:
        try:
            result: Result = proceed(call)
        except Refusal as refusal:
            card = str(call.role("card"))
            if refusal.code == "card-unknown" and card.isdigit():
                raise Refusal(refusal.code, debug=f"{refusal.code}: {card}") from None
            raise
        return result


@fault("HDR-1")
def long_request_ids_are_cut(app: Application) -> None:
    """Only a valid request id of more than 64 characters comes back shorter."""

    @app.stages.request_id.around
    def request_id(proceed: Proceed, request: RawRequest) -> str:
        made: str = proceed(request)
        return made[:64]


@fault("HDR-2", "HDR-1")
def bad_request_ids_are_cut_where_they_go_wrong(app: Application) -> None:
    """Only an invalid request id that begins well: as much of it as is valid comes back."""
    name, schema = app.contract.request_id or ("", "")

    @app.stages.request_id.around
    def request_id(proceed: Proceed, request: RawRequest) -> str:
        given = request.header(name) or ""
        for end in range(min(len(given), 1_000), 0, -1):
            if app.validators.is_valid(schema, given[:end]):
                return given[:end]
        made: str = proceed(request)
        return made


@fault("HDR-1")
def refused_callers_get_another_request_id(app: Application) -> None:
    """Only who is not known is answered with another request id than the valid one that it sent."""
    name, _ = app.contract.request_id or ("", "")
    status = app.contract.code("credentials-missing").status

    @on_answers(app, lambda request, answer: answer.status == status)
    def change(request: RawRequest, answer: RawAnswer) -> RawAnswer:
        return answer.with_header(name, secrets.token_hex(8))


@fault("BEA-8", "TOK-18", "CAT-4")
def revoked_tokens_still_tell_who_they_are(app: Application) -> None:
    """Only one operation is still open to a revoked token."""
    operation = the(app, "whoami", "partner")

    @app.stages.identify.around
    async def identify(proceed: Proceed, request: RawRequest) -> Principal:
        try:
            principal: Principal = await proceed(request)
        except Refusal as refusal:
            value = credentials.scheme_of(request.header("authorization") or "")[1]
            token = app.identity.find_token(value) if value else None
            partner = app.identity.partner(token.partner) if token is not None else None
            if refusal.code != "token-revoked" or request.operation != operation or partner is None:
                raise
            return Principal(partner, token.scopes if token is not None else (), "bearer")
        return principal


@fault("ERR-6")
def qualities_have_one_decimal(app: Application) -> None:
    """Only languages whose qualities differ from the second decimal on are equal: the first named wins."""

    def cut(match: re.Match[str]) -> str:
        return match[0] if match[1] == "0" else f"0.{match[1]}"

    @on_languages(app)
    def edit(header: str) -> str:
        return re.sub(r"0\.([0-9])[0-9]+", cut, header)


@fault("ERR-7")
def languages_that_begin_like_english_are_english(app: Application) -> None:
    """Only a language that is not known and begins with en, such as enm, is answered in English."""

    @on_languages(app)
    def edit(header: str) -> str:
        return re.sub(r"\ben[A-Za-z]{1,6}\b", "en", header)
