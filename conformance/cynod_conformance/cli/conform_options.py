"""What ``cynod conform`` was asked for, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from cynod_conformance.base.common_options import CommonOptions
from cynod_spec.base.errors import UsageError

if TYPE_CHECKING:  # the model takes its time to load
    from cynod_spec.model import Tier

STRAINED_JOBS = 4  # operations at a time, where a target may be strained
STRAINING_TIERS = ("destructive", "load")


@dataclass(frozen=True, slots=True, kw_only=True)
class ConformOptions(CommonOptions):
    """The options of the command line, by the names of click's parameters; ``--help`` says what each is."""

    url: str | None = None
    use_sandbox: bool = False
    tls: bool = False
    faults: tuple[str, ...] = ()
    allow_http: bool = False
    config_file: str | None = None
    spec: str | None = None

    listing: bool = False
    form: Literal["table", "json"] = "table"
    env: bool = False

    profile: Literal["full", "quick", "protocol"] = "full"
    tier: Tier | None = None  # `risked_tier` is the one that holds
    clauses: tuple[str, ...] = ()
    operations: tuple[str, ...] = ()
    replay: str | None = None
    replay_from: str | None = None
    workflows: str | None = None  # None: the clauses are judged; "": the scenarios beside the document
    jobs: int | None = None  # `parallel_jobs` is how many there are
    waivers_file: str | None = None
    report_dir: Path = Path("cynod-report")
    verbose: bool = False

    @property
    def needed(self) -> tuple[str, ...]:
        """This command as messages call it, and the extras that it needs."""
        if self.listing:
            return "`cynod conform --list`", "conform", "sandbox"
        if self.use_sandbox:
            return "`cynod conform --sandbox`", "conform", "sandbox", *(["tls"] if self.tls else [])
        return "`cynod conform`", "conform"

    @property
    def risked_tier(self) -> Tier:
        """The most that may be risked: what was asked for, else what the target can take."""
        if self.tier is not None:
            return self.tier
        if not self.use_sandbox:
            return "write"
        return "destructive" if self.profile == "quick" else "load"

    @property
    def parallel_jobs(self) -> int:
        """How many operations are called at a time: as asked for, else several if the tier allows strain."""
        if self.jobs is not None:
            return self.jobs
        return STRAINED_JOBS if self.risked_tier in STRAINING_TIERS and not self.rate else 1

    @property
    def target_words(self) -> tuple[str, ...]:
        """The words of this command line that choose the target and what it is held against."""
        words = ["--sandbox"] if self.use_sandbox else [self.url or ""]
        words += ["--tls"] if self.tls else []
        for name in self.faults:
            words += ["--fault", name]
        for option, value in (("--config", self.config_file), ("--spec", self.spec)):
            words += [option, value] if value else []
        return (*words, *(["--allow-http"] if self.allow_http else []))

    def with_url(self) -> ConformOptions:
        """Takes the word behind ``--workflows`` for the URL when it is one: ``conform --workflows URL``."""
        if self.workflows and not self.url and self.workflows.startswith(("http://", "https://")):
            return replace(self, url=self.workflows, workflows="")
        return self

    def check(self) -> None:
        """Raises UsageError for options that say nothing together."""
        if bool(self.url) == self.use_sandbox:
            raise UsageError("give a URL, or --sandbox", "`cynod conform --help` shows examples")
        if self.faults and not self.use_sandbox:
            raise UsageError("--fault goes with --sandbox")
        if self.tls and not self.use_sandbox:
            raise UsageError("--tls goes with --sandbox", "a URL says itself whether it is https")
        if self.workflows is not None and (self.clauses or self.operations or self.replay):
            message = "--workflows chooses no clauses: it runs scenarios"
            raise UsageError(message, "leave the other choice out")
        if self.replay and not self.replay_from:
            raise UsageError("--replay needs --from report.json")
