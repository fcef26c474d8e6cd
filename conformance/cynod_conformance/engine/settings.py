"""How the engine is set up: deterministic, silent, without litter, none of its own checks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cynod_conformance.base.phases import Phase

EXAMPLES = 20  # generated cases of one operation in the fuzzing phase
SCENARIOS = 10  # sequences of the stateful phase
STEPS = 8  # calls of one sequence at most


def configuration(
    base_url: str, seed: int, phases: Sequence[Phase], *, timeout: float, verify: str | bool
) -> Any:
    """The engine's configuration for *phases*; *timeout* is in seconds, *verify* as in ``requests``."""
    import schemathesis

    return schemathesis.Config.from_dict(
        {
            "base-url": base_url,
            "seed": seed,
            "workers": 1,
            "request-timeout": timeout,
            "tls-verify": verify,
            "continue-on-failure": True,
            "generation": {"database": "none", "max-examples": EXAMPLES},
            "phases": {
                "examples": {"enabled": "examples" in phases},
                # Methods that the document lacks are a probe's work: here they may be declared, and write.
                "coverage": {"enabled": "coverage" in phases, "unexpected-methods": []},
                "fuzzing": {"enabled": "fuzzing" in phases},
                "stateful": {
                    "enabled": "stateful" in phases,
                    "max-steps": STEPS,
                    "generation": {"max-examples": SCENARIOS},
                },
            },
            "checks": {"enabled": False},
            "cache": {"enabled": False},
        }
    )
