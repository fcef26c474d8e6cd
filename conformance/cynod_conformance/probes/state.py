"""What must hold across calls: STA and CON clauses."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import dataclass
from functools import partial
from typing import Any

from cynod_conformance.base.outcomes import ControlFailed, NotApplicable
from cynod_conformance.experiment.answer import Answer
from cynod_conformance.experiment.card_account import PAST_EXPIRY, CardAccount, required_operation
from cynod_conformance.experiment.case_types import OperationCase, TestCase
from cynod_conformance.experiment.context import TestContext
from cynod_conformance.experiment.fixtures import RoleValues
from cynod_conformance.experiment.inputs import accepts, body_inputs, schema_at
from cynod_conformance.experiment.memo import MemoKey
from cynod_conformance.experiment.pagination import whole_list
from cynod_conformance.experiment.registry import probe
from cynod_conformance.experiment.request_builder import RequestBuilder
from cynod_conformance.experiment.test_cases import each, identified
from cynod_conformance.text.phrase import phrase
from cynod_spec.model import Operation

MAX_LIST_LAG_S = 5.0  # seconds that a list may lag behind
LATER_REFUNDS = 12  # refunds that follow one which has to be kept
MIN_AGE_S = 4.0  # seconds after which what was made is asked for once more
MIDNIGHT_MARGIN = dt.timedelta(minutes=5)  # around the end of a day, when clocks may disagree on which it is
EMPTIED_BALANCE = 12_345  # minor units on a card that is emptied, where so much may be paid at once
THREE_DECIMAL_CURRENCY = "TND"  # a currency of three decimals (ISO 4217)
TRACKED_BALANCE = 10_000_000  # minor units on the card whose money is followed
AFFORDABLE_PAYMENTS, PAYMENTS_AT_ONCE = 3, 8  # that a card can pay, and that are tried at once
CANCELLATION_LEADS_S = (
    0.03,
    0.01,
    0.003,
    0.0,
)  # seconds by which a cancellation is ahead of a payment of its money
CHARGES = (("credit", "top-up"), ("debit", "payment"))


def creates(operation: Operation) -> bool:
    """Whether the operation makes something that another one reads."""
    return identified(operation) and operation.effect in ("credit", "debit", "refund", "issue")


@probe("STA-1", tier="write", cases=each(creates))
def created_is_readable(context: TestContext, case: OperationCase) -> None:
    """What was created is readable at once, with equal values, texts as long as they may be included."""
    reading = required_operation(context, "read", case.operation.resource)
    for as_it_is in (True, False):
        draft = context.control(case.operation)
        changed = draft if as_it_is else with_longest_texts(context, draft)
        answer = context.call(changed, valid=True).must_succeed()
        made = context.fixtures.shown(answer.exchange)
        again = context.fixtures.bare(reading)
        for role, expression in reading.request.items():
            parent = case.operation.request.get("parent")
            value = changed.get(parent) if role == "parent" and parent else made.get(role)
            again = again.put(expression, value)
        read = context.call(again, valid=True).expect_success()
        shown = context.fixtures.shown(read.exchange)
        for role, value in made.items():
            if role != "number" and shown.get(role) != value:
                read.fail(f"{read.named(role)} {value!r}", repr(shown.get(role)))


def with_longest_texts(context: TestContext, draft: RequestBuilder) -> RequestBuilder:
    """*draft* with texts of many words, as long as the document lets them be."""
    for location in body_inputs(context.contract, draft.operation):
        most = schema_at(context.contract, location.pointer).get("maxLength")
        if location.role in ("label", "holder") and isinstance(most, int):
            draft = location.set(draft, ("Boutique de Saint-Louis " * most)[: most - 1] + "s")
    return draft


@probe("STA-2", tier="write")
def only_declared_transitions(context: TestContext, case: TestCase) -> None:
    """States go as the document says; what it does not say is forbidden by the state."""
    account = CardAccount.open(context)
    top_up = account.make("credit", "top-up")
    expect_state(account, account.send("read", "top-up", id=top_up["id"]), "top-up", "done")
    expect_state(account, account.send("cancel", "top-up", id=top_up["id"]), "top-up", "cancelled")
    account.send("cancel", "top-up", id=top_up["id"]).expect("state-forbids")
    payment = account.make("debit", "payment")
    for amount, state in (
        (1, "partly-refunded"),
        (2, "partly-refunded"),
        (account.small_amount - 3, "refunded"),
    ):
        account.send("refund", "refund", parent=payment["id"], amount=amount).expect_success()
        expect_state(account, account.send("read", "payment", id=payment["id"]), "payment", state)
    account.send("refund", "refund", parent=payment["id"], amount=1).expect("state-forbids")
    whole = account.make("debit", "payment")
    account.make("refund", "refund", parent=whole["id"])
    expect_state(account, account.send("read", "payment", id=whole["id"]), "payment", "refunded")
    account.send("refund", "refund", parent=whole["id"], amount=1).expect("state-forbids")
    for name in ("blocked", "blocked", "active", "active"):
        value = state_value(context, "card", name)
        changed = account.send("set-state", "card", id=account.card["id"], state=value).expect_success()
        expect_state(account, changed, "card", name)
    expired = CardAccount.open(context, expiry=PAST_EXPIRY)
    change = partial(expired.send, "set-state", "card", id=expired.card["id"])
    for name in ("blocked", "active"):
        change(state=state_value(context, "card", name)).expect("card-expired")


def state_value(context: TestContext, resource: str, name: str) -> str:
    """What the state *name* of *resource* is called on the wire. Raises NotApplicable."""
    state = context.contract.resources[resource].state(name)
    if state is None:
        raise NotApplicable("not-here", what=f"{resource} {name}")
    return state.value


def expect_state(account: CardAccount, answer: Answer, resource: str, name: str) -> None:
    """The resource that *answer* shows is in the state *name*."""
    value = state_value(account.context, resource, name)
    shown = account.context.fixtures.shown(answer.must_succeed().exchange).get("state")
    if shown != value:
        answer.fail(value, str(shown))


@probe("STA-3", tier="write")
def final_states_stay(context: TestContext, case: TestCase) -> None:
    """A cancelled top-up, a refunded payment and an expired card stay what they are, whatever is tried."""
    account = CardAccount.open(context)
    top_up, payment = account.make("credit", "top-up"), account.make("debit", "payment")
    account.make("cancel", "top-up", id=top_up["id"])
    account.make("refund", "refund", parent=payment["id"])
    for _ in range(2):
        account.send("cancel", "top-up", id=top_up["id"])
        account.send("refund", "refund", parent=payment["id"], amount=1)
        expect_state(account, account.send("read", "top-up", id=top_up["id"]), "top-up", "cancelled")
        expect_state(account, account.send("read", "payment", id=payment["id"]), "payment", "refunded")
    expired = CardAccount.open(context, expiry=PAST_EXPIRY)
    for name in ("blocked", "active"):
        expired.send("set-state", "card", id=expired.card["id"], state=state_value(context, "card", name))
        expect_state(expired, expired.send("read", "card", id=expired.card["id"]), "card", "expired")


@probe("STA-4", tier="write")
def views_agree(context: TestContext, case: TestCase) -> None:
    """Balance and details follow a move at once; lists follow within seconds and say the same."""
    account = CardAccount.open(context)
    held = account.balance()
    top_up, payment = (account.make(*move, amount=account.large_amount) for move in CHARGES)
    expect_balance(account, held)
    for resource, made in (("top-up", top_up), ("payment", payment)):
        expect_listed(account, resource, made)
    refund = account.make("refund", "refund", parent=payment["id"], amount=1)
    account.send("read", "refund", parent=payment["id"], id=refund["id"]).expect_success()
    expect_balance(account, held + 1)
    for resource, made in (("payment", payment), ("card", account.card)):
        expect_listed(account, resource, made)
    account.make("refund", "refund", parent=payment["id"], amount=account.large_amount - 1)
    account.make("cancel", "top-up", id=top_up["id"])
    expect_balance(account, held)
    for resource, made in (("top-up", top_up), ("payment", payment), ("card", account.card)):
        expect_listed(account, resource, made)
    for resource, move in zip(("top-up", "payment"), CHARGES, strict=True):
        found_by_reference(account, resource, *move)
    for id, amount in (
        (top_up["id"], account.large_amount),
        (payment["id"], -account.large_amount),
        (refund["id"], 1),
    ):
        entries = [
            item.get("amount")
            for item in context.fixtures.listed(account.send("list", "entry").must_succeed().exchange)
            if item.get("operation") == id
        ]
        if amount not in entries:
            account.send("list", "entry").fail(phrase("entry-of", amount=amount), str(entries))


def found_by_reference(account: CardAccount, resource: str, effect: str, kind: str) -> None:
    """A list with a reference has what has it, whatever else looks like it."""
    operation = required_operation(account.context, "list", resource)
    if "reference" not in operation.request:
        return
    making, stem = required_operation(account.context, effect, kind), account.context.fixtures.fresh()
    inputs = [
        location for location in body_inputs(account.context.contract, making) if location.role == "reference"
    ]
    alike = [f"{stem}{end}" for end in ("_x/y", "_X/y", "-x/y", "_x", "_x/yy")]
    taken = [
        text
        for text in alike
        if all(accepts(account.context.validators, location, text) for location in inputs)
    ]
    made = {reference: account.make(effect, kind, reference=reference)["id"] for reference in taken}
    for reference, id in made.items():
        answer = account.send("list", resource, reference=reference).must_succeed()
        items = account.context.fixtures.listed(answer.exchange)
        if any(item.get("id") != id for item in items):
            answer.fail(phrase("items-of-list"), phrase("foreign-items", count=len(items) - 1))
        expect_listed(account, resource, {"id": id, "reference": reference})


def expect_listed(account: CardAccount, resource: str, made: RoleValues) -> None:
    """A list shows what was *made* as its detail does, now or within seconds."""
    detail = account.context.fixtures.shown(
        account.send("read", resource, id=made["id"]).expect_success().exchange
    )
    filters = {"reference": made["reference"]} if "reference" in made else {"limit": 100}
    end = time.monotonic() + MAX_LIST_LAG_S
    while True:
        answer = account.send("list", resource, **filters).must_succeed()
        items = account.context.fixtures.listed(answer.exchange)
        item = next((item for item in items if item.get("id") == made["id"]), None)
        differing = [
            role for role in detail if item is not None and detail[role] != item.get(role, detail[role])
        ]
        if item is not None and not differing:
            return
        if time.monotonic() > end:
            break
        time.sleep(0.2)
    if item is None:
        answer.fail(phrase("in-its-list"), phrase("not-there"))
        return
    role = differing[0]
    answer.fail(f"{answer.named(role)} {detail[role]!r}", repr(item.get(role)))


def expect_balance(account: CardAccount, amount: int) -> None:
    """The balance, and the card's detail where the operator may read it, say *amount*."""
    for effect, resource, role in (("read", "balance", "amount"), ("read", "card", "balance")):
        answer = account.send(effect, resource, id=account.card["id"]).must_succeed()
        shown = account.context.fixtures.shown(answer.exchange).get(role)
        if shown is not None and shown != amount:
            answer.fail(phrase("balance-of", amount=amount), f"{shown}")


@dataclass
class CardLedger:
    """A card whose money is followed: what it must hold after each move."""

    account: CardAccount
    expected: int

    def move(self, effect: str, resource: str, change: int, **roles: Any) -> RoleValues:
        """Make a move that adds *change* to the balance, and look at the balance."""
        made = self.account.make(effect, resource, **roles)
        self.expected += change
        read = self.account.send("read", "balance").must_succeed()
        held = self.account.context.fixtures.shown(read.exchange).get("amount")
        if held != self.expected:
            wanted = phrase("balance-after", amount=self.expected, move=effect, moved=f"{change:+}")
            read.fail(wanted, f"{held}")
        return made


@probe("STA-5", tier="write")
def money_is_conserved(context: TestContext, case: TestCase) -> None:
    """Over moves of every size the balance is what a ledger says, and the sum of the card's entries."""
    account, chance = CardAccount.open(context, initial_amount=TRACKED_BALANCE), context.fixtures.random
    ledger = CardLedger(account, TRACKED_BALANCE)
    for amount in chance.sample(sizes(account), k=len(sizes(account))):
        top_up = ledger.move("credit", "top-up", amount, amount=amount)
        payment = ledger.move("debit", "payment", -amount, amount=amount)
        parts = [1, chance.randrange(1, amount - 1)]
        for part in (*parts, amount - sum(parts)):
            if part:
                ledger.move("refund", "refund", part, parent=payment["id"], amount=part)
        ledger.move("cancel", "top-up", -amount, id=top_up["id"])
        ledger.move("debit", "payment", -amount, amount=amount)
    for name in ("blocked", "active"):
        ledger.move("set-state", "card", 0, id=account.card["id"], state=state_value(context, "card", name))
    ledger.move("credit", "top-up", account.small_amount, amount=account.small_amount)
    to_the_last_unit(context, min(EMPTIED_BALANCE, account.large_amount))
    entries, last = whole_list(context, account.draft("list", "entry"))
    total = sum(item.get("amount", 0) for item in entries)
    if total != ledger.expected:
        came = phrase("sum-of-entries", total=total, count=len(entries))
        last.fail(phrase("entries-sum", amount=ledger.expected), came)


def to_the_last_unit(context: TestContext, given: int) -> None:
    """A card holds the amount that it was *given* in any currency, and pays with all of it."""
    for roles in ({}, {"currency": THREE_DECIMAL_CURRENCY}):
        try:
            account = CardAccount.open(context, initial_amount=given, **roles)
        except ControlFailed:
            continue  # a currency that the target does not keep cards in
        ledger = CardLedger(account, given)
        ledger.move("credit", "top-up", account.small_amount, amount=account.small_amount)
        ledger.move("debit", "payment", -given, amount=given)
        account.send("debit", "payment", amount=account.small_amount).expect_not(["balance-insufficient"])


def sizes(account: CardAccount) -> list[int]:
    """Amounts of every magnitude that the partner may move, in minor units."""
    return sorted(
        {
            account.small_amount,
            account.small_amount + 1,
            *(min(size, account.large_amount) for size in (1_234, 12_345, 10**6)),
        }
    )


@probe("STA-6", tier="write")
def blocked_and_expired_cards(context: TestContext, case: TestCase) -> None:
    """Blocked and expired cards refuse top-ups and payments, nothing else; unblocking restores."""
    account = CardAccount.open(context)
    payment, top_up = account.make("debit", "payment"), account.make("credit", "top-up")
    for _ in range(2):  # however often it is said, once is enough to take it back
        account.make(
            "set-state", "card", id=account.card["id"], state=state_value(context, "card", "blocked")
        )
    for move in CHARGES:
        account.send(*move).expect("card-blocked")
    expect_readable(account)
    for kind, made in (("payment", payment), ("top-up", top_up)):
        account.send("read", kind, id=made["id"]).expect_success()
        account.send("list", kind, reference=made["reference"]).expect_success()
    account.send("refund", "refund", parent=payment["id"], amount=1).expect_success()
    account.send("refund", "refund", parent=payment["id"], amount=account.small_amount - 1).expect_success()
    account.send("cancel", "top-up", id=top_up["id"]).expect_success()
    account.make("set-state", "card", id=account.card["id"], state=state_value(context, "card", "active"))
    for move in CHARGES:
        account.send(*move).expect_success()
    expired = CardAccount.open(context, expiry=PAST_EXPIRY)
    for move in CHARGES:
        expired.send(*move).expect("card-expired")
    expect_readable(expired)
    last_day(context)


def last_day(context: TestContext) -> None:
    """A card can be used on its last day, in UTC; near its end nobody's clock is trusted."""
    now = dt.datetime.now(dt.UTC)
    if {(now + margin).date() for margin in (MIDNIGHT_MARGIN, -MIDNIGHT_MARGIN)} == {now.date()}:
        account = CardAccount.open(context, expiry=now.date().isoformat())
        for move in CHARGES:
            account.send(*move).expect_success()


def expect_readable(account: CardAccount) -> None:
    """The card can be read in every way, whatever its state."""
    for effect, resource in (("read", "balance"), ("read", "card"), ("list", "entry")):
        account.send(effect, resource, id=account.card["id"]).expect_success()


@probe("STA-7", tier="write")
def refunds_stay_below_the_payment(context: TestContext, case: TestCase) -> None:
    """Refunds never exceed the payment, however it is split, or at once."""
    account = CardAccount.open(context)
    for amount in (account.small_amount, account.large_amount):
        payment, left = account.make("debit", "payment", amount=amount), amount
        for part in (1, 1, left // 2, left - 2 - left // 2):
            for excess in {left + 1, amount} - {left}:
                answer = account.send("refund", "refund", parent=payment["id"], amount=excess)
                answer.expect("refund-exceeds")
            account.send("refund", "refund", parent=payment["id"], amount=part).expect_success()
            left -= part
    payment, before = account.make("debit", "payment"), account.balance()
    drafts = [account.draft("refund", "refund", parent=payment["id"]) for _ in range(5)]
    answers = context.at_once([partial(context.call, draft) for draft in drafts])
    done = [a for a in answers if a.status < 300]
    if len(done) != 1 or account.balance() != before + account.small_amount:
        answers[-1].fail(phrase("one-refund"), phrase("refunds", count=len(done)))


@dataclass(frozen=True)
class Survivor:
    """A resource that went through its states and must still be there at the end of the run."""

    reading: RequestBuilder
    shown: RoleValues
    since: float  # ``time.monotonic``


SURVIVORS = MemoKey[list[Survivor]]("survivors")


def make_survivors(context: TestContext) -> None:
    """Make the survivors, as early in a run as can be."""
    survivors(context)


def survivors(context: TestContext) -> list[Survivor]:
    """The survivors of the run, made once."""
    return context.memo.keep(SURVIVORS, partial(new_survivors, context))


@probe("STA-8", tier="write", cases=each(creates), last=True, ahead=make_survivors)
def created_survives(context: TestContext, case: OperationCase) -> None:
    """What was answered 201 is still there at the end of the run, whatever states it went through since."""
    kept = context.fixtures.shared(case.operation.resource)
    reading = required_operation(context, "read", case.operation.resource)
    draft = context.fixtures.bare(reading)
    for role, expression in reading.request.items():
        draft = draft.put(expression, kept[role])
    expect_values(context, draft, {"amount": kept.get("amount")})
    for survivor in survivors(context):
        if survivor.reading.operation == reading:
            time.sleep(max(0.0, survivor.since + MIN_AGE_S - time.monotonic()))
            expect_values(context, survivor.reading, survivor.shown)


def expect_values(context: TestContext, reading: RequestBuilder, wanted: RoleValues) -> None:
    """What *reading* gives has the values *wanted*."""
    read = context.call(reading).expect_success()
    shown = context.fixtures.shown(read.exchange)
    for role, value in wanted.items():
        if shown.get(role) != value:
            read.fail(f"{read.named(role)} {value!r}", repr(shown.get(role)))


def new_survivors(context: TestContext) -> list[Survivor]:
    """A cancelled top-up, a refunded payment, a card that was blocked, a refund that others follow."""
    account = CardAccount.open(context)
    top_up, payment = (account.make(*move) for move in CHARGES)
    account.make("cancel", "top-up", id=top_up["id"])
    account.make("refund", "refund", parent=payment["id"])
    parted = account.make("debit", "payment", amount=max(account.small_amount, 2 * LATER_REFUNDS))
    part = partial(account.make, "refund", "refund", parent=parted["id"], amount=1)
    refund = part()
    for name in ("blocked", "active"):
        account.make("set-state", "card", id=account.card["id"], state=state_value(context, "card", name))
    found = []
    for resource, roles in (
        ("top-up", {"id": top_up["id"]}),
        ("payment", {"id": payment["id"]}),
        ("refund", {"id": refund["id"], "parent": parted["id"]}),
        ("card", {"id": account.card["id"]}),
    ):
        reading = account.draft("read", resource, **roles)
        shown = context.fixtures.shown(context.call(reading).must_succeed().exchange)
        kept: RoleValues = {role: shown[role] for role in ("amount", "state") if role in shown}
        found.append(Survivor(reading, kept, time.monotonic()))
    for _ in range(LATER_REFUNDS):
        part()
    return found


@probe("ENV-9", tier="write")
def money_has_the_cards_currency(context: TestContext, case: TestCase) -> None:
    """Every amount that has to do with a card is told in the currency of that card."""
    account = CardAccount.open(context)
    wanted = account.card.get("currency")
    top_up, payment = account.make("credit", "top-up"), account.make("debit", "payment")
    refund = account.make("refund", "refund", parent=payment["id"], amount=1)
    answers = [
        account.send("read", "balance"),
        account.send("read", "card", id=account.card["id"]),
        account.send("read", "top-up", id=top_up["id"]),
        account.send("read", "payment", id=payment["id"]),
        account.send("read", "refund", parent=payment["id"], id=refund["id"]),
        account.send("list", "top-up", reference=top_up["reference"]),
        account.send("list", "payment", reference=payment["reference"]),
        account.send("list", "entry"),
        account.send("cancel", "top-up", id=top_up["id"]),
    ]
    for answer in answers:
        fixtures, exchange = context.fixtures, answer.must_succeed().exchange
        for shown in (fixtures.shown(exchange), *fixtures.listed(exchange)):
            for role in ("currency", "balance-currency", "refunded-currency"):
                if role in shown and shown[role] != wanted:
                    answer.fail(f"{wanted}", f"{role} {shown[role]!r}")


@probe("CON-1", tier="write")
def one_transition_wins(context: TestContext, case: TestCase) -> None:
    """Of several cancellations at once exactly one wins; of one and a payment of its money too."""
    account = CardAccount.open(context)
    top_up = account.make("credit", "top-up")
    before = account.balance()
    draft = account.draft("cancel", "top-up", id=top_up["id"])
    answers = context.at_once([lambda: context.call(draft)] * 5)
    won = [a for a in answers if a.status < 300]
    if len(won) != 1 or account.balance() != before - top_up["amount"]:
        answers[-1].fail(phrase("one-cancellation"), f"{len(won)}")
    for answer in answers:
        if answer.status >= 300:
            answer.expect("state-forbids")
    for lead in CANCELLATION_LEADS_S:
        spent_or_taken_back(context, lead)


def spent_or_taken_back(context: TestContext, lead: float) -> None:
    """A top-up that is cancelled, and *lead* seconds later spent, is one of both."""
    account = CardAccount.open(context, initial_amount=0)
    top_up = account.make("credit", "top-up")
    cancel, pay = account.draft("cancel", "top-up", id=top_up["id"]), account.draft("debit", "payment")

    def later() -> Answer:
        time.sleep(lead)
        return context.call(pay)

    answers = context.at_once([partial(context.call, cancel), later])
    account.send("read", "balance")  # ENV-5's observer looks at what is left
    if all(a.status < 300 for a in answers):
        answers[-1].fail(phrase("payment-or-cancellation"), " + ".join(a.said for a in answers))


@probe("CON-2", tier="write")
def payments_never_overdraw(context: TestContext, case: TestCase) -> None:
    """Payments at once, of one partner and of two that share the card, never make its balance negative."""
    sharing = [name for name in ("primary", "other") if name in context.config.credentials]
    for callers in (sharing[:1], sharing):
        account = CardAccount.open(
            context, initial_amount=0, partners=[context.credential(name).key for name in callers]
        )
        for _ in range(AFFORDABLE_PAYMENTS):
            account.make("credit", "top-up")
        drafts = [account.draft("debit", "payment") for _ in range(PAYMENTS_AT_ONCE)]
        bearers = [f"Bearer {context.tokens.token(name).value}" for name in callers]
        answers = context.at_once(
            [
                partial(
                    context.call,
                    draft,
                    authorization=bearers[i % len(callers)],
                    identity=callers[i % len(callers)],
                )
                for i, draft in enumerate(drafts)
            ]
        )
        paid = [a for a in answers if a.status < 300]
        left = account.balance()
        if len(paid) > AFFORDABLE_PAYMENTS or left != account.small_amount * (
            AFFORDABLE_PAYMENTS - len(paid)
        ):
            came = phrase("debits-and-rest", count=len(paid), left=left)
            answers[-1].fail(phrase("three-payments-alone"), came)
        if len(paid) < AFFORDABLE_PAYMENTS and not any(a.status in (429, 503) for a in answers):
            answers[-1].fail(phrase("three-payments"), f"{len(paid)}")
