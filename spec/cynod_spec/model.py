"""The typed, frozen model of a contract: what every other room reads instead of raw dictionaries.

Each node carries ``at``, the place in the document where it stands. The names of roles, effects and
resources are the ``x-cynod`` vocabulary (``vocabulary.schema.json``); every other name a node holds
(paths, members, codes, scopes) is the document's and means nothing to the code that reads it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice, product
from typing import Any, Final, Literal

from cynod_spec import pointer as pointers
from cynod_spec.serialization import Serialization

Case = Literal["success", "functional", "authentication", "system"]
Level = Literal["MUST", "SHOULD", "DECLARED"]
Layer = Literal["protocol", "business"]
Tier = Literal["observe", "read", "write", "destructive", "load"]
Place = Literal["path", "query", "header", "cookie", "body"]
Language = Literal["fr", "en"]
SchemeKind = Literal["client-credentials", "basic", "other"]
MAX_ADDRESSES = 64  # of one server whose URL has variables
Shown = Literal["servers", "schemes", "scopes", "envelopes", "refusals"]

SAFE_METHODS: Final = frozenset(("GET", "HEAD", "OPTIONS", "TRACE", "QUERY", "PROPFIND", "REPORT", "SEARCH"))
"""The methods that change nothing (RFC 9110 §9.2.1; IANA's registry of HTTP methods)."""


@dataclass(frozen=True, slots=True)
class At:
    """A place in a document: its file, its RFC 6901 pointer, its line and column (both from 1)."""

    file: str
    pointer: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence in both languages; ``en`` is empty when no overlay translates it."""

    fr: str
    en: str = ""

    def in_(self, language: str) -> str:
        """The sentence in *language*, in French when it lacks a translation."""
        return self.en or self.fr if language == "en" else self.fr


@dataclass(frozen=True, slots=True)
class Schema:
    """A JSON Schema of the document: its resolved value (references followed at its top) and its place."""

    value: Mapping[str, Any]
    at: At

    @property
    def pointer(self) -> str:
        """The RFC 6901 pointer at which validators find it."""
        return self.at.pointer


@dataclass(frozen=True, slots=True)
class Expression:
    """An OpenAPI runtime expression, such as ``$request.body#/montant/valeur``."""

    source: str
    side: Literal["request", "response"]
    place: Place
    name: str  # the parameter or header; empty for a body
    path: tuple[str, ...]  # the unescaped JSON pointer tokens into a body
    at: At


@dataclass(frozen=True, slots=True)
class Unsupported:
    """What of a parameter no command can write or read, where it stands and what helps."""

    message: str
    hint: str
    at: At
    is_refused_by_openapi: bool = False  # lint reports it as invalid already


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of an operation; ``role`` is what the operation's ``x-cynod.request`` calls it."""

    name: str
    place: Place
    required: bool
    schema: Schema
    description: Text
    role: str | None
    example: Any  # None when the document gives none
    serialization: Serialization  # how its values are written
    unsupported: tuple[Unsupported, ...]
    at: At

    def is_at(self, place: str, name: str) -> bool:
        """Whether it stands at *place* under *name*; headers know no letter case."""
        if self.place != place:
            return False
        return self.name == name or (place == "header" and self.name.lower() == name.lower())


@dataclass(frozen=True, slots=True)
class Header:
    """A response header; ``role`` (``request-id``, ``replayed``, …) says what it is for."""

    name: str
    required: bool
    schema: Schema
    description: Text
    role: str | None
    example: Any
    serialization: Serialization | None  # how its values are written; None where no command can read them
    at: At


@dataclass(frozen=True, slots=True)
class Link:
    """What may follow an answer: an operation, and where its parameters stand in that answer."""

    name: str
    operation: str  # its id
    description: Text
    parameters: Mapping[str, str]  # parameter → runtime expression
    at: At


@dataclass(frozen=True, slots=True)
class Body:
    """A request body: its media types (in order), its schema and its named examples."""

    required: bool
    media_types: tuple[str, ...]
    schema: Schema
    examples: Mapping[str, Any]
    summaries: Mapping[str, Text]  # of the examples that have one
    at: At


@dataclass(frozen=True, slots=True)
class Member:
    """A member of an envelope, or nested in one: ``path`` leads to it; a list's item is ``*``.

    ``role``: ``flag``, ``code``, ``message``, ``data``, ``debug``, ``more``, ``documentation``,
    ``fields``, ``field``, ``place``, ``field-message``, or None for one that only has a constant,
    a default or an example.
    """

    name: str
    path: tuple[str, ...]
    role: str | None
    required: bool
    schema: Schema
    at: At


@dataclass(frozen=True, slots=True)
class Envelope:
    """The body's shape in one of the four cases of an outcome."""

    case: Case
    members: tuple[Member, ...]
    schema: Schema
    at: At

    def member(self, role: str) -> Member | None:
        """The member that plays *role*, or None."""
        return next((m for m in self.members if m.role == role), None)


@dataclass(frozen=True, slots=True)
class Code:
    """An internal code: a named schema whose ``const`` is its value."""

    schema_name: str
    value: str
    name: str  # its stable role: ``balance-insufficient``
    case: Case
    status: int  # where its responses stand; 0 when no response allows it
    retryable: bool
    title: Text
    description: Text
    message: Text
    provoke: Text  # how a tester provokes it; empty when it cannot be
    unprovokable: Text  # why it cannot; empty when it can
    at: At


@dataclass(frozen=True, slots=True)
class Response:
    """An answer of an operation for one status, or a general answer that belongs to no operation.

    ``case`` is None for a body outside the envelopes (OAuth 2.0) or no body (204).
    """

    status: int
    description: Text
    case: Case | None
    codes: tuple[Code, ...]
    headers: tuple[Header, ...]
    media_types: tuple[str, ...]
    schema: Schema | None  # of the whole body
    data: Schema | None  # of the envelope's data member, in a success
    examples: Mapping[str, Any]
    summaries: Mapping[str, Text]  # of the examples that have one
    links: tuple[Link, ...]
    at: At


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
    at: At

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
    at: At


@dataclass(frozen=True, slots=True)
class State:
    """A state of a resource: its stable ``name``, the ``value`` on the wire, the names it may become."""

    name: str
    value: str
    to: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Resource:
    """A kind of resource: where its members stand in its representation, and its states."""

    name: str
    schema: Schema
    members: Mapping[str, tuple[str, ...]]  # role → unescaped pointer tokens into a representation
    states: tuple[State, ...]  # the first is the initial one
    at: At

    def state(self, name: str) -> State | None:
        """The state with the stable *name*, or None."""
        return next((s for s in self.states if s.name == name), None)


@dataclass(frozen=True, slots=True)
class Clause:
    """A promise of the contract (contract §6)."""

    id: str
    level: Level
    layer: Layer
    tier: Tier
    source: str
    text: Text
    unchecked: Text  # why no black box sees it; empty otherwise
    at: At

    @property
    def group(self) -> str:
        """The part before the dash: ``TOK`` of ``TOK-1``."""
        return self.id.partition("-")[0]


@dataclass(frozen=True, slots=True)
class Actor:
    """Someone who calls the application, or is called by it."""

    name: str
    title: Text
    description: Text
    at: At


@dataclass(frozen=True, slots=True)
class Tag:
    """A family of operations, and the names of the actors who call them; its title is its name by default."""

    name: str
    title: Text
    description: Text
    actors: tuple[str, ...]
    at: At


@dataclass(frozen=True, slots=True)
class GuideSection:
    """A part of a guide page: words in Markdown, then what the document itself says (``shows``)."""

    id: str
    title: Text
    text: Text
    shows: Shown | None
    at: At


@dataclass(frozen=True, slots=True)
class GuidePage:
    """A page that a reader begins with; its ``id`` is its address in every language."""

    id: str
    title: Text
    text: Text
    sections: tuple[GuideSection, ...]
    at: At


@dataclass(frozen=True, slots=True)
class Retention:
    """How long the application remembers, at least, in seconds; None where the document does not say.

    ``idempotency_keys``: keys that were used up. ``ended_tokens``: tokens that expired or were revoked, which
    are told from those never issued meanwhile.
    """

    idempotency_keys: int | None
    ended_tokens: int | None


@dataclass(frozen=True, slots=True)
class Server:
    """Where the application answers; ``variables`` are those of its URL, the default value of each first."""

    url: str  # as the document writes it: with ``{variables}``, perhaps relative
    description: Text
    variables: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def addresses(self) -> tuple[str, ...]:
        """Its URL with values for its variables: their defaults first, then others listed, up to a bound."""
        names = [name for name in self.variables if "{" + name + "}" in self.url]
        found = []
        for values in islice(product(*(self.variables[name] for name in names)), MAX_ADDRESSES):
            url = self.url
            for name, value in zip(names, values, strict=True):
                url = url.replace("{" + name + "}", value)
            found.append(url)
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Scheme:
    """A security scheme: one way for callers to identify themselves."""

    name: str
    kind: SchemeKind
    description: Text
    at: At


@dataclass(frozen=True, slots=True)
class Security:
    """How callers identify themselves.

    ``scopes`` maps every scope of the client credentials flow to its description; ``deprecated_at``
    (seconds since the epoch) and ``deprecation_link`` go with every answer to HTTP Basic (RFC 9745).
    """

    schemes: tuple[Scheme, ...]
    scopes: Mapping[str, Text]
    token_url: str
    has_basic: bool
    deprecated_at: int
    deprecation_link: str
    at: At


@dataclass(frozen=True, slots=True)
class Contract:
    """One OpenAPI document, read once."""

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

    @classmethod
    def load(cls, path: str | None = None) -> Contract:
        """Read the contract at *path*, by default that of the checkout around, else the installed one.

        Parts of other files are its components. Overlays in ``locales/`` beside the document give the English
        texts. Raises ``DocumentError``, one readable line with its place, for a document that cannot be read
        safely or is no contract.
        """
        from cynod_spec.build import build
        from cynod_spec.locating import default_contract
        from cynod_spec.reading import read_as_one

        return build(read_as_one(path if path is not None else default_contract()))

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
