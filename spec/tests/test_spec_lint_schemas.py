"""What rules find in schemas beyond their examples: each document marks with ⟦⟧ all that its rule reports."""

from __future__ import annotations

from pathlib import Path
from textwrap import indent

import pytest
from cross_room.lint_examples import BASE, Example, marked, reported

from cynod_spec.lint import check
from cynod_spec.lint.patterns import Edges, edges, foreign

SCHEMAS = "  schemas:\n"
VERSION = "openapi: 3.1.1"


def with_schemas(schemas: str, version: str = VERSION) -> str:
    """The example with more *schemas* among its components."""
    text = BASE.replace(VERSION, version)
    return text.replace(SCHEMAS, SCHEMAS + indent(schemas.strip("\n"), "    ") + "\n", 1)


ENUMERATIONS = """
Number: {type: integer, enum: [1, 2.0, ⟦true⟧, ⟦'3'⟧, ⟦2.5⟧, ⟦null⟧]}
Real: {type: number, enum: [1, 2.5]}
Nullable: {type: [string, 'null'], enum: [a, null, ⟦[]⟧, ⟦{a: 1}⟧]}
Short: {type: string, maxLength: 2, enum: [ab, ⟦abc⟧]}
Shape: {pattern: '^[a-z]$', enum: [a, ⟦B⟧, 1]}
Constant: {items: {type: string, ⟦const⟧: 1}}
Listed: {items: {enum: [⟦a⟧, b], const: b}}
Outside: {items: {enum: [⟦b⟧, ⟦c⟧], ⟦const⟧: a}}
Flag: {items: {type: boolean, ⟦const⟧: 'true'}}
Free: {enum: [1, a, null]}
Named: {enum: [⟦1⟧, 2]}
Text: {type: string, allOf: [{$ref: '#/components/schemas/Named'}]}
Narrow: {type: string, allOf: [{$ref: '#/components/schemas/Free'}]}
Union: {type: integer, oneOf: [{const: 1, title: One}, {⟦const⟧: two, title: Two}]}
Data: {properties: {enum: {type: array, items: {type: string}}}, example: {enum: [x], const: 1}}
"""

BOUNDS = """
A: {type: integer, minimum: 5, ⟦maximum⟧: 2}
B: {type: string, minLength: 5, ⟦maxLength⟧: 2}
C: {type: array, items: {type: string}, minItems: 5, ⟦maxItems⟧: 2}
D: {type: object, minProperties: 5, ⟦maxProperties⟧: 2}
E: {type: object, required: [a, b, c], properties: {a: {}, b: {}, c: {}}, ⟦maxProperties⟧: 2}
F: {type: array, contains: {}, minContains: 3, ⟦maxContains⟧: 1}
G: {type: number, minimum: 1, ⟦exclusiveMaximum⟧: 1}
H: {type: number, exclusiveMinimum: 1, ⟦maximum⟧: 1}
I: {type: integer, exclusiveMinimum: 1, ⟦exclusiveMaximum⟧: 2}
J: {type: number, exclusiveMinimum: 1, exclusiveMaximum: 2}
K: {type: integer, minimum: 1.2, ⟦maximum⟧: 1.8}
L: {type: integer, minimum: 1, maximum: 1}
M: {type: string, minLength: 0, maxLength: 0}
High: {type: integer, minimum: 10}
N: {allOf: [{$ref: '#/components/schemas/High'}], ⟦maximum⟧: 9}
O: {allOf: [{$ref: '#/components/schemas/High'}, {⟦maximum⟧: 9}]}
P: {anyOf: [{minimum: 10}, {maximum: 9}]}
Q: {properties: {minimum: {type: integer}, maximum: {type: integer}}}
R: {type: array, prefixItems: [{type: string}], ⟦items⟧: false, minItems: 2}
S: {type: array, prefixItems: [{type: string}, {type: string}], items: false, minItems: 2}
"""

REQUIRED = """
A: {type: object, required: [⟦x⟧], properties: {y: {type: string}}, additionalProperties: false}
B: {type: object, required: [⟦x⟧, y], properties: {x: false, y: true}}
C: {type: object, required: [⟦x⟧], properties: {x: {not: {}}}}
D: {type: object, required: [x-a, ⟦y⟧], patternProperties: {'^x-': {}}, additionalProperties: false}
E: {type: object, required: [x], properties: {y: {}}}
Base: {type: object, properties: {y: {}}}
F: {allOf: [{$ref: '#/components/schemas/Base'}], required: [y, ⟦x⟧], unevaluatedProperties: false}
G: {anyOf: [{properties: {x: {}}}, {properties: {y: {}}}], required: [y, ⟦z⟧], unevaluatedProperties: false}
Shut: {type: object, properties: {a: {}}, additionalProperties: false}
H: {allOf: [{$ref: '#/components/schemas/Shut'}], required: [a, ⟦b⟧], properties: {b: {}}}
I: {type: object, required: [⟦b⟧], propertyNames: {enum: [a]}}
J: {if: {properties: {x: {}}}, required: [x], unevaluatedProperties: false}
K: {anyOf: [{required: [x]}, {required: [y]}], properties: {x: {}, y: {}}, additionalProperties: false}
L: {type: object, required: [x], unevaluatedProperties: {type: string}}
M: {type: object, oneOf: [{$ref: '#/components/schemas/Shut'}, {properties: {c: false}}], required: [⟦c⟧]}
N: {type: object, oneOf: [{$ref: '#/components/schemas/Shut'}, {properties: {c: {}}}], required: [c]}
O: {anyOf: [{required: [x]}, {required: [⟦z⟧]}], properties: {x: {}, y: {}}, additionalProperties: false}
"""

DEFAULTS = """
A: {type: integer, ⟦default⟧: one}
B: {type: string, maxLength: 1, ⟦default⟧: ab}
C: {type: object, properties: {a: {type: string}}, default: {⟦a⟧: 1}}
D: {enum: [a, b], ⟦default⟧: c}
E: {type: [string, 'null'], default: null}
F: {type: object, properties: {default: {type: integer}}}
G: {$ref: '#/components/schemas/A', ⟦default⟧: two}
"""

EXAMPLES = """
A: {type: integer, ⟦example⟧: a}
B: {type: integer, examples: [1, ⟦a⟧]}
C: {type: object, properties: {a: {type: string, ⟦example⟧: 1}}, example: {⟦a⟧: 2}}
D: {type: string, maxLength: 1, ⟦example⟧: ab}
E: {type: object, properties: {example: {type: integer}, examples: {type: string}}}
F: {type: array, items: {type: integer, ⟦example⟧: a}, example: [1, ⟦b⟧]}
"""

MAPPED = """
Cat: {type: object, required: [kind, name], properties: {kind: {const: cat}, name: {type: string}}}
Dog: {type: object, required: [kind], properties: {kind: {enum: [dog, hound]}}}
Fish: {type: object, properties: {kind: {type: string}}}
Stone: {type: object}
Either:
  oneOf: [{$ref: '#/components/schemas/Cat'}, {$ref: '#/components/schemas/Dog'}]
  discriminator: {propertyName: kind, mapping: {cat: Cat, dog: '#/components/schemas/Dog', hound: Dog}}
"""


@pytest.mark.parametrize(
    ("rule", "schemas"),
    [
        ("enum-invalid", ENUMERATIONS),
        ("bounds-reversed", BOUNDS),
        ("required-refused", REQUIRED),
        ("default-invalid", DEFAULTS),
        ("example-invalid", EXAMPLES),
    ],
)
def test_a_rule_reports_what_is_marked_and_nothing_else(rule: str, schemas: str, tmp_path: Path) -> None:
    text, ranges = marked(with_schemas(schemas))
    assert ranges
    assert reported(rule, text, tmp_path) == ranges


@pytest.mark.slow
def test_an_exclusive_bound_of_openapi_3_0_only_opens_the_other(tmp_path: Path) -> None:
    schemas = """
    A: {type: integer, minimum: 1, exclusiveMinimum: true, ⟦maximum⟧: 1}
    B: {type: integer, minimum: 1, exclusiveMinimum: false, maximum: 1}
    C: {type: string, nullable: true, enum: [a, null], default: null, example: null}
    """
    text, ranges = marked(with_schemas(schemas.replace("\n    ", "\n"), "openapi: 3.0.3"))
    assert reported("bounds-reversed", text, tmp_path) == ranges
    for rule in ("enum-invalid", "default-invalid", "example-invalid"):
        assert reported(rule, text, tmp_path / rule) == []


def union(discriminator: str, *alternatives: str, version: str = VERSION) -> str:
    """The example with a union of *alternatives*, told apart by *discriminator*."""
    listed = ", ".join(f"{{$ref: '#/components/schemas/{name}'}}" for name in alternatives)
    schemas = f"{MAPPED}Some: {{oneOf: [{listed}], discriminator: {discriminator}}}"
    return with_schemas(schemas, version)


@pytest.mark.parametrize(
    ("rule", "discriminator", "alternatives"),
    [
        ("discriminator-undeclared", "{propertyName: kind}", ("Cat", "Dog")),
        ("discriminator-undeclared", "{⟦propertyName⟧: kind}", ("Cat", "Stone")),
        ("discriminator-undeclared", "{⟦propertyName⟧: kind}", ("Fish",)),
        ("discriminator-undeclared", "{⟦propertyName⟧: name}", ("Cat", "Dog")),
        ("discriminator-mapping", "{propertyName: kind, mapping: {cat: Cat, dog: Dog}}", ("Cat", "Dog")),
        ("discriminator-mapping", "{propertyName: kind, mapping: {cat: Cat, ⟦fish⟧: Fish}}", ("Cat",)),
        ("discriminator-mapping", "{propertyName: kind, mapping: {cat: Cat, ⟦puppy⟧: Dog}}", ("Cat", "Dog")),
        ("discriminator-mapping", "{⟦propertyName⟧: kind}", ("Cat",)),
        ("discriminator-mapping", "{propertyName: kind}", ("Fish",)),
        ("reference-unresolved", "{propertyName: kind, mapping: {⟦cat⟧: Cats}}", ("Cat",)),
        (
            "reference-unresolved",
            "{propertyName: kind, mapping: {⟦cat⟧: '#/components/schemas/Ca'}}",
            ("Cat",),
        ),
        ("reference-unresolved", "{propertyName: kind, mapping: {⟦cat⟧: cats.yaml}}", ("Cat",)),
        ("reference-unresolved", "{propertyName: kind, mapping: {⟦cat⟧: 'https://x.example/Cat'}}", ("Cat",)),
        ("reference-unresolved", "{propertyName: kind, mapping: {⟦cat⟧: ../../etc/passwd}}", ("Cat",)),
    ],
)
def test_a_discriminator_leads_somewhere(
    rule: str, discriminator: str, alternatives: tuple[str, ...], tmp_path: Path
) -> None:
    text, ranges = marked(union(discriminator, *alternatives))
    assert reported(rule, text, tmp_path) == ranges


def test_a_discriminator_with_a_default_may_be_left_out(tmp_path: Path) -> None:
    fish = "{propertyName: kind, defaultMapping: Fish}"
    text = union(fish, "Cat", "Fish", version="openapi: 3.2.0")
    assert reported("discriminator-undeclared", text, tmp_path) == []
    text, ranges = marked(
        union("{propertyName: kind, ⟦defaultMapping⟧: Gone}", "Cat", version="openapi: 3.2.0")
    )
    assert reported("reference-unresolved", text, tmp_path) == ranges


def test_a_base_schema_has_the_member_by_which_it_is_told_apart(tmp_path: Path) -> None:
    base = (
        "Base: {type: object, required: [kind], properties: {kind: {}}, discriminator: {propertyName: kind}}"
    )
    assert reported("discriminator-undeclared", with_schemas(base), tmp_path) == []
    text, ranges = marked(with_schemas("Base: {type: object, discriminator: {⟦propertyName⟧: kind}}"))
    assert reported("discriminator-undeclared", text, tmp_path) == ranges


def test_a_component_is_used_by_a_mapping_and_by_a_reference_to_a_part(tmp_path: Path) -> None:
    schemas = """
Used: {type: object, properties: {a: {type: string}}}
Child: {allOf: [{$ref: '#/components/schemas/Base'}]}
Base:
  type: object
  required: [kind]
  properties: {kind: {type: string}, a: {$ref: '#/components/schemas/Used/properties/a'}}
  discriminator: {propertyName: kind, mapping: {child: Child}}
⟦Idle⟧: {type: object}
"""
    text, ranges = marked(with_schemas(schemas))
    assert reported("component-unused", text, tmp_path) == ranges


BOTH, NEITHER, MIXED = frozenset((True,)), frozenset((False,)), frozenset((True, False))


@pytest.mark.parametrize(
    ("pattern", "begin", "end"),
    [
        ("^a$", BOTH, BOTH),
        ("a", NEITHER, NEITHER),
        ("^a|b$", MIXED, MIXED),
        ("^a$|^b$", BOTH, BOTH),
        ("^(a|b)$", BOTH, BOTH),
        ("^(?:a$|b$)", BOTH, BOTH),
        ("(^a|b)$", MIXED, BOTH),
        ("^ab|^ac$", BOTH, MIXED),
        ("^a|^b", BOTH, NEITHER),
        (r"^a\$", BOTH, NEITHER),
        (r"\^a$", NEITHER, BOTH),
        ("^[|]$", BOTH, BOTH),
        ("^(?=.*[0-9])[a-z0-9]+$", BOTH, BOTH),
        ("^(?<year>[0-9]{4})|x$", MIXED, MIXED),
        (r"^\p{L}+$", BOTH, BOTH),
        ("", NEITHER, NEITHER),
        ("^$", BOTH, BOTH),
        ("(^a)?b$", MIXED, BOTH),
    ],
)
def test_the_edges_of_a_pattern_are_those_of_each_alternative(
    pattern: str, begin: frozenset[bool], end: frozenset[bool]
) -> None:
    assert edges(pattern) == Edges(begin, end)


def test_the_edges_of_a_hostile_pattern_are_not_looked_for_in_vain() -> None:
    assert edges(r"(\b|\B)" * 60 + "a") is None
    assert edges("(" * 5_000) is None


@pytest.mark.parametrize(
    ("pattern", "part"),
    [
        (r"\Aa\z", r"\A"),
        (r"a\Z", r"\Z"),
        ("(?P<y>a)", "(?P<"),
        ("(?i)a", "(?i)"),
        ("(?#note)a", "(?#"),
        ("(?>a)", "(?>"),
        ("a++", "++"),
        ("a{2}+", "}+"),
        ("[[:alpha:]]+", "[:alpha:]"),
        (r"\Qa\E", r"\Q"),
        (r"^[\w.-]+@\p{L}\u00e9\x41\cA\0$", None),
        (r"^(?<y>a)\k<y>(?:b)(?=c)(?!d)(?<=e)(?<!f)$", None),
        (r"^a+?b*?c??[+*?(]+\+\+$", None),
        ("^[^]]$", None),
    ],
)
def test_a_pattern_of_another_language_is_told_from_one_of_ecma_262(pattern: str, part: str | None) -> None:
    assert foreign(pattern) == part


def test_a_pattern_that_none_can_read_is_reported_once(tmp_path: Path) -> None:
    schemas = r"""
A: {⟦pattern⟧: '('}
B: {type: object, patternProperties: {⟦'('⟧: {}}}
C: {items: {⟦pattern⟧: a++}}
D: {items: {pattern: '^\p{L}$'}}
"""
    text, ranges = marked(with_schemas(schemas))
    found = check(Example(text, []).written(tmp_path))
    assert [(each.at.line, each.at.column, each.end[1]) for each in found if each.level == "error"] == ranges
    assert {each.rule for each in found if each.level == "error"} == {"pattern-invalid"}


def test_the_names_of_members_are_patterns_too(tmp_path: Path) -> None:
    schemas = "Some: {type: object, patternProperties: {'^x-': {}, ⟦'^a|b$'⟧: {}}}"
    text, ranges = marked(with_schemas(schemas))
    assert reported("pattern-alternatives", text, tmp_path) == ranges
    assert reported("pattern-unanchored", text, tmp_path / "other") == []
