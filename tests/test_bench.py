"""The bench works: both servers answer under load, and the table has its lines. No timing is looked at."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_a_few_requests_give_a_table() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench", "--only", "servers", "--requests", "8", "--rounds", "2"],
        cwd=ROOT, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    lines = [line.split()[:2] for line in done.stdout.splitlines()]
    rows = [[o, s] for o in ("balance", "payment") for s in ("generated", "handwritten", "ratio")]
    assert lines[2:8] == rows
    assert lines[11:17] == rows or "not installed" in done.stdout


WORKBENCH = """
import sys
from bench.workbench import Row, table
cynod = [sys.executable, "-m", "cynod_spec.cli"]
row = Row("--help", "cynod", [*cynod, "--help"], 0.15)
row.run()
assert row.cpu[0] > 0
print(table([row]))
Row("", "", [*cynod, "--no-such-option"]).run()
"""


def test_the_workbench_tells_the_processor_time_of_whole_processes() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WORKBENCH], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert done.stdout.splitlines()[1].startswith("--help")
    assert "0.15 allowed" in done.stdout
    assert "RuntimeError: " in done.stderr
    assert "left with 2" in done.stderr
