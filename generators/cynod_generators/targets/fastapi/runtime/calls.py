"""What a handler is given (``Call``) and what it gives back (``Result``)."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from . import pointers
from .contract import Contract, Fill, Operation
from .decoding import canonical
from .identity import Principal
from .serialization import write


@dataclass(frozen=True, slots=True)
class Result:
    """What an operation answers when all went well.

    *code* is a code's role name, the operation's own by default. *location*: a URI, a path of the contract,
    or the path parameters of the resource's read operation by role; by default it is made from *data*. A
    path is sent relative to the request.
    """

    data: Any
    code: str | None = None
    location: str | Mapping[str, str] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    replayed: bool = False  # the answer of an earlier call with the same key


def unchecked(_call: Call, _result: Result) -> None:
    """Where nothing checks answers."""


@dataclass(slots=True)
class Call:
    """One valid, authorised call of an operation.

    Handlers ask for what they need by role (``call.role("amount")``) and answer by role
    (``call.answer(resource=call.represent("card", {...}))``), so that they hold under any naming.
    """

    contract: Contract
    operation: Operation
    principal: Principal | None  # None for public operations
    language: str
    request_id: str
    path: dict[str, Any] = field(default_factory=dict)
    query: dict[str, Any] = field(default_factory=dict)  # declared parameters that were sent
    headers: dict[str, Any] = field(default_factory=dict)  # by lower-case name; undeclared ones are texts
    cookies: dict[str, Any] = field(default_factory=dict)  # declared parameters that were sent
    malformed: set[tuple[str, str]] = field(default_factory=set)  # place and name of what cannot be read
    body: Any = None
    checker: Callable[[Call, Result], None] = unchecked
    _checked: Result | None = None

    def check(self, result: Result) -> Result:
        """*result*, which the document allows as the answer to this call. Raises WrongAnswer.

        The server checks every answer. A handler that calls this before it commits undoes its effect when
        the answer would not leave: ``return call.check(Result(data))`` inside the transaction.
        """
        if result is not self._checked:
            self.checker(self, result)
            self._checked = result
        return result

    def values_at(self, place: str) -> dict[str, Any]:
        """The parameters at *place* (path, query, header or cookie) by name."""
        values: dict[str, Any] = getattr(self, _ATTRIBUTES[place])
        return values

    def role(self, name: str, default: Any = None) -> Any:
        """The value that plays the role *name* in the request.

        Without one: the default that the contract gives a parameter, then *default*.
        """
        expression = self.operation.request.get(name)
        if expression is None:
            return default
        if expression.place == "body":
            return pointers.get(self.body, expression.path, default)
        values = self.values_at(expression.place)
        wanted = expression.name.lower() if expression.place == "header" else expression.name
        if wanted in values:
            return values[wanted]
        for parameter in self.operation.parameters:
            if (parameter.place, parameter.name) == (expression.place, expression.name):
                return default if parameter.default is None else parameter.default
        return default

    @property
    def key(self) -> str | None:
        """The idempotency key of the call, or None when the operation takes none."""
        key: str | None = self.role("key")
        return key

    @property
    def fingerprint(self) -> str:
        """The same for two calls whose path parameters and bodies are equal as JSON values."""
        return hashlib.sha256(canonical({"path": self.path, "body": self.body})).hexdigest()

    def state(self, resource: str, name: str) -> str:
        """The value on the wire of the state *name* of *resource*. Raises LookupError."""
        return self.contract.resources[resource].states[name]

    def state_name(self, resource: str, value: object) -> str | None:
        """The stable name of the state that *value* stands for on the wire, or None."""
        states = self.contract.resources[resource].states
        return next((name for name, wire in states.items() if wire == value), None)

    def kind(self, resource: str, name: str) -> str:
        """The value on the wire of the kind of entry *name* of *resource*. Raises LookupError."""
        return self.contract.resources[resource].types[name]

    def represent(self, resource: str, values: Mapping[str, Any]) -> dict[str, Any]:
        """A representation of *resource* from its members by role.

        Members that are None and not required are left out, as are roles the resource has no member
        for; what it requires beyond its roles gets its constant, default or example.
        """
        kind = self.contract.resources[resource]
        made: dict[str, Any] = {}
        for role, place in kind.members.items():
            value = values.get(role)
            if value is not None or (place.required and role in values):
                pointers.put(made, place.path, value)
        return _filled(made, kind.fill)

    def answer(self, **roles: Any) -> Any:
        """The data of an answer, each value at the place that the operation gives its role.

        ``resource=`` one representation, ``resources=`` a list of them, ``next=`` a cursor or None.
        Raises LookupError for a role that the operation's answer does not have.
        """
        data: Any = {}
        for role, value in roles.items():
            if role not in self.operation.answer:
                raise LookupError(f"{self.operation.id}: its answer has no role {role!r}")
            path = self.operation.answer[role]
            if not path:
                data = value
            else:
                pointers.put(data, path, value)
        return _filled(data, self.operation.success.fill) if isinstance(data, dict) else data

    def location(self, roles: Mapping[str, str]) -> str | None:
        """The path at which the operation's resource is read, or None when nothing reads it.

        A path parameter takes the value of its role in *roles* (``id`` also for a parameter whose
        role is the resource itself), else what this call holds in that role or under that name.
        """
        read = self.contract.find("read", self.operation.resource)
        if read is None:
            return None
        named = {e.name: role for role, e in read.request.items() if e.place == "path"}
        path = read.path
        for parameter in (p for p in read.parameters if p.place == "path"):
            role = named.get(parameter.name, "")
            wanted = "id" if role == read.resource and role not in roles else role
            value = roles.get(wanted, self.path.get(parameter.name, self.role(role)))
            if value is None:
                return None
            form = parameter.serialization
            text = quote(str(value), safe="") if form.is_plain else write(form, value)
            if text is None:
                return None
            path = path.replace("{" + parameter.name + "}", text)
        return path

    def resource_id(self, data: Any) -> str | None:
        """The id of the one resource in *data*, an answer of this operation, or None."""
        kind = self.contract.resources.get(self.operation.resource)
        place = kind.members.get("id") if kind else None
        if place is None or "resource" not in self.operation.answer:
            return None
        found = pointers.get(data, (*self.operation.answer["resource"], *place.path))
        return found if isinstance(found, str) else None


_ATTRIBUTES = {"path": "path", "query": "query", "header": "headers", "cookie": "cookies"}


def _filled(made: dict[str, Any], fill: Fill) -> dict[str, Any]:
    """*made* with the members of *fill* that it lacks, where the object they belong to exists."""
    for path, value in fill:
        above = pointers.get(made, path[:-1], pointers.MISSING)
        if isinstance(above, dict) and path[-1] not in above:
            above[path[-1]] = copy.deepcopy(value)
    return made
