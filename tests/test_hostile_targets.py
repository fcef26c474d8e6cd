"""Hostile targets: a verdict that tells of them, in bounded time and memory, and no secret to anyone."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from cross_room.hostile import BEHAVIOURS, hostile

from cynod_conformance.config.settings import read_config
from cynod_conformance.launch.sandbox_process import sandbox

pytestmark = pytest.mark.slow

TIMEOUT = 1.0  # seconds without a byte, in these tests
LONGEST = 60.0  # seconds of a run
LARGEST = 500 * 1024  # KiB that a run may take
SAMPLE = ("drips_its_body", "sends_a_gzip_bomb", "redirects", "echoes_the_request")
PATIENT = ("hangs", "drips_its_head", "drips_its_body", "throttles_everything")
# ``getrusage`` would tell the peak of the process that started this one, where that is higher.
START = """
import re, sys
from pathlib import Path
from cynod_spec.cli import main
try:
    main()
finally:
    status = Path("/proc/self/status").read_text()
    print("PEAK", re.search(r"VmHWM:\\s*(\\d+) kB", status)[1], file=sys.stderr)
"""


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The configuration of the correct server behind the hostile proxy."""
    with sandbox(["--strict", "--log-level", "warning"]) as config:
        yield Path(config)


def secrets_of(config: Path) -> list[str]:
    tables = tomllib.loads(config.read_text(encoding="utf-8"))["credentials"].values()
    return [table["consumer_secret"] for table in tables]


def run(url: str, config: Path, folder: Path, *options: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", START, "conform", url, "--config", str(config), "--profile", "quick",
         "--lang", "en", "--timeout", str(TIMEOUT), "--report-dir", str(folder), *options],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
    )  # fmt: skip


@pytest.mark.sampled(one_in=2)
@pytest.mark.parametrize("name", SAMPLE)
def test_a_sample_of_hostile_targets_ends_in_verdicts(name: str, behind: Path, tmp_path: Path) -> None:
    check(name, behind, tmp_path)


@pytest.mark.soak
@pytest.mark.parametrize("name", sorted(set(BEHAVIOURS) - set(SAMPLE)))
def test_a_hostile_target_ends_in_a_verdict(name: str, behind: Path, tmp_path: Path) -> None:
    check(name, behind, tmp_path)


def check(name: str, behind: Path, folder: Path) -> None:
    begun = time.monotonic()
    with hostile(read_config(str(behind)).base_url, BEHAVIOURS[name]) as seen:
        process = run(seen.url, behind, folder, "--max-requests", "300")
        out, err = process.communicate(timeout=4 * LONGEST)
    assert process.returncode in (1, 3), out + err
    assert time.monotonic() - begun < LONGEST
    assert "Traceback" not in out + err
    assert int(err.split("PEAK ")[1].split()[0]) < LARGEST
    assert seen.strayed == []
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    assert {c["id"]: c["reason"] for c in report["clauses"] if c["status"] == "error"} == {}
    if name in PATIENT:
        assert report["verdict"] == "inconclusive" or seen.requests < 300  # it gave up before its budget did
    written = "".join(path.read_text(encoding="utf-8") for path in folder.rglob("*") if path.is_file())
    assert [secret for secret in secrets_of(behind) if secret in written + out + err] == []
