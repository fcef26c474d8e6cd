"""What valid requests need, found and made by role: cards, top-ups, payments, keys, references."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from cynod_conformance.base.identifiers import PREFIX
from cynod_conformance.base.outcomes import ControlFailed, OutsideTier, PreconditionMissing
from cynod_conformance.config.settings import Config
from cynod_conformance.experiment.request_builder import NOTHING, RequestBuilder, written
from cynod_conformance.observe.answers import value_at
from cynod_conformance.observe.exchange import Exchange
from cynod_spec.base.errors import CynodError
from cynod_spec.model import Contract, Operation, Parameter, Schema
from cynod_spec.model.serialization import Unwritable
from cynod_spec.schema.directions import in_direction, schema_in
from cynod_spec.schema.sample import parameter_sample, sample
from cynod_spec.schema.validation import Validators, without

RoleValues = dict[str, Any]
JSON = "application/json"
INITIAL_CARD_BALANCE = 100_000_000  # minor units that an issued card begins with
MAKING_EFFECTS = {"card": "issue", "top-up": "credit", "payment": "debit", "refund": "refund"}
CARD_OWNERS = ("primary", "core", "limited", "basic")


class ShownValues(RoleValues):
    """The values that an answer shows, by role. A role that it does not show raises ControlFailed."""

    def __missing__(self, role: str) -> Any:
        raise ControlFailed("no-role", what=role)


class FixtureState:
    """What the fixtures of one run have made so far, and the random numbers that *seed* gives."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.numbers: frozenset[str] = frozenset()  # full card numbers that the suite knows
        self.count = 0  # keys and references that were given out
        self.made: dict[tuple[str, str], RoleValues] = {}  # by kind and purpose
        self.limits: RoleValues | None = None  # of the caller; None before they were asked for


class FixtureFactory:
    """Builds a valid request to any operation, and makes what that needs: cards, top-ups, payments…

    ``send`` performs a request as the caller it needs. What is made is kept in ``state``, which factories
    that send in other languages share.
    """

    def __init__(
        self,
        contract: Contract,
        config: Config,
        send: Callable[[RequestBuilder], Exchange],
        state: FixtureState,
        nonce: str,
        may_write: bool = True,
    ) -> None:
        self.contract, self.config, self._send, self._state = contract, config, send, state
        self._in_requests = in_direction(contract, "request")
        self._validators = Validators(self._in_requests)
        self.may_write = may_write
        self.nonce = nonce

    @property
    def random(self) -> random.Random:
        """The run's random numbers."""
        return self._state.random

    @property
    def numbers(self) -> frozenset[str]:
        """The full card numbers that the suite knows so far; the set given never changes."""
        return self._state.numbers

    def learn(self, number: str) -> None:
        """Add *number* to the full card numbers that the suite knows."""
        self._state.numbers |= {number}

    def fresh(self) -> str:
        """A key or reference that no run has used."""
        self._state.count += 1
        return f"{PREFIX}{self.nonce}-{self._state.count}"

    def draft(self, operation: Operation) -> RequestBuilder:
        """A valid request: the document's example, then the values that the roles need now.

        Raises PreconditionMissing without a fixture, ControlFailed when the target refuses to make one.
        """
        draft = self.bare(operation)
        roles = self.values(operation)
        for role, expression in operation.request.items():
            if role not in roles:
                continue
            parameter = operation.parameter(role)
            if parameter is not None and not parameter.required and parameter.place != "path":
                continue
            draft = draft.put(expression, roles[role])
        return draft

    def bare(self, operation: Operation) -> RequestBuilder:
        """A request from the document's examples alone: required parameters, and the first body example."""
        draft = RequestBuilder(operation)
        for parameter in operation.parameters:
            if parameter.required or parameter.place == "path":
                draft = self.with_example(draft, parameter)
        body = operation.body
        if body is not None and (body.required or body.examples):
            first = next(iter(body.examples.values()), NOTHING)
            value = self.body(None if first is NOTHING else first, body.schema)
            media_type = body.media_types[0] if body.media_types else JSON
            draft = replace(draft, body=value, media_type=media_type)
        return draft

    def with_example(self, draft: RequestBuilder, parameter: Parameter) -> RequestBuilder:
        """*draft* with the example or a sample of *parameter*. Raises PreconditionMissing without either."""
        try:
            return draft.with_parameter(parameter, parameter_sample(self.contract, parameter))
        except (CynodError, Unwritable) as error:
            raise PreconditionMissing("no-sample", what=str(error)) from error

    def example(self, given: Any, schema: Any) -> Any:
        """The example given, or a sample of the schema. Raises PreconditionMissing when none can be made."""
        if given is not None:
            return given
        try:
            return sample(self._in_requests, schema)
        except CynodError as error:
            raise PreconditionMissing("no-sample", what=str(error)) from error

    def body(self, given: Any, schema: Schema) -> Any:
        """The example given of a body of *schema*, or a sample, without its ``readOnly`` members."""
        value = self.example(given, schema_in(self._in_requests, schema))
        if self._in_requests is self.contract or not self._validators.is_valid(schema, value):
            return value
        return without(value, self._validators.read_only(schema, value))

    def values(self, operation: Operation) -> RoleValues:
        """The value of each role of *operation* that must fit what exists: ids, keys, amounts, states."""
        wanted = set(operation.request)
        roles: RoleValues = {}
        if "key" in wanted:
            roles["key"] = self.fresh()
        if "reference" in wanted:
            roles["reference"] = self.fresh()
        if "partners" in wanted:
            names = [n for n in CARD_OWNERS if n in self.config.credentials]
            roles["partners"] = [self.config.credentials[n].key for n in names]
        if "initial-amount" in wanted:
            roles["initial-amount"] = INITIAL_CARD_BALANCE
        if "expiry" in wanted:
            roles["expiry"] = (dt.datetime.now(dt.UTC).date() + dt.timedelta(days=900)).isoformat()
        if "state" in wanted:
            resource = self.contract.resources.get(operation.resource)
            if resource and resource.states:
                roles["state"] = resource.states[0].value
        if "amount" in wanted and (amount := self.amount(operation)) is not None:
            roles["amount"] = amount
        if wanted & {"card", "number"} or (operation.effect in ("credit", "debit") and "currency" in wanted):
            roles.update({k: v for k, v in self.card_roles().items() if k in wanted})
        if "parent" in wanted and "id" in wanted:
            made = self.shared(operation.resource)
            roles.update({"id": made["id"], "parent": made.get("parent", made["id"])})
        elif "parent" in wanted:
            made = self.make("payment")
            roles.update({"parent": made["id"], "currency": made.get("currency", NOTHING)})
        elif "id" in wanted:
            roles["id"] = self.subject(operation)["id"]
        return {role: value for role, value in roles.items() if value is not NOTHING}

    def subject(self, operation: Operation) -> RoleValues:
        """What *operation* acts on: a shared resource to read, a new one to use up, an own one to block."""
        if operation.effect in ("read", "list"):
            return self.shared(operation.resource)
        if operation.effect != "set-state":
            return self.make(operation.resource)
        return self.made_for(operation.resource, operation.id)  # a card of its own: the others stay usable

    def amount(self, operation: Operation) -> int | None:
        """A small amount within the partner's limits; None keeps the example's."""
        limits = self.limits()
        least = [limits[r] for r in ("credit-min", "debit-min") if isinstance(limits.get(r), int)]
        if operation.effect == "refund":
            return max([1, *least]) if least else None
        return max([1, *least]) if least else None

    def limits(self) -> RoleValues:
        """What the whoami operation says of the caller's limits; empty when it says nothing."""
        if self._state.limits is None:
            self._state.limits = {}
            operation = self.contract.find("whoami")
            if operation is not None:
                exchange = self._send(self.bare(operation))
                if exchange.response.status == operation.success.status:
                    self._state.limits = self.shown(exchange)
        return self._state.limits

    def card_roles(self) -> RoleValues:
        """The card that requests use: ``card``, ``number`` and ``currency``."""
        card = self.shared("card")
        return {
            "card": card["id"],
            "number": card.get("number", NOTHING),
            "currency": card.get("currency", NOTHING),
        }

    def shared(self, kind: str) -> RoleValues:
        """A resource of *kind*, made once a run, which experiments only read or pay with."""
        return self.made_for(kind, "common")

    def made_for(self, kind: str, purpose: str) -> RoleValues:
        """A resource of *kind*, made once for *purpose*, so that no other experiment depends on its state."""
        if (kind, purpose) not in self._state.made:
            self._state.made[kind, purpose] = self.make(kind)
        return self._state.made[kind, purpose]

    def make(self, kind: str) -> RoleValues:
        """A new resource of *kind*, by role; one that is there already when nothing may be written.

        Raises PreconditionMissing or ControlFailed.
        """
        configured = bool(self.config.cards.get("active")) and not self.may_write
        if kind == "card" and (configured or "core" not in self.config.credentials):
            return self.configured_card("active")
        if not self.may_write:
            return self.existing(kind)
        operation = self.contract.find(MAKING_EFFECTS.get(kind, "issue"), kind)
        if operation is None:
            raise PreconditionMissing("no-maker", what=kind)
        draft = self.draft(operation)
        exchange = self._send(draft)
        if not 200 <= exchange.response.status < 300:
            raise ControlFailed("control", what=operation.key, status=str(exchange.response.status))
        roles = self.shown(exchange)
        if "parent" in operation.request:
            roles["parent"] = draft.get(operation.request["parent"])
        if "id" not in roles:
            raise ControlFailed("no-id", what=operation.key)
        if kind == "card" and isinstance(roles.get("number"), str) and roles["number"].isdigit():
            self.learn(roles["number"])
        return roles

    def existing(self, kind: str) -> RoleValues:
        """The first resource of *kind* that a list shows. Raises OutsideTier when there is none."""
        operation = self.contract.find("list", kind)
        if operation is not None and "card" not in operation.request:
            shown = self.listed(self._send(self.bare(operation)))
            if shown and "id" in shown[0]:
                return shown[0]
        raise OutsideTier("outside-tier", tier="write")

    def configured_card(self, name: str) -> RoleValues:
        """The configured card *name*, read by its number. Raises PreconditionMissing."""
        number = self.config.cards.get(name)
        operation = self.contract.find("read", "balance")
        if not number or operation is None or "number" not in operation.request:
            raise PreconditionMissing("no-card", name=name)
        self.learn(number)
        exchange = self._send(self.bare(operation).put(operation.request["number"], number))
        roles = self.shown(exchange)
        if exchange.response.status != operation.success.status or "card" not in roles:
            raise PreconditionMissing("no-card", name=name)
        return ShownValues({**roles, "id": roles["card"], "number": number})

    def shown(self, exchange: Exchange) -> RoleValues:
        """The members, by role, of the resource that a success shows."""
        operation = exchange.operation
        expression = operation.answer.get("resource") if operation else None
        if operation is None or expression is None:
            return ShownValues()
        shown = value_at(exchange.response.json.value, expression.path)
        resource = self.contract.resources.get(operation.resource)
        if resource is None or not isinstance(shown, Mapping):
            return ShownValues()
        return _roles_of(resource.members, shown)

    def listed(self, exchange: Exchange) -> list[RoleValues]:
        """The members, by role, of each resource that a page shows."""
        operation = exchange.operation
        expression = operation.answer.get("resources") if operation else None
        resource = self.contract.resources.get(operation.resource) if operation else None
        if expression is None or resource is None:
            return []
        shown = value_at(exchange.response.json.value, expression.path)
        items = shown if isinstance(shown, list) else []
        return [_roles_of(resource.members, item) for item in items]


def _roles_of(members: Mapping[str, tuple[str, ...]], shown: Any) -> RoleValues:
    found = {role: value_at(shown, path) for role, path in members.items()}
    return ShownValues({role: value for role, value in found.items() if value is not None})


def renewed(fixtures: FixtureFactory, draft: RequestBuilder) -> RequestBuilder:
    """*draft* with a fresh idempotency key and reference where it has them."""
    for role in ("key", "reference"):
        expression = draft.operation.request.get(role)
        parameter = draft.operation.parameter(role)
        if expression is not None and (parameter is None or parameter.required):
            draft = draft.put(expression, written(fixtures.fresh()))
    return draft
