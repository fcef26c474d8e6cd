"""What a target does under more than it should take: TOK-17 and ROB-5, with a partner meant for it."""

from __future__ import annotations

import statistics
import time
from email.utils import parsedate

from cynod_conformance.base.outcomes import PreconditionMissing
from cynod_conformance.experiment.answer import Answer
from cynod_conformance.experiment.canaries import canary
from cynod_conformance.experiment.case_types import TestCase
from cynod_conformance.experiment.context import TestContext
from cynod_conformance.experiment.registry import probe
from cynod_conformance.experiment.tokens import GRANT
from cynod_conformance.http.authorization import basic
from cynod_conformance.text.phrase import any_of, phrase

LOAD_CREDENTIAL = "throttled"  # the credential that may be locked out
MAX_GUESSES, GUESSES_AT_ONCE = 100, 10  # wrong secrets, and how many of them at the same time
MIN_SLOWDOWN, MIN_DELAY_S = 5.0, 1.0  # times, and seconds: from there on a late answer is a brake
MAX_QUOTA = 3000  # requests that are sent to spend a quota
EXTRA_REQUESTS = 10  # requests beyond a quota and what came in meanwhile
LOAD_TAGS = frozenset({"load"})


@probe("TOK-17", tier="load", last=True)
def guessing_is_slowed(context: TestContext, case: TestCase) -> None:
    """Wrong secrets, over and over: before long they are refused unseen, or answered ever later."""
    credential = context.credential(LOAD_CREDENTIAL)
    context.tokens.token(LOAD_CREDENTIAL)
    answers: list[Answer] = []
    while len(answers) < MAX_GUESSES:
        wrong = basic(credential.key, canary(context, "guess"))

        def guess(authorization: str = wrong) -> Answer:
            form = context.tokens.form(
                context.tokens.endpoint, [GRANT], authorization=authorization, tags=LOAD_TAGS
            )
            return context.oauth(form)

        answers += context.at_once([guess] * GUESSES_AT_ONCE)
        if any(answer.status == 429 for answer in answers):
            return
    times = [answer.exchange.response.elapsed for answer in answers]
    first, final = statistics.median(times[:GUESSES_AT_ONCE]), statistics.median(times[-GUESSES_AT_ONCE:])
    if final < MIN_DELAY_S or final < MIN_SLOWDOWN * first:
        answers[-1].fail(any_of(["429", phrase("ever-later")]), phrase("as-ever", count=len(answers)))


@probe("ROB-5", tier="load")
def burst_is_refused(context: TestContext, case: TestCase) -> None:
    """Beyond its quota a partner is refused until later, and nobody else is."""
    operation = context.contract.find("whoami")
    if operation is None:
        raise PreconditionMissing("no-operation", what="whoami")
    authorization = f"Bearer {context.tokens.token(LOAD_CREDENTIAL).value}"
    draft = context.fixtures.draft(operation)
    control = context.call(draft, authorization=authorization, identity=LOAD_CREDENTIAL).must_succeed()
    context.call(draft).must_succeed()
    quota = context.fixtures.shown(control.exchange).get("quota")
    if not isinstance(quota, int) or quota > MAX_QUOTA:
        raise PreconditionMissing("large-quota", what=str(quota))
    began, sent = time.monotonic(), 0
    while sent < quota + (time.monotonic() - began) * quota / 60 + EXTRA_REQUESTS:
        answer = context.call(draft, authorization=authorization, identity=LOAD_CREDENTIAL, tags=LOAD_TAGS)
        sent += 1
        if answer.status == 429:
            break
    answer.expect("too-many-requests").expect_header("Retry-After", is_delay, phrase("some-delay"))
    context.call(draft, tags=LOAD_TAGS).expect_success()


def is_delay(value: str) -> bool:
    """Whether *value* says when to come back: whole seconds, or a date (RFC 9110 §10.2.3)."""
    return value.isdigit() or parsedate(value) is not None
