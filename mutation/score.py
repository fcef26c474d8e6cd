"""From the trials of a run to its score: seen, of those that are not equivalent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from mutation.mutants import Mutant
from mutation.review import Review
from mutation.trial import Ending, Trial

NOT_SEEN: tuple[Ending, ...] = ("survived", "undecided", "timeout", "unreached")
TRIVIAL: tuple[Ending, ...] = ("crashed", "refused")  # no server to judge: whoever starts it knows


@dataclass(frozen=True)
class Score:
    """How many of a run's mutants were killed, were trivial, are equivalent, or were not seen."""

    killed: int
    trivial: int
    equivalent: int
    not_seen: Sequence[tuple[Mutant, Trial]]

    @classmethod
    def of(cls, trials: Mapping[Mutant, Trial], review: Review) -> Score:
        """The score of *trials*, with what *review* says of those that were not seen."""
        endings = Counter(trial.ending for trial in trials.values())
        unseen = [(mutant, trial) for mutant, trial in trials.items() if trial.ending in NOT_SEEN]
        left = [(mutant, trial) for mutant, trial in unseen if not review.is_equivalent(mutant)]
        trivial = sum(endings[ending] for ending in TRIVIAL)
        return cls(endings["killed"], trivial, len(unseen) - len(left), left)

    @property
    def judged(self) -> int:
        """Mutants that are neither equivalent nor trivial."""
        return self.killed + len(self.not_seen)

    def lines(self, review: Review) -> Iterator[str]:
        """What a run prints at its end: those not seen, then the score."""
        for mutant, trial in sorted(self.not_seen, key=lambda each: each[0].name):
            known = review.blind_spot(mutant)
            before, after = mutant.change
            place = f"{mutant.module.path.name}:{mutant.start[0]} {mutant.function}"
            yield f"{trial.ending}: {place} {mutant.operator}"
            yield from (f"  - {line}" for line in before.splitlines())
            yield from (f"  + {line}" for line in after.splitlines())
            yield f"  {known.check}" if known else "  not reviewed yet"
        share = f"{self.killed / self.judged:.1%}" if self.judged else "nothing to judge"
        yield (
            f"seen {self.killed} of {self.judged} that are not equivalent: {share}; "
            f"{self.equivalent} equivalent, {self.trivial} that did not start or were no target"
        )
