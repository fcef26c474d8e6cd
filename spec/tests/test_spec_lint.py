"""What lint says of the shipped contract and of whole documents, in each of its formats."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from cross_room.lint_examples import BASE, Example, bad

from cynod_spec.commands import spec
from cynod_spec.lint import check
from cynod_spec.lint.backtracking import is_catastrophic
from cynod_spec.lint.catalogue import all_rules

RULES = {rule.id: rule for rule in all_rules()}


def test_the_shipped_contract_breaks_no_rule() -> None:
    from cynod_spec.reading import shipped

    assert check(shipped()) == []


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
        ("{title: Shop, description: Who issues.}", "{title: Shop}"),
        ("  - target: $['x-cynod'].guide[0]\n    update: {title: Start}\n", ""),
        ("{title: The outcome, text: 'See [](code:unknown-path).'}", "{title: The outcome}"),
    ],
)
def test_the_guide_and_its_actors_exist_in_every_language(words: str, left: str, tmp_path: Path) -> None:
    path = Example(BASE, []).written(tmp_path)
    overlay = tmp_path / "locales" / "en.overlay.yaml"
    text = overlay.read_text("utf-8")
    assert words in text
    overlay.write_text(text.replace(words, left), "utf-8")
    assert [finding.rule for finding in check(path)] == ["text-missing"]


def test_a_warning_fails_only_when_asked(tmp_path: Path) -> None:
    path = str(bad(RULES["text-missing"]).written(tmp_path))
    assert CliRunner().invoke(spec, ["lint", path]).exit_code == 0
    assert CliRunner().invoke(spec, ["lint", path, "--fail-on", "warning"]).exit_code == 1


PATTERNS = {
    True: [
        "^(a+)+$",
        "^(a*)*$",
        "^(a|a)*$",
        "^(a|aa)+$",
        r"^(\w+\s?)*$",
        "^([a-z]{1,64}){1,64}$",
        "^(([0-9]+)?,?)+$",
        "(x+x+)+y",
        "^(.*)*$",
    ],
    False: [
        "^[A-Za-z0-9._~-]+$",
        "^v1,[A-Za-z0-9+/=]+( v1,[A-Za-z0-9+/=]+)*$",
        "^[a-z0-9]+(-[a-z0-9]+)*$",
        "^(ab|ac)*$",
        "^([0-9]{3}){8,20}$",
        "^[0-9]{4}-[0-9]{2}$",
        "^(a?b){9,}$",
        "(",
        "^(?:[01][0-9]|2[0-3])(:[0-5][0-9])*$",
    ],
}


@pytest.mark.parametrize(
    ("pattern", "expected"), [(text, value) for value in PATTERNS for text in PATTERNS[value]]
)
def test_a_pattern_that_may_run_for_ever_is_told_from_others(pattern: str, expected: bool) -> None:
    assert is_catastrophic(pattern) is expected
