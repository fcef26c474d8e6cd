"""One trial: the suite judges a sandbox with one module changed, in a process that ends with the trial."""

from __future__ import annotations

import importlib
import json
import os
import pickle
import sys
import traceback
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Literal

import coverage

from cynod_conformance.experiment.scope import Profile, Scope
from cynod_conformance.results.recorder import ResultRecorder
from cynod_conformance.runner import run as suite
from cynod_conformance.runner.options import RunOptions
from cynod_conformance.webhooks.receiver import receiving
from cynod_spec.base.errors import CynodError
from cynod_spec.model import Contract
from mutation.loading import substitute

Ending = Literal["killed", "survived", "undecided", "refused", "crashed", "timeout", "unreached"]
SANDBOX = "cynod_sandbox"
_SEEDED = "seeded.pickle"
LINES = "lines.json"
_SERVER = "cross_room.in_process"  # imported by a trial only, because it imports the sandbox


@dataclass(frozen=True)
class Stage:
    """How much the suite tries: *limit_s* seconds end a trial that has not ended."""

    name: str
    profile: Profile
    token_ttl_s: int
    limit_s: float
    complete: bool  # with the engine, the ledger and webhooks


QUICK = Stage("quick", "quick", token_ttl_s=3600, limit_s=900, complete=False)
FULL = Stage("full", "full", token_ttl_s=10, limit_s=1800, complete=True)


@dataclass(frozen=True)
class Trial:
    """How a trial ended.

    ``killed``: the *clauses* failed. ``survived``: the verdict was conformant. ``undecided``: neither, the
    *clauses* were left open. ``refused``: the suite found nothing to judge. ``crashed``: the sandbox did not
    start. ``timeout``: no failure within the limit. ``unreached``: not tried, because nothing that the
    suite sends runs the line.
    """

    ending: Ending
    stage: str
    clauses: tuple[str, ...] = ()
    detail: str = ""
    seconds: float = 0.0


@dataclass(frozen=True)
class Change:
    """Another source for a module of the sandbox."""

    module: str
    source: str


@dataclass(frozen=True)
class Workshop:
    """What trials share: the contract, and a folder with a seeded database."""

    contract: Contract
    folder: Path


def prepare(conn: Connection, folder: Path) -> None:
    """Make the seeded database in *folder*, and tell which modules were imported for that."""
    server = importlib.import_module(_SERVER)
    seeded = server.SeededDatabase.create(folder)
    (folder / _SEEDED).write_bytes(pickle.dumps(seeded))
    conn.send(sorted(sys.modules))


def judge(conn: Connection, workshop: Workshop, stage: Stage, change: Change | None) -> None:
    """Judge the sandbox with *change*; tells *conn* of each failure and, last, the ``Trial``."""
    _quiet(workshop.folder)
    if change is not None:
        substitute(change.module, change.source)
    conn.send(_tried(conn, workshop, stage))


def trace(conn: Connection, workshop: Workshop, stage: Stage, _: Change | None) -> None:
    """As ``judge`` without a change; writes which lines of the sandbox ran to the file ``LINES``."""
    _quiet(workshop.folder)
    measured = coverage.Coverage(data_file=None, config_file=False, source_pkgs=[SANDBOX])
    measured.start()
    trial = _tried(conn, workshop, stage)
    measured.stop()
    data = measured.get_data()
    lines = {file: sorted(data.lines(file) or ()) for file in data.measured_files()}
    (workshop.folder / LINES).write_text(json.dumps(lines), encoding="utf-8")
    conn.send(trial)


def _tried(conn: Connection, workshop: Workshop, stage: Stage) -> Trial:
    try:
        server = importlib.import_module(_SERVER)
        seeded = pickle.loads((workshop.folder / _SEEDED).read_bytes())
    except Exception:  # noqa: BLE001 - whatever a mutant raises when it is imported
        return Trial("crashed", stage.name, detail=_last_line())
    with ExitStack() as stack:
        receiver = stack.enter_context(receiving("127.0.0.1:0")) if stage.complete else None
        try:
            started = stack.enter_context(
                server.sandbox(token_ttl=stage.token_ttl_s, seeded=seeded, receiver=receiver)
            )
        except Exception:  # noqa: BLE001 - likewise when it starts
            return Trial("crashed", stage.name, detail=_last_line())
        return _judged(conn, workshop.contract, stage, started, receiver)


def _judged(conn: Connection, contract: Contract, stage: Stage, server: Any, receiver: Any) -> Trial:
    failed: list[str] = []

    class Recorder(ResultRecorder):
        """Tells of each failure at once."""

        def failed(self, clause: str, *given: Any) -> None:
            failed.append(clause)
            conn.send(clause)
            super().failed(clause, *given)

    suite.ResultRecorder = Recorder  # type: ignore[misc]  # in this process, which ends with the run

    def progress(text: str) -> None:
        if failed:
            raise KeyboardInterrupt  # the suite ends as if somebody had stopped it

    scope = Scope(profile=stage.profile, tier="load")
    options = RunOptions(scope=scope, no_engine=not stage.complete, no_cache=True, fail_on="should")
    try:
        run = suite.conform(contract, server.config, options, progress, receiver, server.transport)
    except CynodError as error:
        return Trial("refused", stage.name, detail=str(error))
    broken = [result.clause.id for result in run.results if result.status == "failed"]
    if broken:
        return Trial("killed", stage.name, tuple(broken))
    if run.verdict.name == "conformant":
        return Trial("survived", stage.name)
    why = "; ".join(
        f"{r.clause.id}: {r.reason.en}" for r in run.results if r.clause.id in run.verdict.because
    )
    return Trial("undecided", stage.name, tuple(run.verdict.because), f"{why}{run.detail}")


def _quiet(folder: Path) -> None:
    """Send what this process prints, and its children, to a file."""
    out = os.open(folder / f"{os.getpid()}.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    for stream in (1, 2):
        os.dup2(out, stream)
    os.close(out)


def _last_line() -> str:
    lines: Sequence[str] = traceback.format_exc().strip().splitlines()
    return lines[-1]
