"""What the target tells its partners: WHK clauses, judged at a receiver that the suite hosts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from cynod_conformance.base.outcomes import AssertionFailed, ControlFailed, NotApplicable, PreconditionMissing
from cynod_conformance.experiment.case_types import TestCase
from cynod_conformance.experiment.context import TestContext
from cynod_conformance.experiment.registry import Cases, probe
from cynod_conformance.experiment.webhook_round import (
    FAILURE_REPLIES,
    MIN_SILENCE_S,
    REDIRECT_STATUSES,
    WatchedChange,
    WebhookRound,
    intervals,
    webhook_round,
)
from cynod_conformance.text.phrase import Said, joined, phrase
from cynod_conformance.webhooks.mistakes import mistakes
from cynod_conformance.webhooks.signature import key_of, verifies
from cynod_conformance.webhooks.watch import Delivery
from cynod_spec.model import Contract, Operation
from cynod_spec.network.addresses import is_loopback, is_public, literal
from cynod_spec.schema.validation import Validators

EFFECTS = ("credit", "cancel", "debit", "refund")
SIGNATURE_ROLES = ("id", "timestamp", "signature")
MAX_CLOCK_SKEW_S = 300  # by which a delivery's time may be off
MIN_INTERVAL_GROWTH = (
    1.3  # how much longer the last interval is than the first, at least: beyond what chance adds
)


def each_label(*labels: str) -> Cases[TestCase]:
    """One case for each of *labels*."""

    def cases(contract: Contract, operations: list[Operation]) -> Iterable[TestCase]:
        return [TestCase(label) for label in labels]

    return cases


def deliveries(webhooks: WebhookRound, effect: str) -> Iterable[tuple[WatchedChange, Delivery]]:
    """Each change with *effect* and its delivery. Raises ControlFailed for one that was not told."""
    for change in webhooks.changes[effect]:
        delivery = webhooks.delivery(change)
        if delivery is None:
            raise ControlFailed("not-told", what=change.answer.exchange.label)
        yield change, delivery


def retried_attempts(webhooks: WebhookRound, name: str) -> list[Delivery]:
    """The attempts of a delivery that failed, two at least. Raises ControlFailed."""
    attempts = webhooks.attempts(name)
    if len(attempts) < 2:
        raise ControlFailed("not-retried")
    return attempts


def fail(delivery: Delivery, expected: Said, got: Said) -> None:
    """The clause does not hold, as *delivery* shows."""
    raise AssertionFailed(expected, got, delivery.exchange)


@probe("WHK-1", tier="write", cases=each_label(*EFFECTS, *FAILURE_REPLIES), ahead=webhook_round)
def signature_verifies(context: TestContext, case: TestCase) -> None:
    """The signature is that of id, time and raw body as they came; the time is that of the sending."""
    webhooks = webhook_round(context)
    secret = context.config.webhook.secret
    if not secret:
        raise PreconditionMissing("no-webhook-secret")
    if case.label in FAILURE_REPLIES:
        came = retried_attempts(webhooks, case.label)
    else:
        came = [delivery for _, delivery in deliveries(webhooks, case.label)]
    for each in came:
        id, time, signatures = (webhooks.header(each, role) for role in SIGNATURE_ROLES)
        if absent := [
            webhooks.place(role).name for role in SIGNATURE_ROLES if not webhooks.header(each, role)
        ]:
            fail(each, phrase("signed"), phrase("members-absent", names=", ".join(absent)))
        if not verifies(key_of(secret), id, time, each.body, signatures):
            fail(each, phrase("signed"), wrong_signature(secret, id, time, each.body, signatures))
        if not (time.isascii() and time.isdigit() and abs(int(time[:20]) - each.moment) < MAX_CLOCK_SKEW_S):
            fail(each, phrase("sent-now", now=int(each.moment)), time)


def wrong_signature(secret: str, id: str, time: str, body: bytes, signatures: str) -> Said:
    """Over what the signature would have been right, if it is one of the usual mistakes."""
    found = mistakes(secret, id, time, body, signatures)
    if not found:
        return phrase("another-signature")
    return phrase("signature-explained", what=found[0] if len(found) == 1 else joined(found))


@probe("WHK-2", tier="write", cases=each_label(*FAILURE_REPLIES, "others"))
def id_is_the_events(context: TestContext, case: TestCase) -> None:
    """Every attempt of an event has its id, and no other event has it."""
    webhooks = webhook_round(context)
    if case.label in FAILURE_REPLIES:
        first, *others = retried_attempts(webhooks, case.label)
        for each in others:
            if webhooks.header(each, "id") != webhooks.header(first, "id"):
                fail(each, phrase("same-id", id=webhooks.header(first, "id")), webhooks.header(each, "id"))
        return
    seen: dict[str, Any] = {}
    for effect in EFFECTS:
        for _, delivery in deliveries(webhooks, effect):
            if seen.setdefault(webhooks.header(delivery, "id"), delivery.json) != delivery.json:
                fail(delivery, phrase("own-id"), webhooks.header(delivery, "id"))


@probe("WHK-3", tier="write", cases=each_label(*FAILURE_REPLIES))
def failures_are_tried_again(context: TestContext, case: TestCase) -> None:
    """A 5xx, or no answer, is tried again; the intervals grow, as far as this run waits."""
    webhooks = webhook_round(context)
    attempts = webhooks.attempts(case.label)
    if len(attempts) < 2:
        fail(attempts[0], phrase("tried-again"), phrase("tried-once"))
    waits = intervals(attempts)
    if len(waits) > 1 and waits[-1] < MIN_INTERVAL_GROWTH * min(waits[0], *webhooks.first_intervals()):
        fail(attempts[-1], phrase("longer-waits"), ", ".join(f"{wait:.1f} s" for wait in waits))


@probe("WHK-4", tier="write", cases=each_label(*EFFECTS, *FAILURE_REPLIES))
def received_is_the_end(context: TestContext, case: TestCase) -> None:
    """After a 2xx, given in time, nothing more comes of that event."""
    webhooks, failed = webhook_round(context), case.label in FAILURE_REPLIES
    webhooks.wait_for_silence()
    if failed:
        watch = webhooks.failing[case.label].watch
        ends = [(watch, each) for each in retried_attempts(webhooks, case.label) if in_time(each)][:1]
    else:
        ends = [(change.watch, each) for change, each in deliveries(webhooks, case.label) if in_time(each)]
    for watch, end in ends:
        for each in watch.after(end):
            same = webhooks.header(each, "id") == webhooks.header(end, "id") and each.json == end.json
            if failed or same:  # what failed had one event alone
                fail(each, phrase("nothing-more", status=end.reply.status), phrase("once-more"))


def in_time(delivery: Delivery) -> bool:
    """Whether the receiver took *delivery*, so soon that its sender had no reason to doubt it."""
    answered = delivery.answered
    return delivery.reply.receives and answered is not None and answered - delivery.at < MIN_SILENCE_S


@probe("WHK-5", tier="write", cases=each_label(*map(str, REDIRECT_STATUSES), "private"))
def redirects_lead_nowhere(context: TestContext, case: TestCase) -> None:
    """Nothing arrives where a redirect leads. Which addresses are refused is not seen from outside."""
    webhooks = webhook_round(context)
    if case.label == "private":
        raise NotApplicable("private-allowed" if is_private(webhooks.public_url) else "private-unseen")
    change, trap = webhooks.redirected[int(case.label)]
    webhooks.wait(change.watch, 1)
    webhooks.wait_for_silence()
    for followed in trap.deliveries:
        fail(followed, phrase("nothing-there"), phrase("followed", status=case.label))


def is_private(url: str) -> bool:
    """Whether *url* names an address that is not public; a name is taken for public."""
    host = urlsplit(url).hostname or ""
    address = literal(host)
    return is_loopback(host) if address is None else not is_public(address)


@probe("WHK-6", tier="write", cases=each_label(*EFFECTS, "late"))
def told_as_it_was_then(context: TestContext, case: TestCase) -> None:
    """What is told of a change is what reading the resource said right after it, however late it comes."""
    webhooks = webhook_round(context)
    if case.label == "late":
        expect_late_delivery(webhooks)
        return
    for change in webhooks.changes[case.label]:
        delivery = webhooks.delivery(change)
        if delivery is None:
            unheard = replace(change.answer.exchange)  # the change is right: it is no line that shows more
            raise AssertionFailed(phrase("told"), phrase("nothing-came"), unheard)
        expect_state_told(webhooks, delivery, change)


def expect_late_delivery(webhooks: WebhookRound) -> None:
    """A creation that is told again after the cancellation is told as it was."""
    created, cancelled = webhooks.late
    came = webhooks.wait(created.watch, 3)
    again = [each for each in came[1:] if webhooks.header(each, "id") == webhooks.header(came[0], "id")]
    if not again:
        raise ControlFailed("not-retried")
    for each in came:
        expect_state_told(webhooks, each, created, *([] if each in again else [cancelled]))


def expect_state_told(webhooks: WebhookRound, delivery: Delivery, *changes: WatchedChange) -> None:
    """What *delivery* tells is valid, and is the state after one of *changes*."""
    shown, body = webhooks.shown(delivery, changes[0].kind), webhooks.webhook.body
    if all(shown != change.state for change in changes):
        state = changes[-1].state
        wrong = next(role for role in (*state, *shown) if state.get(role) != shown.get(role))
        fail(delivery, f"{wrong} {state.get(wrong)!r}", f"{wrong} {shown.get(wrong)!r}")
    validators = Validators(webhooks.context.contract, "response")
    for problem in validators.errors(body.schema, delivery.json) if body else ():
        fail(delivery, phrase("valid-event"), f"{'/'.join(problem.path)}: {problem.keyword}")
