"""The adapter of the engine: it runs to its end, its exchanges are judged, and it leaves nothing behind."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cynod_conformance.base.phases import PHASES
from cynod_conformance.engine.corpus_store import SUFFIX
from cynod_spec import load_contract
from cynod_spec.model import Contract, Operation

pytestmark = pytest.mark.lengthy
OF_CHOSEN = ("preflight", "probe", *PHASES)  # no ledger, nothing to tidy up
START = "from cynod_conformance.cli.conform_command import conform; conform()"


@dataclass(frozen=True)
class Explored:
    """A full run of the operations that credit and cancel, in a folder of its own."""

    contract: Contract
    credit: Operation
    cancel: Operation
    folder: Path
    report: dict[str, Any]
    stdout: str


@pytest.fixture(scope="module")
def explored(tmp_path_factory: pytest.TempPathFactory) -> Explored:
    contract, folder = load_contract(), tmp_path_factory.mktemp("engine")
    credit, cancel = contract.find("credit", "top-up"), contract.find("cancel", "top-up")
    assert credit is not None
    assert cancel is not None
    done = subprocess.run(
        [
            *(
                sys.executable,
                "-c",
                START,
                "--sandbox",
                "--lang",
                "en",
                "--cache-dir",
                str(folder / "cache"),
                "--report-dir",
                str(folder / "report"),
            ),
            *("--operation", credit.key, "--operation", cancel.key),
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=180,
    )
    found = json.loads((folder / "report" / "report.json").read_text(encoding="utf-8"))
    return Explored(contract, credit, cancel, folder, found, done.stdout)


def test_the_engine_completes(explored: Explored) -> None:
    accepted = next(c for c in explored.report["clauses"] if c["id"] == "VAL-9")
    assert (accepted["status"], accepted["reason"]) == ("passed", ""), explored.stdout
    assert accepted["expected"] >= 3  # a cell for each operation, and the engine's


def test_it_leaves_no_litter(explored: Explored) -> None:
    assert {p.name for p in explored.folder.iterdir()} == {"report", "cache"}


def test_what_was_generated_is_kept_where_it_was_asked_for(explored: Explored) -> None:
    (kept,) = (explored.folder / "cache").iterdir()
    assert kept.suffix == SUFFIX
    assert "seed 0 sends the same requests again" in explored.stdout


def test_every_phase_is_counted_with_what_it_taught(explored: Explored) -> None:
    coverage, cancel = explored.report["coverage"], explored.cancel
    assert [p["phase"] for p in coverage["phases"]] == [*OF_CHOSEN], explored.stdout
    assert sum(p["requests"] for p in coverage["phases"]) == sum(s["count"] for s in coverage["seen"])
    assert explored.report["requests"] >= sum(s["count"] for s in coverage["seen"])  # some answers are left
    by_links = {(s["operation"], s["status"]) for s in coverage["seen"] if s["phase"] == "stateful"}
    assert (cancel.key, cancel.success.status) in by_links  # only a link leads to a top-up that exists
    assert f"{coverage['listed']['seen']} of the {coverage['listed']['of']} answers" in explored.stdout


def test_generated_requests_get_past_the_lookups(explored: Explored) -> None:
    seen, credit = explored.report["coverage"]["seen"], explored.credit
    fuzzed = {
        s["status"] for s in seen if s["operation"] == credit.key and s["phase"] in ("coverage", "fuzzing")
    }
    assert {credit.success.status, explored.contract.code("card-unknown").status} <= fuzzed
