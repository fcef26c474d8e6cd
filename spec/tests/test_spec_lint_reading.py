"""All that is wrong with references and overlays is said in one run, where it stands, with what was meant."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from cross_room.lint_examples import BASE, Example

from cynod_spec.cli.commands import spec
from cynod_spec.lint import Finding, check
from cynod_spec.lint.catalogue import all_rules
from cynod_spec.source.reference_kinds import kind_at

UNRESOLVED = {  # what stands in the example → a reference that leads nowhere → the hint
    "price: {$ref: '#/components/schemas/Price'}\n        state": (
        "price: {$ref: '#/components/schemas/Prise'}\n        state",
        "did you mean '#/components/schemas/Price'?",
    ),
    "- $ref: '#/components/parameters/RetryKey'": (
        "- $ref: '#/components/parameters/retryKey'",
        "did you mean '#/components/parameters/RetryKey'?",
    ),
    "'429': {$ref: '#/components/responses/TooMany'}": (
        "'429': {$ref: '#/components/responses/TooManny'}",
        "did you mean '#/components/responses/TooMany'?",
    ),
    "Location: {$ref: '#/components/headers/Location'}": (
        "Location: {$ref: '#/component/headers/Location'}",
        "did you mean '#/components/headers/Location'?",
    ),
    "Replayed: {$ref: '#/components/headers/Replayed'}": (
        "Replayed: {$ref: '#components/headers/Replayed'}",
        "did you mean '#/components/headers/Replayed'?",
    ),
    "schema: {$ref: '#/components/schemas/TokenRequest'}": (
        "schema: {$ref: 'components/schemas/TokenRequest'}",
        "did you mean '#/components/schemas/TokenRequest'?",
    ),
    "schema: {$ref: '#/components/schemas/Token'}": (
        "schema: {$ref: '#/definitions/Token'}",
        "did you mean '#/components/schemas/Token'?",
    ),
    "schema: {$ref: '#/components/schemas/NewPass'}": (
        "schema: {$ref: part.yaml}",
        "did you mean 'parts.yaml'?",
    ),
    "currency: {type: string, pattern: '^[A-Z]{3}$'}": (
        "currency: {$ref: '#/components/schemas/Nothing'}",
        "use a JSON pointer to a node of the document",
    ),
}


def changed(changes: dict[str, str], folder: Path) -> Path:
    """The example with *changes* of its text, in *folder*."""
    text = BASE
    for old, new in changes.items():
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in the example"
        text = text.replace(old, new)
    return Example(text, []).written(folder)


def found_by_rule(found: list[Finding]) -> list[str]:
    return sorted(each.rule for each in found)


def test_all_unresolved_references_are_reported_at_once_with_what_was_meant(tmp_path: Path) -> None:
    (tmp_path / "parts.yaml").write_text("NewPass: {type: object}\n", "utf-8")
    found = check(changed({old: new for old, (new, _) in UNRESOLVED.items()}, tmp_path))
    assert {each.rule for each in found} == {"reference-unresolved"}
    assert sorted(each.hint for each in found) == sorted(hint for _, hint in UNRESOLVED.values())
    text = (tmp_path / "openapi.yaml").read_text("utf-8").splitlines()
    assert all(text[each.at.line - 1][each.at.column - 1 :].startswith("$ref") for each in found)


def test_files_that_cannot_be_read_hide_no_other_reference(tmp_path: Path) -> None:
    (tmp_path / "broken.yaml").write_text("a: [\n", "utf-8")
    (tmp_path / "good.yaml").write_text("A: {$ref: '#/B'}\nBb: {type: string}\n", "utf-8")
    found = check(
        changed(
            {
                "schema: {$ref: '#/components/schemas/TokenRequest'}": "schema: {$ref: broken.yaml#/a}",
                "schema: {$ref: '#/components/schemas/Token'}": "schema: {$ref: broken.yaml#/b}",
                "schema: {$ref: '#/components/schemas/NewPass'}": "schema: {$ref: good.yaml#/A}",
                "- $ref: '#/components/parameters/RetryKey'": "- $ref: '#/x'",
            },
            tmp_path,
        )
    )
    assert found_by_rule(found) == ["document", "reference-unresolved", "reference-unresolved"]
    assert {Path(each.at.file).name for each in found} == {"broken.yaml", "good.yaml", "openapi.yaml"}


WRONG_KINDS = {
    "a parameter": (
        "- $ref: '#/components/parameters/RetryKey'",
        "- $ref: '#/components/schemas/Price'",
        "a parameter belongs here, and '#/components/schemas/Price' is a schema",
    ),
    "a response": (
        "'429': {$ref: '#/components/responses/TooMany'}",
        "'429': {$ref: '#/components/schemas/Refused'}",
        "a response belongs here, and '#/components/schemas/Refused' is a schema",
    ),
    "a header": (
        "Location: {$ref: '#/components/headers/Location'}",
        "Location: {$ref: '#/components/parameters/RetryKey'}",
        "a header belongs here, and '#/components/parameters/RetryKey' is a parameter",
    ),
    "a schema": (
        "schema: {$ref: '#/components/schemas/NewPass'}",
        "schema: {$ref: '#/components/responses/TooMany'}",
        "a schema belongs here, and '#/components/responses/TooMany' is a response",
    ),
    "a general answer": (
        "$ref: '#/components/responses/NoSuchPath'",
        "$ref: '#/components/headers/Allow'",
        "a response belongs here, and '#/components/headers/Allow' is a header",
    ),
}


@pytest.mark.parametrize("name", WRONG_KINDS)
def test_a_reference_of_the_wrong_kind_is_reported_where_it_stands(name: str, tmp_path: Path) -> None:
    old, new, said = WRONG_KINDS[name]
    path = changed({old: new}, tmp_path)
    found = [each for each in check(path) if each.rule == "reference-kind"]
    assert [each.message for each in found] == [said.replace("'#", "#").replace("' is", " is")]
    line = path.read_text("utf-8").splitlines()[found[0].at.line - 1]
    assert new in line
    assert line[found[0].at.column - 1 :].startswith("$ref")


@pytest.mark.parametrize(
    ("place", "kind"),
    [
        ("paths//a/get", "operation"),
        ("paths//a/get/parameters/0", "parameter"),
        ("paths//a/get/callbacks/done/url", "pathItem"),
        ("webhooks/done/post/requestBody/content/application~1json/schema/items", "schema"),
        ("components/responses/A/headers/B", "header"),
        ("components/mediaTypes/A/encoding/b/headers/C", "header"),
        ("components/schemas", ""),
        ("components/schemas/A/example/properties/x", ""),
        ("x-files/other.yaml/components/schemas/A", "schema"),
        ("x-files/other.yaml/A", ""),
    ],
)
def test_openapi_says_what_stands_where(place: str, kind: str) -> None:
    tokens = tuple(part.replace("~1", "/") for part in place.replace("//", "/~1").split("/"))
    assert kind_at(tokens) == kind


BROKEN_ACTIONS = """
  - target: $.info.titel
    update: x
  - target: $.info
    update: {descripton: Words., version: 1}
  - target: $.paths['/pases'].get
    update: {summary: List}
  - target: $.info.title
    remove: true
  - target: $.info[
    update: x
  - update: {}
  - target: $.tags
    update: {}
    removed: true
"""


def test_the_errors_of_overlays_hide_nothing(tmp_path: Path) -> None:
    path = changed({"date: /issuedAt": "datte: /issuedAt"}, tmp_path)
    overlay = tmp_path / "locales" / "en.overlay.yaml"
    overlay.write_text(overlay.read_text("utf-8") + BROKEN_ACTIONS.lstrip("\n"), "utf-8")
    found = check(path)
    of_overlay = {each.message: each.hint for each in found if each.at.file.endswith("en.overlay.yaml")}
    assert len(of_overlay) == 8
    assert of_overlay["the target $.info.titel matches nothing"] == "did you mean '$.info.title'?"
    assert (
        of_overlay["/info/descripton holds no words that could be translated"]
        == "did you mean 'description'?"
    )
    place = "the target $.paths['/pases'].get matches nothing"
    assert of_overlay[place] == "did you mean \"$.paths['/passes'].get\"?"
    assert "name-misspelt" in found_by_rule(found)


def test_an_overlay_that_cannot_be_read_hides_nothing_and_no_words_are_missed(tmp_path: Path) -> None:
    path = changed({"date: /issuedAt": "datte: /issuedAt"}, tmp_path)
    (tmp_path / "locales" / "en.overlay.yaml").write_text("overlay: 1.0.0\nactions: 'l'autre'\n", "utf-8")
    (tmp_path / "locales" / "en.more.overlay.yaml").write_text("overlay: 7\n", "utf-8")
    assert found_by_rule(check(path)) == ["document", "document", "name-misspelt"]


QUOTES = {
    "in a block": ("info:\n  title: 'L'adresse'\n", (3, 12)),
    "in the middle": ("info:\n  title: 'La clé d'accès'\n", (3, 19)),
    "in a flow": ("info: {title: 'L'adresse', version: 1}\n", (2, 17)),
    "in a list": ("x:\n  - 'qu'un'\n", (3, 8)),
    "with a colon": ("info:\n  title: 'N'est pas : rien'\n", (3, 12)),
    "on the second line": ("info:\n  title: 'Une\n    clé d'accès'\n", (4, 10)),
}


@pytest.mark.parametrize("name", QUOTES)
def test_an_apostrophe_in_single_quotes_is_told_where_it_stands(name: str, tmp_path: Path) -> None:
    text, (line, column) = QUOTES[name]
    path = tmp_path / "openapi.yaml"
    path.write_text("openapi: 3.1.1\n" + text, "utf-8")
    (found,) = check(path)
    assert "write it twice ('')" in found.hint
    assert (found.at.line, found.at.column) == (line, column)


def test_a_quote_in_double_quotes_is_told_as_well(tmp_path: Path) -> None:
    path = tmp_path / "openapi.yaml"
    path.write_text('openapi: 3.1.1\ninfo:\n  title: "Le "code" interne"\n', "utf-8")
    (found,) = check(path)
    assert 'write it as \\"' in found.hint


def test_another_mistake_of_yaml_has_another_hint(tmp_path: Path) -> None:
    path = tmp_path / "openapi.yaml"
    path.write_text("openapi: 3.1.1\ninfo:\n  title: a: b\n", "utf-8")
    (found,) = check(path)
    assert "twice" not in found.hint


@pytest.mark.slow
def test_many_references_that_lead_nowhere_are_reported_quickly(tmp_path: Path) -> None:
    names = "".join(f"    Schema{i}: {{$ref: '#/components/schemas/Shcema{i}'}}\n" for i in range(2_000))
    path = tmp_path / "openapi.yaml"
    path.write_text("openapi: 3.1.1\ncomponents:\n  schemas:\n" + names, "utf-8")
    done = CliRunner().invoke(spec, ["lint", str(path), "--format", "github"])
    assert done.exit_code == 1
    assert done.stdout.count("reference-unresolved") == 2_000


def test_the_rule_of_kinds_is_listed() -> None:
    assert "reference-kind" in {rule.id for rule in all_rules()}
