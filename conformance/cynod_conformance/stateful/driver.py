"""Makes the calls, compares each answer with its forecast, and keeps the book."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import Any

from cynod_conformance.base.outcomes import ControlFailed, UnexpectedAnswer
from cynod_conformance.experiment.answer import SUCCESS, Answer
from cynod_conformance.experiment.card_account import drafted, needed
from cynod_conformance.experiment.context import TestContext
from cynod_conformance.experiment.fixtures import Roles
from cynod_conformance.experiment.provocations import RequestUnderTest, add, rank
from cynod_conformance.experiment.request_builder import NOTHING, UNKNOWN, RequestBuilder
from cynod_conformance.stateful.attribution import blame
from cynod_conformance.stateful.model import Alone, Book, Card, Made, Use
from cynod_conformance.stateful.oracle import MAKING, Call, Forecast, forecast
from cynod_conformance.text.phrase import Said, any_of, phrase
from cynod_spec.model import Code, Operation

START = 5_000  # minor units on a new card
PAST = "2020-12-31"  # the expiry of a card that is no longer good
THROTTLED = frozenset({429, 503})
_BODIES = ("ENV", "ERR", "CAT")  # groups of the clauses about what an answer's body is
ECHOED = ("card", "reference", "amount", "currency", "label", "parent")  # roles that an answer repeats
FORMAL = (
    "value-invalid",
    "idempotency-key-invalid",
    "json-malformed",
    "media-type-unsupported",
    "not-acceptable",
    "insufficient-scope",
    "credentials-missing",
)
"""Faults of a request's form that any call may be given, as the order in which they are applied has them."""


class CallDriver:
    """One sequence of calls: a book of its own, and how many calls were sent.

    Each call raises UnexpectedAnswer for an answer that was not expected, and ControlFailed where an answer
    leaves open what the state is.
    """

    def __init__(
        self,
        context: TestContext,
        known_limits: dict[str, Roles],
        condemned: Mapping[str, Collection[str]],
        alone: set[Alone],
    ) -> None:
        self.context = context
        self._condemned = condemned
        self._known_limits = known_limits
        self.book = Book(refused_alone=alone)
        self.sent = 0
        self.foretold = 0  # answers that came as they had to
        self.reference = context.fixtures.fresh()
        self._sayings: list[Callable[[], None]] = []
        self.partners = tuple(n for n in ("primary", "other") if n in context.config.credentials)

    # Cards

    def issue(self, partners: tuple[str, ...], *, expired: bool = False) -> Card:
        """A new card that *partners* may use. Raises PreconditionMissing when nobody can issue cards."""
        operation = needed(self.context, "issue", "card")
        roles: Roles = {
            "initial-amount": START,
            "partners": [self.context.credential(n).key for n in partners],
        }
        if expired:
            roles["expiry"] = PAST
        values = {**self.context.fixtures.values(operation), **roles}
        answer = self._send(drafted(self.context, operation, values)).must_succeed()
        shown = self.context.fixtures.shown(answer.exchange)
        if not {"id", "number"} <= set(shown):
            raise ControlFailed("no-id", what=operation.key)
        self.context.fixtures.learn(str(shown["number"]))
        card = Card(shown, partners, "expired" if expired else "active", [START])
        self.book.cards.append(card)
        return card

    def adopt(self) -> Card:
        """The configured card, whose changes alone can be foretold. Raises PreconditionMissing."""
        card = Card(self.context.fixtures.fixture("active"), ("primary",), "active", [])
        self.book.cards.append(card)
        card.base = int(self._shown_balance(card).get("amount", 0))
        return card

    # Calls

    def charge(
        self,
        effect: str,
        resource: str,
        caller: str,
        card: Card | None,
        amount: Any,
        *,
        key: str,
        same_currency: bool = True,
        faults: tuple[str, ...] = (),
    ) -> None:
        """Top a card up or pay with it."""
        operation = needed(self.context, effect, resource)
        values: Roles = {
            "key": key,
            "card": card.shown["id"] if card else UNKNOWN,
            "reference": self.reference,
            "amount": amount,
            "currency": self._currency(card, same=same_currency),
        }
        self._make(operation, caller, card, card, amount, values, same_currency, faults)

    def refund(
        self,
        caller: str,
        payment: Made | None,
        amount: Any,
        *,
        key: str,
        same_currency: bool = True,
        faults: tuple[str, ...] = (),
    ) -> None:
        """Give money of a payment back."""
        operation = needed(self.context, "refund", "refund")
        card = payment.card if payment else None
        values: Roles = {
            "key": key,
            "parent": payment.id if payment else UNKNOWN,
            "amount": amount,
            "currency": self._currency(card, same=same_currency),
        }
        self._make(operation, caller, payment, card, amount, values, same_currency, faults)

    def say_again(self, number: int) -> None:
        """Send one of the creations so far once more, as it was but for its faults of form."""
        if self._sayings:
            self._sayings[number % len(self._sayings)]()

    def cancel(self, caller: str, top_up: Made | None) -> None:
        """Take a top-up back."""
        operation = needed(self.context, "cancel", "top-up")
        draft = drafted(self.context, operation, {"id": top_up.id if top_up else UNKNOWN})
        wanted, answer = self.judged(operation, caller, top_up, draft)
        if top_up is None:
            return
        if wanted.acts:
            top_up.state = "cancelled"
            top_up.card.entries.append(-top_up.amount)
            self._becomes(top_up)
            self._shows(answer, top_up.shown, "STA-2")
        self._settled(top_up.card, top_up, wanted)

    def set_state(self, card: Card | None, name: str) -> None:
        """Block a card or let it go."""
        operation = needed(self.context, "set-state", "card")
        state = self.context.contract.resources["card"].state(name)
        if state is None:
            return
        values: Roles = {"id": card.shown["id"] if card else UNKNOWN, "state": state.value}
        draft = drafted(self.context, operation, values)
        wanted, answer = self.judged(operation, self.context.caller(operation), card, draft)
        if wanted.acts and card is not None:
            card.state = name
            self._shows(answer, {"state": state.value}, "STA-2")
            self.look_at_balance(card.partners[0], card, stands="STA-6")

    def look_at(self, caller: str, made: Made, clause: str = "STA-4") -> None:
        """Read what was made; something else than was foretold breaks *clause*."""
        operation = needed(self.context, "read", made.resource)
        values: Roles = {"id": made.id, **({"parent": made.parent.id} if made.parent else {})}
        wanted, answer = self.judged(operation, caller, made, drafted(self.context, operation, values))
        if wanted.acts:
            self._shows(answer, made.shown, clause)

    def look_at_balance(self, caller: str, card: Card, clause: str = "STA-5", stands: str = "") -> None:
        """Read the balance of a card; another than the one foretold breaks *clause*.

        Another state breaks *stands*, where that is given.
        """
        operation = needed(self.context, "read", "balance")
        draft = drafted(self.context, operation, {"number": card.shown["number"], "card": card.shown["id"]})
        wanted, answer = self.judged(operation, caller, card, draft)
        if wanted.acts:
            self._shows(answer, {"amount": card.balance}, clause)
            self._shows(answer, {"state": self._state("card", card.state)}, stands or clause)

    def asked(self, draft: RequestBuilder, caller: str) -> Answer:
        """The success that a reading must have. Raises ControlFailed for any other answer."""
        authorization = f"Bearer {self.context.tokens.token(caller).value}"
        return self._send(draft, authorization, (), caller).must_succeed()

    # What all of them do

    def _make(
        self,
        operation: Operation,
        caller: str,
        subject: Card | Made | None,
        card: Card | None,
        amount: Any,
        values: Roles,
        same_currency: bool,
        faults: tuple[str, ...],
    ) -> None:
        if not any(name in faults for name in FORMAL):
            self._sayings.append(
                partial(self._make, operation, caller, subject, card, amount, values, same_currency, ())
            )
        draft = drafted(self.context, operation, values)
        content = repr((draft.path, draft.body))
        whole = isinstance(amount, int) and amount > 0
        key = str(values["key"])
        wanted, answer = self.judged(
            operation,
            caller,
            subject,
            draft,
            amount=amount,
            key=key,
            content=content,
            same_currency=same_currency,
            earned=() if whole else ("value-invalid",),
            provocations=faults,
        )
        if card is None:
            return
        if wanted.acts:
            self._enter(operation, caller, subject, card, amount, draft, answer)
            response = answer.exchange.response
            self.book.uses[caller, operation.id, key] = Use(
                content, response.status, answer.member("data"), response.header("Location")
            )
        self._settled(card, subject, wanted)

    def _enter(
        self,
        operation: Operation,
        caller: str,
        subject: Card | Made | None,
        card: Card,
        amount: int,
        draft: RequestBuilder,
        answer: Answer,
    ) -> None:
        """Put down what *answer* says was made."""
        shown = self.context.fixtures.shown(answer.exchange)
        if "id" not in shown:
            raise ControlFailed("no-id", what=operation.key)
        sent = {role: draft.get(operation.request[role]) for role in ECHOED if role in operation.request}
        self._shows(
            answer, {role: v for role, v in sent.items() if v is not NOTHING and role in shown}, "STA-1"
        )
        states = self.context.contract.resources[operation.resource].states
        parent = subject if isinstance(subject, Made) else None
        made = Made(operation.resource, caller, card, amount, shown, parent=parent)
        if states:
            made.state = states[0].name
            self._shows(answer, {"state": states[0].value}, "STA-2")
        if operation.effect == "debit":
            made.left = amount
        card.entries.append(-amount if operation.effect == "debit" else amount)
        if parent is not None:
            parent.left -= amount
            parent.state = "refunded" if parent.left == 0 else "partly-refunded"
            self._becomes(parent)
        self.book.made.append(made)

    def _settled(self, card: Card, subject: Card | Made | None, wanted: Forecast) -> None:
        """The card holds what it must hold after that call, and a call without effect changed no state."""
        self.look_at_balance(card.partners[0], card, "STA-5" if wanted.acts else wanted.unmoved)
        if not wanted.acts and isinstance(subject, Made):
            self.look_at(subject.owner, subject, wanted.unmoved)

    def judged(
        self,
        operation: Operation,
        caller: str,
        subject: Card | Made | None,
        draft: RequestBuilder,
        *,
        earned: tuple[str, ...] = (),
        provocations: tuple[str, ...] = (),
        **meaning: Any,
    ) -> tuple[Forecast, Answer]:
        """What was foretold of a call, and its answer, which agrees with it.

        ``earned`` names the codes that the form of *draft* earns as it is, ``provocations`` those that it
        earns once they have changed it; those for which this call has no place are left out.
        """
        token = self.context.tokens.token(caller)
        limits = self.limits(caller, operation) if operation.effect in MAKING else (None, None)
        request = RequestUnderTest.of(draft, f"Bearer {token.value}")
        for name in provocations:
            if (changed := add(self.context, request, name)) is not None:
                request, earned = changed, (*earned, name)
        call = Call(
            operation,
            caller,
            subject,
            limits=limits,
            holds_scopes=token.scopes.issuperset(operation.scopes),
            faults=earned,
            **meaning,
        )
        wanted = forecast(self.book, call, lambda name: rank(self.context.contract, name))
        answer = self._send(
            request.draft, request.authorization, request.headers, caller, valid=not wanted.reasons
        )
        self._compare(call, wanted, answer)
        self.foretold += 1
        if len(wanted.reasons) == 1:
            self.book.refused_alone.add(call.alone(*wanted.reasons))
        if call.key and wanted.names and answer.code is not None:
            self.book.refused.setdefault((caller, operation.id, call.key), set()).add(answer.code.name)
        return wanted, answer

    def _compare(self, call: Call, wanted: Forecast, answer: Answer) -> None:
        code = answer.code
        if code is None or answer.status in THROTTLED or answer.status >= 500:
            # What the answer is worth is for the observers; what it did cannot be known.
            raise ControlFailed("control", what=answer.exchange.label, status=answer.said)
        if wanted.succeeds != (code.case == "success"):
            self._is_to_blame(call, wanted, code, answer)
        if not wanted.succeeds and code.name not in wanted.names:
            self._is_to_blame(call, wanted, code, answer)
        if wanted.replay is not None:
            use = wanted.replay
            location = answer.exchange.response.header("Location")
            if (answer.status, answer.member("data"), location) != (use.status, use.data, use.location):
                self.deviates("IDE-1", phrase("same-data"), answer, phrase("other-data"))

    def _is_to_blame(self, call: Call, wanted: Forecast, came: Code, answer: Answer) -> None:
        clauses = blame(self.book, call, wanted, came.name)
        self.deviates(clauses[0], self._said(call, wanted), answer, others=clauses[1:])

    def _said(self, call: Call, wanted: Forecast) -> Said:
        codes: list[Code] = [self.context.contract.code(name) for name in sorted(wanted.names)]
        if wanted.succeeds:
            codes = list(call.operation.success.codes)
        return any_of([f"{code.status} {code.value} ({code.name})" for code in codes])

    def _shows(self, answer: Answer, roles: Roles, clause: str) -> None:
        """The resource in *answer* has these values; another breaks *clause*."""
        shown = self.context.fixtures.shown(answer.exchange)
        for role, value in roles.items():
            if role in shown and shown[role] != value and role not in ("number", "date"):
                self.deviates(clause, f"{role} {value!r}", answer, f"{role} {shown[role]!r}")

    def deviates(
        self, clause: str, expected: Said, answer: Answer, got: Said = "", others: tuple[str, ...] = ()
    ) -> None:
        """Say that *answer* breaks *clause*; not of one whose body an observer has found wrong already."""
        if any(id.partition("-")[0] in _BODIES for id in self._condemned.get(answer.exchange.id, ())):
            raise ControlFailed("control", what=answer.exchange.label, status=answer.said)
        raise UnexpectedAnswer((clause, *others), expected, got or answer.said, answer.exchange)

    def _send(
        self,
        draft: RequestBuilder,
        authorization: str | None = "",
        headers: tuple[tuple[str, str], ...] = (),
        identity: str = "",
        valid: bool = True,
    ) -> Answer:
        self.sent += 1
        return self.context.call(
            draft, authorization=authorization, headers=headers, identity=identity, valid=valid
        )

    def _shown_balance(self, card: Card) -> Roles:
        operation = needed(self.context, "read", "balance")
        draft = drafted(self.context, operation, {"number": card.shown["number"], "card": card.shown["id"]})
        return self.context.fixtures.shown(self._send(draft).must_succeed().exchange)

    def limits(self, caller: str, operation: Operation) -> tuple[int | None, int | None]:
        """The bounds of what *caller* may move by *operation*; None where it is not said."""
        limits = self._known_limits.get(caller)
        if limits is None:
            limits = self._known_limits[caller] = limits_of(self.context, caller)
        least, most = (limits.get(f"{operation.effect}-{end}") for end in ("min", "max"))
        return least if isinstance(least, int) else None, most if isinstance(most, int) else None

    def _currency(self, card: Card | None, *, same: bool) -> Any:
        own = card.shown.get("currency") if card else self.book.cards[0].shown.get("currency")
        if own is None:
            return NOTHING
        return own if same else ("EUR" if own != "EUR" else "USD")

    def _state(self, resource: str, name: str) -> Any:
        state = self.context.contract.resources[resource].state(name)
        return state.value if state else NOTHING

    def _becomes(self, made: Made) -> None:
        """What a reading of *made* shows from now on."""
        made.shown = {**made.shown, "state": self._state(made.resource, made.state)}
        if "refunded" in made.shown:
            made.shown["refunded"] = made.amount - made.left


def limits_of(context: TestContext, caller: str) -> Roles:
    """What the partner *caller* may move, by role; empty when no operation says."""
    operation = context.contract.find("whoami")
    if operation is None:
        return {}
    authorization = f"Bearer {context.tokens.token(caller).value}"
    answer = context.call(context.fixtures.bare(operation), authorization=authorization, identity=caller)
    return context.fixtures.shown(answer.exchange) if answer.status in SUCCESS else {}
