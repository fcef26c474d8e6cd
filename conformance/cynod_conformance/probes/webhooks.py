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
    FAILURES,
    LEAST_QUIET,
    REDIRECTS,
    Change,
    WebhookRound,
    intervals,
    webhook_round,
)
from cynod_conformance.text.phrase import Said, phrase
from cynod_conformance.webhooks.signature import key_of, verifies
from cynod_conformance.webhooks.watch import Delivery
from cynod_spec.model import Contract, Operation
from cynod_spec.network.addresses import is_loopback, is_public, literal
from cynod_spec.schema.validation import Validators

EFFECTS = ("credit", "cancel", "debit", "refund")
SIGNED = ("id", "timestamp", "signature")
RECENT = 300  # seconds that a delivery's time may be off
GROWTH = 1.3  # how much longer the last interval is than the first, at least: beyond what chance adds


def named(*labels: str) -> Cases[TestCase]:
    """One case for each of *labels*."""

    def cases(contract: Contract, operations: list[Operation]) -> Iterable[TestCase]:
        return [TestCase(label) for label in labels]

    return cases


def deliveries(tried: WebhookRound, effect: str) -> Iterable[tuple[Change, Delivery]]:
    """Each change with *effect* and its delivery. Raises ControlFailed for one that was not told."""
    for change in tried.changes[effect]:
        delivery = tried.delivery(change)
        if delivery is None:
            raise ControlFailed("not-told", what=change.answer.exchange.label)
        yield change, delivery


def retried(tried: WebhookRound, name: str) -> list[Delivery]:
    """The attempts of a delivery that failed, two at least. Raises ControlFailed."""
    attempts = tried.attempts(name)
    if len(attempts) < 2:
        raise ControlFailed("not-retried")
    return attempts


def fail(delivery: Delivery, expected: Said, got: Said) -> None:
    """The clause does not hold, as *delivery* shows."""
    raise AssertionFailed(expected, got, delivery.exchange)


@probe("WHK-1", tier="write", cases=named(*EFFECTS, *FAILURES), ahead=webhook_round)
def signature_verifies(context: TestContext, case: TestCase) -> None:
    """The signature is that of id, time and raw body as they came; the time is that of the sending."""
    tried = webhook_round(context)
    secret = context.config.webhook.get("secret")
    if not secret:
        raise PreconditionMissing("no-webhook-secret")
    if case.label in FAILURES:
        came = retried(tried, case.label)
    else:
        came = [delivery for _, delivery in deliveries(tried, case.label)]
    for each in came:
        id, time, signatures = (tried.header(each, role) for role in SIGNED)
        if absent := [tried.place(role).name for role in SIGNED if not tried.header(each, role)]:
            fail(each, phrase("signed"), phrase("members-absent", names=", ".join(absent)))
        if not verifies(key_of(secret), id, time, each.body, signatures):
            fail(each, phrase("signed"), phrase("another-signature"))
        if not (time.isascii() and time.isdigit() and abs(int(time[:20]) - each.moment) < RECENT):
            fail(each, phrase("sent-now", now=int(each.moment)), time)


@probe("WHK-2", tier="write", cases=named(*FAILURES, "others"))
def id_is_the_events(context: TestContext, case: TestCase) -> None:
    """Every attempt of an event has its id, and no other event has it."""
    tried = webhook_round(context)
    if case.label in FAILURES:
        first, *others = retried(tried, case.label)
        for each in others:
            if tried.header(each, "id") != tried.header(first, "id"):
                fail(each, phrase("same-id", id=tried.header(first, "id")), tried.header(each, "id"))
        return
    seen: dict[str, Any] = {}
    for effect in EFFECTS:
        for _, delivery in deliveries(tried, effect):
            if seen.setdefault(tried.header(delivery, "id"), delivery.json) != delivery.json:
                fail(delivery, phrase("own-id"), tried.header(delivery, "id"))


@probe("WHK-3", tier="write", cases=named(*FAILURES))
def failures_are_tried_again(context: TestContext, case: TestCase) -> None:
    """A 5xx, or no answer, is tried again; the intervals grow, as far as this run waits."""
    tried = webhook_round(context)
    attempts = tried.attempts(case.label)
    if len(attempts) < 2:
        fail(attempts[0], phrase("tried-again"), phrase("tried-once"))
    waits = intervals(attempts)
    if len(waits) > 1 and waits[-1] < GROWTH * min(waits[0], *tried.first_intervals()):
        fail(attempts[-1], phrase("longer-waits"), ", ".join(f"{wait:.1f} s" for wait in waits))


@probe("WHK-4", tier="write", cases=named(*EFFECTS, *FAILURES))
def received_is_the_end(context: TestContext, case: TestCase) -> None:
    """After a 2xx, given in time, nothing more comes of that event."""
    tried, failed = webhook_round(context), case.label in FAILURES
    tried.quiet()
    if failed:
        watch = tried.failing[case.label].watch
        ends = [(watch, each) for each in retried(tried, case.label) if in_time(each)][:1]
    else:
        ends = [(change.watch, each) for change, each in deliveries(tried, case.label) if in_time(each)]
    for watch, end in ends:
        for each in watch.after(end):
            same = tried.header(each, "id") == tried.header(end, "id") and each.json == end.json
            if failed or same:  # what failed had one event alone
                fail(each, phrase("nothing-more", status=end.reply.status), phrase("once-more"))


def in_time(delivery: Delivery) -> bool:
    """Whether the receiver took *delivery*, so soon that its sender had no reason to doubt it."""
    answered = delivery.answered
    return delivery.reply.receives and answered is not None and answered - delivery.at < LEAST_QUIET


@probe("WHK-5", tier="write", cases=named(*map(str, REDIRECTS), "private"))
def redirects_lead_nowhere(context: TestContext, case: TestCase) -> None:
    """Nothing arrives where a redirect leads. Which addresses are refused is not seen from outside."""
    tried = webhook_round(context)
    if case.label == "private":
        raise NotApplicable("private-allowed" if is_private(tried.public_url) else "private-unseen")
    change, trap = tried.redirected[int(case.label)]
    tried.wait(change.watch, 1)
    tried.quiet()
    for followed in trap.deliveries:
        fail(followed, phrase("nothing-there"), phrase("followed", status=case.label))


def is_private(url: str) -> bool:
    """Whether *url* names an address that is not public; a name is taken for public."""
    host = urlsplit(url).hostname or ""
    address = literal(host)
    return is_loopback(host) if address is None else not is_public(address)


@probe("WHK-6", tier="write", cases=named(*EFFECTS, "late"))
def told_as_it_was_then(context: TestContext, case: TestCase) -> None:
    """What is told of a change is what reading the resource said right after it, however late it comes."""
    tried = webhook_round(context)
    if case.label == "late":
        told_late(tried)
        return
    for change in tried.changes[case.label]:
        delivery = tried.delivery(change)
        if delivery is None:
            unheard = replace(change.answer.exchange)  # the change is right: it is no line that shows more
            raise AssertionFailed(phrase("told"), phrase("nothing-came"), unheard)
        agrees(tried, delivery, change)


def told_late(tried: WebhookRound) -> None:
    """A creation that is told again after the cancellation is told as it was."""
    created, cancelled = tried.late
    came = tried.wait(created.watch, 3)
    again = [each for each in came[1:] if tried.header(each, "id") == tried.header(came[0], "id")]
    if not again:
        raise ControlFailed("not-retried")
    for each in came:
        agrees(tried, each, created, *([] if each in again else [cancelled]))


def agrees(tried: WebhookRound, delivery: Delivery, *changes: Change) -> None:
    """What *delivery* tells is valid, and is the state after one of *changes*."""
    shown, body = tried.shown(delivery, changes[0].kind), tried.webhook.body
    if all(shown != change.state for change in changes):
        state = changes[-1].state
        wrong = next(role for role in (*state, *shown) if state.get(role) != shown.get(role))
        fail(delivery, f"{wrong} {state.get(wrong)!r}", f"{wrong} {shown.get(wrong)!r}")
    validators = Validators(tried.context.contract, "response")
    for problem in validators.errors(body.schema, delivery.json) if body else ():
        fail(delivery, phrase("valid-event"), f"{'/'.join(problem.path)}: {problem.keyword}")
