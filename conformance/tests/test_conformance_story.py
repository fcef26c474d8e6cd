"""A failure is told step by step: what was sent by comparison, what was received, what was waited for."""

from __future__ import annotations

import datetime as dt
import json
import re
import subprocess
from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from cynod_conformance.base.outcomes import AssertionFailed
from cynod_conformance.experiment.answer import Answer
from cynod_conformance.observe import Exchange, Request, Response
from cynod_conformance.report.story import MAX_CONSOLE_STEPS, commented, console_lines, where
from cynod_conformance.reproduction.exchange_log import ExchangeLog
from cynod_conformance.reproduction.redaction import Redactor
from cynod_conformance.reproduction.request_values import MAX_VALUE_CHARS, members, request_values, shown
from cynod_conformance.reproduction.script import DAY, placed_script
from cynod_conformance.reproduction.steps import Step, steps
from cynod_conformance.results.recorder import ResultRecorder
from cynod_conformance.results.status import Failure
from cynod_spec import load_contract
from cynod_spec.model import Operation

NONCE = "0123456789"
TOKEN = "tok-ABCDEFGHIJKLMNOPQRSTUVWXYZ-9"
URL = "http://127.0.0.1:1"
PAY, READ, REFUND = "debit payment", "read payment", "refund refund"


def operation(name: str) -> Operation:
    """The operation of the document with an effect on a resource, both in *name*."""
    effect, _, resource = name.partition(" ")
    found = load_contract().find(effect, resource)
    assert found is not None
    return found


def exchange(
    name: str, body: object = None, *, key: str = "", status: int = 201, answer: object = None, **more: Any
) -> Exchange:
    """A call of an operation by the primary partner; *more* are headers, and ``path`` the path sent."""
    called = operation(name)
    header = next((p.name for p in called.parameters if p.role == "key"), "")
    headers = [("Content-Type", "application/json"), ("Authorization", f"Bearer {TOKEN}")]
    headers += [(header, f"cf-{NONCE}-{key}")] if key else []
    path = more.pop("path", called.path)
    headers += [(each.replace("_", "-"), value) for each, value in more.items()]
    request = Request(
        called.method, URL + path, tuple(headers), json.dumps(body).encode() if body is not None else b""
    )
    response = Response(status, (), json.dumps(answer or {}).encode(), 0.01)
    return Exchange("1", called, request, response, "probe IDE-1", "primary")


def payment(value: int, reference: str, **more: Any) -> Exchange:
    return exchange(PAY, {"reference": f"cf-{NONCE}-{reference}", "montant": {"valeur": value}}, **more)


def granted(status: int = 200, life: int = 600) -> Exchange:
    """A token is given out."""
    called = next(o for o in load_contract().operations if o.effect == "token")
    body = b"grant_type=client_credentials&client_secret=s3cr3t-of-nobody"
    headers = (("Content-Type", "application/x-www-form-urlencoded"),)
    answer = json.dumps({"access_token": TOKEN, "expires_in": life}).encode()
    return Exchange(
        "1", called, Request("POST", f"{URL}/oauth2/token", headers, body), Response(status, (), answer, 0.01)
    )


def log_of(*exchanges: tuple[float, Exchange]) -> ExchangeLog:
    """A log in which each exchange ended at its second."""
    log = ExchangeLog(NONCE)
    for second, each in exchanges:
        log.see(each, second)
    return log


def redactor() -> Redactor:
    made = Redactor()
    made.add_token(TOKEN, "token_primary")
    return made


def told(*exchanges: Exchange, at: tuple[float, ...] = ()) -> tuple[Step, ...]:
    """The story of the last of *exchanges*."""
    seconds = at or tuple(1 + number / 10 for number in range(len(exchanges)))
    log = log_of(*zip(seconds, exchanges, strict=True))
    return steps(log, redactor(), exchanges[-1], placed_script(log, redactor(), exchanges[-1])[1])


def failure_of(*exchanges: Exchange) -> Failure:
    """The failure that a recorder makes of the last of *exchanges*."""
    recorder = ResultRecorder(redactor(), log_of(*((1 + n / 10, e) for n, e in enumerate(exchanges))))
    recorder.failed("IDE-1", "once", "201", "422", exchanges[-1])
    return recorder.failures["IDE-1"][0]


def test_a_replay_is_told_by_its_first_request() -> None:
    first = payment(100, "1", key="a")
    *_, last = told(first, replace(first, response=Response(422, (), b"{}", 0.01)))
    assert (last.number, last.breaks, last.received.en) == (2, True, "422")
    assert (last.sent.en, last.sent.fr) == ("the same as step 1", "la même qu'à l'étape 1")
    assert last.request == operation(PAY).key


def test_a_key_used_again_is_told_by_the_members_that_differ() -> None:
    (first, last) = told(payment(100, "1", key="a"), payment(101, "1", key="a", status=422))
    assert last.sent.en == "same key as step 1, but montant.valeur 101 instead of 100"
    assert first.sent.en == "montant.valeur 100"  # the reference only tells one request from another
    (_, last) = told(payment(100, "1", key="a"), payment(100, "2", key="a", status=422))
    assert last.sent.en.startswith("same key as step 1, but reference cf-")


def test_same_values_written_otherwise_are_no_change() -> None:
    first = payment(100, "1", key="a")
    spaced = replace(first, request=replace(first.request, body=first.request.body + b" \n"))
    assert told(first, spaced)[-1].sent.fr == "même clé qu'à l'étape 1, mêmes valeurs écrites autrement"


def test_values_are_those_of_the_steps_that_gave_them_out() -> None:
    made = payment(100, "1", key="a", answer={"data": {"paiementId": "pmt_abcdef987654"}})
    read = exchange(READ, path=operation(READ).path.replace("{paiementId}", "pmt_abcdef987654"), status=200)
    _, last = told(granted(), made, read)[-2:]
    assert last.sent.en == "paiementId of step 2"
    assert last.request == operation(READ).key


def test_missing_credentials_and_odd_headers_are_named() -> None:
    made = exchange(READ, Accept="image/png", status=406)
    bare = replace(made, request=replace(made.request, headers=(("Accept", "image/png"),)))
    (step,) = told(bare)
    assert "no Authorization" in step.sent.en
    assert "Accept: image/png" in step.sent.en


@pytest.mark.parametrize("asked", ["2", ""])
def test_a_wait_has_its_reason(asked: str) -> None:
    first = payment(100, "1", key="a", status=429, **({"Retry_After": asked} if asked else {}))
    response = Response(429, (("Retry-After", asked),) if asked else (), b"{}", 0.01)
    _, last = told(replace(first, response=response), payment(100, "1", key="a"), at=(1.0, 3.5))
    reason = f"a wait of 3 s, asked for by Retry-After: {asked}" if asked else "a wait of 3 s"
    assert last.waited.en == reason


def test_a_wait_for_the_end_of_a_token_says_so() -> None:
    *_, last = told(granted(life=2), exchange(READ, status=200), at=(1.0, 4.5))
    assert last.waited.en == "a wait of 4 s: the token of step 1 lives 2 s and must have expired"


def test_another_answer_to_the_same_request_is_told_by_its_values() -> None:
    first = exchange(READ, status=200, answer={"data": {"solde": 100000001, "id": "pmt_0123456789"}})
    body = json.dumps({"data": {"solde": 100000003, "id": "pmt_9876543210"}}).encode()
    *_, last = told(first, replace(first, response=Response(200, (), body, 0.01)))
    assert last.received.en == "200, unlike the answer in step 1: data.solde 100000003 instead of 100000001"


def test_the_same_over_and_over_is_one_step_and_the_last_stands_alone() -> None:
    first = payment(100, "1", key="a")
    found = told(first, *[replace(first) for _ in range(5)])
    assert [(step.numbers, step.breaks) for step in found] == [("1", False), ("2–5", False), ("6", True)]


def test_no_secret_is_told() -> None:
    failure = failure_of(granted(), exchange(READ, status=200))
    comments = [line for line in commented(failure, "fr") if line.startswith("# ")]
    whole = repr(failure.steps) + "".join((*comments, *console_lines(failure, "en")))
    assert TOKEN not in whole
    assert "s3cr3t-of-nobody" not in whole


def test_lines_are_commented_step_by_step() -> None:
    first = payment(100, "1", key="a")
    failure = failure_of(first, payment(101, "1", key="a", status=422))
    comments = [line for line in commented(failure, "en") if line.startswith("# ")]
    assert [line.partition(" · ")[0] for line in comments] == ["# 1. primary", "# 2. primary"]
    assert "same key as step 1, but montant.valeur 101 instead of 100" in comments[1]
    assert [line for line in commented(failure, "en") if not line.startswith("# ")] == [*failure.lines]


def test_a_loop_has_one_comment_for_all_its_steps() -> None:
    first = payment(100, "1", key="a")
    failure = failure_of(first, *[replace(first) for _ in range(4)])
    (comment,) = [line for line in commented(failure, "fr") if line.startswith("# ")]
    assert comment.startswith("# 1–5. primary")


def test_where_names_the_step_that_broke_the_promise() -> None:
    first = payment(100, "1", key="a")
    failure = failure_of(first, payment(101, "1", key="a", status=201))
    assert where(failure).en.startswith("step 2 of 2, same key as step 1, but")
    assert where(replace(failure, steps=())).fr == ""


def test_the_console_shows_the_last_steps_of_many() -> None:
    (step,) = told(payment(100, "1", key="a"))
    many = tuple(replace(step, number=n, last=n) for n in range(1, MAX_CONSOLE_STEPS + 4))
    failure = replace(failure_of(payment(100, "1", key="a")), steps=many)
    first, *rest = console_lines(failure, "fr")
    assert first == "… jusqu'à l'étape 3 : voir report.html"
    assert len(rest) == MAX_CONSOLE_STEPS


def test_values_have_the_names_of_the_document() -> None:
    request = Request(
        "POST",
        f"{URL}/base{operation(REFUND).path.replace('{paiementId}', 'pmt_1')}?limite=2&limite=3",
        (("Content-Type", "application/json"),),
        b'{"montant": {"valeur": 1}, "liste": ["a", "b"], "vide": {}}',
    )
    assert request_values(operation(REFUND), request, Redactor()) == {
        "paiementId": "pmt_1",
        "limite": "2",
        "limite (2)": "3",
        "montant.valeur": "1",
        "liste": "a, b",
        "vide": "{}",
    }
    assert request_values(None, replace(request, body=b"{not json"), Redactor())["body"] == "{not json"


def test_long_values_are_told_by_their_ends_and_their_length() -> None:
    assert shown("x" * MAX_VALUE_CHARS) == "x" * MAX_VALUE_CHARS
    assert shown("x" * 200).endswith("(200)")
    assert shown("") == '""'
    assert dict(members({"a": [{"b": None}]})) == {"a[0].b": "null"}


def test_the_same_question_by_another_token_is_compared_too() -> None:
    first = exchange(READ, status=200, answer={"data": {"solde": 1}})
    headers = tuple((n, v + "x" if n == "Authorization" else v) for n, v in first.request.headers)
    other = replace(first.request, headers=headers)
    last = told(first, replace(first, request=other, response=Response(200, (), b'{"data": {"solde": 2}}')))[
        -1
    ]
    assert last.sent.en.endswith("as step 1")
    assert last.received.en.endswith("unlike the answer in step 1: data.solde 2 instead of 1")


def test_dates_of_lines_are_counted_from_the_day_on_which_they_are_run() -> None:
    today = dt.datetime.now(dt.UTC).date()
    dates = {"fin": f"{today + dt.timedelta(days=900)}", "passé": "2002-02-28", "faux": "2029-02-31"}
    lines = "\n".join(failure_of(exchange(PAY, dates, key="a")).lines)
    assert re.search(r"\bday (899|900)\b", lines)  # midnight may be between the two
    assert DAY in lines
    assert dates["fin"] not in lines
    assert (dates["passé"] in lines, dates["faux"] in lines) == (True, True)


def test_a_day_is_told_by_bash() -> None:
    for days in (-1, 0, 900):
        before = dt.datetime.now(dt.UTC).date()
        done = subprocess.run(
            ["bash", "-c", f"{DAY}; day {days}"], capture_output=True, text=True, check=True
        )
        moved = dt.timedelta(days=days)
        assert done.stdout in (str(before + moved), str(dt.datetime.now(dt.UTC).date() + moved))


def test_what_matters_in_a_request_is_noted() -> None:
    answer = Answer(load_contract(), exchange(READ, status=422)).noting("a bound of 7")
    with pytest.raises(AssertionFailed) as caught:
        answer.expect_success()
    assert caught.value.note == "a bound of 7"
    recorder = ResultRecorder(redactor())
    recorder.failed("IDE-1", "once", "201", "422", answer.exchange, caught.value.note)
    assert recorder.failures["IDE-1"][0].note.en == "a bound of 7"


def test_a_member_has_the_name_of_the_document() -> None:
    read = operation(READ)
    role, expression = next((role, each) for role, each in read.answer.items() if each.path)
    answer = Answer(load_contract(), exchange(READ))
    assert answer.named(role) == ".".join(expression.path)
    assert answer.named("no role") == "no role"


def test_a_reference_that_an_earlier_step_made_up_is_told_by_that_step() -> None:
    listing = exchange(
        "list payment", status=200, path=f"{operation('list payment').path}?reference=cf-{NONCE}-1"
    )
    assert told(payment(100, "1", key="a"), listing)[-1].sent.en == "reference of step 1"


def test_the_scheme_of_a_pair_is_told_as_it_was_written() -> None:
    made = exchange(READ, status=401)
    known, pair = redactor(), "cGFydG5lcjpzM2NyM3Q="
    known.add_pair("partner", "s3cr3t", "basic")
    basic = replace(made.request, headers=(("Authorization", f"basic {pair}"),))
    log = log_of((1.0, made), (1.1, shown_by := replace(made, request=basic)))
    assert "Authorization: basic $CYNOD_BASIC_PAIR" in steps(log, known, shown_by, {})[-1].sent.en


def test_secrets_are_hidden_value_by_value_in_whatever_form_they_are_sent() -> None:
    secret = 'a"b}c,9:d e&f=g'
    made = redactor()
    made.add(secret, "webhook_secret")
    called = operation(PAY)
    body = json.dumps({"reference": secret, "montant": {"valeur": 100}}).encode()
    form = (("Content-Type", "application/x-www-form-urlencoded"),)
    query = f"{URL}{called.path}?reference={quote(secret)}&client_secret=0123456789"
    values = request_values(called, Request("POST", query, (), body), made)
    assert values["montant.valeur"] == "100"
    assert values["reference"] == values["reference (2)"] == "$CYNOD_WEBHOOK_SECRET"
    posted = Request("POST", URL + called.path, form, urlencode({"client_secret": secret}).encode())
    assert request_values(called, posted, made) == {"client_secret": "$CYNOD_WEBHOOK_SECRET"}
    assert "0123456789" not in values["client_secret"]


def test_what_a_target_chose_is_redacted_and_cut() -> None:
    first = payment(100, "1", key="a")
    busy = Response(429, (("Retry-After", f"{TOKEN} {'9' * 900}"),), b"{}", 0.01)
    _, last = told(replace(first, response=busy), first, at=(1.0, 3.5))
    assert "Retry-After" in last.waited.en
    read = exchange(READ, status=200, answer={"x" * 9000: 1})
    other = json.dumps({"x" * 9000: 2}).encode()
    *_, again = told(read, replace(read, response=Response(200, (), other, 0.01)))
    assert "unlike" in again.received.en
    for said in (last.waited.en, again.received.en):
        assert TOKEN[:12] not in said  # nor its beginning, which a cut would leave
        assert len(said) < 400
