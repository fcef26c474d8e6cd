"""File permissions of a SQLite database: it holds secrets, so only its owner may read it."""

from __future__ import annotations

import errno
import logging
import os
import stat
import sys
from pathlib import Path

_OWNER_ONLY = 0o600
_OTHERS = 0o077  # the bits of group and others
_COMPANION_SUFFIXES = ("-wal", "-shm", "-journal")  # SQLite creates them with the mode of the database

_log = logging.getLogger("cynod.sandbox.storage")


def make_private(path: Path) -> None:
    """Create the file *path* if there is none; only its owner can read and write it.

    From an existing database, and from the files that SQLite keeps beside it, the permissions of others are
    removed, with a line in the log. Raises OSError, whose text says why, when the file cannot be created or
    its permissions cannot be changed.
    """
    path = Path(os.path.realpath(path))
    try:
        status = path.stat()
    except FileNotFoundError:
        if not path.parent.is_dir():
            raise FileNotFoundError(errno.ENOENT, f"no such folder: {path.parent}") from None
        _make(path)
        return
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "it is no regular file")
    if sys.platform != "win32":
        for each in (path, *(path.with_name(path.name + suffix) for suffix in _COMPANION_SUFFIXES)):
            _tighten(each)


def _make(path: Path) -> None:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, _OWNER_ONLY)
    try:
        if sys.platform != "win32":
            os.fchmod(descriptor, _OWNER_ONLY)  # the umask may have removed more
    finally:
        os.close(descriptor)


def _tighten(path: Path) -> None:
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        if not mode & _OTHERS:
            return
        path.chmod(mode & ~_OTHERS)
    except FileNotFoundError:  # SQLite deletes these files when it closes a database
        return
    except PermissionError:
        raise PermissionError(
            errno.EPERM, f"{path} has the mode {mode:04o}: only its owner can take it from others"
        ) from None
    _log.warning("others could read %s (mode %04o): only its owner can from here on", path, mode)
