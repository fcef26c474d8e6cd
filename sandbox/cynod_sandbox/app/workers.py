"""Several processes that answer on one socket, and the one that starts, restarts and stops them."""

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

_GRACE = 15  # seconds that workers have to finish what is under way
_PAUSE = 1.0  # seconds before the place of a worker that could not start is filled again

_log = logging.getLogger("cynod.sandbox.workers")
_spawn = multiprocessing.get_context("spawn")


def supervise(
    count: int, work: Work, options: Any, listener: socket.socket, ready: Callable[[], None]
) -> None:
    """Let *count* processes do ``work(options, listener, announce)`` until SIGINT or SIGTERM.

    *work* is a function of a module and calls *announce* once it answers; *ready* is called once all do.
    A worker that dies is replaced. All of them stop when this process does, however it ends. Raises
    SettingsError, with what it said, when one does not start at first.
    """
    told, tell = _spawn.Pipe(duplex=False)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: tell.send(None))
    crew = _Crew(work, options, listener)
    try:
        for _ in range(count):
            crew.add()
        if crew.all_answer(unless=told):
            ready()
            crew.watch(until=told)
    finally:
        crew.stop()


class _Crew:
    """The workers, each with the pipe by which it tells that it answers, or why it cannot."""

    def __init__(self, work: Work, options: Any, listener: socket.socket) -> None:
        self._job = (work, options, listener)
        self._workers: dict[BaseProcess, Connection] = {}
        # Nothing is sent through it: its end in the workers closes when this process is gone.
        self._lifeline, self._held = _spawn.Pipe(duplex=False)

    def add(self) -> None:
        """Start one more worker."""
        news, told = _spawn.Pipe(duplex=False)
        process = _spawn.Process(target=_main, args=(*self._job, told, self._lifeline), daemon=True)
        process.start()
        told.close()
        self._workers[process] = news

    def all_answer(self, unless: Connection) -> bool:
        """Wait until every worker answers; False when *unless* has something to say first."""
        silent = set(self._workers.values())
        while silent:
            heard = wait([unless, *silent])
            if unless in heard:
                return False
            for news in silent.intersection(heard):
                said = _said(news)
                if said is not None:
                    raise SettingsError(said)
                silent.discard(news)
        return True

    def watch(self, until: Connection) -> None:
        """Replace workers that die, until *until* has something to say."""
        while True:
            heard = wait([until, *(process.sentinel for process in self._workers)])
            if until in heard:
                return
            for process in [each for each in self._workers if each.sentinel in heard]:
                news = self._workers.pop(process)
                process.join()
                _log.warning(
                    "worker %s ended with %s: another takes its place", process.pid, process.exitcode
                )
                if _said(news) is not None:
                    time.sleep(_PAUSE)
                self.add()

    def stop(self) -> None:
        """Let every worker finish what is under way, and end those that take too long."""
        for process in self._workers:
            process.terminate()
        end = time.monotonic() + _GRACE
        for process in self._workers:
            process.join(max(0.0, end - time.monotonic()))
            if process.is_alive():
                process.kill()
                process.join()


def _said(news: Connection) -> str | None:
    """None when the worker answers, else why it does not."""
    try:
        said: str | None = news.recv()
    except EOFError:
        return "a worker ended before it answered"
    return said


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
    """Stop this worker when its supervisor is gone."""
    with suppress(EOFError, OSError):
        lifeline.recv()
    os.kill(os.getpid(), signal.SIGTERM)
