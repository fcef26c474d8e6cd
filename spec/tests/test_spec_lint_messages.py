"""What lint says of a mistake names the mistake: where it stands, what is wrong, and what was meant."""

from __future__ import annotations

from pathlib import Path

import pytest
from cross_room.lint_examples import BASE, FOLDER, Example, marked

from cynod_spec.base.errors import DocumentError
from cynod_spec.lint import Finding, check
from cynod_spec.source.parsing import parse

NEXT = "        next: {type: [string, 'null']}\n"
CURSOR = "schema: {type: string}}\n        - name: limit"
SERVER = "  - url: https://api.bikes.example/v2\n"
ENGLISH = (FOLDER / "locales" / "en.overlay.yaml").read_text("utf-8")


def found(text: str, folder: Path, rule: str) -> list[Finding]:
    return [each for each in check(Example(text, []).written(folder)) if each.rule == rule]


INVALID = {  # what stands in the example → what takes its place → what is wrong
    (
        NEXT,
        NEXT + "        more: {⟦type⟧: strng}\n",
    ): "'strng' is no type: one of array, boolean, integer, null, "
    "number, object, string; did you mean 'string'?",
    (
        NEXT,
        NEXT + "        more: {⟦type⟧: [string, nul]}\n",
    ): "'nul' is no type: one of array, boolean, integer, null, number, object, string; did you mean 'null'?",
    (NEXT, NEXT + "        more: {⟦type⟧: null}\n"): "null is no type; between quotes it may be one",
    (CURSOR, "⟦shema⟧: {type: string}}\n        - name: limit"): "the member 'shema' is not known here; "
    "did you mean 'schema'?",
    (
        CURSOR,
        "⟦style⟧: frm, " + CURSOR,
    ): '"frm" is not one of "form", "spaceDelimited" or 2 other candidates; did you mean \'form\'?',
    (
        "tags: [Access]\n      summary: Lire",
        "⟦sumary⟧: x\n      tags: [Access]\n      summary: Lire",
    ): "the member 'sumary' is not known here; did you mean 'summary'?",
}


@pytest.mark.parametrize("change", INVALID)
def test_invalid_openapi_is_described_with_what_was_meant(change: tuple[str, str], tmp_path: Path) -> None:
    text, ranges = marked(BASE.replace(change[0], change[1], 1))
    said = {
        (each.at.line, each.at.column): each.message for each in found(text, tmp_path, "document-invalid")
    }
    assert said[ranges[0][:2]] == f"not valid OpenAPI: {INVALID[change]}"


@pytest.mark.parametrize(
    ("parameter", "said"),
    [
        ("{name: a, in: query, description: D.}", "it lacks one of schema, content"),
        (
            "{name: a, in: query, description: D., schema: {}, content: {text/plain: {schema: {}}}}",
            "it has both schema and content",
        ),
        ("{name: a, in: path, description: D., schema: {}}", "it lacks the member 'required'"),
    ],
)
def test_a_parameter_without_what_it_needs_says_what_it_lacks(
    parameter: str, said: str, tmp_path: Path
) -> None:
    text = BASE.replace("        - name: limit\n", f"        - {parameter}\n        - name: limit\n")
    assert f"not valid OpenAPI: {said}" in [
        each.message for each in found(text, tmp_path, "document-invalid")
    ]


def test_a_link_of_openapi_3_1_may_have_a_server(tmp_path: Path) -> None:
    link = "              operationId: readPass\n"
    text = BASE.replace(link, f"{link}              server: {{url: 'https://read.bikes.example'}}\n", 1)
    assert check(Example(text, []).written(tmp_path)) == []


@pytest.mark.parametrize(
    ("reference", "given"),
    [
        ("#", "a whole document"),
        ("#/info", "a part of the document that is no object of this kind"),
        ("#/tags/0", "a part of the document that is no object of this kind"),
        ("#/components", "a mapping of components"),
        ("#/components/schemas", "a mapping of schemas"),
        ("#/components/schemas/Price/properties", "a mapping of schemas"),
        ("#/components/schemas/Price/required", "a part of the document that is no object of this kind"),
        (
            "#/components/schemas/Price/properties/units/type",
            "a part of the document that is no object of this kind",
        ),
    ],
)
def test_a_reference_to_no_object_is_reported_where_it_stands(
    reference: str, given: str, tmp_path: Path
) -> None:
    text, ranges = marked(BASE.replace(NEXT, f"{NEXT}        more: {{⟦$ref⟧: '{reference}'}}\n"))
    wrong = found(text, tmp_path, "reference-kind")
    assert [(each.at.line, each.at.column) for each in wrong] == [ranges[0][:2]]
    assert wrong[0].message == f"a schema belongs here, and {reference} is {given}"


def test_a_member_may_be_called_as_a_keyword_and_referred_to(tmp_path: Path) -> None:
    members = "type: {type: string}, properties: {type: object}, required: {type: boolean}"
    text = BASE.replace(NEXT, f"{NEXT}        more: {{type: object, properties: {{{members}}}}}\n")
    where = "#/components/schemas/Page/properties/more/properties"
    lines = "".join(
        f"        a{name}: {{$ref: '{where}/{name}'}}\n" for name in ("type", "properties", "required")
    )
    assert check(Example(text.replace(NEXT, NEXT + lines), []).written(tmp_path)) == []


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("https://api bikes.example/v2", "has a blank"),
        ("htps://api.bikes.example/v2", "has the scheme htps, which is not that of HTTP"),
        ("https://user:pass@api.bikes.example/v2", "holds the name of a user, or a password"),
        ("https://api.bikes.example:99999/v2", "has a host or a port that is none"),
        ("https://api.bikes.example:x/v2", "has a host or a port that is none"),
        ("https:///v2", "has no host"),
        ("https://[::1/v2", "has a host or a port that is none"),
        ('https://api.bikes.example/"v2"', "has the character '\"', which no URL has"),
    ],
)
def test_the_url_of_a_server_is_one(url: str, problem: str, tmp_path: Path) -> None:
    text = BASE.replace(SERVER, f"{SERVER}  - url: '{url}'\n")
    assert [each.message for each in found(text, tmp_path, "server-url-invalid")] == [
        f"the URL {url} of this server {problem}"
    ]


@pytest.mark.parametrize(
    "url", ["/v2", "v2", "https://[2001:db8::1]:8443/v2", "https://bücher.example/é", "../v2"]
)
def test_a_relative_or_international_url_of_a_server_is_one(url: str, tmp_path: Path) -> None:
    text = BASE.replace(SERVER, f"{SERVER}  - url: '{url}'\n")
    assert found(text, tmp_path, "server-url-invalid") == []


@pytest.mark.parametrize(("url", "is_right"), [("/v2/token", True), ("v2/token", True), ("/v1/token", False)])
def test_a_relative_token_url_begins_at_a_server(url: str, is_right: bool, tmp_path: Path) -> None:
    text = BASE.replace("tokenUrl: https://api.bikes.example/v2/token", f"tokenUrl: {url}")
    assert (found(text, tmp_path, "token-url-nowhere") == []) is is_right


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("a: 'les clients' adresses'", 16),
        ("a: 'l'adresse'", 6),
        ('a: "un "mot" seul"', 8),
        ("a: {b: 'les clients' adresses'}", 20),
    ],
)
def test_a_quote_within_a_quoted_text_is_named_and_shown(line: str, column: int) -> None:
    with pytest.raises(DocumentError, match="not readable as YAML") as refused:
        parse(line + "\n", "x.yaml")
    assert "ends the quoted text" in refused.value.hint
    assert refused.value.at is not None
    assert (refused.value.at.line, refused.value.at.column) == (1, column)


@pytest.mark.parametrize("line", ["a: 'x' y", "a: b: 'c'", "a: ['x' 'y']"])
def test_two_texts_in_one_line_are_no_apostrophe(line: str) -> None:
    with pytest.raises(DocumentError) as refused:
        parse(line + "\n", "x.yaml")
    assert "apostrophe" not in refused.value.hint


@pytest.mark.parametrize(
    ("english", "rule", "said"),
    [
        ("See `courser`.", "text-name-unknown", "this text in English names courser, "),
        ("See GET /pases.", "text-path-unknown", "this text in English names GET /pases, "),
        ("The code Z99.", "text-code-unknown", "this text in English names the code Z99, "),
        ("See [](code:nope).", "guide-link", "the text in English links to code:nope, "),
    ],
)
def test_what_only_the_english_words_name_is_reported_as_theirs(
    english: str, rule: str, said: str, tmp_path: Path
) -> None:
    path = Example(BASE, []).written(tmp_path)
    overlay = ENGLISH.replace("text: A promise.", f"text: '{english}'")
    (tmp_path / "locales" / "en.overlay.yaml").write_text(overlay, "utf-8")
    messages = [each.message for each in check(path) if each.rule == rule]
    assert messages
    assert all(each.startswith(said) for each in messages)


def test_an_example_with_a_member_of_the_other_direction_is_explained(tmp_path: Path) -> None:
    text = BASE.replace(
        "        passId: {type: string}\n", "        passId: {type: string, writeOnly: true}\n", 1
    )
    said = [each.message for each in found(text, tmp_path, "example-invalid")]
    where = "the example is not valid at data/passId"
    assert said[0] == f'{where}: "p1" may not stand here: no value may, by `writeOnly` or `not`'


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("$ref: Price", "#/components/schemas/Price"),
        ("$ref: '#/components/schemas/Prise'", "#/components/schemas/Price"),
        (
            "discriminator: {propertyName: a, mapping: {b: '#/components/schemas/Pase'}}",
            "#/components/schemas/Pass",
        ),
    ],
)
def test_a_reference_to_nothing_says_what_was_meant(written: str, meant: str, tmp_path: Path) -> None:
    text = BASE.replace(NEXT, f"{NEXT}        more: {{{written}}}\n")
    (unresolved,) = found(text, tmp_path, "reference-unresolved")
    assert unresolved.hint.startswith(f"did you mean '{meant}'?")


@pytest.mark.parametrize("version", ["1", "1.0", "2.0"])
def test_a_version_that_is_a_number_is_to_be_quoted(version: str, tmp_path: Path) -> None:
    (wrong,) = check(Example(BASE.replace("version: 2.0.0", f"version: {version}"), []).written(tmp_path))
    assert (wrong.at.line, wrong.message) == (3, "/info/version must be a string")
    assert wrong.hint == "put it between quotes: without them it is a number"


@pytest.mark.parametrize("keyword", ["minimum", "maximum"])
def test_an_amount_without_a_bound_is_told_which(keyword: str, tmp_path: Path) -> None:
    bounds = {"minimum": 1, "maximum": 9007199254740991}
    whole = ", ".join(f"{name}: {value}" for name, value in bounds.items())
    left = ", ".join(f"{name}: {value}" for name, value in bounds.items() if name != keyword)
    (missing,) = found(BASE.replace(whole, left), tmp_path, "money-bounds")
    assert f"no {keyword} within" in missing.message
    assert missing.hint.startswith("write one within ±9007199254740991")
