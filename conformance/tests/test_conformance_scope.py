"""What a run ranges over: whole but for quick runs, which draw a share of each probe's cells."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import pytest

from cynod_conformance.cli.conform_command import conform
from cynod_conformance.experiment.registry import PROBES, load
from cynod_conformance.experiment.scope import QUICK_MAX_CASES, QUICK_MIN_SHARE, QUICK_SHARE, Scope
from cynod_spec import load_contract

load()
CONTRACT = load_contract()
MANY, ONE = PROBES["CAT-4"], PROBES["TOK-1"]


def labels(scope: Scope, probe=MANY) -> list[str]:
    return [case.label for case in scope.test_cases(probe, CONTRACT)]


WHOLE = labels(Scope("full"))


def test_a_quick_run_draws_its_share_in_the_order_of_the_document():
    drawn = labels(Scope("quick", seed=3))
    assert len(drawn) == math.ceil(len(WHOLE) * QUICK_MIN_SHARE)
    assert drawn == [label for label in WHOLE if label in drawn]
    assert Scope("quick", seed=3).undrawn(MANY, CONTRACT) == len(WHOLE) - len(drawn)


def test_a_seed_draws_the_same_again_and_another_seed_others():
    assert labels(Scope("quick", seed=3)) == labels(Scope("quick", seed=3))
    assert labels(Scope("quick", seed=3)) != labels(Scope("quick", seed=4))


def test_quick_runs_see_all_in_the_end():
    seen = {label for seed in range(60) for label in labels(Scope("quick", seed=seed))}
    assert seen == set(WHOLE)


@pytest.mark.parametrize(
    "scope",
    [
        Scope("quick", clauses=frozenset({"CAT-4"})),
        Scope("quick", operations=frozenset(operation.id for operation in CONTRACT.operations)),
        Scope("protocol"),
    ],
    ids=["chosen clause", "chosen operations", "another profile"],
)
def test_what_is_chosen_is_judged_whole(scope):
    assert labels(scope) == WHOLE
    assert scope.undrawn(MANY, CONTRACT) == 0


def test_of_few_cells_two_in_three_are_drawn():
    for probe in PROBES.values():
        drawn, whole = len(labels(Scope("quick"), probe)), len(labels(Scope("full"), probe))
        if whole <= QUICK_MAX_CASES:
            assert drawn == math.ceil(whole * QUICK_SHARE)
    assert labels(Scope("quick"), ONE) == ["once"]


@pytest.mark.lengthy
def test_what_fails_ahead_is_left_to_the_experiment(tmp_path, monkeypatch):
    def fails(context: object) -> None:
        raise KeyError("id")

    monkeypatch.setitem(PROBES, "STA-8", replace(PROBES["STA-8"], ahead=fails))
    choice = ["--sandbox", "--profile", "quick", "--clause", "STA-8", "--report-dir", str(tmp_path)]
    code = conform(choice, standalone_mode=False)
    statuses = {c["id"]: c["status"] for c in json.loads((tmp_path / "report.json").read_text())["clauses"]}
    assert (code, statuses["STA-8"]) == (0, "passed")
