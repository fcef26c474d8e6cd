"""What callers ask of the application, and what it sends to its partners."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from cynod_spec.base.location import SourceLocation
from cynod_spec.model.expressions import Expression
from cynod_spec.model.parameters import Body, Parameter
from cynod_spec.model.responses import Code, Response
from cynod_spec.model.security import Server
from cynod_spec.model.texts import Text

SAFE_METHODS: Final = frozenset(("GET", "HEAD", "OPTIONS", "TRACE", "QUERY", "PROPFIND", "REPORT", "SEARCH"))
"""The methods that change nothing (RFC 9110 §9.2.1; IANA's registry of HTTP methods)."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path, with the roles the document gives it."""

    id: str
    method: str  # as it is sent
    path: str
    tag: str
    summary: Text
    description: Text
    effect: str  # issue, credit, cancel, debit, refund, read, list, set-state, whoami, health, token, revoke
    resource: str  # the kind of resource it acts on; empty for token and revoke
    public: bool  # no identity asked
    scopes: tuple[str, ...]  # what a token must hold
    schemes: tuple[str, ...]  # names of the security schemes that it accepts
    servers: tuple[Server, ...]  # its own, else those of its path, else those of the document
    parameters: tuple[Parameter, ...]
    body: Body | None
    responses: tuple[Response, ...]
    request: Mapping[str, Expression]
    answer: Mapping[str, Expression]
    at: SourceLocation

    @property
    def success(self) -> Response:
        """Its 2xx answer. Raises LookupError when the document gives none."""
        for response in self.responses:
            if 200 <= response.status < 300:
                return response
        raise LookupError(self.id)

    def response(self, status: int) -> Response | None:
        """Its answer for *status*, or None when the document lists none."""
        return next((r for r in self.responses if r.status == status), None)

    def parameter(self, role: str) -> Parameter | None:
        """The parameter that plays *role*, or None."""
        return next((p for p in self.parameters if p.role == role), None)

    @property
    def codes(self) -> tuple[Code, ...]:
        """Every internal code that the operation may answer."""
        return tuple(code for response in self.responses for code in response.codes)

    @property
    def is_oauth(self) -> bool:
        """Whether RFC 6749 or 7009 governs its 200, 400 and 401 answers."""
        return self.effect in ("token", "revoke")

    @property
    def writes(self) -> bool:
        """Whether a call may change what another call sees (by its method, where it has no effect)."""
        if not self.effect:
            return self.method not in SAFE_METHODS
        return self.effect not in ("read", "list", "whoami", "health", "token", "revoke")

    @property
    def key(self) -> str:
        """How reports name it: method and path."""
        return f"{self.method} {self.path}"


@dataclass(frozen=True, slots=True)
class Webhook:
    """A request that the application sends to its partners.

    ``request`` says where its ``id``, ``timestamp``, ``signature`` and ``date`` stand, and the
    ``resource`` that changed.
    """

    name: str
    method: str  # upper case
    tag: str
    summary: Text
    description: Text
    parameters: tuple[Parameter, ...]
    body: Body | None
    request: Mapping[str, Expression]
    at: SourceLocation
