"""One round of changes with the receiver watching: all that the webhook probes judge, made at once.

What has to be waited for (retries, silence) is waited for side by side, so that a round costs little more
than its longest wait.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from cynod_conformance.base.outcomes import BudgetSpent, ControlFailed, NotApplicable
from cynod_conformance.experiment.answer import Answer
from cynod_conformance.experiment.card_account import CardAccount
from cynod_conformance.experiment.context import TestContext
from cynod_conformance.experiment.fixtures import Roles
from cynod_conformance.experiment.memo import MemoKey
from cynod_conformance.experiment.request_builder import NOTHING
from cynod_conformance.observe.answers import value_at
from cynod_conformance.webhooks.receiver import Receiver
from cynod_conformance.webhooks.watch import Delivery, Reply, Watch
from cynod_spec.model import Expression, Webhook

SOON = 10.0  # seconds in which an event is told, and in which a sender gives up waiting for an answer
PATIENCE = 15.0  # seconds for which further attempts are watched
LEAST_QUIET, LONGEST_QUIET = 1.0, 10.0  # seconds of silence after which nothing more is expected
SEVERAL = 3  # failures of one delivery, so that its intervals can be compared
SILENCE = "silence"  # no answer at all
FAILURES: Mapping[str, tuple[Reply, ...]] = {
    "503": (Reply(503),) * SEVERAL,
    "500": (Reply(500),),
    "404": (Reply(404),),
    "504": (Reply(504),),
    SILENCE: (Reply(0),),
}
REDIRECTS = (301, 302, 303, 307, 308)
RECEIVED = (200, 201, 202, 204)


@dataclass(frozen=True)
class Change:
    """A change of a resource: its answer, what reading showed right after, and who watches."""

    answer: Answer
    kind: str
    state: Roles
    watch: Watch
    before: int  # deliveries that had arrived before it


@dataclass
class WebhookRound:
    """What was changed, and who watches."""

    context: TestContext
    webhook: Webhook
    receiver: Receiver
    public_url: str
    changes: dict[str, list[Change]] = field(default_factory=dict)  # by effect, received at once
    failing: dict[str, Change] = field(default_factory=dict)  # by the name of the failure
    redirected: dict[int, tuple[Change, Watch]] = field(default_factory=dict)  # by status, and the trap
    late: list[Change] = field(default_factory=list)  # a creation that is told again after its cancellation

    # Making changes

    def run(self) -> None:
        """Make every change. Raises ControlFailed when nothing arrives at all."""
        account = CardAccount.open(self.context)
        for name, replies in FAILURES.items():
            self.failing[name] = self.credit(account, self.receiver.watch(self.fresh(), replies))
        for status in REDIRECTS:
            trap = self.receiver.watch(self.fresh())
            reply = Reply(status, f"{self.public_url.rstrip('/')}/{trap.key}")
            self.redirected[status] = self.credit(account, self.receiver.watch(self.fresh(), (reply,))), trap
        created = self.credit(account, self.receiver.watch(self.fresh(), (Reply(503),)))
        watches = [created.watch, *(change.watch for change in self.failing.values())]
        if not any(watch.wait(1, self.until(SOON)) for watch in watches):
            raise ControlFailed("nothing-told", url=self.public_url)
        self.late = [created, self.cancel(account, created)]
        for status in RECEIVED:
            watch = self.receiver.watch(self.fresh(), then=Reply(status))
            credited = self.told("credit", self.credit(account, watch))
            self.told("cancel", self.cancel(account, credited))
        self.told("credit", self.credit(account, self.receiver.watch(self.fresh()), label=NOTHING))
        self.pay(account)

    def pay(self, account: CardAccount) -> None:
        """A payment, given back in three parts."""
        watch = self.receiver.watch(self.fresh())
        answer = account.do("debit", "payment", reference=watch.key).must_succeed()
        paid = self.told("debit", self.change(account, answer, "payment", watch, 0, None))
        for amount in (1, 2, account.least - 3):
            before = len(watch.deliveries)
            answer = account.do("refund", "refund", parent=paid.state["id"], amount=amount).must_succeed()
            self.told("refund", self.change(account, answer, "payment", watch, before, paid))

    def fresh(self) -> str:
        """A reference that no other operation has."""
        return self.context.fixtures.fresh()

    def credit(self, account: CardAccount, watch: Watch, **roles: Any) -> Change:
        """A top-up that *watch* is told of; *roles* change values."""
        answer = account.do("credit", "top-up", reference=watch.key, **roles).must_succeed()
        return self.change(account, answer, "top-up", watch, 0, None)

    def cancel(self, account: CardAccount, credited: Change) -> Change:
        """The cancellation of a top-up."""
        before = len(credited.watch.deliveries)
        answer = account.do("cancel", "top-up", id=credited.state["id"]).must_succeed()
        return self.change(account, answer, "top-up", credited.watch, before, credited)

    def change(
        self, account: CardAccount, answer: Answer, kind: str, watch: Watch, before: int, made: Change | None
    ) -> Change:
        """The change that *answer* says was done to what *made* has made (None: to what it made itself)."""
        id = (made.state if made else self.context.fixtures.shown(answer.exchange)).get("id")
        if id is None:
            raise ControlFailed("no-id", what=answer.exchange.label)
        return Change(answer, kind, account.made("read", kind, id=id), watch, before)

    def told(self, effect: str, change: Change) -> Change:
        """Keep *change* under *effect*, once its delivery has come or is overdue."""
        known = self.changes.setdefault(effect, [])
        hopeless = any(self.delivery(each) is None for each in known)
        end = self.until(LEAST_QUIET if hopeless else SOON)
        while self.delivery(change) is None and time.monotonic() < end:
            change.watch.wait(len(change.watch.deliveries) + 1, end)
        known.append(change)
        return change

    # Looking at what came

    def header(self, delivery: Delivery, role: str) -> str:
        """The value of the header with *role*; empty without one. Raises NotApplicable."""
        return delivery.header(self.place(role).name)

    def place(self, role: str) -> Expression:
        """Where *role* stands in a delivery. Raises NotApplicable when the document does not say."""
        if role not in self.webhook.request:
            raise NotApplicable("no-webhook")
        return self.webhook.request[role]

    def shown(self, delivery: Delivery, kind: str) -> Roles:
        """The members, by role, of the resource that *delivery* tells of."""
        told = value_at(delivery.json, self.place("resource").path)
        members = self.context.contract.resources[kind].members
        found = {role: value_at(told, path) for role, path in members.items()}
        return {role: value for role, value in found.items() if value is not None}

    def delivery(self, change: Change) -> Delivery | None:
        """What came of *change*: what tells its state, else the first new event after it."""
        came = change.watch.deliveries
        known = {self.header(each, "id") for each in came[: change.before]}
        fitting = (each for each in came if self.shown(each, change.kind) == change.state)
        later = (each for each in came[change.before :] if self.header(each, "id") not in known)
        return next(fitting, None) or next(later, None)

    def attempts(self, name: str) -> list[Delivery]:
        """The attempts of the delivery that failed as *name* says, up to the one that was received."""
        stall_budget = PATIENCE + (SOON if name == SILENCE else 0)
        count = len(FAILURES[name]) + 1
        return self.wait(self.failing[name].watch, count, stall_budget)[:count]

    def wait(self, watch: Watch, count: int, stall_budget: float = PATIENCE) -> list[Delivery]:
        """What came to *watch*: *count* deliveries, or what came for *patience* seconds after the first."""
        first = next(iter(watch.wait(1, self.until(SOON))), None)
        if first is None:
            raise ControlFailed("not-told", what=watch.key)
        return watch.wait(count, min(first.at + stall_budget, self.until(stall_budget)))

    def first_intervals(self) -> list[float]:
        """The seconds between the first two attempts of each delivery that was answered with a failure."""
        gaps = [intervals(self.attempts(name)) for name in FAILURES if name != SILENCE]
        return [each[0] for each in gaps if each]

    def quiet(self) -> None:
        """Wait until a sender that meant to try again would have: twice its first interval."""
        first = max(self.first_intervals(), default=0.0)
        wait = min(LONGEST_QUIET, max(LEAST_QUIET, 2 * first))
        made = [*self.failing.values(), *(each for changes in self.changes.values() for each in changes)]
        last = max(each.at for change in made for each in change.watch.deliveries)
        time.sleep(max(0.0, min(last + wait, self.until(wait)) - time.monotonic()))

    def until(self, seconds: float) -> float:
        """The end of a wait of *seconds* from now. Raises BudgetSpent when the run's time is over."""
        deadline = self.context.target.deadline
        if deadline is not None and time.monotonic() > deadline:
            raise BudgetSpent("budget")
        end = time.monotonic() + seconds
        return end if deadline is None else min(end, deadline)


WEBHOOK_ROUND = MemoKey[WebhookRound]("webhook round")


def intervals(attempts: list[Delivery]) -> list[float]:
    """The seconds between each attempt and the next."""
    return [later.at - earlier.at for earlier, later in pairwise(attempts)]


def webhook_round(context: TestContext) -> WebhookRound:
    """The run's round of changes, made once. Raises NotApplicable without a receiver or a webhook."""
    return context.memo.once(WEBHOOK_ROUND, lambda: _made(context))


def _made(context: TestContext) -> WebhookRound:
    if context.receiver is None:
        raise NotApplicable("no-receiver")
    webhook = next((each for each in context.contract.webhooks if "resource" in each.request), None)
    if webhook is None:
        raise NotApplicable("no-webhook")
    made = WebhookRound(
        context, webhook, context.receiver, context.config.webhook.get("public_url") or context.receiver.url
    )
    made.run()
    return made
