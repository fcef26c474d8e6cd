"""What the server knows of its contract: ``contract.json``, written by the generator, as dataclasses."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .serialization import Serialization


@dataclass(frozen=True, slots=True)
class Code:
    """An internal code: its role *name*, its *value* on the wire, its case, its one HTTP status."""

    name: str
    value: str
    case: str
    status: int
    message: Mapping[str, str]  # by language


@dataclass(frozen=True, slots=True)
class Member:
    """A member of an envelope; ``value`` is what one without a role (or the flag) always holds.

    Of the list of the fields at fault, it is what stands there when there are none, where that is allowed.
    """

    path: tuple[str, ...]
    role: str | None
    required: bool
    value: Any


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of an operation; ``serialization`` is how its text is read."""

    name: str
    place: str  # path, query, header or cookie
    required: bool
    role: str | None
    schema: str  # JSON pointer into the document
    serialization: Serialization
    default: Any


@dataclass(frozen=True, slots=True)
class Body:
    """A request body."""

    required: bool
    media_types: tuple[str, ...]
    schema: str  # JSON pointer into the document


@dataclass(frozen=True, slots=True)
class Expression:
    """Where a role stands in a request: a place, a parameter's name, a path into a body."""

    place: str
    name: str
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Header:
    """A header of a success answer."""

    name: str
    role: str | None
    required: bool
    schema: str  # JSON pointer into the document
    serialization: Serialization | None  # how its text is read; None where nothing can
    example: Any


Fill = tuple[tuple[tuple[str, ...], Any], ...]


@dataclass(frozen=True, slots=True)
class Success:
    """The answer of an operation when all went well."""

    status: int
    codes: tuple[str, ...]  # role names; empty outside the envelopes
    media_type: str | None  # None: no body
    headers: tuple[Header, ...]
    schema: str | None  # JSON pointer into the document: of the data, or of a body outside the envelopes
    example: Any  # of the data member
    fill: Fill  # members of data that are required but play no role

    def header(self, role_or_name: str) -> Header | None:
        """The header with that role, or with that name in any case, or None."""
        for header in self.headers:
            if header.role == role_or_name or header.name.lower() == role_or_name.lower():
                return header
        return None


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path, with the roles the document gives it."""

    id: str
    name: str  # of the Python method that handles it
    method: str
    path: str
    effect: str
    resource: str
    public: bool
    scopes: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    body: Body | None
    request: Mapping[str, Expression]
    answer: Mapping[str, tuple[str, ...]]  # role → path inside the data member
    success: Success
    codes: frozenset[str]  # role names of every code it may answer

    @property
    def is_oauth(self) -> bool:
        """Whether RFC 6749 or 7009 governs its answers 200, 400 and 401."""
        return self.effect in ("token", "revoke")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a role stands in a resource's representation."""

    path: tuple[str, ...]
    required: bool


@dataclass(frozen=True, slots=True)
class Resource:
    """A kind of resource: where its members stand, its states by name, what else it requires."""

    name: str
    members: Mapping[str, Place]
    states: Mapping[str, str]  # stable name → value on the wire
    types: Mapping[str, str]  # stable name of a kind of entry → value on the wire
    fill: Fill


@dataclass(frozen=True, slots=True)
class Webhook:
    """A request that tells a partner what a resource has become.

    ``headers``: role (id, timestamp, signature) → name. ``place`` is where the resource's representation
    stands in the body, ``fill`` what else a body about each resource holds.
    """

    name: str
    method: str
    media_type: str
    headers: Mapping[str, str]
    date: tuple[str, ...] | None
    place: tuple[str, ...]
    fill: Mapping[str, Fill]


@dataclass(frozen=True, slots=True)
class Security:
    """How callers identify themselves."""

    scopes: tuple[str, ...]
    basic: bool
    deprecated_at: int  # seconds since the epoch; 0: Basic is not deprecated
    deprecation_link: str


@dataclass(frozen=True, slots=True)
class Retention:
    """How long the application remembers, at least, in seconds; None where the document does not say."""

    idempotency_keys: int | None  # those that were used up
    ended_tokens: int | None  # expired and revoked ones, told from those never issued


@dataclass(frozen=True, slots=True)
class Contract:
    """The contract that the server keeps."""

    title: str
    version: str
    languages: tuple[str, ...]
    documentation: str  # URI template with {code}
    max_body: int  # bytes
    retention: Retention
    media_type: str
    request_id: tuple[str, str] | None  # header name, JSON pointer of its schema
    codes: Mapping[str, Code]  # by role name
    envelopes: Mapping[str, tuple[Member, ...]]  # by case
    operations: tuple[Operation, ...]
    resources: Mapping[str, Resource]
    webhooks: tuple[Webhook, ...]
    security: Security
    document: Mapping[str, Any] = field(repr=False)
    in_requests: Mapping[str, Any] = field(repr=False)  # the document as its schemas hold for requests
    in_responses: Mapping[str, Any] = field(repr=False)  # likewise for responses

    def code(self, name: str) -> Code:
        """The code whose role name is *name*. Raises LookupError naming it."""
        try:
            return self.codes[name]
        except KeyError:
            raise LookupError(f"the contract has no code named {name!r}") from None

    def refusal(self, status: int) -> str:
        """The role name of the code for a request that HTTP itself refuses with *status*.

        It is the general code for an invalid request where the contract has none for that status.
        """
        found = (code.name for code in self.codes.values() if code.status == status != 400)
        return next(found, "request-invalid")

    def find(self, effect: str, resource: str = "") -> Operation | None:
        """The first operation with this effect (on this resource, when one is named), or None."""
        for operation in self.operations:
            if operation.effect == effect and resource in ("", operation.resource):
                return operation
        return None

    def webhook(self, resource: str) -> Webhook | None:
        """The webhook that tells what a *resource* has become, or None."""
        return next((webhook for webhook in self.webhooks if resource in webhook.fill), None)

    @classmethod
    def load(cls, path: Path | None = None) -> Contract:
        """Read *path*, by default the ``contract.json`` that was generated beside this file."""
        source = path or Path(__file__).with_name("contract.json")
        return cls.of(json.loads(source.read_text(encoding="utf-8")))

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> Contract:
        """The contract that the JSON *value* of a ``contract.json`` describes."""
        request_id = value["request_id"]
        return cls(
            title=value["title"],
            version=value["version"],
            languages=tuple(value["languages"]),
            documentation=value["documentation"],
            max_body=value["max_body"],
            retention=Retention(**value["retention"]),
            media_type=value["media_type"],
            request_id=(request_id["name"], request_id["schema"]) if request_id else None,
            codes={name: Code(name=name, **code) for name, code in value["codes"].items()},
            envelopes={
                case: tuple(Member(**{**member, "path": tuple(member["path"])}) for member in members)
                for case, members in value["envelopes"].items()
            },
            operations=tuple(_operation(operation) for operation in value["operations"]),
            resources={name: _resource(name, resource) for name, resource in value["resources"].items()},
            webhooks=tuple(_webhook(webhook) for webhook in value["webhooks"]),
            security=Security(**{**value["security"], "scopes": tuple(value["security"]["scopes"])}),
            document=value["document"],
            in_requests=value["in_requests"] or value["document"],
            in_responses=value["in_responses"] or value["document"],
        )


def _operation(value: Mapping[str, Any]) -> Operation:
    body, success = value["body"], value["success"]
    return Operation(
        id=value["id"],
        name=value["name"],
        method=value["method"],
        path=value["path"],
        effect=value["effect"],
        resource=value["resource"],
        public=value["public"],
        scopes=tuple(value["scopes"]),
        parameters=tuple(_parameter(parameter) for parameter in value["parameters"]),
        body=Body(**{**body, "media_types": tuple(body["media_types"])}) if body else None,
        request={
            role: Expression(e["place"], e["name"], tuple(e["path"])) for role, e in value["request"].items()
        },
        answer={role: tuple(path) for role, path in value["answer"].items()},
        success=Success(
            status=success["status"],
            codes=tuple(success["codes"]),
            media_type=success["media_type"],
            headers=tuple(_header(header) for header in success["headers"]),
            schema=success["schema"],
            example=success["example"],
            fill=_fill(success["fill"]),
        ),
        codes=frozenset(value["codes"]),
    )


def _parameter(value: Mapping[str, Any]) -> Parameter:
    form = Serialization.of(value["name"], value["place"], value["serialization"])
    return Parameter(**{**value, "serialization": form})


def _header(value: Mapping[str, Any]) -> Header:
    written = value["serialization"]
    form = Serialization.of(value["name"], "header", written) if written else None
    return Header(**{**value, "serialization": form})


def _resource(name: str, value: Mapping[str, Any]) -> Resource:
    return Resource(
        name=name,
        members={role: Place(tuple(m["path"]), m["required"]) for role, m in value["members"].items()},
        states=value["states"],
        types=value["types"],
        fill=_fill(value["fill"]),
    )


def _webhook(value: Mapping[str, Any]) -> Webhook:
    return Webhook(
        **{
            **value,
            "date": None if value["date"] is None else tuple(value["date"]),
            "place": tuple(value["place"]),
            "fill": {resource: _fill(fill) for resource, fill in value["fill"].items()},
        }
    )


def _fill(value: list[tuple[list[str], Any]]) -> Fill:
    return tuple((tuple(path), default) for path, default in value)
