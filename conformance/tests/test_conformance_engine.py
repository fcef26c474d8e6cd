"""The adapter of the engine: it runs to its end, its exchanges are judged, and it leaves nothing behind."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from cynod_spec.model import Contract

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
