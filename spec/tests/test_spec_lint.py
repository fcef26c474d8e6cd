"""Every rule has a bad example that it alone reports; none reports anything about the good one."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from cynod_spec.commands import spec
from cynod_spec.lint import check
from cynod_spec.lint.catalogue import all_rules

SECOND_CODE = (
    "code: {oneOf: [{$ref: '#/components/schemas/Code1010'}, {$ref: '#/components/schemas/Code1002'}]}"
)
NO_PROVOKE = "  - target: $.components.schemas.Code9999['x-cynod'].code\n    update:\n"

BAD = {
    "actor-unknown": [("actors: [partner]", "actors: [stranger]")],
    "clause-id": [("TOK-1", "TOK_1")],
    "code-case": [("name: internal, case: system", "name: internal, case: functional")],
    "code-duplicate": [("name: internal", "name: success")],
    "code-orphan": [("        '400': {$ref: '#/components/responses/Invalide'}\n", "")],
    "code-provoke": [
        (", unprovokable: Aucune demande ne doit y mener.", ""),
        (NO_PROVOKE + "      unprovokable: No request may lead to it.\n", ""),
    ],
    "code-two-statuses": [("code: {oneOf: [{$ref: '#/components/schemas/Code1010'}]}", SECOND_CODE)],
    "code-undeclared": [
        (
            "code: {oneOf: [{$ref: '#/components/schemas/Code0000'}]}\n                      data: {type",
            "data: {type",
        )
    ],
    "document-invalid": [("tags: [{name: Essai,", "tags: [{nom: x, name: Essai,")],
    "effect-missing": [("effect: health, ", "")],
    "envelope-base-closed": [
        ("      properties: *erreur", "      properties: *erreur\n      additionalProperties: false")
    ],
    "envelope-open": [("Code9999'}]}}\n            unevaluatedProperties: false", "Code9999'}]}}")],
    "example-invalid": [("message: Créé\n", "message: ''\n")],
    "guide-link": [("text: 'Voir [](code:unknown-path).'", "text: 'Voir [](code:nonsense).'")],
    "idempotency-key-missing": [("          key: $request.header.Cle\n", "")],
    "operation-id-unique": [("operationId: lireSante", "operationId: lireRecharge")],
    "reference-unresolved": [
        ("{$ref: '#/components/schemas/Montant'}", "{$ref: '#/components/schemas/Somme'}")
    ],
    "refusal-unknown": [("refusals: [[unknown-path]", "refusals: [[no-such-code]")],
    "role-nowhere": [("$request.body#/montant/valeur", "$request.body#/montant/somme")],
    "scope-undeclared": [("['recharge:lire']", "['recharge:lire', 'recharge:voir']")],
    "scope-unused": [("['recharge:lire']", "['recharge:ecrire']")],
    "text-missing": [(", en: Internal error", "")],
    "transition-unknown": [("to: [cancelled]", "to: [gone]")],
    "vocabulary-invalid": [("x-cynod: {role: request-id}", "x-cynod: {rolle: request-id}")],
}


def test_the_good_example_has_no_finding(small: Path) -> None:
    assert check(small) == []


@pytest.mark.parametrize("rule", BAD)
def test_a_bad_example_is_reported_by_its_rule_alone(rule: str, changed: Callable[..., Path]) -> None:
    findings = check(changed(*BAD[rule]))
    assert {finding.rule for finding in findings} == {rule}, findings
    for finding in findings:
        assert finding.at.line > 1


def test_every_rule_has_a_bad_example_and_a_documentation() -> None:
    known = {rule.id for rule in all_rules()}
    assert known | {"reference-unresolved"} == BAD.keys()
    assert all(rule.documentation and rule.says for rule in all_rules())


def test_the_shipped_contract_breaks_no_rule() -> None:
    from cynod_spec.reading import shipped

    assert [finding for finding in check(shipped()) if finding.level == "error"] == []


@pytest.mark.parametrize(
    ("role", "wrong"),
    [
        ("id: $request.header.webhook-id", "id: $request.header.webhook-key"),
        ("resource: $request.body#/data/operation", "resource: $request.body#/data/nothing"),
        ("date: $request.body#/timestamp", "date: $response.body#/timestamp"),
    ],
)
def test_the_roles_of_a_webhook_lead_somewhere(role: str, wrong: str, tmp_path: Path) -> None:
    from cynod_spec.reading import shipped

    document = Path(shipped()).read_text(encoding="utf-8")
    assert role in document
    changed = tmp_path / "openapi.yaml"
    changed.write_text(document.replace(role, wrong), encoding="utf-8")
    assert {each.rule for each in check(str(changed)) if each.level == "error"} == {"role-nowhere"}


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("{title: Partner, description: Who tops up.}", "{title: Partner}"),
        ("  - target: $['x-cynod'].guide[0]\n    update: {title: Start}\n", ""),
        ("{title: Envelopes, text: 'See [](code:unknown-path).'}", "{title: Envelopes}"),
    ],
)
def test_the_guide_and_its_actors_exist_in_every_language(
    words: str, left: str, changed: Callable[..., Path]
) -> None:
    assert [finding.rule for finding in check(changed((words, left)))] == ["text-missing"]


@pytest.mark.parametrize("form", ["text", "json", "sarif", "github"])
def test_each_format_says_where(form: str, changed: Callable[..., Path]) -> None:
    path = changed(*BAD["role-nowhere"])
    result = CliRunner().invoke(spec, ["lint", str(path), "--format", form])
    assert result.exit_code == 1
    line = next(
        number for number, text in enumerate(path.read_text().splitlines(), 1) if "montant/somme" in text
    )
    if form == "text":
        assert f"{path}:{line}:11: error: " in result.output
    elif form == "github":
        assert f",line={line},col=11,title=role-nowhere::" in result.output
    elif form == "json":
        assert json.loads(result.output)[0]["line"] == line
    else:
        run = json.loads(result.output)["runs"][0]
        region = run["results"][0]["locations"][0]["physicalLocation"]["region"]
        assert region == {"startLine": line, "startColumn": 11}


def test_a_warning_fails_only_when_asked(changed: Callable[..., Path]) -> None:
    path = str(changed(*BAD["text-missing"]))
    assert CliRunner().invoke(spec, ["lint", path]).exit_code == 0
    assert CliRunner().invoke(spec, ["lint", path, "--fail-on", "warning"]).exit_code == 1
