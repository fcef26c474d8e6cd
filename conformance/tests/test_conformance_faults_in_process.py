"""Each fault, in this process: the suite sees it by the clauses that it declares, and by no others.

The servers are those of ``cynod sandbox --fault NAME``: parser, limits, refusals and storage are the same;
only the network is left out. ``tox -e soak`` compares with the runs over sockets.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from cross_room.in_process import sandbox
from cross_room.seen_in_process import in_process

from cynod_conformance.experiment import registry
from cynod_conformance.experiment.scope import Profile, Scope
from cynod_conformance.runner.options import RunOptions
from cynod_conformance.runner.run import conform
from cynod_spec import load_contract

pytestmark = pytest.mark.lengthy

registry.load(faults=True)


def failed(name: str, *clauses: str, profile: Profile = "quick") -> set[str]:
    """The clauses that fail under the fault *name*, of *clauses* or of all."""
    scope = Scope(profile=profile, tier="load", clauses=frozenset(clauses))
    with sandbox(name) as server:
        options = RunOptions(scope=scope, no_engine=True, fail_on="should")
        run = conform(load_contract(), server.config, options, transport=server.transport)
    assert run.verdict.name == "non_conformant", run.detail
    return {result.clause.id for result in run.results if result.status == "failed"}


@pytest.mark.parametrize("name", in_process())
def test_every_fault_is_caught_by_its_own_clauses(name: str) -> None:
    fault = registry.FAULTS[name]
    assert failed(name, *fault.clauses) == set(fault.clauses)


@pytest.mark.soak
@pytest.mark.parametrize("name", in_process())
def test_the_network_changes_nothing(name: str, tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from cynod_spec.cli import main; main()", "conform", "--sandbox"]
    options = ["--fault", name, "--no-engine", "--fail-on", "should", "--report-dir", str(tmp_path)]
    subprocess.run([*command, *options], capture_output=True, timeout=240)
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    over_sockets = {each["id"] for each in report["clauses"] if each["status"] == "failed"}
    assert failed(name, profile="full") == over_sockets


@pytest.mark.sampled(one_in=40)
@pytest.mark.parametrize("name", in_process())
def test_every_fault_breaks_what_it_declares_and_nothing_else(name: str) -> None:
    assert failed(name, profile="full") == set(registry.FAULTS[name].clauses)


def test_no_clause_fails_on_the_correct_sandbox() -> None:
    with sandbox() as server:
        options = RunOptions(scope=Scope(profile="quick", tier="load"), no_engine=True, fail_on="should")
        run = conform(load_contract(), server.config, options, transport=server.transport)
    assert (run.verdict.name, {r.clause.id for r in run.results if r.status == "failed"}) == (
        "conformant",
        set(),
    )
