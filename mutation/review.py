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
    """A survivor, known by its module, function and change.

    It is equivalent, and *why* says the reason, or a blind spot, and *check* says what would see it.
    """

    module: str
    function: str
    before: str
    after: str
    why: str = ""
    check: str = ""

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What tells it from others, wherever its line stands."""
        return self.module, self.function, self.before, self.after


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
        return _key(mutant) in {each.key for each in self.equivalent}

    def blind_spot(self, mutant: Mutant) -> Reviewed | None:
        """What was written of *mutant* as a blind spot."""
        return next((each for each in self.blind_spots if each.key == _key(mutant)), None)


def _key(mutant: Mutant) -> tuple[str, str, str, str]:
    return mutant.module.name, mutant.function, *mutant.change
