"""The adapter of the engine: it runs to its end, its exchanges are judged, and it leaves nothing behind."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from cynod_conformance.phases import EVERY
from cynod_spec.model import Contract

pytestmark = pytest.mark.lengthy
START = "from cynod_conformance.cli import conform; conform()"


def test_the_engine_completes_and_leaves_no_litter(tmp_path: Path) -> None:
    health = Contract.load().find("health")
    assert health is not None
    report = tmp_path / "report"
    done = subprocess.run(
        [
            *(sys.executable, "-c", START, "--sandbox", "--lang", "en"),
            *("--operation", health.key, "--report-dir", str(report)),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
    )
    found = json.loads((report / "report.json").read_text(encoding="utf-8"))
    accepted = next(c for c in found["clauses"] if c["id"] == "VAL-9")
    assert (accepted["status"], accepted["reason"]) == ("passed", ""), done.stdout
    assert accepted["expected"] >= 2  # the operation's own cell, and the engine's
    assert {p.name for p in tmp_path.iterdir()} == {"report"}


def test_every_phase_is_counted_with_what_it_taught(tmp_path: Path) -> None:
    contract = Contract.load()
    credit, cancel = contract.find("credit", "top-up"), contract.find("cancel", "top-up")
    assert credit is not None
    assert cancel is not None
    done = subprocess.run(
        [
            *(sys.executable, "-c", START, "--sandbox", "--lang", "en", "--report-dir", str(tmp_path)),
            *("--operation", credit.key, "--operation", cancel.key),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=180,
    )
    found = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    coverage = found["coverage"]
    assert [p["phase"] for p in coverage["phases"]] == list(EVERY), done.stdout
    assert sum(p["requests"] for p in coverage["phases"]) == sum(s["count"] for s in coverage["seen"])
    assert found["requests"] == sum(s["count"] for s in coverage["seen"])
    by_links = {(s["operation"], s["status"]) for s in coverage["seen"] if s["phase"] == "stateful"}
    assert (cancel.key, cancel.success.status) in by_links  # only a link leads to a top-up that exists
    assert f"{coverage['listed']['seen']} of the {coverage['listed']['of']} answers" in done.stdout


def test_generated_requests_get_past_the_lookups(tmp_path: Path) -> None:
    credit = Contract.load().find("credit", "top-up")
    assert credit is not None
    subprocess.run(
        [
            *(sys.executable, "-c", START, "--sandbox", "--report-dir", str(tmp_path)),
            *("--operation", credit.key),
        ],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=180,
    )
    found = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    fuzzed = {s["status"] for s in found["coverage"]["seen"] if s["phase"] in ("coverage", "fuzzing")}
    assert {credit.success.status, Contract.load().code("card-unknown").status} <= fuzzed
