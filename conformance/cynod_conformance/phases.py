"""The phases of a run, in their order: where each exchange comes from."""

from __future__ import annotations

from typing import Literal

Phase = Literal["examples", "coverage", "fuzzing", "stateful"]
PHASES: tuple[Phase, ...] = ("examples", "coverage", "fuzzing", "stateful")
"""The engine's own, in the order in which it runs them; preflight and the probes come before."""
EVERY = ("preflight", "probe", *PHASES)
