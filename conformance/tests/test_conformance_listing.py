"""``cynod conform --list``: what can be judged, and whatever lacks its counterpart."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner

from cynod_conformance.cli.conform_command import conform
from cynod_conformance.report import traceability
from cynod_spec import load_contract
from cynod_spec.environment.provenance import line


@pytest.mark.slow
def test_nothing_lacks_its_counterpart() -> None:
    shown = CliRunner().invoke(conform, ["--list", "--lang", "en"])
    found = json.loads(CliRunner().invoke(conform, ["--list", "--format", "json"]).stdout)
    checks, faults = (sum(len(row[each]) for row in found) for each in ("checks", "faults"))
    *rows, last = shown.stdout.splitlines()
    assert shown.exit_code == 0
    assert shown.stderr.splitlines() == [line(load_contract())]
    assert len(rows) == len(found) == len(load_contract().clauses)
    assert all(row["checks"] or row["unchecked"] for row in found)
    assert last.startswith(f"{len(found)} clauses: ")
    assert f"0 without either; {checks} checks, 0 that no fault trips" in last
    assert faults >= 150


def without(name: str, id: str) -> Callable[[pytest.MonkeyPatch], None]:
    def patch(monkeypatch: pytest.MonkeyPatch) -> None:
        kept: dict[str, Any] = {key: each for key, each in getattr(traceability, name).items() if key != id}
        monkeypatch.setattr(traceability, name, kept)

    return patch


def without_faults_of(id: str) -> Callable[[pytest.MonkeyPatch], None]:
    def patch(monkeypatch: pytest.MonkeyPatch) -> None:
        kept = {name: fault for name, fault in traceability.FAULTS.items() if id not in fault.clauses}
        monkeypatch.setattr(traceability, "FAULTS", kept)

    return patch


@pytest.mark.parametrize(
    ("patch", "line", "count"),
    [
        (without("PROBES", "ROB-3"), "ROB-3: no check, and no reason for it", "1 without either"),
        (without_faults_of("ROB-3"), "ROB-3: no fault has ever tripped its check", "1 that no fault trips"),
    ],
)
def test_what_lacks_its_counterpart_is_told(
    patch: Callable[[pytest.MonkeyPatch], None], line: str, count: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    traceability.load(faults=True)
    patch(monkeypatch)
    shown = CliRunner().invoke(conform, ["--list", "--lang", "en"])
    assert shown.exit_code == 1
    assert line in shown.stderr.splitlines()
    assert count in shown.stdout.splitlines()[-1]
