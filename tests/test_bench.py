"""The bench works: both servers answer under load, and the table has its lines. No timing is looked at."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from bench import suite, synthetic, workbench

from cynod_spec import load_contract

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent


def test_a_few_requests_give_a_table() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench", "--only", "servers", "--requests", "4", "--rounds", "1"],
        cwd=ROOT, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    lines = [line.split()[:2] for line in done.stdout.splitlines()]
    rows = [[o, s] for o in ("balance", "payment") for s in ("generated", "handwritten", "ratio")]
    assert lines[2:8] == rows
    assert lines[11:17] == rows or "not installed" in done.stdout


def test_the_workbench_tells_processor_time_of_whole_processes() -> None:
    row = workbench.Row("--help", "cynod", [sys.executable, "-m", "cynod_spec.cli", "--help"], 0.15)
    row.run()
    assert row.cpu[0] > 0
    assert row.what in workbench.table([row]).splitlines()[1]
    with pytest.raises(RuntimeError, match="left with 2"):
        workbench.Row("", "", [sys.executable, "-m", "cynod_spec.cli", "--no-such-option"]).run()


def test_the_suite_is_measured_on_a_contract_of_any_size(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert len(load_contract(str(synthetic.write(40, tmp_path / "40.json"))).operations) == 40
    suite.as_it_grows(tmp_path, [6], ["examples"])
    size, requests, *costs = capsys.readouterr().out.splitlines()[1].split()
    assert int(size) == 6
    assert int(requests) >= 4  # all but the token endpoint's
    assert all(float(cost) > 0 for cost in costs[:3])


@pytest.mark.soak
def test_the_suite_is_measured_beside_others(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with suite.served(tmp_path) as server:
        suite.beside_others(tmp_path, server, turns=2, examples=1)
    said = capsys.readouterr().out
    assert said.count("CPU of a request") == 4
    assert said.count("rate of the replay") == 2


@pytest.mark.soak
def test_the_suite_is_timed_under_faults(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    suite.under_faults(1, tmp_path)
    said = capsys.readouterr().out
    assert "2 of 2 runs failed" in said
    assert "do not fail alike" not in said
