"""The phases of a run, in their order: where each exchange comes from."""

from __future__ import annotations

from typing import Literal

Phase = Literal["examples", "coverage", "fuzzing", "stateful"]
PROBE = "probe"
"""Directed experiments, clause by clause; after the preflight and before all others."""
PHASES: tuple[Phase, ...] = ("examples", "coverage", "fuzzing", "stateful")
"""The engine's own, in the order in which it runs them; preflight and the probes come before."""
LEDGER = "ledger"
"""Random sequences of calls beside a model; after the engine's."""
LIVE: Phase = "stateful"
"""The one whose requests feed on answers: no seed gives the same ones twice."""
TIDYING = "tidying"
"""The last one, on the living: what was made is given back."""
WORKFLOW = "workflow"
"""That of business scenarios, which take the place of the probes and of the engine."""
EVERY = ("preflight", PROBE, *PHASES, LEDGER, WORKFLOW, TIDYING)
