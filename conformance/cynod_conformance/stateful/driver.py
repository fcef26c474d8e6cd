"""Makes the calls, compares each answer with the expected one, and keeps the model up to date."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import Any

from cynod_conformance.base.outcomes import ControlFailed, UnexpectedAnswer
from cynod_conformance.experiment.answer import SUCCESS, Answer
from cynod_conformance.experiment.card_account import (
    PAST_EXPIRY,
    another_currency,
    request_by_role,
    required_operation,
)
from cynod_conformance.experiment.context import TestContext
from cynod_conformance.experiment.fixtures import RoleValues
from cynod_conformance.experiment.provocations import RequestUnderTest, add, rank
from cynod_conformance.experiment.request_builder import NOTHING, UNKNOWN_ID, RequestBuilder
from cynod_conformance.stateful.attribution import clauses_broken
from cynod_conformance.stateful.model import Card, CreatedResource, KeyUse, LedgerModel, SingleReason
from cynod_conformance.stateful.oracle import MOVES_OF_MONEY, ExpectedAnswer, ModelCall, expected_answer
from cynod_conformance.text.phrase import Said, any_of, phrase
from cynod_spec.model import Code, Operation

INITIAL_BALANCE = 5_000  # minor units on a new card
THROTTLED_STATUSES = frozenset({429, 503})
_BODY_CLAUSE_GROUPS = ("ENV", "ERR", "CAT")  # groups of the clauses about what an answer's body is
ECHOED_ROLES = ("card", "reference", "amount", "currency", "label", "parent")  # roles that an answer repeats
FORM_PROVOCATIONS = (
    "value-invalid",
    "idempotency-key-invalid",
    "json-malformed",
    "media-type-unsupported",
    "not-acceptable",
    "insufficient-scope",
    "credentials-missing",
)
"""Provocations of a request's form that any call may have, in the order in which they are applied."""


class CallDriver:
    """One sequence of calls, with a model of its own.

    Each call raises UnexpectedAnswer for an answer that is not the expected one, and ControlFailed where the
    answer leaves open what is true now. One more kind of call: a method here, and a rule in ``machine.py``.
    ``sent`` counts the requests, ``confirmed`` the answers that came as expected.
    """

    def __init__(
        self,
        context: TestContext,
        known_limits: dict[str, RoleValues],
        condemned: Mapping[str, Collection[str]],
        known_refusals: set[SingleReason],
    ) -> None:
        self.context = context
        self._condemned = condemned
        self._known_limits = known_limits
        self.model = LedgerModel(confirmed_refusals=known_refusals)
        self.sent = 0
        self.confirmed = 0
        self.reference = context.fixtures.fresh()
        self._creations: list[Callable[[], None]] = []
        self.partners = tuple(n for n in ("primary", "other") if n in context.config.credentials)

    # Issuing cards

    def issue(self, partners: tuple[str, ...], *, expired: bool = False) -> Card:
        """A new card that *partners* may use. Raises PreconditionMissing when nobody can issue cards."""
        operation = required_operation(self.context, "issue", "card")
        roles: RoleValues = {
            "initial-amount": INITIAL_BALANCE,
            "partners": [self.context.credential(n).key for n in partners],
        }
        if expired:
            roles["expiry"] = PAST_EXPIRY
        values = {**self.context.fixtures.values(operation), **roles}
        answer = self._send(request_by_role(self.context, operation, values)).must_succeed()
        shown = self.context.fixtures.shown(answer.exchange)
        if not {"id", "number"} <= set(shown):
            raise ControlFailed("no-id", what=operation.key)
        self.context.fixtures.learn(str(shown["number"]))
        card = Card(shown, partners, "expired" if expired else "active", [INITIAL_BALANCE])
        self.model.cards.append(card)
        return card

    def use_configured_card(self) -> Card:
        """The configured card, of which only changes can be predicted. Raises PreconditionMissing."""
        card = Card(self.context.fixtures.configured_card("active"), ("primary",), "active", [])
        self.model.cards.append(card)
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
        provocations: tuple[str, ...] = (),
    ) -> None:
        """Top a card up, or pay with it; None names a card that does not exist."""
        operation = required_operation(self.context, effect, resource)
        values: RoleValues = {
            "key": key,
            "card": card.shown["id"] if card else UNKNOWN_ID,
            "reference": self.reference,
            "amount": amount,
            "currency": self._currency(card, same=same_currency),
        }
        self._create(operation, caller, card, card, amount, values, same_currency, provocations)

    def refund(
        self,
        caller: str,
        payment: CreatedResource | None,
        amount: Any,
        *,
        key: str,
        same_currency: bool = True,
        provocations: tuple[str, ...] = (),
    ) -> None:
        """Give money of a payment back; None names a payment that does not exist."""
        operation = required_operation(self.context, "refund", "refund")
        card = payment.card if payment else None
        values: RoleValues = {
            "key": key,
            "parent": payment.id if payment else UNKNOWN_ID,
            "amount": amount,
            "currency": self._currency(card, same=same_currency),
        }
        self._create(operation, caller, payment, card, amount, values, same_currency, provocations)

    def repeat_creation(self, number: int) -> None:
        """Send one of the creations so far again, without provocations of form; *number* picks it."""
        if self._creations:
            self._creations[number % len(self._creations)]()

    def cancel(self, caller: str, top_up: CreatedResource | None) -> None:
        """Cancel a top-up; None names one that does not exist."""
        operation = required_operation(self.context, "cancel", "top-up")
        draft = request_by_role(self.context, operation, {"id": top_up.id if top_up else UNKNOWN_ID})
        wanted, answer = self.call_and_compare(operation, caller, top_up, draft)
        if top_up is None:
            return
        if wanted.takes_effect:
            top_up.state = "cancelled"
            top_up.card.entries.append(-top_up.amount)
            self._update_shown(top_up)
            self._compare_roles(answer, top_up.shown, "STA-2")
        self._check_state_after(top_up.card, top_up, wanted)

    def set_state(self, card: Card | None, name: str) -> None:
        """Put a card into the state with the stable name *name*."""
        operation = required_operation(self.context, "set-state", "card")
        state = self.context.contract.resources["card"].state(name)
        if state is None:
            return
        values: RoleValues = {"id": card.shown["id"] if card else UNKNOWN_ID, "state": state.value}
        draft = request_by_role(self.context, operation, values)
        wanted, answer = self.call_and_compare(operation, self.context.caller(operation), card, draft)
        if wanted.takes_effect and card is not None:
            card.state = name
            self._compare_roles(answer, {"state": state.value}, "STA-2")
            self.read_balance(card.partners[0], card, stands="STA-6")

    def read_back(self, caller: str, made: CreatedResource, clause: str = "STA-4") -> None:
        """Read what was made; values that differ from the model break *clause*."""
        operation = required_operation(self.context, "read", made.resource)
        values: RoleValues = {"id": made.id, **({"parent": made.parent.id} if made.parent else {})}
        wanted, answer = self.call_and_compare(
            operation, caller, made, request_by_role(self.context, operation, values)
        )
        if wanted.takes_effect:
            self._compare_roles(answer, made.shown, clause)

    def read_balance(self, caller: str, card: Card, clause: str = "STA-5", stands: str = "") -> None:
        """Read the balance of a card; another amount than the model's breaks *clause*.

        Another state breaks *stands*, or *clause* when that is empty.
        """
        operation = required_operation(self.context, "read", "balance")
        draft = request_by_role(
            self.context, operation, {"number": card.shown["number"], "card": card.shown["id"]}
        )
        wanted, answer = self.call_and_compare(operation, caller, card, draft)
        if wanted.takes_effect:
            self._compare_roles(answer, {"amount": card.balance}, clause)
            self._compare_roles(answer, {"state": self._state("card", card.state)}, stands or clause)

    def read(self, draft: RequestBuilder, caller: str) -> Answer:
        """Send a request that reads as *caller*. Raises ControlFailed for any answer but a success."""
        authorization = f"Bearer {self.context.tokens.token(caller).value}"
        return self._send(draft, authorization, (), caller).must_succeed()

    # Steps that calls share

    def _create(
        self,
        operation: Operation,
        caller: str,
        subject: Card | CreatedResource | None,
        card: Card | None,
        amount: Any,
        values: RoleValues,
        same_currency: bool,
        provocations: tuple[str, ...],
    ) -> None:
        if not any(name in provocations for name in FORM_PROVOCATIONS):
            self._creations.append(
                partial(self._create, operation, caller, subject, card, amount, values, same_currency, ())
            )
        draft = request_by_role(self.context, operation, values)
        content = repr((draft.path, draft.body))
        whole = isinstance(amount, int) and amount > 0
        key = str(values["key"])
        wanted, answer = self.call_and_compare(
            operation,
            caller,
            subject,
            draft,
            amount=amount,
            key=key,
            content=content,
            same_currency=same_currency,
            earned=() if whole else ("value-invalid",),
            provocations=provocations,
        )
        if card is None:
            return
        if wanted.takes_effect:
            self._record_created(operation, caller, subject, card, amount, draft, answer)
            response = answer.exchange.response
            self.model.uses[caller, operation.id, key] = KeyUse(
                content, response.status, answer.member("data"), response.header("Location")
            )
        self._check_state_after(card, subject, wanted)

    def _record_created(
        self,
        operation: Operation,
        caller: str,
        subject: Card | CreatedResource | None,
        card: Card,
        amount: int,
        draft: RequestBuilder,
        answer: Answer,
    ) -> None:
        """Add what *answer* says was made to the model."""
        shown = self.context.fixtures.shown(answer.exchange)
        if "id" not in shown:
            raise ControlFailed("no-id", what=operation.key)
        sent = {
            role: draft.get(operation.request[role]) for role in ECHOED_ROLES if role in operation.request
        }
        self._compare_roles(
            answer, {role: v for role, v in sent.items() if v is not NOTHING and role in shown}, "STA-1"
        )
        states = self.context.contract.resources[operation.resource].states
        parent = subject if isinstance(subject, CreatedResource) else None
        made = CreatedResource(operation.resource, caller, card, amount, shown, parent=parent)
        if states:
            made.state = states[0].name
            self._compare_roles(answer, {"state": states[0].value}, "STA-2")
        if operation.effect == "debit":
            made.left = amount
        card.entries.append(-amount if operation.effect == "debit" else amount)
        if parent is not None:
            parent.left -= amount
            parent.state = "refunded" if parent.left == 0 else "partly-refunded"
            self._update_shown(parent)
        self.model.made.append(made)

    def _check_state_after(
        self, card: Card, subject: Card | CreatedResource | None, wanted: ExpectedAnswer
    ) -> None:
        """The card holds what it must after that call, and a call without effect has changed no state."""
        self.read_balance(
            card.partners[0], card, "STA-5" if wanted.takes_effect else wanted.clause_of_no_effect
        )
        if not wanted.takes_effect and isinstance(subject, CreatedResource):
            self.read_back(subject.owner, subject, wanted.clause_of_no_effect)

    def call_and_compare(
        self,
        operation: Operation,
        caller: str,
        subject: Card | CreatedResource | None,
        draft: RequestBuilder,
        *,
        earned: tuple[str, ...] = (),
        provocations: tuple[str, ...] = (),
        **meaning: Any,
    ) -> tuple[ExpectedAnswer, Answer]:
        """Send a call: the expected answer, and the one received, which agrees with it.

        ``earned`` names the codes that the form of *draft* earns as it is, ``provocations`` those that it
        earns once they have changed it; those for which this call has no place are left out.
        """
        token = self.context.tokens.token(caller)
        limits = self.limits(caller, operation) if operation.effect in MOVES_OF_MONEY else (None, None)
        request = RequestUnderTest.of(draft, f"Bearer {token.value}")
        for name in provocations:
            if (changed := add(self.context, request, name)) is not None:
                request, earned = changed, (*earned, name)
        call = ModelCall(
            operation,
            caller,
            subject,
            limits=limits,
            holds_scopes=token.scopes.issuperset(operation.scopes),
            provocations=earned,
            **meaning,
        )
        wanted = expected_answer(self.model, call, lambda name: rank(self.context.contract, name))
        answer = self._send(
            request.draft, request.authorization, request.headers, caller, valid=not wanted.reasons
        )
        self._compare(call, wanted, answer)
        self.confirmed += 1
        if len(wanted.reasons) == 1:
            self.model.confirmed_refusals.add(call.single_reason(*wanted.reasons))
        if call.key and wanted.names and answer.code is not None:
            self.model.refused.setdefault((caller, operation.id, call.key), set()).add(answer.code.name)
        return wanted, answer

    def _compare(self, call: ModelCall, wanted: ExpectedAnswer, answer: Answer) -> None:
        code = answer.code
        if code is None or answer.status in THROTTLED_STATUSES or answer.status >= 500:
            # Observers judge such an answer; what the call has done cannot be known.
            raise ControlFailed("control", what=answer.exchange.label, status=answer.said)
        if wanted.succeeds != (code.case == "success"):
            self._fail_code(call, wanted, code, answer)
        if not wanted.succeeds and code.name not in wanted.names:
            self._fail_code(call, wanted, code, answer)
        if wanted.replay is not None:
            use = wanted.replay
            location = answer.exchange.response.header("Location")
            if (answer.status, answer.member("data"), location) != (use.status, use.data, use.location):
                self.fail("IDE-1", phrase("same-data"), answer, phrase("other-data"))

    def _fail_code(self, call: ModelCall, wanted: ExpectedAnswer, came: Code, answer: Answer) -> None:
        clauses = clauses_broken(self.model, call, wanted, came.name)
        self.fail(clauses[0], self._expected_codes(call, wanted), answer, others=clauses[1:])

    def _expected_codes(self, call: ModelCall, wanted: ExpectedAnswer) -> Said:
        codes: list[Code] = [self.context.contract.code(name) for name in sorted(wanted.names)]
        if wanted.succeeds:
            codes = list(call.operation.success.codes)
        return any_of([f"{code.status} {code.value} ({code.name})" for code in codes])

    def _compare_roles(self, answer: Answer, roles: RoleValues, clause: str) -> None:
        """The resource in *answer* has these values by role; another value breaks *clause*."""
        shown = self.context.fixtures.shown(answer.exchange)
        for role, value in roles.items():
            if role in shown and shown[role] != value and role not in ("number", "date"):
                self.fail(clause, f"{role} {value!r}", answer, f"{role} {shown[role]!r}")

    def fail(
        self, clause: str, expected: Said, answer: Answer, got: Said = "", others: tuple[str, ...] = ()
    ) -> None:
        """*answer* breaks *clause*, or one of *others*: raises UnexpectedAnswer.

        Raises ControlFailed for an answer whose body an observer has found wrong: it proves nothing more.
        """
        if any(
            id.partition("-")[0] in _BODY_CLAUSE_GROUPS for id in self._condemned.get(answer.exchange.id, ())
        ):
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

    def _shown_balance(self, card: Card) -> RoleValues:
        operation = required_operation(self.context, "read", "balance")
        draft = request_by_role(
            self.context, operation, {"number": card.shown["number"], "card": card.shown["id"]}
        )
        return self.context.fixtures.shown(self._send(draft).must_succeed().exchange)

    def limits(self, caller: str, operation: Operation) -> tuple[int | None, int | None]:
        """The bounds of what *caller* may move by *operation*, in minor units; None where there is none."""
        limits = self._known_limits.get(caller)
        if limits is None:
            limits = self._known_limits[caller] = limits_of(self.context, caller)
        least, most = (limits.get(f"{operation.effect}-{end}") for end in ("min", "max"))
        return least if isinstance(least, int) else None, most if isinstance(most, int) else None

    def _currency(self, card: Card | None, *, same: bool) -> Any:
        own = card.shown.get("currency") if card else self.model.cards[0].shown.get("currency")
        if own is None:
            return NOTHING
        return own if same else another_currency(own)

    def _state(self, resource: str, name: str) -> Any:
        state = self.context.contract.resources[resource].state(name)
        return state.value if state else NOTHING

    def _update_shown(self, made: CreatedResource) -> None:
        """Set what reading *made* must show after its change."""
        made.shown = {**made.shown, "state": self._state(made.resource, made.state)}
        if "refunded" in made.shown:
            made.shown["refunded"] = made.amount - made.left


def limits_of(context: TestContext, caller: str) -> RoleValues:
    """The limits of the partner *caller* by role; empty when no operation shows them."""
    operation = context.contract.find("whoami")
    if operation is None:
        return {}
    authorization = f"Bearer {context.tokens.token(caller).value}"
    answer = context.call(context.fixtures.bare(operation), authorization=authorization, identity=caller)
    return context.fixtures.shown(answer.exchange) if answer.status in SUCCESS else {}
