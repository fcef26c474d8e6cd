"""The bench works: both servers answer under load, and the table has its lines. No timing is looked at."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent


def test_a_few_requests_give_a_table() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench", "--requests", "8", "--rounds", "2"],
        cwd=ROOT, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    lines = [line.split()[:2] for line in done.stdout.splitlines()]
    rows = [[o, s] for o in ("balance", "payment") for s in ("generated", "handwritten", "ratio")]
    assert lines[2:8] == rows
    assert lines[11:17] == rows or "not installed" in done.stdout
