"""Names that nothing bears or asks for, and refusals that went away: found, with what was probably meant."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from cross_room.lint_examples import BASE, Example

from cynod_spec.base.suggestions import MAX_SUGGESTIONS, closest, limited, slip
from cynod_spec.lint import Finding, check
from cynod_spec.lint.known_names import LISTS, known

ROOT = Path(__file__).parents[2]
ROOMS = (
    "spec/cynod_spec",
    "generators/cynod_generators",
    "conformance/cynod_conformance",
    "sandbox/cynod_sandbox",
)


def findings(old: str, new: str, folder: Path) -> list[Finding]:
    """What lint finds in the example with *new* for *old*."""
    assert BASE.count(old) == 1, f"{old!r} stands {BASE.count(old)} times in the example"
    return check(Example(BASE.replace(old, new), []).written(folder))


MISSPELT = {
    "a role of a request": (
        "from: $request.query.from",
        "form: $request.query.from",
        "name-misspelt",
        "'from'",
    ),
    "a role of an answer": (
        "resources: $response.body#/data/passes",
        "ressources: $response.body#/data/passes",
        "name-misspelt",
        "'resources'",
    ),
    "a role of a webhook": (
        "timestamp: $request.header.webhook-timestamp",
        "timestamps: $request.header.webhook-timestamp",
        "name-misspelt",
        "'timestamp'",
    ),
    "a role of a member": ("state: /state,", "sate: /state,", "name-misspelt", "'state'"),
    "a role of a header": ("{role: replayed}", "{role: re-played}", "name-misspelt", "'replayed'"),
    "a resource of an operation": (
        "effect: cancel\n        resource: pass",
        "effect: cancel\n        resource: Pass",
        "resource-unknown",
        "'pass'",
    ),
    "a resource of the vocabulary": (
        "effect: health, resource: health",
        "effect: health, resource: helth",
        "resource-unknown",
        "'health'",
    ),
    "a name of a code": (
        "{name: insufficient-scope,",
        "{name: insuficient-scope,",
        "name-misspelt",
        "'insufficient-scope'",
    ),
    "a state": (
        "valid: {value: VALID, to: [void]}",
        "valid: {value: VALID, to: [viod]}",
        "transition-unknown",
        "'void'",
    ),
    "a refusal": ("[insufficient-scope],", "[insufficient-scop],", "refusal-unknown", "'insufficient-scope'"),
    "an actor": (
        "{name: Passes, x-cynod: {actors: [shop]}}",
        "{name: Passes, x-cynod: {actors: [shops]}}",
        "actor-unknown",
        "'shop'",
    ),
    "a tag": (
        "tags: [Passes]\n      summary: Lister",
        "tags: [passes]\n      summary: Lister",
        "tag-undeclared",
        "'Passes'",
    ),
    "a scope": ("'pass:read': Lire", "'pass:raed': Lire", "scope-undeclared", "'pass:raed'"),
    "an operation of a link": (
        "operationId: readPass\n              parameters",
        "operationId: readpass\n              parameters",
        "link-nowhere",
        "'readPass'",
    ),
    "a parameter of a link": (
        "parameters: {passId: '$response",
        "parameters: {passid: '$response",
        "link-nowhere",
        "'passId'",
    ),
    "a parameter of a role": (
        "key: $request.header.Retry-Key",
        "key: $request.header.Retry-Kay",
        "role-nowhere",
        "'Retry-Key'",
    ),
    "a member of a role": (
        "amount: $request.body#/price/units",
        "amount: $request.body#/price/unit",
        "role-nowhere",
        "'units'",
    ),
    "a code of a link": (
        "'Voir [](code:unknown-path).', shows",
        "'Voir [](code:unknow-path).', shows",
        "guide-link",
        "'unknown-path'",
    ),
    "an operation of the guide": (
        "'Voir [](code:unknown-path).', shows",
        "'Voir [](operation:read/pas).', shows",
        "guide-link",
        "'read/pass'",
    ),
    "a page of the guide": (
        "'Voir [](code:unknown-path).', shows",
        "'Voir [](page:start#outcom).', shows",
        "guide-link",
        "'start#outcome'",
    ),
    "an effect": ("{effect: token}", "{effect: tokn}", "document", "'token'"),
    "a level": ("TOK-1: {level: MUST,", "TOK-1: {level: MUTS,", "document", "'MUST'"),
    "a member of the vocabulary": ("{role: replayed}", "{rolle: replayed}", "vocabulary-invalid", "'role'"),
    "a scheme": ("security: [{client: []}, {}]", "security: [{clinet: []}, {}]", "document", "'client'"),
}


@pytest.mark.parametrize("name", MISSPELT)
def test_a_misspelt_name_is_an_error_with_a_suggestion(name: str, tmp_path: Path) -> None:
    old, new, rule, meant = MISSPELT[name]
    found = findings(old, new, tmp_path)
    hints = [each.hint for each in found if each.rule == rule and each.level == "error"]
    assert any(f"did you mean {meant}?" in hint for hint in hints), found


@pytest.mark.parametrize("name", ["loyalty", "rate", "number-of-wheels", "points"])
def test_a_name_of_its_own_is_none_of_lints_business(name: str, tmp_path: Path) -> None:
    assert findings("date: /issuedAt", f"date: /issuedAt, {name}: /passId", tmp_path) == []


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("refrence", "reference"),
        ("refernece", "reference"),
        ("topup", "top-up"),
        ("Top_Up", "top-up"),
        ("cards", "card"),
        ("rate", ""),
        ("cart", ""),
        ("reference-number", ""),
        ("", ""),
        ("x" * 100_000, ""),
    ],
)
def test_a_slip_is_told_from_another_name(name: str, meant: str) -> None:
    assert slip(name, ["reference", "top-up", "card", "date"]) == meant


def test_the_closest_of_very_many_names_is_looked_for_by_its_letters_only() -> None:
    names = [f"name-{i}" for i in range(100_000)]
    assert closest("NAME_7777", names) == "name-7777"
    assert closest("NAME_77777", names) == ""
    assert closest("nmae-7777x", names) == ""


def test_only_so_many_suggestions_are_looked_for_in_one_document() -> None:
    with limited():
        found = [slip("refrence", ["reference"]) for _ in range(MAX_SUGGESTIONS + 1)]
    assert found == ["reference"] * MAX_SUGGESTIONS + [""]
    assert slip("refrence", ["reference"]) == "reference"


def asked(path: Path) -> Iterator[tuple[str, str]]:
    """The roles, resources and codes for which the file at *path* asks, and the list that holds each."""
    lists = {"request": "request-role", "answer": "answer-role", "members": "member-role"}
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        words: list[str] = []
        attribute = ""
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Attribute):
            attribute, words = node.value.attr, strings([node.slice])
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            words = strings(node.args)
            is_get = node.func.attr == "get" and isinstance(node.func.value, ast.Attribute)
            attribute = node.func.value.attr if is_get and isinstance(node.func.value, ast.Attribute) else ""
            if node.func.attr == "code" and words:
                yield "code-name", words[0]
            if node.func.attr in ("role", "parameter") and words:
                yield "member-role", words[0]
            if node.func.attr in ("find", "all") and len(words) == 2:
                yield "resource-name", words[1]
        if attribute in lists and words:
            yield lists[attribute], words[0]


def strings(nodes: list[ast.expr]) -> list[str]:
    return [each.value for each in nodes if isinstance(each, ast.Constant) and isinstance(each.value, str)]


@pytest.mark.slow
def test_the_vocabulary_lists_every_name_that_code_asks_for() -> None:
    found = {pair for room in ROOMS for path in (ROOT / room).rglob("*.py") for pair in asked(path)}
    roles = {role for listed in LISTS if listed.endswith("-role") for role in known(listed)}
    missing = {pair for pair in found if pair[1] not in known(pair[0])}
    # call.role(…) may ask for any role, and a webhook's are asked for as an operation's are
    assert {pair for pair in missing if not (pair[0].endswith("-role") and pair[1] in roles)} == set()
    assert len(found) > 40


def test_a_document_without_an_order_of_refusal_is_told_once(tmp_path: Path) -> None:
    start = BASE.index("  refusals: [[")
    order = BASE[start : BASE.index("\n", start) + 1]
    (found,) = findings(order, "", tmp_path)
    assert found.rule == "refusal-unranked"
    assert found.at.pointer == "/x-cynod"
    assert "7 codes refuse requests" in found.message


def test_a_code_that_went_away_is_missed_where_it_is_named(tmp_path: Path) -> None:
    start = BASE.index("    CodeA01:\n")
    code = BASE[start : BASE.index("    CodeA02:\n")]
    path = Example(
        BASE.replace(code, "").replace("oneOf: [{$ref: '#/components/schemas/CodeA01'}]", "type: string"), []
    )
    found = check(path.written(tmp_path))
    assert {"refusal-unknown", "text-code-unknown"} <= {each.rule for each in found}
