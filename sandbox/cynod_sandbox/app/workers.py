"""Worker processes on one listening socket; the supervisor that starts, replaces and stops them."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any

from .._generated.settings import SettingsError

Work = Callable[[Any, socket.socket, Callable[[], None]], None]

_GRACE_S = 15  # for workers to finish the requests in progress
_RESTART_PAUSE_S = 1.0  # before a worker that could not start is replaced

_log = logging.getLogger("cynod.sandbox.workers")
_spawn = multiprocessing.get_context("spawn")


def supervise(
    count: int, work: Work, options: Any, listener: socket.socket, ready: Callable[[], None]
) -> None:
    """Run ``work(options, listener, announce)`` in *count* processes until SIGINT or SIGTERM.

    *work* must be a module-level function; it calls *announce* once it answers. *ready* is called once all of
    them do. A worker that dies is replaced. All stop with this process, however it ends. Raises
    SettingsError, with the worker's message, when one of the first workers cannot start.
    """
    told, tell = _spawn.Pipe(duplex=False)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: tell.send(None))
    pool = _WorkerPool(work, options, listener)
    try:
        for _ in range(count):
            pool.add()
        if pool.all_ready(unless=told):
            ready()
            pool.watch(until=told)
    finally:
        pool.stop()


class _WorkerPool:
    """The workers, each with the pipe on which it reports that it answers, or why it cannot."""

    def __init__(self, work: Work, options: Any, listener: socket.socket) -> None:
        self._job = (work, options, listener)
        self._workers: dict[BaseProcess, Connection] = {}
        # Nothing is sent through it: workers see its end close when this process is gone.
        self._lifeline, self._held = _spawn.Pipe(duplex=False)

    def add(self) -> None:
        """Start a worker."""
        reports, told = _spawn.Pipe(duplex=False)
        process = _spawn.Process(target=_main, args=(*self._job, told, self._lifeline), daemon=True)
        process.start()
        told.close()
        self._workers[process] = reports

    def all_ready(self, unless: Connection) -> bool:
        """Wait until every worker answers; False when *unless* receives something first."""
        silent = set(self._workers.values())
        while silent:
            heard = wait([unless, *silent])
            if unless in heard:
                return False
            for reports in silent.intersection(heard):
                failure = _failure(reports)
                if failure is not None:
                    raise SettingsError(failure)
                silent.discard(reports)
        return True

    def watch(self, until: Connection) -> None:
        """Replace workers that die, until *until* receives something."""
        while True:
            heard = wait([until, *(process.sentinel for process in self._workers)])
            if until in heard:
                return
            for process in [each for each in self._workers if each.sentinel in heard]:
                reports = self._workers.pop(process)
                process.join()
                _log.warning(
                    "worker %s ended with %s: another takes its place", process.pid, process.exitcode
                )
                if _failure(reports) is not None:
                    time.sleep(_RESTART_PAUSE_S)
                self.add()

    def stop(self) -> None:
        """Ask every worker to finish its requests, and kill those that take longer than ``_GRACE_S``."""
        for process in self._workers:
            process.terminate()
        end = time.monotonic() + _GRACE_S
        for process in self._workers:
            process.join(max(0.0, end - time.monotonic()))
            if process.is_alive():
                process.kill()
                process.join()


def _failure(reports: Connection) -> str | None:
    """None when the worker reports that it answers, else why it does not."""
    try:
        failure: str | None = reports.recv()
    except EOFError:
        return "a worker ended before it answered"
    return failure


def _main(work: Work, options: Any, listener: socket.socket, told: Connection, lifeline: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the supervisor says when to stop
    threading.Thread(target=_follow, args=(lifeline,), daemon=True).start()
    try:
        work(options, listener, lambda: told.send(None))
    except SettingsError as error:
        told.send(str(error))
    except Exception:  # noqa: BLE001 - multiprocessing would print it as it is, text of callers included
        _log.critical("worker %s ends", os.getpid(), exc_info=True)
        sys.exit(1)


def _follow(lifeline: Connection) -> None:
    """Stop this worker when its supervisor has ended."""
    with suppress(EOFError, OSError):
        lifeline.recv()
    os.kill(os.getpid(), signal.SIGTERM)
