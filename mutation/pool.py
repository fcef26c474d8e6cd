"""Trials side by side: each in a child that is forked from this process, with a limit of time."""

from __future__ import annotations

import gc
import importlib
import multiprocessing
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkProcess
from pathlib import Path

from cynod_conformance.experiment import registry
from cynod_spec import load_contract
from mutation.mutants import Mutant
from mutation.reach import Reached
from mutation.trial import (
    FULL,
    LINES,
    QUICK,
    SANDBOX,
    Change,
    Stage,
    Trial,
    Workshop,
    judge,
    prepare,
    trace,
)

_AFTER_FAILURE_S = 20.0  # that the suite may take to end in good order once a clause has failed
_TICK_S = 1.0  # between two looks at the clock
_FORK = multiprocessing.get_context("fork")
_MEMORY = Path("/dev/shm")  # where there is one, databases are kept in memory
_NOT_PRELOADED = (SANDBOX, "cross_room", "mutation", "__main__", "cynod_conformance.faults")


@dataclass
class _Running:
    """A child at its trial."""

    mutant: Mutant | None
    stage: Stage
    process: ForkProcess
    began: float
    deadline: float
    failed: list[str] = field(default_factory=list)

    def ended(self, trial: Trial) -> Trial:
        return replace(trial, seconds=round(time.monotonic() - self.began, 1))


@contextmanager
def workshop() -> Iterator[Workshop]:
    """What trials need, with everything imported that they share; no thread runs in this process."""
    folder = _MEMORY if _MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(prefix="cynod-mutation-", dir=folder) as name:
        registry.load()
        contract = load_contract()
        for module in _imported_by_a_start(Path(name)):
            with suppress(ImportError):  # some are made by others, and cannot be imported by their names
                importlib.import_module(module)
        assert threading.active_count() == 1
        assert not any(module.startswith(SANDBOX) for module in sys.modules)
        gc.freeze()  # what is shared stays shared: collections leave it alone
        yield Workshop(contract, Path(name))


def _imported_by_a_start(folder: Path) -> list[str]:
    """Prepare *folder*; gives the modules outside of the sandbox that this took."""
    receiving, sending = _FORK.Pipe(duplex=False)
    process = _FORK.Process(target=prepare, args=(sending, folder))
    process.start()
    sending.close()
    names: list[str] = receiving.recv()
    process.join()
    return [name for name in names if not name.startswith(_NOT_PRELOADED)]


def try_all(
    shop: Workshop, mutants: Iterable[Mutant], jobs: int, begun: Callable[[Mutant, Stage], None]
) -> Iterator[tuple[Mutant, Trial]]:
    """How each of *mutants* ended, in no order, *jobs* at a time; *begun* is told of each trial.

    The full stage is for those that the quick one does not see.
    """
    waiting = deque((mutant, QUICK) for mutant in mutants)
    running: dict[Connection, _Running] = {}
    try:
        while waiting or running:
            while waiting and len(running) < jobs:
                mutant, stage = waiting.popleft()
                begun(mutant, stage)
                connection, child = _start(shop, mutant, stage)
                running[connection] = child
            for child, trial in _ended(running):
                assert child.mutant is not None
                if child.stage is QUICK and trial.ending in ("survived", "undecided"):
                    waiting.appendleft((child.mutant, FULL))
                else:
                    yield child.mutant, trial
    finally:
        for child in running.values():
            _kill(child)


def traced(shop: Workshop, stage: Stage) -> tuple[Trial, Reached]:
    """How the trial of the sandbox as it is ends in *stage*, and the lines of it that ran meanwhile."""
    connection, child = _start(shop, None, stage, trace)
    running = {connection: child}
    while True:
        for _, trial in _ended(running):
            return trial, Reached.read(shop.folder / LINES)


def _start(
    shop: Workshop, mutant: Mutant | None, stage: Stage, work: Callable[..., None] = judge
) -> tuple[Connection, _Running]:
    receiving, sending = _FORK.Pipe(duplex=False)
    change = None if mutant is None else Change(mutant.module.name, mutant.source)
    process = _FORK.Process(target=work, args=(sending, shop, stage, change))
    process.start()
    sending.close()  # the end of the child is then the end of the pipe
    now = time.monotonic()
    return receiving, _Running(mutant, stage, process, now, now + stage.limit_s)


def _ended(running: dict[Connection, _Running]) -> Iterator[tuple[_Running, Trial]]:
    """Wait a moment; gives, and takes out of *running*, the children whose trials have ended."""
    for connection in wait(list(running), _TICK_S):
        assert isinstance(connection, Connection)
        child = running[connection]
        trial = _heard(connection, child)
        if trial is not None:
            _end(running, connection)
            yield child, child.ended(trial)
    for connection, child in list(running.items()):
        if time.monotonic() > child.deadline:
            _end(running, connection)
            ending = Trial("killed" if child.failed else "timeout", child.stage.name, tuple(child.failed))
            yield child, child.ended(ending)


def _heard(connection: Connection, child: _Running) -> Trial | None:
    """What *child* told: its trial, or None for a clause that failed, after which it ends soon."""
    try:
        told = connection.recv()
    except EOFError:
        return Trial(
            "killed" if child.failed else "crashed", child.stage.name, tuple(child.failed), "ended early"
        )
    if isinstance(told, Trial):
        return told
    if told not in child.failed:
        child.failed.append(told)
    child.deadline = min(child.deadline, time.monotonic() + _AFTER_FAILURE_S)
    return None


def _end(running: dict[Connection, _Running], connection: Connection) -> None:
    child = running.pop(connection)
    connection.close()
    child.process.join(_TICK_S)
    _kill(child)


def _kill(child: _Running) -> None:
    child.process.kill()
    child.process.join()
