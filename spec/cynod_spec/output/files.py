"""Files that commands write: a regular file is replaced as a whole or not at all, nothing else is replaced.

A path is followed to what it means, as a shell's ``>`` follows it. A symbolic link stays a link: its target
is written. A character device, a pipe, ``/dev/stdout``, ``/dev/fd/N`` and ``-`` (standard output) are
written to. Refused are folders, block devices, sockets, links that lead nowhere, and, in a folder where
everyone may create files (sticky, such as ``/tmp``), links, files and pipes that belong to somebody else.

Every function raises UsageError, one readable line, when *path* cannot be written.
"""

from __future__ import annotations

import errno
import os
import re
import secrets
import select
import stat
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import click

from cynod_spec.base.errors import UsageError

STANDARD_OUTPUT = Path("-")
MAX_LINKS = 40  # symbolic links followed from one path, as in Linux
READER_TIMEOUT_S = 10.0  # seconds that a pipe is waited for until somebody reads it
_READER_POLL_S = 0.05
_PRIVATE_MODE = 0o600
_DESCRIPTORS = re.compile(r"/proc/(\d+)(?:/task/\d+)?/fd|/dev/fd")
_NOT_REPLACEABLE = frozenset(
    (errno.EACCES, errno.EPERM, errno.EROFS, errno.EBUSY, errno.EXDEV)
)  # a file that may be written where it is: in a folder of somebody else, or mounted by itself
_HINT = "name another file"
_FOLDER_HINT = "name another folder"


@dataclass(frozen=True, slots=True)
class _Target:
    """What a path means. ``descriptor``: one of this process; ``status``: None where there is nothing yet."""

    path: Path
    status: os.stat_result | None = None
    descriptor: int | None = None

    @property
    def is_file(self) -> bool:
        """Whether it is a regular file, or will be one."""
        return self.descriptor is None and (self.status is None or stat.S_ISREG(self.status.st_mode))


def write_text(path: Path, content: str, *, private: bool = False) -> None:
    """Write *content*, in UTF-8, to what *path* means; see ``write_bytes``."""
    write_bytes(path, content.encode("utf-8"), private=private)


def write_bytes(path: Path, content: bytes, *, private: bool = False) -> None:
    """Write *content* to what *path* means. *private*: a regular file is readable by its owner only.

    A regular file is replaced in one step and keeps its mode and, where that is allowed, its owner; at any
    moment it holds its earlier content or the new one. Where its folder allows no replacement, it is
    overwritten in place. Waits ``READER_TIMEOUT_S`` for the reader of a named pipe.
    """
    if path == STANDARD_OUTPUT:
        click.echo(content, nl=False)
        return
    with _refusals(path):
        target = _target(path)
        if target.is_file:
            _write_file(target, content, private=private)
        elif target.descriptor is not None:
            sys.stdout.flush()
            sys.stderr.flush()
            _send(target.descriptor, content)
        else:
            _write_stream(target.path, content)


def check(path: Path) -> None:
    """Refuse, before long work begins, a *path* that cannot be written. Nothing is changed."""
    if path == STANDARD_OUTPUT:
        return
    with _refusals(path):
        target = _target(path)
        if target.descriptor is not None:
            os.write(target.descriptor, b"")
        elif not target.is_file:
            if not os.access(target.path, os.W_OK):
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        else:
            _try_out(target)


def make_folder(folder: Path) -> None:
    """Make *folder* and those above it, where they are not there."""
    with _refusals(folder, _FOLDER_HINT):
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except FileExistsError:
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR)) from None


def check_folder(folder: Path) -> None:
    """Refuse a *folder* in which no file can be made, or that cannot be made itself. Nothing is changed."""
    with _refusals(folder, _FOLDER_HINT):
        nearest = folder.absolute()
        while not os.path.lexists(nearest):
            nearest = nearest.parent
        if not nearest.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
        _Draft(nearest, private=True).drop()


def replace(path: Path, content: bytes, *, private: bool = False) -> None:
    """Make the regular file *path*, or put it in the place of the one that is there, in one step.

    A mode and an owner that the file has are kept, except that a *private* one loses what others may do.
    Raises OSError, as the only function here, and follows no link.
    """
    try:
        status = os.lstat(path)
    except FileNotFoundError:
        status = None
    earlier = status if status is not None and stat.S_ISREG(status.st_mode) else None
    draft = _Draft(path.parent, private=private)
    try:
        draft.fill(content, earlier, private=private)
        os.replace(draft.path, path)
    except BaseException:
        draft.drop()
        raise
    _sync_folder(path.parent)


class _Draft:
    """A new file in *folder*, to be given its final name when it is whole."""

    def __init__(self, folder: Path, *, private: bool) -> None:
        self.path = folder / f".cynod-{secrets.token_hex(8)}"
        flags = (
            os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
        )
        self._descriptor = os.open(self.path, flags, _PRIVATE_MODE if private else 0o666)
        self._is_open = True

    def fill(self, content: bytes, status: os.stat_result | None, *, private: bool) -> None:
        """Write *content* to disk; owner and mode are those of *status*, where there was a file."""
        if sys.platform != "win32":
            if status is not None and (status.st_uid, status.st_gid) != (os.geteuid(), os.getegid()):
                with suppress(PermissionError):
                    os.fchown(self._descriptor, status.st_uid, status.st_gid)
            if private:
                os.fchmod(self._descriptor, _PRIVATE_MODE)
            elif status is not None:
                os.fchmod(self._descriptor, stat.S_IMODE(status.st_mode))
        _send(self._descriptor, content)
        os.fsync(self._descriptor)
        self._close()

    def drop(self) -> None:
        """Remove it."""
        self._close()
        self.path.unlink(missing_ok=True)

    def _close(self) -> None:
        if self._is_open:
            self._is_open = False
            os.close(self._descriptor)


def _target(path: Path) -> _Target:
    """What *path* means, its links followed. Raises OSError, or UsageError for what is never written."""
    end, followed = _followed(path.absolute())
    if isinstance(end, int):
        return _Target(path, descriptor=end)
    try:
        status = os.stat(end)
    except FileNotFoundError:
        if followed:
            raise UsageError(
                f"cannot write {path}: the link leads to {end}, which is not there", _HINT
            ) from None
        if not end.parent.is_dir():
            raise UsageError(f"cannot write {path}: no such folder", _HINT) from None
        return _Target(end)
    _check_kind(path, status.st_mode)
    if stat.S_ISREG(status.st_mode) or stat.S_ISFIFO(status.st_mode):
        _check_owner(path, status, end.parent)
    return _Target(end, status)


def _followed(path: Path) -> tuple[Path | int, bool]:
    """Where the links of *path* end, or which descriptor of this process they mean; whether it has any."""
    for passed in range(MAX_LINKS):
        folder = Path(os.path.realpath(path.parent))
        place = folder / path.name
        descriptors = _DESCRIPTORS.fullmatch(folder.as_posix())
        if descriptors is not None and path.name.isascii() and path.name.isdigit():
            of_this_process = descriptors[1] in (None, str(os.getpid()))
            return (int(path.name) if of_this_process else place), False
        try:
            status = os.lstat(place)
        except FileNotFoundError:
            return place, passed > 0
        if not stat.S_ISLNK(status.st_mode):
            return place, passed > 0
        _check_owner(path, status, folder)
        path = folder / os.readlink(place)
    raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))


def _check_kind(path: Path, mode: int) -> None:
    """Refuse what no content can be written to without harm."""
    for is_kind, name in (
        (stat.S_ISDIR, "a folder"),
        (stat.S_ISBLK, "a block device"),
        (stat.S_ISSOCK, "a socket"),
    ):
        if is_kind(mode):
            raise UsageError(f"cannot write {path}: it is {name}", _HINT)


def _check_owner(path: Path, status: os.stat_result, folder: Path) -> None:
    """Refuse what somebody else has put into a *folder* where everyone may, as Linux does for links."""
    if sys.platform == "win32":
        return
    shared = os.stat(folder)
    open_to_all = shared.st_mode & stat.S_ISVTX and shared.st_mode & stat.S_IWOTH
    if open_to_all and status.st_uid not in (os.geteuid(), shared.st_uid):
        raise UsageError(
            f"cannot write {path}: it belongs to another user, in a folder where everyone may create files",
            _HINT,
        )


def _write_file(target: _Target, content: bytes, *, private: bool) -> None:
    try:
        replace(target.path, content, private=private)
    except OSError as error:
        if target.status is None or error.errno not in _NOT_REPLACEABLE:
            raise
        _overwrite(target.path, content, private=private)


def _overwrite(path: Path, content: bytes, *, private: bool) -> None:
    descriptor = os.open(path, os.O_WRONLY | getattr(os, "O_BINARY", 0))
    try:
        if private and sys.platform != "win32" and stat.S_IMODE(os.fstat(descriptor).st_mode) & 0o077:
            os.fchmod(descriptor, _PRIVATE_MODE)
        os.ftruncate(descriptor, 0)
        _send(descriptor, content)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _write_stream(path: Path, content: bytes) -> None:
    descriptor = _open_stream(path)
    try:
        _send(descriptor, content)
    finally:
        os.close(descriptor)


def _open_stream(path: Path) -> int:
    """A character device or a pipe, opened; a pipe that nobody reads is waited for, within a bound."""
    flags = os.O_WRONLY | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_NONBLOCK", 0)
    end = time.monotonic() + READER_TIMEOUT_S
    while True:
        try:
            descriptor = os.open(path, flags)
        except OSError as error:
            if error.errno != errno.ENXIO:
                raise
            if time.monotonic() >= end:
                raise UsageError(f"cannot write {path}: nobody reads it", "start its reader first") from None
            time.sleep(_READER_POLL_S)
        else:
            os.set_blocking(descriptor, True)
            return descriptor


def _send(descriptor: int, content: bytes) -> None:
    """Write all of *content*; a *descriptor* that does not block is waited for."""
    left = memoryview(content)
    while left:
        try:
            left = left[os.write(descriptor, left) :]
        except BlockingIOError:
            select.select([], [descriptor], [])


def _try_out(target: _Target) -> None:
    """Find out whether a regular file can be replaced, or at least overwritten."""
    try:
        _Draft(target.path.parent, private=True).drop()
    except OSError as error:
        if target.status is None or error.errno not in _NOT_REPLACEABLE:
            raise
        os.close(os.open(target.path, os.O_WRONLY))


def _sync_folder(folder: Path) -> None:
    """Let the new name outlive a loss of power, where a folder can be synchronised."""
    if sys.platform == "win32":
        return
    with suppress(OSError):  # the content is whole either way
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


@contextmanager
def _refusals(path: Path, hint: str = _HINT) -> Iterator[None]:
    """Every OSError becomes one line for the user; only a reader that has left stays what it is."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror or error}", hint) from None
