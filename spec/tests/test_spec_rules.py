"""Every rule has a bad example that it alone reports, at the places it marks; none reports the good one."""

from __future__ import annotations

from difflib import ndiff
from pathlib import Path

import pytest
from cross_room.lint_examples import BASE, Example, bad

from cynod_spec.lint import check
from cynod_spec.lint.catalogue import all_rules
from cynod_spec.lint.fixing import apply_fixes
from cynod_spec.lint.pages import page
from cynod_spec.lint.registry import Rule

RULES = {rule.id: rule for rule in all_rules()}


def test_no_rule_reports_the_good_examples(tmp_path: Path) -> None:
    assert check(Example(BASE, []).written(tmp_path)) == []


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_bad_example_is_reported_by_its_rule_alone_where_it_says(rule: Rule, tmp_path: Path) -> None:
    example = bad(rule)
    assert example.ranges, "the bad example marks no place"
    findings = check(example.written(tmp_path))
    assert {finding.rule for finding in findings} == {rule.id}, findings
    places = [(finding.at.line, finding.at.column, finding.end[1]) for finding in findings]
    assert places == example.ranges, findings
    assert {finding.level for finding in findings} == {rule.level}


def test_every_rule_is_documented() -> None:
    assert all(rule.documentation and rule.says and rule.hint for rule in RULES.values())


@pytest.mark.parametrize("rule", [rule for rule in RULES.values() if rule.fixable], ids=lambda rule: rule.id)
def test_a_fix_makes_its_finding_vanish_and_changes_nothing_else(rule: Rule, tmp_path: Path) -> None:
    path = bad(rule).written(tmp_path)
    before = path.read_text("utf-8")
    assert apply_fixes(str(path), check(path)) >= 1
    after = path.read_text("utf-8")
    assert check(path) == []
    assert apply_fixes(str(path), check(path)) == 0
    lines = list(ndiff(before.splitlines(), after.splitlines()))
    assert sum(line[0] in "+-" for line in lines) <= 2 * len(bad(rule).ranges), lines


@pytest.mark.slow
def test_rules_that_offer_a_fix_say_so(tmp_path: Path) -> None:
    for id, rule in RULES.items():
        offered = any(finding.fix for finding in check(bad(rule).written(tmp_path / id)))
        assert offered is rule.fixable, id


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_page_shows_why_and_both_examples(rule: Rule) -> None:
    shown = page(rule)
    assert rule.documentation in shown
    assert rule.good.splitlines()[0] in shown
    assert "^" in shown
    assert "⟦" not in shown
