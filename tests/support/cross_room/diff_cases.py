"""For each rule of the diff a pair of documents that it alone tells apart, with its places on both sides.

``▸`` stands before the place that the change must name; it is taken out before the document is read.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cynod_spec.diff.changes import Direction

MARK = "▸"
ROOT = Path(__file__).parents[3]
SMALL = (ROOT / "spec" / "tests" / "documents" / "small.yaml").read_text("utf-8")

PLAIN = """\
openapi: 3.1.0
info: {title: Essai, version: 1.0.0}
#root
paths:
  /a/{id}:
    #path
    post:
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      #operation
      requestBody:
        content:
          application/json:
            #sent
      responses:
        '200':
          description: Bien
          #answer
          content:
            application/json:
              #received
webhooks:
  w:
    post:
      #hook
      responses: {'200': {description: Bien}}
#end
"""

Edit = tuple[str, str, str]  # what stands in the base, what the old and the new document have instead


@dataclass(frozen=True)
class Case:
    """Two documents from one base; *rule* sees the way there in *direction*, its mirror the way back."""

    rule: str
    direction: Direction
    edits: tuple[Edit, ...]
    base: str = PLAIN
    backward: str = ""  # what sees the way back, where it is not the rule's mirror
    beside: str = ""  # the rule of a change that always comes with it; its mirror comes the way back

    def texts(self) -> tuple[str, str]:
        """Both documents, with the marks."""
        old = new = self.base
        for index, (stands, _, _) in enumerate(self.edits):
            assert self.base.count(stands) == 1, f"{self.rule}: {stands!r} stands not once"
            old, new = old.replace(stands, f"◆{index}◆"), new.replace(stands, f"◆{index}◆")
        for index, (_, before, after) in enumerate(self.edits):
            old, new = old.replace(f"◆{index}◆", before), new.replace(f"◆{index}◆", after)
        return old, new

    @property
    def id(self) -> str:
        """How tests name it."""
        return f"{self.rule}-{self.direction}"


def place(text: str) -> tuple[int, int]:
    """Line and column of the one mark in *text*."""
    before, mark, rest = text.partition(MARK)
    assert mark, f"nothing is marked in {text[-200:]}"
    assert MARK not in rest, "more than one place is marked"
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


# Schemas: rule → the schemas of both documents, tried as what is sent and as what is received.
SCHEMAS = {
    "type-narrowed": ("schema: {▸type: [string, integer]}", "schema: {▸type: string}"),
    "type-changed": ("schema: {▸type: integer}", "schema: {▸type: string}"),
    "null-refused": ("schema: {▸type: [string, 'null']}", "schema: {▸type: string}"),
    "values-listed": ("▸schema: {type: string}", "schema: {type: string, ▸enum: [A, B]}"),
    "value-removed": ("schema: {enum: [A, ▸B]}", "schema: {▸enum: [A]}"),
    "format-added": ("▸schema: {type: string}", "schema: {type: string, ▸format: uuid}"),
    "format-narrowed": ("schema: {type: integer, ▸format: int64}", "schema: {type: integer, ▸format: int32}"),
    "format-changed": ("schema: {type: string, ▸format: date}", "schema: {type: string, ▸format: time}"),
    "pattern-added": ("▸schema: {type: string}", "schema: {type: string, ▸pattern: '^a'}"),
    "pattern-changed": ("schema: {type: string, ▸pattern: '^a'}", "schema: {type: string, ▸pattern: '^b'}"),
    "minimum-raised": ("schema: {type: number, ▸minimum: 1}", "schema: {type: number, ▸exclusiveMinimum: 1}"),
    "maximum-lowered": ("▸schema: {type: number}", "schema: {type: number, ▸maximum: 9}"),
    "length-minimum-raised": (
        "schema: {type: string, ▸minLength: 1}",
        "schema: {type: string, ▸minLength: 2}",
    ),
    "length-maximum-lowered": (
        "schema: {type: string, ▸maxLength: 9}",
        "schema: {type: string, ▸maxLength: 8}",
    ),
    "items-minimum-raised": ("▸schema: {type: array}", "schema: {type: array, ▸minItems: 1}"),
    "items-maximum-lowered": ("schema: {type: array, ▸maxItems: 9}", "schema: {type: array, ▸maxItems: 8}"),
    "members-minimum-raised": ("▸schema: {type: object}", "schema: {type: object, ▸minProperties: 1}"),
    "members-maximum-lowered": ("▸schema: {type: object}", "schema: {type: object, ▸maxProperties: 9}"),
    "multiple-narrowed": (
        "schema: {type: integer, ▸multipleOf: 5}",
        "schema: {type: integer, ▸multipleOf: 10}",
    ),
    "multiple-changed": (
        "schema: {type: integer, ▸multipleOf: 5}",
        "schema: {type: integer, ▸multipleOf: 7}",
    ),
    "unique-required": ("▸schema: {type: array}", "schema: {type: array, ▸uniqueItems: true}"),
    "items-described": ("▸schema: {type: array}", "schema: {type: array, ▸items: {type: string}}"),
    "prefix-item-added": (
        "schema: {type: array, ▸prefixItems: [{type: string}]}",
        "schema: {type: array, prefixItems: [{type: string}, ▸{type: string}]}",
    ),
    "member-required-added": (
        "schema: {type: object, ▸properties: {a: {}}}",
        "schema: {type: object, required: [b], properties: {a: {}, ▸b: {}}}",
    ),
    "member-optional-added": (
        "schema: {type: object, ▸properties: {a: {}}}",
        "schema: {type: object, properties: {a: {}, ▸b: {}}}",
    ),
    "member-required-let-in": (
        "schema: {type: object, additionalProperties: false, ▸properties: {a: {}}}",
        "schema: {type: object, additionalProperties: false, required: [b], properties: {a: {}, ▸b: {}}}",
    ),
    "member-optional-let-in": (
        "schema: {type: object, unevaluatedProperties: false, ▸properties: {a: {}}}",
        "schema: {type: object, unevaluatedProperties: false, properties: {a: {}, ▸b: {}}}",
    ),
    "member-became-required": (
        "schema: {type: object, properties: {▸a: {}}}",
        "schema: {type: object, required: [▸a], properties: {a: {}}}",
    ),
    "member-described": (
        "schema: {type: object, required: [▸a], properties: {}}",
        "schema: {type: object, required: [a], properties: {▸a: {type: string}}}",
    ),
    "others-refused": ("▸schema: {type: object}", "schema: {type: object, ▸additionalProperties: false}"),
    "others-described": (
        "▸schema: {type: object}",
        "schema: {type: object, ▸additionalProperties: {type: string}}",
    ),
    "named-like-added": (
        "▸schema: {type: object}",
        "schema: {type: object, patternProperties: {▸'^a': {type: string}}}",
    ),
    "named-like-shut-out": (
        "schema: {type: object, additionalProperties: false, patternProperties: {'^a': {}, ▸'^b': {}}}",
        "schema: {type: object, additionalProperties: false, ▸patternProperties: {'^a': {}}}",
    ),
    "alternative-removed": (
        "schema: {anyOf: [{required: [a]}, {required: [b]}, ▸{required: [c]}]}",
        "schema: {▸anyOf: [{required: [a]}, {required: [b]}]}",
    ),
    "alternatives-exclusive": (
        "schema: {▸anyOf: [{required: [a]}, {required: [b]}]}",
        "schema: {▸oneOf: [{required: [a]}, {required: [b]}]}",
    ),
    "alternatives-listed": (
        "▸schema: {type: object}",
        "schema: {type: object, ▸anyOf: [{required: [a]}, {required: [b]}]}",
    ),
    "constraint-added": ("▸schema: {type: array}", "schema: {type: array, ▸contains: {type: string}}"),
    "constraint-changed": (
        "schema: {type: string, ▸contentEncoding: base64}",
        "schema: {type: string, ▸contentEncoding: base16}",
    ),
    "default-added": ("▸schema: {type: integer}", "schema: {type: integer, ▸default: 1}"),
    "default-changed": ("schema: {type: integer, ▸default: 1}", "schema: {type: integer, ▸default: 2}"),
    "read-only-set": (
        "schema: {type: object, properties: {▸a: {}}}",
        "schema: {type: object, properties: {a: {▸readOnly: true}}}",
    ),
    "write-only-set": (
        "schema: {type: object, properties: {▸a: {}}}",
        "schema: {type: object, properties: {a: {▸writeOnly: true}}}",
    ),
    "schema-deprecated": ("▸schema: {type: string}", "schema: {type: string, ▸deprecated: true}"),
    "text-changed": (
        "schema: {type: string, ▸description: Un}",
        "schema: {type: string, ▸description: Une}",
    ),
    "discriminator-added": (
        "▸schema: {oneOf: [{type: object}]}",
        "schema: {oneOf: [{type: object}], ▸discriminator: {propertyName: a}}",
    ),
    "discriminator-changed": (
        "schema: {oneOf: [{type: object}], ▸discriminator: {propertyName: a}}",
        "schema: {oneOf: [{type: object}], ▸discriminator: {propertyName: b}}",
    ),
    "mapping-removed": (
        "schema: {type: object, discriminator: {propertyName: a, mapping: {x: X, ▸y: Y}}}",
        "schema: {type: object, discriminator: {propertyName: a, ▸mapping: {x: X}}}",
    ),
    "mapping-changed": (
        "schema: {type: object, discriminator: {propertyName: a, mapping: {▸x: X}}}",
        "schema: {type: object, discriminator: {propertyName: a, mapping: {▸x: Y}}}",
    ),
}


def line(word: str) -> str:
    """The line of the small contract that begins with *word*."""
    return next(text for text in SMALL.splitlines() if text.lstrip().startswith(word))


BODY = "      requestBody:\n        content:\n          application/json:\n            #sent\n"
SENT = "          application/json:\n            #sent"
RECEIVED = "            application/json:\n              #received"
ANSWER = "          content:\n            application/json:\n              #received\n"
PARAMETERS = "      parameters: [{name: id, in: path, required: true, schema: {type: string}}]"
POST = "    post:\n" + PARAMETERS
PUT = "    put: {responses: {'200': {description: Bien}}}\n"
DUE = "    put: {deprecated: true, x-sunset: '2020-01-01', responses: {'200': {description: Bien}}}\n"
OAUTH = "components: {securitySchemes: {o: {type: oauth2, flows: {FLOWS}}}}"
CLIENT = "clientCredentials: {tokenUrl: /t, scopes: {a: A}}"
GENERAL = "    responses: [{$ref: '#/components/responses/CheminInconnu'}]"
HEADERS = "    headers: {X-Request-Id: {$ref: '#/components/headers/XRequestId'}}\n"
STATES = "states: {done: {value: EFFECTUEE, to: [cancelled]}, cancelled: {value: ANNULEE, to: []}}"
CODE = "      x-cynod: {code: {name: internal, case: system, retryable: true,"
REFUSALS = "  refusals: [[unknown-path], [credentials-missing], [value-invalid]]"
CLAUSE = line("TOK-1:")
DECLARED = line("SLA-1:")
GUIDE = line("sections:")
ACTORS = "  actors: {partner: {title: Partenaire, description: Celui qui recharge.}}"
MEMBER = "        debugMessage: {type: string, x-cynod: {member: debug}}\n        moreInfo:"
RESOURCE = "    Recharge:\n      type: object\n"
CREATE = "    post:\n      operationId: creerRecharge"
BROKEN = "          schema:\n            allOf:\n              - {$ref: '#/components/schemas/"
ROLES = "members: {id: /rechargeId, card: /carteId,"


def _schemas() -> list[Case]:
    slots: tuple[tuple[Direction, str], ...] = (("request", "#sent"), ("response", "#received"))
    cases = [
        Case(rule, direction, ((slot, old, new),))
        for rule, (old, new) in SCHEMAS.items()
        for direction, slot in slots
    ]
    old = "schema: {▸oneOf: [{required: [a]}, {required: [b]}]}"
    new = old.replace("]}]", "]}, {required: [c]}]")
    return cases + [
        Case("alternatives-overlap-changed", direction, ((slot, old, new),), beside="alternative-added")
        for direction, slot in slots
    ]


def plain(rule: str, direction: Direction, *edits: Edit, backward: str = "") -> Case:
    """A case of the plain document."""
    return Case(rule, direction, edits, backward=backward)


def small(rule: str, direction: Direction, *edits: Edit) -> Case:
    """A case of the small contract, which has the vocabulary."""
    return Case(rule, direction, edits, SMALL)


def parameter(rule: str, old: str, new: str) -> Case:
    """A case of one more query parameter."""
    lead = PARAMETERS.removesuffix("]") + ", "
    return plain(rule, "request", (PARAMETERS, f"{lead}{old}]", f"{lead}{new}]"))


def marked(text: str) -> str:
    """*text* with a mark before its first word."""
    bare = text.lstrip()
    return text.removesuffix(bare) + MARK + bare


def schemes(rule: str, old: str, new: str) -> Case:
    """A case of the security schemes."""
    return plain(rule, "request", ("#end", old, new))


def encoded(kind: str) -> str:
    """A multipart body whose part ``a`` is of the media type *kind*, in place of a body in JSON."""
    return f"            multipart/mixed: {{encoding: {{▸a: {{contentType: {kind}}}}}}}"


def in_xml(name: str) -> str:
    """A body in XML whose element is called *name*, in place of a body in JSON."""
    return f"            application/xml: {{schema: {{type: object, ▸xml: {{name: {name}}}}}}}"


def flows(rule: str, old: str, new: str) -> Case:
    """A case of the flows of an OAuth scheme."""
    return schemes(rule, *(OAUTH.replace("FLOWS", text) for text in (old, new)))


DOCUMENT = (
    plain(
        "document-rewritten",
        "contract",
        ("openapi: 3.1.0", "▸openapi: 3.1.0", "▸openapi: 3.1.0"),
        ("#end", "components: {schemas: {A: {type: string}}}", "components: {schemas: {B: {type: string}}}"),
    ),
    plain("openapi-version-changed", "contract", ("openapi: 3.1.0", "▸openapi: 3.1.0", "▸openapi: 3.1.1")),
    plain(
        "vocabulary-added",
        "contract",
        ("openapi: 3.1.0", "▸openapi: 3.1.0", "openapi: 3.1.0"),
        ("#end", "", "▸x-cynod: {languages: [fr]}"),
    ),
    plain("text-changed", "contract", ("#operation", "▸summary: Un", "▸summary: Une")),
    plain(
        "example-changed",
        "request",
        ("#sent", "▸example: 1", "▸example: 2"),
    ),
    plain("example-changed", "response", ("#received", "▸example: 1", "▸example: 2")),
    plain("server-added", "contract", ("#root", "▸servers: [{url: /a}]", "servers: [{url: /a}, ▸{url: /b}]")),
    plain(
        "server-default-changed",
        "contract",
        (
            "#root",
            "servers: [{url: '/{v}', variables: {v: {enum: [a, b], ▸default: a}}}]",
            "servers: [{url: '/{v}', variables: {v: {enum: [a, b], ▸default: b}}}]",
        ),
    ),
    plain("tag-added", "contract", ("#root", "▸tags: [{name: a}]", "tags: [{name: a}, ▸{name: b}]")),
    small(
        "guide-added",
        "contract",
        ("x-cynod:\n  languages", "▸x-cynod:\n  languages", "x-cynod:\n  languages"),
        (GUIDE, GUIDE, GUIDE.removesuffix("]") + ", ▸{id: suite, title: Suite, text: Plus.}]"),
    ),
    small(
        "guide-changed",
        "contract",
        ("[{id: enveloppes, title: Env", "[▸{id: enveloppes, title: Env", "[▸{id: enveloppes, title: L’env"),
    ),
    small(
        "actor-added",
        "contract",
        ("x-cynod:\n  languages", "▸x-cynod:\n  languages", "x-cynod:\n  languages"),
        (
            ACTORS,
            ACTORS,
            ACTORS.removesuffix("}") + ", ▸operator: {title: Opérateur, description: Un autre.}}",
        ),
    ),
    small(
        "body-limit-raised",
        "request",
        ("  max-body: 1048576", "  ▸max-body: 1048576", "  ▸max-body: 2097152"),
    ),
    small(
        "retention-lengthened",
        "contract",
        ("idempotency-keys: 86400}", "▸idempotency-keys: 86400}", "▸idempotency-keys: 172800}"),
    ),
    small(
        "language-added",
        "response",
        ("  languages: [fr, en]", "  ▸languages: [fr]", "  ▸languages: [fr, en]"),
    ),
    small(
        "default-language-changed",
        "response",
        ("  languages: [fr, en]", "  ▸languages: [fr, en]", "  ▸languages: [en, fr]"),
    ),
    small(
        "code-page-moved",
        "response",
        (
            "  documentation: https://example.org/codes",
            "  ▸documentation: https://example.org/codes",
            "  ▸documentation: https://example.org/c",
        ),
    ),
)

OPERATIONS = (
    plain(
        "path-added",
        "contract",
        ("paths:", "▸paths:", "paths:\n  ▸/b: {get: {responses: {'200': {description: Bien}}}}"),
    ),
    plain(
        "path-retired",
        "contract",
        ("paths:", "paths:\n  ▸/b:\n" + DUE, "▸paths:"),
        backward="path-added",
    ),
    plain(
        "path-parameter-renamed",
        "request",
        ("  /a/{id}:", "  ▸/a/{id}:", "  ▸/a/{key}:"),
        (PARAMETERS, PARAMETERS, PARAMETERS.replace("name: id", "name: key")),
    ),
    plain("operation-added", "contract", ("  /a/{id}:", "  ▸/a/{id}:", "  /a/{id}:\n" + marked(PUT))),
    plain(
        "operation-retired",
        "contract",
        ("  /a/{id}:", "  /a/{id}:\n" + marked(DUE), "  ▸/a/{id}:"),
        backward="operation-added",
    ),
    plain("operation-id-changed", "contract", ("#operation", "▸operationId: a", "▸operationId: b")),
    plain(
        "operation-deprecated",
        "contract",
        (POST, marked(POST), POST),
        ("#operation", "", "▸deprecated: true"),
    ),
    plain(
        "sunset-announced",
        "contract",
        (POST, marked(POST), POST),
        ("#operation", "", "▸x-sunset: '2030-01-01'"),
    ),
    plain(
        "sunset-postponed", "contract", ("#operation", "▸x-sunset: '2030-01-01'", "▸x-sunset: '2031-01-01'")
    ),
    plain("operation-tag-added", "contract", ("#operation", "▸tags: [a]", "tags: [a, ▸b]")),
    plain(
        "operation-server-added",
        "contract",
        ("#operation", "▸servers: [{url: /a}]", "servers: [{url: /a}, ▸{url: /b}]"),
    ),
    plain(
        "callback-added", "response", (POST, marked(POST), POST), ("#operation", "", "callbacks: {▸c: {}}")
    ),
    plain(
        "callback-added",
        "request",
        ("    post:\n      #hook", "    ▸post:", "    post:\n      callbacks: {▸c: {}}"),
    ),
    plain("callback-renamed", "response", ("#operation", "callbacks: {▸c: {}}", "callbacks: {▸d: {}}")),
    plain("callback-renamed", "request", ("#hook", "callbacks: {▸c: {}}", "callbacks: {▸d: {}}")),
    plain(
        "webhook-added",
        "response",
        ("webhooks:", "▸webhooks:", "webhooks:\n  v:\n    ▸post: {responses: {'200': {description: Bien}}}"),
    ),
    small(
        "effect-changed",
        "contract",
        (
            "    get:\n      operationId: lireRecharge",
            "    ▸get:\n      operationId: lireRecharge",
            "    ▸get:\n      operationId: lireRecharge",
        ),
        ("        effect: read\n", "        effect: read\n", "        effect: list\n"),
    ),
    small(
        "role-added",
        "request",
        (
            "    post:\n      operationId: creerRecharge",
            "    ▸post:\n      operationId: creerRecharge",
            "    post:\n      operationId: creerRecharge",
        ),
        (
            "          card: $request.body#/carteId\n",
            "          card: $request.body#/carteId\n",
            "          card: $request.body#/carteId\n          ▸currency: $request.body#/montant/devise\n",
        ),
    ),
    small(
        "role-added",
        "response",
        (
            "    get:\n      operationId: lireRecharge",
            "    ▸get:\n      operationId: lireRecharge",
            "    get:\n      operationId: lireRecharge",
        ),
        (
            "{id: $request.path.rechargeId}\n        answer: {resource",
            "{id: $request.path.rechargeId}\n        answer: {resource",
            "{id: $request.path.rechargeId}\n        answer: {▸other: $response.body#/data, resource",
        ),
    ),
    small(
        "role-moved",
        "request",
        (
            "          card: $request.body#/carteId\n",
            "          ▸card: $request.body#/carteId\n",
            "          ▸card: $request.body#/carte\n",
        ),
    ),
    small(
        "role-moved",
        "response",
        (
            "{id: $request.path.rechargeId}\n        answer: {resource: $response.body#/data}",
            "{id: $request.path.rechargeId}\n        answer: {▸resource: $response.body#/data}",
            "{id: $request.path.rechargeId}\n        answer: {▸resource: $response.body#/data/a}",
        ),
    ),
    small(
        "idempotency-added",
        "request",
        (CREATE, marked(CREATE), CREATE),
        ("          key: $request.header.Cle\n", "", "          key: $request.header.Cle\n"),
        ("    Cle:\n", "    Cle:\n", "    ▸Cle:\n"),
    ),
)

PARAMETER_CASES = (
    plain(
        "parameter-required-added",
        "request",
        (
            PARAMETERS,
            marked(PARAMETERS),
            PARAMETERS.removesuffix("]") + ", ▸{name: q, in: query, required: true}]",
        ),
    ),
    plain(
        "parameter-optional-added",
        "request",
        (PARAMETERS, marked(PARAMETERS), PARAMETERS.removesuffix("]") + ", ▸{name: q, in: query}]"),
    ),
    parameter("parameter-became-required", "▸{name: q, in: query}", "{name: q, in: query, ▸required: true}"),
    parameter("parameter-style-changed", "▸{name: q, in: query}", "{name: q, in: query, ▸explode: false}"),
    parameter(
        "parameter-style-changed",
        "{name: q, in: query, ▸schema: {type: string}}",
        "{name: q, in: query, ▸content: {application/json: {schema: {type: string}}}}",
    ),
    parameter(
        "parameter-style-changed",
        "▸{name: q, in: query, schema: {type: array}}",
        "{name: q, in: query, ▸explode: false, schema: {type: array}}",
    ),
    parameter(
        "parameter-style-changed",
        "▸{name: q, in: query, schema: {type: array}}",
        "{name: q, in: query, ▸style: pipeDelimited, schema: {type: array}}",
    ),
    parameter(
        "parameter-became-list",
        "{name: q, in: query, ▸schema: {type: string}}",
        "{name: q, in: query, ▸schema: {type: array, items: {type: string}}}",
    ),
    parameter("parameter-deprecated", "▸{name: q, in: query}", "{name: q, in: query, ▸deprecated: true}"),
    plain(
        "parameter-style-changed",
        "response",
        (
            "#hook",
            "parameters: [▸{name: h, in: header}]",
            "parameters: [{name: h, in: header, ▸explode: true}]",
        ),
    ),
    plain(
        "body-required-added",
        "request",
        (POST, marked(POST), POST),
        (BODY, "", BODY.replace("requestBody:", "▸requestBody:\n        required: true")),
    ),
    plain("body-optional-added", "request", (POST, marked(POST), POST), (BODY, "", marked(BODY))),
    plain(
        "body-became-required",
        "request",
        (BODY, marked(BODY), BODY.replace("requestBody:", "requestBody:\n        ▸required: true")),
    ),
    plain(
        "body-required-added",
        "response",
        (
            "    post:\n      #hook",
            "    ▸post:",
            "    post:\n      ▸requestBody: {required: true, content: {}}",
        ),
    ),
    plain(
        "body-optional-added",
        "response",
        ("    post:\n      #hook", "    ▸post:", "    post:\n      ▸requestBody: {content: {}}"),
    ),
    plain(
        "body-became-required",
        "response",
        ("#hook", "▸requestBody: {content: {}}", "requestBody: {▸required: true, content: {}}"),
    ),
    plain(
        "media-type-added",
        "request",
        (BODY, BODY.replace("content", "▸content"), BODY + "          ▸application/xml: {}\n"),
    ),
    plain(
        "media-type-added",
        "response",
        (ANSWER, marked(ANSWER), ANSWER + "            ▸application/xml: {}\n"),
    ),
    plain(
        "schema-added",
        "request",
        (
            BODY,
            BODY.replace("application/json", "▸application/json"),
            BODY.replace("#sent", "▸schema: {type: string}"),
        ),
    ),
    plain(
        "schema-added",
        "response",
        (
            ANSWER,
            ANSWER.replace("application/json", "▸application/json"),
            ANSWER.replace("#received", "▸schema: {type: string}"),
        ),
    ),
    plain("encoding-changed", "request", (SENT, encoded("text/plain"), encoded("text/html"))),
    plain("encoding-changed", "response", (RECEIVED, encoded("text/plain"), encoded("text/html"))),
    plain("xml-changed", "request", (SENT, in_xml("a"), in_xml("b"))),
    plain("xml-changed", "response", (RECEIVED, in_xml("a"), in_xml("b"))),
)

RESPONSES = (
    plain(
        "response-success-added",
        "response",
        (
            "      responses:\n",
            "      ▸responses:\n",
            "      responses:\n        ▸'202': {description: Bien}\n",
        ),
    ),
    plain(
        "response-error-added",
        "response",
        (
            "      responses:\n",
            "      ▸responses:\n",
            "      responses:\n        ▸default: {description: Mal}\n",
        ),
    ),
    plain(
        "response-success-added",
        "request",
        (
            "responses: {'200': {description: Bien}}",
            "▸responses: {'200': {description: Bien}}",
            "responses: {'200': {description: Bien}, ▸'201': {description: Bien}}",
        ),
    ),
    plain(
        "response-error-added",
        "request",
        (
            "responses: {'200': {description: Bien}}",
            "▸responses: {'200': {description: Bien}}",
            "responses: {'200': {description: Bien}, ▸'410': {description: Fini}}",
        ),
    ),
    plain(
        "header-required-added", "response", ("#answer", "▸headers: {}", "headers: {▸A: {required: true}}")
    ),
    plain(
        "header-optional-added",
        "response",
        ("#answer", "▸headers: {}", "headers: {▸A: {schema: {type: string}}}"),
    ),
    plain(
        "header-became-required",
        "response",
        ("#answer", "headers: {▸A: {}}", "headers: {A: {▸required: true}}"),
    ),
    plain(
        "header-style-changed",
        "response",
        ("#answer", "headers: {▸A: {}}", "headers: {A: {▸explode: true}}"),
    ),
    plain(
        "header-style-changed",
        "request",
        (
            "responses: {'200': {description: Bien}}",
            "responses: {'200': {description: Bien, headers: {▸A: {}}}}",
            "responses: {'200': {description: Bien, headers: {A: {▸explode: true}}}}",
        ),
    ),
    plain(
        "header-deprecated", "response", ("#answer", "headers: {▸A: {}}", "headers: {A: {▸deprecated: true}}")
    ),
    plain(
        "header-required-added",
        "request",
        (
            "responses: {'200': {description: Bien}}",
            "responses: {'200': {description: Bien, ▸headers: {}}}",
            "responses: {'200': {description: Bien, headers: {▸A: {required: true}}}}",
        ),
    ),
    plain(
        "header-optional-added",
        "request",
        (
            "responses: {'200': {description: Bien}}",
            "responses: {'200': {description: Bien, ▸headers: {}}}",
            "responses: {'200': {description: Bien, headers: {▸A: {}}}}",
        ),
    ),
    plain(
        "header-became-required",
        "request",
        (
            "responses: {'200': {description: Bien}}",
            "responses: {'200': {description: Bien, headers: {▸A: {}}}}",
            "responses: {'200': {description: Bien, headers: {A: {▸required: true}}}}",
        ),
    ),
    plain(
        "header-deprecated",
        "request",
        (
            "responses: {'200': {description: Bien}}",
            "responses: {'200': {description: Bien, headers: {▸A: {}}}}",
            "responses: {'200': {description: Bien, headers: {A: {▸deprecated: true}}}}",
        ),
    ),
    plain(
        "header-required-added",
        "response",
        (
            "    post:\n      #hook",
            "    ▸post:",
            "    post:\n      parameters: [▸{name: h, in: header, required: true}]",
        ),
    ),
    plain("link-added", "response", ("#answer", "▸links: {}", "links: {▸l: {operationId: a}}")),
    plain(
        "link-changed",
        "response",
        ("#answer", "links: {▸l: {operationId: a}}", "links: {▸l: {operationId: b}}"),
    ),
    small(
        "header-optional-added",
        "response",
        (HEADERS, marked(HEADERS), HEADERS.replace("}}\n", "}, ▸X: {}}\n")),
    ),
)

SECURITY = (
    plain("identity-required", "request", ("#operation", "▸security: [{}, {k: []}]", "▸security: [{k: []}]")),
    plain(
        "scheme-accepted", "request", ("#operation", "▸security: [{k: []}]", "security: [{k: []}, ▸{l: []}]")
    ),
    plain(
        "scheme-required", "request", ("#operation", "security: [▸{k: []}]", "security: [▸{k: [], l: []}]")
    ),
    plain("scope-required", "request", ("#operation", "security: [{▸o: [a]}]", "security: [{▸o: [a, b]}]")),
    schemes(
        "scheme-added",
        "components: {▸securitySchemes: {}}",
        "components: {securitySchemes: {▸k: {type: http, scheme: basic}}}",
    ),
    schemes(
        "scheme-changed",
        "components: {securitySchemes: {k: {type: http, ▸scheme: basic}}}",
        "components: {securitySchemes: {k: {type: http, ▸scheme: bearer}}}",
    ),
    schemes(
        "scheme-renamed",
        "components: {securitySchemes: {▸k: {type: http, scheme: basic}}}",
        "components: {securitySchemes: {▸l: {type: http, scheme: Basic}}}",
    ),
    schemes(
        "bearer-format-changed",
        "components: {securitySchemes: {k: {type: http, scheme: bearer, ▸bearerFormat: JWT}}}",
        "components: {securitySchemes: {k: {type: http, scheme: bearer, ▸bearerFormat: opaque}}}",
    ),
    schemes(
        "scheme-deprecated",
        "components: {securitySchemes: {▸k: {type: http}}}",
        "components: {securitySchemes: {k: {type: http, ▸deprecated: true}}}",
    ),
    schemes(
        "scheme-deprecation-changed",
        "components: {securitySchemes: {k: {type: http, ▸x-cynod: {deprecation: /a}}}}",
        "components: {securitySchemes: {k: {type: http, ▸x-cynod: {deprecation: /b}}}}",
    ),
    schemes(
        "flow-added",
        OAUTH.replace("flows", "▸flows").replace("FLOWS", ""),
        OAUTH.replace("FLOWS", "▸" + CLIENT),
    ),
    flows(
        "scheme-changed",
        CLIENT.replace("tokenUrl", "▸tokenUrl"),
        CLIENT.replace("tokenUrl: /t", "▸tokenUrl: /u"),
    ),
    flows("scheme-address-added", "▸" + CLIENT, CLIENT.replace("scopes", "▸refreshUrl: /r, scopes")),
    flows("scope-added", CLIENT.replace("scopes", "▸scopes"), CLIENT.replace("a: A", "a: A, ▸b: B")),
)

ENVELOPES = (
    small(
        "envelope-member-added",
        "response",
        ("    EnveloppeFonctionnelle:\n", "    ▸EnveloppeFonctionnelle:\n", "    EnveloppeFonctionnelle:\n"),
        (MEMBER, MEMBER, "        ▸trace: {type: string}\n" + MEMBER),
    ),
    small(
        "envelope-member-renamed",
        "response",
        (MEMBER, marked(MEMBER), marked(MEMBER).replace("debugMessage", "debug")),
        (
            "required: [success, code, message, debugMessage, moreInfo]",
            "required: [success, code, message, debugMessage, moreInfo]",
            "required: [success, code, message, debug, moreInfo]",
        ),
    ),
    small(
        "envelope-member-retyped",
        "response",
        (MEMBER, marked(MEMBER), marked(MEMBER).replace("type: string", "type: [string, 'null']")),
    ),
    small(
        "envelope-member-became-required",
        "response",
        (MEMBER, marked(MEMBER), marked(MEMBER)),
        (
            "required: [success, code, message, debugMessage, moreInfo]",
            "required: [success, code, message, moreInfo]",
            "required: [success, code, message, debugMessage, moreInfo]",
        ),
    ),
    small(
        "envelope-replaced",
        "response",
        (
            BROKEN + "EnveloppeSysteme'}",
            BROKEN.replace("schema:", "▸schema:") + "EnveloppeSysteme'}",
            BROKEN.replace("schema:", "▸schema:") + "EnveloppeAuthentification'}",
        ),
    ),
)

NEW_CODE = (
    "    Code1003: {const: '1003', title: Autre, x-cynod: "
    "{code: {name: other, case: functional, message: {fr: Autre, en: Other}}}}\n"
)
BAD_REQUEST = "        '400': {$ref: '#/components/responses/Invalide'}"
ALLOWED_1010 = "properties: {code: {oneOf: [{$ref: '#/components/schemas/Code1010'}]}}"
BOTH_ALLOWED = ALLOWED_1010.replace("]}}", ", {$ref: '#/components/schemas/Code1002'}]}}")
ALLOWED_1002 = "properties: {code: {oneOf: [{$ref: '#/components/schemas/Code1002'}]}}"
INVALID = "    Invalide:\n      description: Demande invalide\n"
CODES = (
    small(
        "code-added",
        "response",
        (
            "components:\n  securitySchemes",
            "▸components:\n  securitySchemes",
            "components:\n  securitySchemes",
        ),
        ("    Montant:\n", "    Montant:\n", marked(NEW_CODE) + "    Montant:\n"),
    ),
    small(
        "code-value-changed",
        "response",
        (
            "    Code9999:\n      const: '9999'",
            "    ▸Code9999:\n      const: '9999'",
            "    ▸Code9999:\n      const: '9998'",
        ),
    ),
    small(
        "code-renamed",
        "response",
        ("    Code9999:\n", "    ▸Code9999:\n", "    ▸Code9999:\n"),
        ("{name: internal,", "{name: internal,", "{name: broken,"),
    ),
    small(
        "code-moved",
        "response",
        (
            BAD_REQUEST,
            f"{BAD_REQUEST}\n        '404': {{$ref: '#/components/responses/CheminInconnu'}}",
            f"{BAD_REQUEST}\n        '404': {{$ref: '#/components/responses/CheminInconnu'}}",
        ),
        (INVALID, marked(INVALID), INVALID),
        ("    CheminInconnu:\n", "    CheminInconnu:\n", "    ▸CheminInconnu:\n"),
        (ALLOWED_1002, BOTH_ALLOWED, ALLOWED_1010),
        (ALLOWED_1010, ALLOWED_1010, BOTH_ALLOWED),
    ),
    small(
        "code-case-changed",
        "response",
        ("    Code9999:\n", "    ▸Code9999:\n", "    ▸Code9999:\n"),
        (
            "{name: internal, case: system",
            "{name: internal, case: system",
            "{name: internal, case: functional",
        ),
    ),
    small(
        "code-became-retryable",
        "response",
        ("    Code9999:\n", "    ▸Code9999:\n", "    ▸Code9999:\n"),
        (CODE, CODE.replace("true", "false"), CODE),
    ),
    small(
        "code-message-changed",
        "response",
        ("    Code9999:\n", "    ▸Code9999:\n", "    ▸Code9999:\n"),
        ("fr: Erreur interne", "fr: Erreur interne", "fr: Panne"),
    ),
    small(
        "code-text-changed",
        "response",
        ("    Code9999:\n", "    ▸Code9999:\n", "    ▸Code9999:\n"),
        ("Le serveur a failli.", "Le serveur a failli.", "Le serveur est en panne."),
    ),
    small(
        "operation-code-added",
        "response",
        (CREATE, marked(CREATE), CREATE),
        (INVALID, INVALID, marked(INVALID)),
        (
            ALLOWED_1002,
            ALLOWED_1002,
            ALLOWED_1002.replace("[{", "[{$ref: '#/components/schemas/Code1010'}, {"),
        ),
    ),
    small(
        "general-answer-added",
        "response",
        ("x-cynod:\n  languages", "▸x-cynod:\n  languages", "x-cynod:\n  languages"),
        (
            "    Invalide:\n      description",
            "    Invalide:\n      description",
            "    ▸Invalide:\n      x-cynod: {status: 405}\n      description",
        ),
        (GENERAL, GENERAL, GENERAL.replace("'}]", "'}, {$ref: '#/components/responses/Invalide'}]")),
    ),
    small(
        "refusal-ranked",
        "response",
        (REFUSALS, marked(REFUSALS).replace(", [value-invalid]", ""), marked(REFUSALS)),
    ),
    small(
        "refusal-order-changed",
        "response",
        (REFUSALS, marked(REFUSALS), "  ▸refusals: [[unknown-path], [value-invalid], [credentials-missing]]"),
    ),
)

CLAUSES = (
    small(
        "clause-must-added",
        "contract",
        ("  clauses:\n", "  ▸clauses:\n", "  clauses:\n"),
        (CLAUSE, "", marked(CLAUSE)),
    ),
    small(
        "clause-should-added",
        "contract",
        ("  clauses:\n", "  ▸clauses:\n", "  clauses:\n"),
        (CLAUSE, "", marked(CLAUSE).replace("MUST", "SHOULD")),
    ),
    small(
        "clause-declared-added",
        "contract",
        ("  clauses:\n", "  ▸clauses:\n", "  clauses:\n"),
        (DECLARED, "", marked(DECLARED)),
    ),
    small(
        "clause-strengthened", "contract", (CLAUSE, marked(CLAUSE).replace("MUST", "SHOULD"), marked(CLAUSE))
    ),
    small(
        "clause-text-changed",
        "contract",
        (CLAUSE, marked(CLAUSE), marked(CLAUSE).replace("que par POST", "qu’une fois")),
    ),
    small(
        "clause-judged-otherwise",
        "contract",
        (CLAUSE, marked(CLAUSE), marked(CLAUSE).replace("tier: read", "tier: write")),
    ),
)

RESOURCES = (
    small(
        "resource-added",
        "contract",
        (
            "components:\n  securitySchemes",
            "▸components:\n  securitySchemes",
            "components:\n  securitySchemes",
        ),
        (
            "    Montant:\n      type: object\n",
            "    Montant:\n      type: object\n",
            "    ▸Montant:\n      x-cynod: {resource: {name: amount}}\n      type: object\n",
        ),
    ),
    small(
        "resource-role-added",
        "contract",
        (RESOURCE, marked(RESOURCE), marked(RESOURCE)),
        (ROLES, ROLES.replace(" card: /carteId,", ""), ROLES),
    ),
    small(
        "resource-role-moved",
        "contract",
        (RESOURCE, marked(RESOURCE), marked(RESOURCE)),
        (ROLES, ROLES, ROLES.replace("/carteId", "/carte")),
    ),
    small(
        "state-added",
        "contract",
        (RESOURCE, marked(RESOURCE), marked(RESOURCE)),
        (STATES, STATES, STATES.removesuffix("}") + ", lost: {value: PERDUE}}"),
    ),
    small(
        "state-value-changed",
        "contract",
        (RESOURCE, marked(RESOURCE), marked(RESOURCE)),
        (STATES, STATES, STATES.replace("ANNULEE", "ANNUL")),
    ),
    small(
        "initial-state-changed",
        "contract",
        (RESOURCE, marked(RESOURCE), marked(RESOURCE)),
        (
            STATES,
            STATES,
            "states: {cancelled: {value: ANNULEE, to: []}, done: {value: EFFECTUEE, to: [cancelled]}}",
        ),
    ),
    small(
        "transition-added",
        "contract",
        (RESOURCE, marked(RESOURCE), marked(RESOURCE)),
        (STATES, STATES, STATES.replace("ANNULEE, to: []", "ANNULEE, to: [done]")),
    ),
)

CASES = (
    *_schemas(),
    *(*DOCUMENT, *OPERATIONS, *PARAMETER_CASES, *RESPONSES, *SECURITY),
    *(*ENVELOPES, *CODES, *CLAUSES, *RESOURCES),
)
