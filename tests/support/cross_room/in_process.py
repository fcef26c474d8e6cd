"""A sandbox in the process of the tests, with or without a fault, and how the suite reaches it."""

from __future__ import annotations

import asyncio
import os
import shutil
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from cynod_conformance.base.common_options import READ_TIMEOUT_S
from cynod_conformance.config.settings import Config, read_config
from cynod_conformance.http.in_process import InProcessTransport
from cynod_conformance.http.target import WHOLE_TO_READ
from cynod_conformance.http.transport import Transport, TransportFactory
from cynod_conformance.webhooks.receiver import Receiver
from cynod_sandbox._generated.contract import Contract
from cynod_sandbox._generated.core import Application
from cynod_sandbox._generated.server import make_server
from cynod_sandbox._generated.serving import Server
from cynod_sandbox._generated.settings import Settings
from cynod_sandbox.app import settings_file
from cynod_sandbox.app.hook_points import deliveries
from cynod_sandbox.app.middleware import install_middleware
from cynod_sandbox.app.serving import agree, make
from cynod_sandbox.provisioning import seed as planted
from cynod_sandbox.provisioning.bootstrap import prepare_database
from cynod_sandbox.storage.database import Database
from cynod_sandbox.webhooks.sender import DeliveryOptions, Sender

URL = "http://127.0.0.1"  # of every server in this process: nothing listens there
CALLER = "127.0.0.1"
START_TIMEOUT_S = 30.0
# As `cynod conform --sandbox` has them.
_DELIVERIES = DeliveryOptions(allow_private=True, backoff=0.3, timeout=1.5)
_MEMORY = Path("/dev/shm")  # where there is one, databases are kept in memory


@dataclass(frozen=True)
class InProcess:
    """A running server: its configuration for the suite, and what carries requests to it."""

    config: Config
    transport: TransportFactory


@dataclass(frozen=True)
class SeededDatabase:
    """A database file that holds the seed, to be copied, and the seed with its secrets."""

    path: Path
    seed: planted.Seed

    @classmethod
    def create(cls, folder: Path) -> SeededDatabase:
        """Make one in *folder*: hashing its secrets takes most of a sandbox's start."""
        path = folder / "seed.db"
        database = Database(f"sqlite:///{path}")
        seed = prepare_database(database, Contract.load())
        database.close()
        assert seed is not None
        return cls(path, seed)


@cache
def _seeded() -> SeededDatabase:
    """The one that the sandboxes of this process begin with."""
    folder = in_memory_folder("cynod-seed-")
    _kept.append(folder)
    return SeededDatabase.create(Path(folder.name))


_kept: list[TemporaryDirectory[str]] = []


def in_memory_folder(prefix: str) -> TemporaryDirectory[str]:
    """A temporary folder, in memory where the system has one there."""
    return TemporaryDirectory(prefix=prefix, dir=_MEMORY if _MEMORY.is_dir() else None)


@contextmanager
def sandbox(
    *names: str,
    token_ttl: int = 3600,
    seeded: SeededDatabase | None = None,
    receiver: Receiver | None = None,
) -> Iterator[InProcess]:
    """A sandbox with the faults *names*, as ``cynod sandbox --fault NAME`` serves it.

    It begins with a copy of *seeded*, and sends webhooks if there is a *receiver*.
    """
    seeded = seeded or _seeded()
    with in_memory_folder("cynod-") as folder, ExitStack() as stack:
        copy = Path(folder) / "sandbox.db"
        shutil.copy(seeded.path, copy)
        settings, database = Settings(token_ttl=token_ttl), Database(f"sqlite:///{copy}")
        application = make(settings, database)
        _break(application, names)
        around = install_middleware(application, database, strict=False, done=None, added=lambda: [])
        started = threading.Event()
        server = make_server(application, around=around, ready=started.set)
        assert isinstance(server, Server)
        webhook = None if receiver is None else agree(database, None, receiver.url)
        written = Path(folder) / "cynod.toml"
        settings_file.write(
            written, base_url=URL, seed=replace(seeded.seed, webhook=webhook), token_ttl=token_ttl,
            max_body=application.contract.max_body, troubles={}, language="en",
        )  # fmt: skip
        if receiver is not None:
            sender = Sender(application.contract, database, _DELIVERIES, deliveries(application))
            stack.enter_context(sender.running())
        with _serving(server, started) as loop:

            def transport(url: str) -> Transport:
                read_s = READ_TIMEOUT_S
                return InProcessTransport(
                    url, loop, lambda: server.connected(CALLER), read_s=read_s, whole_s=WHOLE_TO_READ * read_s
                )

            yield InProcess(read_config(str(written)), transport)
        database.close()


def _break(application: Application, names: Sequence[str]) -> None:
    """Install the faults *names*; without any, none of the faults is imported."""
    if names:
        from cynod_conformance import faults

        known = faults.load()
        for name in names:
            known[name](application)


@contextmanager
def _serving(server: Server, started: threading.Event) -> Iterator[asyncio.AbstractEventLoop]:
    """The loop in which *server* answers, in a thread of its own."""
    loop = asyncio.new_event_loop()

    def serve() -> None:
        asyncio.set_event_loop(loop)
        try:
            loop.run_until_complete(server.serve(sockets=[]))
        finally:
            loop.close()

    thread = threading.Thread(target=serve, name=f"in-process-{os.getpid()}", daemon=True)
    thread.start()
    if not started.wait(START_TIMEOUT_S):
        raise TimeoutError("the server in this process did not start")
    try:
        yield loop
    finally:
        server.should_exit = True
        thread.join(START_TIMEOUT_S)
