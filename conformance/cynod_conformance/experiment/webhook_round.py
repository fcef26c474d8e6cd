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
from cynod_conformance.experiment.fixtures import RoleValues
from cynod_conformance.experiment.memo import MemoKey
from cynod_conformance.experiment.request_builder import NOTHING
from cynod_conformance.observe.answers import value_at
from cynod_conformance.webhooks.receiver import Receiver
from cynod_conformance.webhooks.watch import Delivery, Reply, Watch
from cynod_spec.model import Expression, Webhook

DELIVERY_TIMEOUT_S = 10.0  # for an event to be told, and for a sender to give up waiting for an answer
RETRIES_TIMEOUT_S = 15.0  # for which further attempts are awaited
MIN_SILENCE_S, MAX_SILENCE_S = 1.0, 10.0  # after which nothing more is expected
REPEATED_FAILURES = 3  # failures of one delivery, so that its intervals can be compared
NO_ANSWER = "silence"  # no answer at all
FAILURE_REPLIES: Mapping[str, tuple[Reply, ...]] = {
    "503": (Reply(503),) * REPEATED_FAILURES,
    "500": (Reply(500),),
    "404": (Reply(404),),
    "504": (Reply(504),),
    NO_ANSWER: (Reply(0),),
}
REDIRECT_STATUSES = (301, 302, 303, 307, 308)
RECEIVED_STATUSES = (200, 201, 202, 204)


@dataclass(frozen=True)
class WatchedChange:
    """A change of a resource: its answer, what reading showed right after, and the watch that is told."""

    answer: Answer
    kind: str
    state: RoleValues
    watch: Watch
    before: int  # deliveries that had arrived before it


@dataclass
class WebhookRound:
    """The changes of one round, and what the receiver got of each.

    ``changes`` are those whose deliveries are received at once, by effect; ``failing`` those whose deliveries
    are answered with a failure, by its name; ``redirected`` those answered with a redirect, by status, with
    the watch that it leads to. ``late`` are a creation that is told again after its cancellation, and that.
    """

    context: TestContext
    webhook: Webhook
    receiver: Receiver
    public_url: str
    changes: dict[str, list[WatchedChange]] = field(default_factory=dict)
    failing: dict[str, WatchedChange] = field(default_factory=dict)
    redirected: dict[int, tuple[WatchedChange, Watch]] = field(default_factory=dict)
    late: list[WatchedChange] = field(default_factory=list)

    # Making changes

    def run(self) -> None:
        """Make every change. Raises ControlFailed when no delivery arrives."""
        account = CardAccount.open(self.context)
        for name, replies in FAILURE_REPLIES.items():
            self.failing[name] = self.credit(account, self.receiver.watch(self.fresh(), replies))
        for status in REDIRECT_STATUSES:
            trap = self.receiver.watch(self.fresh())
            reply = Reply(status, f"{self.public_url.rstrip('/')}/{trap.key}")
            self.redirected[status] = self.credit(account, self.receiver.watch(self.fresh(), (reply,))), trap
        created = self.credit(account, self.receiver.watch(self.fresh(), (Reply(503),)))
        watches = [created.watch, *(change.watch for change in self.failing.values())]
        if not any(watch.wait(1, self.until(DELIVERY_TIMEOUT_S)) for watch in watches):
            raise ControlFailed("nothing-told", url=self.public_url)
        self.late = [created, self.cancel(account, created)]
        for status in RECEIVED_STATUSES:
            watch = self.receiver.watch(self.fresh(), then=Reply(status))
            credited = self.await_delivery("credit", self.credit(account, watch))
            self.await_delivery("cancel", self.cancel(account, credited))
        self.await_delivery("credit", self.credit(account, self.receiver.watch(self.fresh()), label=NOTHING))
        self.pay(account)

    def pay(self, account: CardAccount) -> None:
        """A payment, given back in three parts."""
        watch = self.receiver.watch(self.fresh())
        answer = account.send("debit", "payment", reference=watch.key).must_succeed()
        paid = self.await_delivery("debit", self.change(account, answer, "payment", watch, 0, None))
        for amount in (1, 2, account.small_amount - 3):
            before = len(watch.deliveries)
            answer = account.send("refund", "refund", parent=paid.state["id"], amount=amount).must_succeed()
            self.await_delivery("refund", self.change(account, answer, "payment", watch, before, paid))

    def fresh(self) -> str:
        """A reference that no other operation has."""
        return self.context.fixtures.fresh()

    def credit(self, account: CardAccount, watch: Watch, **roles: Any) -> WatchedChange:
        """A top-up that *watch* is told of; *roles* change values."""
        answer = account.send("credit", "top-up", reference=watch.key, **roles).must_succeed()
        return self.change(account, answer, "top-up", watch, 0, None)

    def cancel(self, account: CardAccount, credited: WatchedChange) -> WatchedChange:
        """The cancellation of a top-up."""
        before = len(credited.watch.deliveries)
        answer = account.send("cancel", "top-up", id=credited.state["id"]).must_succeed()
        return self.change(account, answer, "top-up", credited.watch, before, credited)

    def change(
        self,
        account: CardAccount,
        answer: Answer,
        kind: str,
        watch: Watch,
        before: int,
        made: WatchedChange | None,
    ) -> WatchedChange:
        """The change that *answer* reports: of what *made* has made, or of what it made itself (None)."""
        id = (made.state if made else self.context.fixtures.shown(answer.exchange)).get("id")
        if id is None:
            raise ControlFailed("no-id", what=answer.exchange.label)
        return WatchedChange(answer, kind, account.make("read", kind, id=id), watch, before)

    def await_delivery(self, effect: str, change: WatchedChange) -> WatchedChange:
        """Add *change* to those of *effect* once its delivery has arrived or is overdue."""
        known = self.changes.setdefault(effect, [])
        hopeless = any(self.delivery(each) is None for each in known)
        end = self.until(MIN_SILENCE_S if hopeless else DELIVERY_TIMEOUT_S)
        while self.delivery(change) is None and time.monotonic() < end:
            change.watch.wait(len(change.watch.deliveries) + 1, end)
        known.append(change)
        return change

    # Reading the deliveries

    def header(self, delivery: Delivery, role: str) -> str:
        """The value of the header with *role*; empty without one. Raises NotApplicable."""
        return delivery.header(self.place(role).name)

    def place(self, role: str) -> Expression:
        """Where *role* stands in a delivery. Raises NotApplicable when the document does not say."""
        if role not in self.webhook.request:
            raise NotApplicable("no-webhook")
        return self.webhook.request[role]

    def shown(self, delivery: Delivery, kind: str) -> RoleValues:
        """The members, by role, of the resource that *delivery* tells of."""
        await_delivery = value_at(delivery.json, self.place("resource").path)
        members = self.context.contract.resources[kind].members
        found = {role: value_at(await_delivery, path) for role, path in members.items()}
        return {role: value for role, value in found.items() if value is not None}

    def delivery(self, change: WatchedChange) -> Delivery | None:
        """The delivery of *change*: one that shows its state, else the first new event after it, or None."""
        came = change.watch.deliveries
        known = {self.header(each, "id") for each in came[: change.before]}
        fitting = (each for each in came if self.shown(each, change.kind) == change.state)
        later = (each for each in came[change.before :] if self.header(each, "id") not in known)
        return next(fitting, None) or next(later, None)

    def attempts(self, name: str) -> list[Delivery]:
        """The attempts of the delivery that failed as *name* says, up to the one that was received."""
        timeout_s = RETRIES_TIMEOUT_S + (DELIVERY_TIMEOUT_S if name == NO_ANSWER else 0)
        count = len(FAILURE_REPLIES[name]) + 1
        return self.wait(self.failing[name].watch, count, timeout_s)[:count]

    def wait(self, watch: Watch, count: int, timeout_s: float = RETRIES_TIMEOUT_S) -> list[Delivery]:
        """*count* deliveries to *watch*, or those of the first *timeout_s* seconds after the first one.

        Raises ControlFailed when there is none.
        """
        first = next(iter(watch.wait(1, self.until(DELIVERY_TIMEOUT_S))), None)
        if first is None:
            raise ControlFailed("not-told", what=watch.key)
        return watch.wait(count, min(first.at + timeout_s, self.until(timeout_s)))

    def first_intervals(self) -> list[float]:
        """The seconds between the first two attempts of each delivery that was answered with a failure."""
        gaps = [intervals(self.attempts(name)) for name in FAILURE_REPLIES if name != NO_ANSWER]
        return [each[0] for each in gaps if each]

    def wait_for_silence(self) -> None:
        """Wait until a sender that meant to try again would have: twice its first interval."""
        first = max(self.first_intervals(), default=0.0)
        wait = min(MAX_SILENCE_S, max(MIN_SILENCE_S, 2 * first))
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
        context, webhook, context.receiver, context.config.webhook.public_url or context.receiver.url
    )
    made.run()
    return made
