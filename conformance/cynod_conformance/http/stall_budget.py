"""How long a run lets itself be kept waiting: by answers that do not come, and by a target that throttles."""

from __future__ import annotations

from cynod_conformance.base.outcomes import NoAnswer

QUICK_SHARE = 0.25  # of a time-out that any answer may take
MAX_TIMEOUTS = 6  # time-outs past that, of all answers together
MAX_WAITS = 5  # waits in a row after which a throttled request was throttled again


class StallBudget:
    """What is left of it, with a time-out of *timeout* seconds. Once it is lost, nothing more is sent."""

    def __init__(self, timeout: float) -> None:
        self._quick, self._total = QUICK_SHARE * timeout, MAX_TIMEOUTS * timeout
        self._kept = 0.0
        self._in_vain = 0

    def took(self, seconds: float) -> None:
        """An answer came after *seconds*, or did not come."""
        self._kept += max(0.0, seconds - self._quick)

    def waited(self, *, in_vain: bool) -> None:
        """A throttled request was sent again after the time that it was told."""
        self._in_vain = self._in_vain + 1 if in_vain else 0

    @property
    def is_lost(self) -> bool:
        """Whether waiting on makes no sense."""
        return self._kept > self._total or self._in_vain >= MAX_WAITS

    def check(self) -> None:
        """Raises NoAnswer when it is lost."""
        if self._kept > self._total:
            raise NoAnswer("no-patience", seconds=f"{self._total:.0f}")
        if self._in_vain >= MAX_WAITS:
            raise NoAnswer("always-throttled", count=str(MAX_WAITS))
