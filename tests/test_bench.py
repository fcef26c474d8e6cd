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
    assert lines[1:7] == [
        [operation, server]
        for operation in ("balance", "payment")
        for server in ("generated", "handwritten", "ratio")
    ]
