"""The verdict, as a table, and waivers."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from cynod_conformance.results.status import Result, Status
from cynod_conformance.results.verdict import verdict
from cynod_conformance.results.waivers import waive
from cynod_spec.base.location import SourceLocation
from cynod_spec.configuration.waivers_file import Waiver
from cynod_spec.model import Clause, Text

AT = SourceLocation("x", "", 1, 1)


def result(status: Status, level: Any = "MUST", judged: bool = True, id: str = "X-1") -> Result:
    clause = Clause(id, level, "protocol", "read", "CYNOD", Text("phrase", "sentence"), Text(""), AT)
    return Result(clause, status, judged)


@pytest.mark.parametrize(
    ("results", "name", "code"),
    [
        ([result("passed")], "conformant", 0),
        ([result("passed"), result("failed")], "non_conformant", 1),
        ([result("error"), result("failed")], "non_conformant", 1),
        ([result("error"), result("inconclusive")], "error", 4),
        ([result("inconclusive")], "inconclusive", 3),
        ([result("not_exercised")], "inconclusive", 3),
        ([result("not_exercised", judged=False)], "inconclusive", 3),
        ([result("passed"), result("not_exercised", judged=False)], "conformant", 0),
        ([result("failed", "SHOULD"), result("inconclusive", "SHOULD")], "conformant", 0),
        ([result("unchecked"), result("not_applicable"), result("waived")], "conformant", 0),
    ],
)
def test_the_first_that_applies(results: list[Result], name: str, code: int) -> None:
    found = verdict(results)
    assert (found.name, found.exit_code) == (name, code)


def test_should_weighs_when_asked() -> None:
    assert verdict([result("failed", "SHOULD")], "should").exit_code == 1


def test_what_is_checked_stands_beside_it() -> None:
    found = verdict([result("passed"), result("unchecked"), result("passed", "SHOULD")])
    assert (found.checked, found.musts) == (1, 2)


def test_waivers_hold_until_their_day() -> None:
    today = dt.datetime.now(dt.UTC).date()
    given = [result("failed")]
    assert waive(given, [Waiver("X-1", today, "known")])[0].status == "waived"
    assert waive(given, [Waiver("X-1", today - dt.timedelta(1), "known")])[0].status == "failed"
    assert "needless" in waive([result("passed")], [Waiver("X-1", today, "known")])[0].reason.en
