"""Slips in keywords, formats, names of headers and extensions, and patterns: ⟦⟧ encloses what is reported."""

from __future__ import annotations

import warnings
from pathlib import Path
from textwrap import indent

import pytest
from cross_room.lint_examples import BASE, Example, marked, reported

from cynod_spec.lint import check

SCHEMAS = "  schemas:\n"
CURSOR = "        - {name: cursor, in: query, description: La page suivante., schema: {type: string}}\n"


def with_schemas(schemas: str) -> str:
    return BASE.replace(SCHEMAS, SCHEMAS + indent(schemas.strip("\n"), "    ") + "\n", 1)


def with_parameter(parameter: str) -> str:
    return BASE.replace(CURSOR, f"{CURSOR}        - {parameter}\n")


KEYWORDS = """
A: {type: string, ⟦maxLenght⟧: 3}
B: {type: array, ⟦item⟧: {type: string}}
C: {⟦typ⟧: string, ⟦enumm⟧: [a]}
D: {type: object, ⟦propertes⟧: {a: {type: string}}, properties: {maxLenght: {type: string}}}
E: {type: string, x-maxLenght: 3, $comment: maxLenght, unit: metre, example: {maxLenght: 1}}
F: {type: object, ⟦additionalPropertis⟧: false, patternProperties: {'^maxLenght$': {}}}
G: {type: string, readonly: true, x-cynod-allow: [{rule: keyword-misspelt, reason: R}]}
"""

FORMATS = """
A: {type: string, ⟦format⟧: date-tme}
B: {type: string, ⟦format⟧: uuidd}
C: {type: string, format: x-iban}
D: {type: string, format: uuid}
E: {properties: {format: {const: uuidd}}}
"""

REQUIRED = """
A: {type: object, required: [⟦nmae⟧, name], properties: {name: {type: string}}}
B: {type: object, properties: {first: {}, second: {}}, dependentRequired: {first: [⟦secnod⟧]}}
C: {type: object, required: [other], properties: {name: {type: string}}}
D: {type: object, required: [nmae], additionalProperties: false, properties: {name: {type: string}}}
E: {type: object, required: [amount], properties: {amonut: {}}, anyOf: [{properties: {amount: {}}}]}
"""

REFUSED = """
A: {type: object, required: [⟦Name⟧], propertyNames: {pattern: '^[a-z]+$'}}
B: {type: object, required: [name], propertyNames: {pattern: '^[a-z]+$'}}
C: {type: object, required: [⟦a⟧], propertyNames: false}
"""

UNSATISFIABLE = """
A: {allOf: [{type: string}, {⟦type⟧: integer}]}
B: {allOf: [{const: a}, {⟦const⟧: b}]}
C: {allOf: [{enum: [a, b]}, {⟦enum⟧: [c, 1]}]}
D: {⟦enum⟧: []}
E: {$ref: '#/components/schemas/CodeText', ⟦type⟧: object}
F: {allOf: [{type: number}, {type: integer}]}
G: {allOf: [{const: 1}, {enum: [1.0, 2]}]}
H: {allOf: [{const: 1}, {⟦const⟧: true}]}
I: {anyOf: [{type: string}, {type: integer}]}
J: {allOf: [{type: [string, 'null']}, {type: ['null', object]}]}
"""

BOUNDS = """
A: {type: array, items: {type: string}, contains: {const: a}, minContains: 3, ⟦maxItems⟧: 2}
B: {type: array, ⟦items⟧: false, minItems: 1}
C: {type: object, properties: {a: {}}, minProperties: 2, ⟦additionalProperties⟧: false}
D: {properties: {a: {}}, patternProperties: {'^b$': {}}, minProperties: 2, additionalProperties: false}
E: {type: array, items: false}
F: {type: array, items: {type: string}, minContains: 3, maxItems: 2}
"""

DIRECTIONS = """
A: {readOnly: true, ⟦writeOnly⟧: true}
B: {readOnly: true, writeOnly: false}
C: {properties: {readOnly: {const: true}, writeOnly: {const: true}}}
"""

UNSUPPORTED = r"""
A: {⟦pattern⟧: '^(?<a>b)\k<a>$'}
B: {⟦pattern⟧: '^[^]$'}
C: {⟦pattern⟧: '^\0$'}
D: {⟦pattern⟧: '^\ud83d\ude00$'}
E: {⟦pattern⟧: '^\p{Nonsense}$'}
F: {type: object, patternProperties: {⟦'^[]?$'⟧: {}}}
G: {pattern: '^(?<a>[\p{L}\p{Script=Latin}])(?=b)(?!c)b(?<=b)\1\u{1F600}\x00[\s\S]$'}
"""


@pytest.mark.parametrize(
    ("rule", "schemas"),
    [
        ("keyword-misspelt", KEYWORDS),
        ("format-misspelt", FORMATS),
        ("required-misspelt", REQUIRED),
        ("required-refused", REFUSED),
        ("schema-unsatisfiable", UNSATISFIABLE),
        ("bounds-reversed", BOUNDS),
        ("directions-contradicted", DIRECTIONS),
        ("pattern-unsupported", UNSUPPORTED),
    ],
)
def test_a_rule_reports_what_is_marked_and_nothing_else(rule: str, schemas: str, tmp_path: Path) -> None:
    text, ranges = marked(with_schemas(schemas))
    assert reported(rule, text, tmp_path) == ranges


def test_a_pattern_that_the_validator_cannot_read_is_reported_once_and_where_it_stands(
    tmp_path: Path,
) -> None:
    text, ranges = marked(with_schemas(UNSUPPORTED))
    errors = [each for each in check(Example(text, []).written(tmp_path)) if each.level == "error"]
    assert [(each.at.line, each.at.column) for each in errors] == [each[:2] for each in ranges]
    assert {each.rule for each in errors} == {"pattern-unsupported"}
    assert errors[0].hint == r"write \1 for the first group, not \k<name>"


@pytest.mark.parametrize("pattern", ["^[[]$", "^[a&&b]$", "^[a||b]$", "^[a~~b]$"])
def test_what_python_may_read_otherwise_one_day_is_no_warning_of_python(pattern: str, tmp_path: Path) -> None:
    schemas = f"""
A: {{type: object, patternProperties: {{'{pattern}': {{}}}}, required: [a], additionalProperties: false}}
B: {{pattern: '{pattern}', format: date-time}}
"""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check(Example(with_schemas(schemas), []).written(tmp_path))


@pytest.mark.parametrize(
    ("rule", "parameter"),
    [
        ("header-malformed", "{⟦name⟧: Trace Id, in: header, description: D., schema: {type: string}}"),
        ("header-malformed", "{⟦name⟧: Clé, in: header, description: D., schema: {type: string}}"),
        ("header-malformed", "{⟦name⟧: 'Trace:', in: header, description: D., schema: {type: string}}"),
        ("header-malformed", "{name: Trace Id, in: query, description: D., schema: {type: string}}"),
        ("header-malformed", "{name: x_trace.id~1, in: header, description: D., schema: {type: string}}"),
        ("header-ignored", "{⟦name⟧: accept, in: header, description: D., schema: {type: string}}"),
        ("header-ignored", "{⟦name⟧: Authorization, in: header, description: D., schema: {type: string}}"),
        ("header-ignored", "{⟦name⟧: Content-Type, in: header, description: D., schema: {type: string}}"),
        ("header-ignored", "{name: Accept, in: query, description: D., schema: {type: string}}"),
        ("header-ignored", "{name: Accept-Language, in: header, description: D., schema: {type: string}}"),
    ],
)
def test_a_header_that_is_a_parameter_has_a_name_that_is_sent(
    rule: str, parameter: str, tmp_path: Path
) -> None:
    text, ranges = marked(with_parameter(parameter))
    assert reported(rule, text, tmp_path) == ranges


def test_a_header_of_a_response_has_a_name_that_is_sent(tmp_path: Path) -> None:
    added = "            ⟦'Retry After'⟧: {schema: {type: integer}}\n            Location:"
    text, ranges = marked(BASE.replace("            Location:", added, 1))
    assert reported("header-malformed", text, tmp_path) == ranges
    text, ranges = marked(
        BASE.replace("            Location:", added.replace("'Retry After'", "content-type"), 1)
    )
    assert reported("header-ignored", text, tmp_path / "other") == ranges


@pytest.mark.parametrize("name", ["x-cynd", "x-cynodd", "x-cynod-alow", "x-cynod-allows", "x-cinod"])
def test_an_extension_that_is_nearly_one_of_the_vocabulary_is_reported(name: str, tmp_path: Path) -> None:
    text, ranges = marked(BASE.replace("client: {type: http,", f"client: {{⟦{name}⟧: 1, type: http,"))
    assert reported("extension-misspelt", text, tmp_path) == ranges


@pytest.mark.parametrize("name", ["x-code", "x-internal", "x-cynod-other-thing", "x-logo"])
def test_an_extension_of_somebody_else_is_left_alone(name: str, tmp_path: Path) -> None:
    text = BASE.replace("client: {type: http,", f"client: {{{name}: {{schemas: {{a: 1}}}}, type: http,")
    text = text.replace("components:\n", f"components:\n  {name}: {{schemas: {{a: {{type: 5}}}}}}\n")
    assert check(Example(text, []).written(tmp_path)) == []


def test_the_name_of_a_path_parameter_has_its_case(tmp_path: Path) -> None:
    text, ranges = marked(
        BASE.replace("request: {id: $request.path.passId}", "request: {⟦id⟧: $request.path.passid}", 1)
    )
    assert reported("role-nowhere", text, tmp_path) == ranges
    text = BASE.replace("$request.header.Retry-Key", "$request.header.retry-key")
    assert reported("role-nowhere", text, tmp_path / "other") == []
