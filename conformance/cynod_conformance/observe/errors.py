"""The error envelopes: ERR clauses."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_conformance.observe.answers import declared, envelope, enveloped_error, member_value, value_at
from cynod_conformance.observe.declare import Context, Seen, observe
from cynod_conformance.observe.envelopes import shape_problem
from cynod_conformance.observe.exchange import Exchange
from cynod_conformance.text.phrase import Said, phrase
from cynod_spec.model import Envelope


def worn_in_error(context: Context, exchange: Exchange) -> Envelope | None:
    """The envelope of an answer of 400 or more; None when OAuth 2.0 rules it or the request was no HTTP."""
    if exchange.response.status < 400:
        return None
    return envelope(context.contract, exchange)


def error_problem(context: Context, exchange: Exchange, worn: Envelope) -> Said:
    """What keeps an error from wearing its case's own envelope; empty when nothing does."""
    if problem := shape_problem(context, exchange, worn):
        return problem
    answer = declared(context.contract, exchange)
    if answer is not None and answer.schema is not None:
        code = context.contract.code_of(member_value(context, exchange, "code"))
        if code in answer.codes and (
            errors := context.errors(answer.schema.pointer, exchange.response.json.value)
        ):
            return errors[0]
    return ""


def with_status(exchange: Exchange, problem: Said) -> Said:
    """*problem* behind the status of the answer that has it."""
    return phrase("is", what=exchange.response.status, value=problem)


@observe("ERR-1", enveloped_error)
def error_wears_its_envelope(context: Context, exchange: Exchange) -> Iterator[Seen]:
    """Every answer of 400 or more has the envelope of its case."""
    if "malformed" in exchange.tags:
        return
    if (worn := worn_in_error(context, exchange)) is not None:
        names = ", ".join(m.name for m in worn.members if len(m.path) == 1)
        wanted = phrase("is", what=phrase("envelope", case=worn.case), value=names)
        problem = error_problem(context, exchange, worn)
        yield Seen(exchange.label, problem and with_status(exchange, problem), wanted)


@observe("ERR-2")
def malformed_wears_it_too(context: Context, exchange: Exchange) -> Iterator[Seen]:
    """Refusals of what is hardly HTTP have an envelope as well."""
    if "malformed" not in exchange.tags:
        return
    if (worn := worn_in_error(context, exchange)) is not None:
        problem = error_problem(context, exchange, worn)
        wanted = phrase("envelope", case=worn.case)
        yield Seen("seen", problem and with_status(exchange, problem), wanted)


@observe("ERR-3", enveloped_error)
def flag_says_failure(context: Context, exchange: Exchange) -> Iterator[Seen]:
    """The flag of an answer of 400 or more has the value that its envelope gives it."""
    if "malformed" in exchange.tags:
        return
    worn = worn_in_error(context, exchange)
    flag = worn.member("flag") if worn else None
    if flag is None:
        return
    value = value_at(exchange.response.json.value, flag.path)
    errors = context.errors(flag.schema.pointer, value)
    problem = f"{flag.name}: {value!r}" if errors else ""
    yield Seen(exchange.label, problem, phrase("of-an-error", name=flag.name))


@observe("ERR-6")
def message_is_in_the_language(context: Context, exchange: Exchange) -> Iterator[Seen]:
    """Who asks for one language and no other is answered in no other."""
    languages, asked = context.contract.languages, exchange.request.header("Accept-Language")
    code = context.contract.code_of(member_value(context, exchange, "code"))
    message = member_value(context, exchange, "message")
    if asked not in languages or code is None or not isinstance(message, str):
        return
    spoken = [language for language in languages if message.startswith(code.message.in_(language))]
    text = code.message.in_(asked)
    wanted = phrase("answered-in", accept=repr(asked), language=asked, text=text)
    yield Seen("seen", f"{message!r}" if spoken and asked not in spoken else "", wanted)


@observe("ERR-8", enveloped_error)
def message_begins_with_the_catalogue(context: Context, exchange: Exchange) -> Iterator[Seen]:
    """A message begins with the catalogue's text for its code, in one of the contract's languages."""
    code = context.contract.code_of(member_value(context, exchange, "code"))
    if code is None or "malformed" in exchange.tags:
        return
    message = member_value(context, exchange, "message")
    texts = [code.message.in_(language) for language in context.contract.languages]
    good = isinstance(message, str) and any(message.startswith(text) for text in texts)
    yield Seen(exchange.label, "" if good else f"{code.value}: {message!r}", " / ".join(texts))
