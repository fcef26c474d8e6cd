"""What a run is asked to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from cynod_conformance.base.common_options import CommonOptions
from cynod_conformance.base.phases import PHASES, Phase
from cynod_conformance.experiment.scope import Scope
from cynod_spec.configuration.waivers_file import Waiver
from cynod_spec.workflows.model import Workflows


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions(CommonOptions):
    """What a run is asked to do: no file is left to be read, no default to be worked out."""

    scope: Scope = field(default_factory=Scope)
    jobs: int = 1  # operations that generated requests go to at a time
    waivers: Sequence[Waiver] = ()
    tidies: bool = False  # whether what was made is given back at the end
    aimed: tuple[str, ...] = ()  # the words of the command line that chose the target, for replay
    workflows: Workflows | None = None  # what is run instead of the probes and the engine

    @property
    def explores(self) -> bool:
        """Whether the engine's phases are part of the run: not of a quick one, nor of chosen clauses."""
        return not self.no_engine and not self.scope.clauses and self.scope.profile != "quick"

    @property
    def reckons(self) -> bool:
        """Whether the ledger phase is part of the run: of a full one that chooses nothing and may write."""
        scope = self.scope
        chooses = scope.clauses or scope.operations
        return not self.no_engine and scope.profile == "full" and not chooses and scope.allows("write")

    @property
    def phases(self) -> tuple[Phase, ...]:
        """The phases of the engine: an unedited stub is shown only examples and boundary values."""
        return PHASES if self.scope.profile == "full" else PHASES[:2]
