"""Survivors that were reviewed: mutants that are equivalent to the sandbox, and blind spots of the suite."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mutation.mutants import Mutant

SURVIVORS = Path(__file__).with_name("survivors.toml")


@dataclass(frozen=True)
class Reviewed:
    """A survivor, known by its module, function and change; without a change, all of that function or class.

    It is equivalent, and *why* says the reason, or a blind spot, and *check* says what would see it.
    """

    module: str
    function: str
    before: str = ""
    after: str = ""
    why: str = ""
    check: str = ""

    def covers(self, mutant: Mutant) -> bool:
        """Whether this was written of *mutant*, wherever its line stands."""
        if self.module != mutant.module.name:
            return False
        if not self.before and not self.after:
            return f"{mutant.function}.".startswith(f"{self.function}.")
        return self.function == mutant.function and (self.before, self.after) == mutant.change


@dataclass(frozen=True)
class Review:
    """The reviewed survivors of ``survivors.toml``."""

    equivalent: Sequence[Reviewed]
    blind_spots: Sequence[Reviewed]

    @classmethod
    def read(cls, path: Path = SURVIVORS) -> Review:
        """Those in the file at *path*. Raises TypeError for a member that it does not know."""
        told = tomllib.loads(path.read_text(encoding="utf-8"))
        unknown = told.keys() - {"equivalent", "blind_spot"}
        if unknown:
            raise TypeError(f"{path.name} has tables that nobody reads: {sorted(unknown)}")
        return cls(
            tuple(Reviewed(**each) for each in told.get("equivalent", ())),
            tuple(Reviewed(**each) for each in told.get("blind_spot", ())),
        )

    def is_equivalent(self, mutant: Mutant) -> bool:
        """Whether *mutant* was found to behave as the sandbox does."""
        return any(each.covers(mutant) for each in self.equivalent)

    def blind_spot(self, mutant: Mutant) -> Reviewed | None:
        """What was written of *mutant* as a blind spot."""
        return next((each for each in self.blind_spots if each.covers(mutant)), None)
