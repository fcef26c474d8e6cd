"""The file of a SQLite database: it holds secrets, so that only its owner may read it, whatever the umask."""

from __future__ import annotations

import errno
import logging
import os
import stat
import sys
from pathlib import Path

_MODE = 0o600
_OTHERS = 0o077  # what a mode grants to the group and to everyone
_BESIDE = ("-wal", "-shm", "-journal")  # SQLite makes them with the mode of the database

_log = logging.getLogger("cynod.sandbox.storage")


def make_private(path: Path) -> None:
    """Make the file *path* where there is none; let nobody but its owner read or write it.

    A database of before loses what others may do with it and with what SQLite keeps beside it, with a line
    in the log. Raises OSError, whose text says why, where the file cannot be made or others can read it and
    that cannot be changed.
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
        for each in (path, *(path.with_name(path.name + suffix) for suffix in _BESIDE)):
            _tighten(each)


def _make(path: Path) -> None:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, _MODE)
    try:
        if sys.platform != "win32":
            os.fchmod(descriptor, _MODE)  # the umask may have taken more away
    finally:
        os.close(descriptor)


def _tighten(path: Path) -> None:
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        if not mode & _OTHERS:
            return
        path.chmod(mode & ~_OTHERS)
    except FileNotFoundError:  # SQLite removes what stands beside a database when it closes it
        return
    except PermissionError:
        raise PermissionError(
            errno.EPERM, f"{path} has the mode {mode:04o}: only its owner can take it from others"
        ) from None
    _log.warning("others could read %s (mode %04o): only its owner can from here on", path, mode)
