"""Proof that the suite sees: each faulty sandbox fails exactly the clauses that its fault declares.

The sandboxes are processes of their own, judged over sockets. Those that show in the
process of the tests, too, are all tried there (``test_conformance_faults_in_process.py``), and over sockets
only by ``tox -e soak``.
"""

from __future__ import annotations

import json
import subprocess
import sys
import zlib
from typing import Any

import pytest
from cross_room.seen_in_process import AGED, SECURED, is_seen_in_process

from cynod_conformance.experiment import registry

pytestmark = pytest.mark.lengthy
registry.load(faults=True)

ONE_IN_WHOLE, ONE_IN_OWN = 40, 8  # of the faults that need sockets `tox` tries one in so many:
# against every clause, and against those that it declares
ONE_IN_FULL = 11  # of all faults the soak tries one in so many in a full run


def judged(folder, *arguments: str) -> tuple[int, dict]:
    done = subprocess.run(
        [sys.executable, "-c", "from cynod_spec.cli import main; main()", "conform", "--sandbox",
         "--report-dir", str(folder), *arguments],
        capture_output=True, text=True, timeout=240,
    )  # fmt: skip
    report = folder / "report.json"
    assert report.exists(), done.stdout + done.stderr
    return done.returncode, json.loads(report.read_text(encoding="utf-8"))


def broken(report: dict) -> set[str]:
    return {clause["id"] for clause in report["clauses"] if clause["status"] == "failed"}


def faulty(fault: registry.Fault, folder, *arguments: str, profile: str) -> tuple[int, set[str]]:
    """The exit code of a run against a sandbox with *fault*, and the clauses that failed."""
    profile = "full" if fault.primary in AGED else profile
    secured = ["--tls"] if fault.primary.startswith(SECURED) else []
    probe = registry.PROBES.get(fault.primary)
    loaded = ["--tier", "load"] if probe is not None and probe.tier == "load" else []
    code, report = judged(
        folder,
        *("--profile", profile, "--fault", fault.name, "--fail-on", "should"),
        *secured,
        *loaded,
        *arguments,
    )
    return code, broken(report)


def check(fault: registry.Fault, folder, *arguments: str, profile: str = "full") -> None:
    assert faulty(fault, folder, *arguments, profile=profile) == (1, set(fault.clauses))


def sampled(one_in: int) -> list[str]:
    """The same faults each time, spread over all of them."""
    return [
        name
        for name in sorted(registry.FAULTS)
        if registry.FAULTS[name].primary not in AGED and zlib.crc32(name.encode()) % one_in == 0
    ]


def over_sockets(one_in: int) -> list[Any]:
    """Each fault by its name: `tox` tries one in so many of those that need sockets, the soak all of them."""

    def mark(fault: registry.Fault) -> pytest.MarkDecorator:
        only_soak = is_seen_in_process(fault) or fault.primary in AGED  # the quick profile does not wait
        return pytest.mark.soak if only_soak else pytest.mark.sampled(one_in=one_in)

    return [pytest.param(name, marks=mark(fault)) for name, fault in sorted(registry.FAULTS.items())]


def own(fault: registry.Fault) -> list[str]:
    """What chooses the clauses that *fault* breaks, and no others: they are judged whole, however quick."""
    return [word for clause in fault.clauses for word in ("--clause", clause)]


@pytest.mark.parametrize("name", over_sockets(ONE_IN_OWN))
def test_every_fault_is_caught_by_its_own_clauses(name, tmp_path):
    check(registry.FAULTS[name], tmp_path, *own(registry.FAULTS[name]), profile="quick")


@pytest.mark.parametrize("name", over_sockets(ONE_IN_WHOLE))
def test_every_fault_breaks_what_it_declares(name, tmp_path):
    check(registry.FAULTS[name], tmp_path, "--no-engine")


@pytest.mark.soak
@pytest.mark.parametrize("name", sampled(ONE_IN_FULL))
def test_a_full_run_sees_what_a_fault_declares_and_nothing_else(name, tmp_path):
    check(registry.FAULTS[name], tmp_path)


@pytest.mark.soak
def test_a_quick_run_catches_four_faults_in_five_and_blames_no_other_clause(tmp_path):
    caught = 0
    for seed, fault in enumerate(registry.FAULTS.values()):
        folder = tmp_path / fault.name
        _, failed = faulty(fault, folder, "--seed", str(seed), profile="quick")
        assert failed <= set(fault.clauses), fault.name
        caught += bool(failed)
    assert caught >= 0.8 * len(registry.FAULTS)


def test_no_clause_fails_on_the_correct_sandbox(tmp_path):
    code, report = judged(tmp_path, "--profile", "quick", "--seed", "1")
    assert broken(report) == set()
    assert (code, report["verdict"]) == (0, "conformant")


@pytest.mark.soak
def test_no_clause_fails_on_the_correct_sandbox_over_tls(tmp_path):
    code, report = judged(tmp_path, "--profile", "quick", "--tls")
    statuses = {clause["id"]: clause["status"] for clause in report["clauses"]}
    assert (broken(report), code) == (set(), 0)
    assert {statuses[id] for id in statuses if id.startswith(SECURED)} == {"passed"}


@pytest.mark.soak
@pytest.mark.parametrize("seed", [str(seed) for seed in range(20)])
def test_no_clause_fails_over_twenty_seeds(seed, tmp_path):
    code, report = judged(tmp_path, "--profile", "quick", "--seed", seed)
    assert (broken(report), code) == (set(), 0)


@pytest.mark.soak
@pytest.mark.parametrize("seed", [str(seed) for seed in range(10, 20)])
def test_no_clause_fails_in_a_full_run(seed, tmp_path):
    code, report = judged(tmp_path, "--seed", seed)
    assert (broken(report), code) == (set(), 0)
