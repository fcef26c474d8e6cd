"""A real PostgreSQL server for the time of some tests, from Debian's package, reached by a socket file."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cross_room.waiting import wait_until

USER = "cynod"
READY = 30.0  # seconds to start
# Nothing here must survive a power cut: what is looked at is what a client and a killed client see.
FAST = ("fsync=off", "full_page_writes=off", "synchronous_commit=off")


@dataclass(frozen=True)
class Server:
    """A running server: its folder holds the socket, *programs* are the package's."""

    folder: Path
    programs: Path

    def url(self, database: str) -> str:
        """The URL of one of its databases."""
        return f"postgresql://{USER}@/{database}?host={self.folder}"

    def new(self) -> str:
        """The URL of a new, empty database."""
        name = f"cynod_{uuid.uuid4().hex[:12]}"
        subprocess.run(
            [self.programs / "createdb", "-h", self.folder, "-U", USER, name], check=True, timeout=30
        )
        return self.url(name)


def programs() -> Path | None:
    """The folder of the newest installed server's programs, or None."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    return max(found, key=lambda path: int(path.parent.name), default=None)


@contextmanager
def running(programs: Path) -> Iterator[Server]:
    """A new server while inside, run by a user other than root, which PostgreSQL refuses to serve."""
    folder = Path(tempfile.mkdtemp(prefix="cynod-pg-"))
    data, log = folder / "data", folder / "log"
    as_user: dict[str, Any] = {}
    if os.geteuid() == 0:
        owner = _unprivileged()
        os.chown(folder, owner.pw_uid, owner.pw_gid)
        as_user = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
    as_user["cwd"] = folder
    init: list[str | Path] = [
        programs / "initdb",
        "-D",
        data,
        "-U",
        USER,
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C",
        "--no-sync",
    ]
    subprocess.run(init, check=True, stdout=subprocess.DEVNULL, timeout=60, **as_user)
    settings = ("listen_addresses=", f"unix_socket_directories={folder}", *FAST)
    options = [word for setting in settings for word in ("-c", setting)]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [programs / "postgres", "-D", data, *options], stdout=output, stderr=output, **as_user
        )
    try:
        _await(process, programs, folder)
        yield Server(folder, programs)
    finally:
        process.send_signal(2)  # its fast shutdown: clients are cut off
        process.wait(READY)
        shutil.rmtree(folder, ignore_errors=True)


def _unprivileged() -> pwd.struct_passwd:
    """The package's own user, else the one that owns nothing."""
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise RuntimeError("there is neither a user postgres nor nobody to run PostgreSQL")


def _await(process: subprocess.Popen[bytes], programs: Path, folder: Path) -> None:
    asked: list[str | Path] = [programs / "pg_isready", "-q", "-h", folder]

    def is_ready() -> bool:
        if process.poll() is not None:
            raise RuntimeError((folder / "log").read_text(errors="replace")[-2000:])
        return subprocess.run(asked, timeout=10).returncode == 0

    wait_until(is_ready, "PostgreSQL answers", timeout_s=READY, pause_s=0.1)
