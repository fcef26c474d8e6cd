"""The contract as a whole: what every other room reads instead of raw dictionaries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from cynod_spec.base import pointer as pointers
from cynod_spec.model.clauses import Clause
from cynod_spec.model.guide import Actor, GuidePage, Tag
from cynod_spec.model.operations import Operation, Webhook
from cynod_spec.model.parameters import Header, Parameter
from cynod_spec.model.resources import Resource, Retention
from cynod_spec.model.responses import Case, Code, Envelope, Response
from cynod_spec.model.security import Security, Server
from cynod_spec.model.texts import Language, Text


@dataclass(frozen=True, slots=True)
class Contract:
    """One OpenAPI document, read once: ``cynod_spec.load_contract`` gives it, and nothing changes it.

    Code asks for what plays a role and never names a path, a member or a code of the document::

        contract = load_contract("spec/openapi.yaml")
        credit = contract.find("credit", "top-up")  # the operation with this effect on this resource
        if credit is not None:
            print(credit.method, credit.path, credit.at)  # POST /… and file:line:column
        refusal = contract.code("balance-insufficient")  # by its stable name
        print(refusal.value, refusal.message.fr)  # what the document calls it, and says
        for clause in contract.clauses:
            print(clause.id, clause.level, clause.text.en)

    ``document`` is the whole value, for validators of JSON Schema; facts are read from the other members.
    """

    file: str
    sha256: str  # of the document's bytes
    openapi: str
    title: str
    version: str
    description: Text
    languages: tuple[Language, ...]  # the first is the default
    documentation: str  # URI template (RFC 6570 level 1) with {code}
    max_body: int  # bytes
    retention: Retention
    servers: tuple[Server, ...]
    security: Security
    actors: tuple[Actor, ...]
    tags: tuple[Tag, ...]
    operations: tuple[Operation, ...]
    webhooks: tuple[Webhook, ...]
    general: tuple[Response, ...]  # answers that belong to no operation: unknown path, undeclared method
    general_headers: tuple[Header, ...]  # on every answer of the application
    envelopes: Mapping[Case, Envelope]
    codes: tuple[Code, ...]
    resources: Mapping[str, Resource]
    clauses: tuple[Clause, ...]
    guide: tuple[GuidePage, ...]
    refusals: tuple[tuple[str, ...], ...]  # names of codes, in the order of refusal
    document: Mapping[str, Any] = field(repr=False, compare=False)  # for validators, never for facts
    english: Mapping[str, str] = field(
        repr=False, compare=False
    )  # pointer → words that an overlay translates
    beside: Mapping[str, str] = field(
        repr=False, compare=False
    )  # other file that was read, relative to the document's folder → its SHA-256

    def parameters(self) -> Iterator[Parameter]:
        """Every parameter of every operation and webhook, in order; a shared one once for each."""
        for operation in self.operations:
            yield from operation.parameters
        for webhook in self.webhooks:
            yield from webhook.parameters

    def words(self, pointer: str) -> Text:
        """The string of the document at *pointer* in both languages; empty when none stands there."""
        try:
            value = pointers.resolve(self.document, pointers.split(pointer))
        except LookupError:
            return Text("")
        return Text(value, self.english.get(pointer, "")) if isinstance(value, str) else Text("")

    def code(self, name: str) -> Code:
        """The code with the stable *name*. Raises LookupError naming it."""
        for code in self.codes:
            if code.name == name:
                return code
        raise LookupError(f"the contract has no code named {name!r}")

    def code_of(self, value: object) -> Code | None:
        """The code whose value on the wire is *value*, or None."""
        return next((c for c in self.codes if c.value == value), None)

    def clause(self, id: str) -> Clause:
        """The clause *id*. Raises LookupError naming it."""
        for clause in self.clauses:
            if clause.id == id:
                return clause
        raise LookupError(f"the contract has no clause {id!r}")

    def find(self, effect: str, resource: str | None = None) -> Operation | None:
        """The operation with this *effect* (on this *resource*, when one is named), or None."""
        return next(iter(self.all(effect, resource)), None)

    def all(self, effect: str, resource: str | None = None) -> Iterator[Operation]:
        """Every operation with this *effect* (on this *resource*, when one is named)."""
        for operation in self.operations:
            if operation.effect == effect and resource in (None, operation.resource):
                yield operation

    def general_answer(self, name: str) -> Response:
        """The general answer that carries the code named *name*. Raises LookupError naming it."""
        for response in self.general:
            if any(code.name == name for code in response.codes):
                return response
        raise LookupError(f"the contract has no general answer for {name!r}")
