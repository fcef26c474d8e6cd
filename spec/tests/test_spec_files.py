"""Files that commands write: regular files whole or not at all, links and devices never replaced."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cynod_spec.base.errors import UsageError
from cynod_spec.output import files

CONTENT = "première ligne\n" * 50_000
NOBODY = 65_534
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="devices, links and modes are those of POSIX")
IS_ROOT = os.name == "posix" and os.geteuid() == 0  # only root gives files away, and makes devices


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A folder in which no draft is left behind."""
    yield tmp_path
    assert not list(tmp_path.rglob(".cynod-*"))


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o777])
def test_a_private_file_is_readable_by_its_owner_only(folder: Path, umask: int) -> None:
    path = folder / "cynod.toml"
    earlier = os.umask(umask)
    try:
        files.write_text(path, CONTENT, private=True)
        (folder / "open").touch()
        (folder / "open").chmod(0o644)
        files.write_text(folder / "open", CONTENT, private=True)
    finally:
        os.umask(earlier)
    assert mode(path) == mode(folder / "open") == 0o600
    assert path.read_text(encoding="utf-8") == CONTENT


def test_a_new_file_has_the_mode_that_the_umask_leaves(folder: Path) -> None:
    earlier = os.umask(0o027)
    try:
        files.write_text(folder / "new", CONTENT)
    finally:
        os.umask(earlier)
    assert mode(folder / "new") == 0o640


def test_a_file_that_is_replaced_keeps_its_mode(folder: Path) -> None:
    path = folder / "script.sh"
    path.write_text("old", encoding="utf-8")
    path.chmod(0o751)
    files.write_text(path, CONTENT)
    assert mode(path) == 0o751
    assert path.read_text(encoding="utf-8") == CONTENT


def test_a_file_that_is_replaced_keeps_its_owner(folder: Path) -> None:
    path = folder / "theirs"
    path.touch()
    if IS_ROOT:
        os.chown(path, NOBODY, NOBODY)
    before = path.stat()
    files.write_text(path, CONTENT, private=True)
    after = path.stat()
    assert (after.st_uid, after.st_gid, mode(path)) == (before.st_uid, before.st_gid, 0o600)


@pytest.mark.parametrize("chain", [1, 3, files.MAX_LINKS - 1])
@pytest.mark.parametrize("absolute", [True, False])
def test_a_link_stays_a_link_and_its_target_is_written(folder: Path, chain: int, absolute: bool) -> None:
    (folder / "below").mkdir()
    target = folder / "below" / "real.toml"
    target.write_text("old", encoding="utf-8")
    earlier = target
    for number in range(chain):
        link = folder / f"link{number}"
        link.symlink_to(earlier if absolute else os.path.relpath(earlier, folder))
        earlier = link
    files.check(earlier)
    files.write_text(earlier, CONTENT)
    assert earlier.is_symlink()
    assert not target.is_symlink()
    assert target.read_text(encoding="utf-8") == CONTENT


def test_a_link_in_a_folder_that_is_reached_by_a_link_is_read_from_its_real_place(folder: Path) -> None:
    (folder / "a" / "b").mkdir(parents=True)
    (folder / "a" / "real").touch()
    (folder / "a" / "b" / "link").symlink_to("../real")
    (folder / "short").symlink_to("a/b")
    files.write_text(folder / "short" / "link", CONTENT)
    assert (folder / "a" / "real").read_text(encoding="utf-8") == CONTENT
    assert not (folder / "real").exists()


def broken(folder: Path) -> dict[str, tuple[Path, str]]:
    """What is refused: its path, and a part of the line that says why."""
    (folder / "dangling").symlink_to("nowhere")
    (folder / "loop").symlink_to("loop")
    (folder / "file").touch()
    (folder / "to-folder").symlink_to(folder)
    return {
        "dangling link": (folder / "dangling", "is not there"),
        "link to itself": (folder / "loop", "symbolic links"),
        "folder": (folder, "it is a folder"),
        "link to a folder": (folder / "to-folder", "it is a folder"),
        "no such folder": (folder / "none" / "x", "no such folder"),
        "below a file": (folder / "file" / "x", "Not a directory"),
        "no files are made there": (Path("/proc/cynod"), "cannot write /proc/cynod"),
        "name too long": (folder / ("x" * 300), "File name too long"),
        "closed descriptor": (Path("/dev/fd/999"), "Bad file descriptor"),
    }


@pytest.mark.parametrize(
    "kind",
    [
        "dangling link",
        "link to itself",
        "folder",
        "link to a folder",
        "no such folder",
        "below a file",
        "no files are made there",
        "name too long",
        "closed descriptor",
    ],
)
@pytest.mark.parametrize("call", [files.check, lambda path: files.write_text(path, "x")])
def test_what_cannot_be_written_is_refused_in_one_line(
    folder: Path, kind: str, call: Callable[[Path], None]
) -> None:
    path, said = broken(folder)[kind]
    before = sorted(folder.iterdir())
    with pytest.raises(UsageError, match=said) as refused:
        call(path)
    assert "\n" not in str(refused.value)
    assert refused.value.hint
    assert sorted(folder.iterdir()) == before


def test_check_changes_nothing(folder: Path) -> None:
    path = folder / "file"
    path.write_text("old", encoding="utf-8")
    before = path.stat()
    files.check(path)
    files.check(folder / "new")
    assert path.stat() == before
    assert sorted(folder.iterdir()) == [path]


@pytest.fixture
def shared() -> Iterator[Path]:
    """A folder where everyone may create files; what ``give`` is called with is another user's in it."""
    with tempfile.TemporaryDirectory(dir="/tmp") as made:
        path = Path(made)
        path.chmod(0o1777)
        yield path


def give(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let *path* be another user's, in a folder that is neither its owner's nor ours."""
    if IS_ROOT:
        os.lchown(path, NOBODY, NOBODY)
        return
    real, folder = os.stat, path.parent  # without root: we become another, and the folder root's

    def stat_as_of_root(at: Any, **given: Any) -> os.stat_result:
        found = real(at, **given)
        return os.stat_result((*found[:4], 0, *found[5:])) if at == folder else found

    monkeypatch.setattr(os, "stat", stat_as_of_root)
    monkeypatch.setattr(os, "geteuid", lambda: path.lstat().st_uid + 1)


@pytest.mark.parametrize("kind", ["link", "file", "pipe"])
def test_what_another_user_left_in_a_shared_folder_is_refused(
    folder: Path, shared: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "mine").write_text("mine", encoding="utf-8")
    path = shared / "out"
    if kind == "link":
        path.symlink_to(folder / "mine")
    elif kind == "file":
        path.touch()
    else:
        os.mkfifo(path)
    give(path, monkeypatch)
    for call in (files.check, lambda each: files.write_text(each, CONTENT)):
        with pytest.raises(UsageError, match="belongs to another user"):
            call(path)
    monkeypatch.undo()
    assert (folder / "mine").read_text(encoding="utf-8") == "mine"


def test_a_pipe_is_written_through(folder: Path) -> None:
    pipe = folder / "pipe"
    os.mkfifo(pipe)
    received: list[str] = []
    reader = threading.Thread(target=lambda: received.append(pipe.read_text(encoding="utf-8")))
    files.check(pipe)
    reader.start()
    files.write_text(pipe, CONTENT)
    reader.join(10)
    assert received == [CONTENT]
    assert stat.S_ISFIFO(pipe.lstat().st_mode)


def test_a_pipe_that_nobody_reads_is_given_up_on(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "READER_TIMEOUT_S", 0.1)
    os.mkfifo(folder / "pipe")
    with pytest.raises(UsageError, match="nobody reads it"):
        files.write_text(folder / "pipe", "x")


def test_a_device_is_written_through_and_stays_one(folder: Path) -> None:
    files.check(Path("/dev/null"))
    files.write_text(Path("/dev/null"), CONTENT, private=True)
    assert stat.S_ISCHR(os.stat("/dev/null").st_mode)
    with pytest.raises(UsageError, match="No space left"):
        files.write_text(Path("/dev/full"), CONTENT)


def test_a_link_to_a_device_stays_one_and_so_does_the_device(folder: Path) -> None:
    device = folder / "nul" if IS_ROOT else Path("/dev/null")
    if IS_ROOT:
        os.mknod(device, 0o666 | stat.S_IFCHR, os.makedev(1, 3))
        device.chmod(0o666)
    before = device.stat()
    (folder / "link").symlink_to(device)
    files.write_text(folder / "link", CONTENT, private=True)
    after = device.stat()
    assert (after.st_mode, after.st_rdev) == (before.st_mode, before.st_rdev)


@pytest.mark.parametrize(("kind", "said"), [(stat.S_IFBLK, "a block device"), (stat.S_IFSOCK, "a socket")])
def test_what_no_content_belongs_into_is_refused(
    folder: Path, kind: int, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = folder / "special"
    path.touch()
    real = os.stat

    def special(at: Any, **given: Any) -> os.stat_result:
        found = real(at, **given)
        return os.stat_result((kind | 0o666, *found[1:])) if at == path else found

    monkeypatch.setattr(os, "stat", special)
    with pytest.raises(UsageError, match=said):
        files.check(path)
    monkeypatch.undo()


@pytest.mark.parametrize("name", ["-", "/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"])
@pytest.mark.parametrize("to", ["pipe", "file"])
def test_standard_output_is_written_to_where_it_stands(folder: Path, name: str, to: str) -> None:
    """A file that standard output leads to is neither replaced nor written from its beginning."""
    log = folder / "log"
    program = (
        "import sys; from pathlib import Path; from cynod_spec.output import files;"
        f"print('before'); files.check(Path({name!r})); files.write_text(Path({name!r}), 'content\\n');"
        "print('after')"
    )
    with log.open("wb") as output:
        log_inode = log.stat().st_ino
        done = subprocess.run(
            [sys.executable, "-c", program], stdout=output if to == "file" else subprocess.PIPE, timeout=60
        )
    assert done.returncode == 0
    shown = log.read_bytes() if to == "file" else done.stdout
    assert shown == b"before\ncontent\nafter\n"
    assert log.stat().st_ino == log_inode


def test_a_file_in_a_folder_that_allows_no_replacement_is_overwritten(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such as a file that a container mounts by itself: a rename over it gives EBUSY."""
    path = folder / "mounted"
    path.write_text("old and longer than the new", encoding="utf-8")
    path.chmod(0o644)
    inode = path.stat().st_ino

    def busy(*_: object) -> None:
        raise OSError(16, "Device or resource busy")

    monkeypatch.setattr(os, "replace", busy)
    files.write_text(path, "new", private=True)
    assert path.read_text(encoding="utf-8") == "new"
    assert (path.stat().st_ino, mode(path)) == (inode, 0o600)


def test_a_file_is_whole_at_any_moment(folder: Path) -> None:
    """Who reads while it is written over and over sees one content or the other."""
    path = folder / "file"
    contents = {"a" * 300_000, "b" * 200_000}
    path.write_text("a" * 300_000, encoding="utf-8")
    seen: set[str] = set()
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            seen.add(path.read_text(encoding="utf-8"))

    reader = threading.Thread(target=read)
    reader.start()
    for _ in range(20):
        for content in sorted(contents):
            files.write_text(path, content)
    stop.set()
    reader.join(10)
    assert seen <= contents


def test_a_write_that_fails_leaves_the_earlier_content(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = folder / "file"
    path.write_text("old", encoding="utf-8")

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    with pytest.raises(UsageError, match="No space left on device"):
        files.write_text(path, CONTENT)
    monkeypatch.undo()
    assert path.read_text(encoding="utf-8") == "old"


@pytest.mark.parametrize("below", ["", "new", "new/newer"])
def test_a_folder_where_files_can_be_made_is_accepted_and_not_made(folder: Path, below: str) -> None:
    files.check_folder(folder / below)
    assert not list(folder.iterdir())


@pytest.mark.parametrize("name", ["file", "file/below", "dangling"])
def test_what_is_no_folder_is_refused_as_one(folder: Path, name: str) -> None:
    (folder / "file").touch()
    (folder / "dangling").symlink_to("nowhere")
    for call in (files.check_folder, files.make_folder):
        with pytest.raises(UsageError, match=r"Not a directory|No such file"):
            call(folder / name)


def test_a_folder_in_proc_is_refused() -> None:
    with pytest.raises(UsageError, match="cannot write /proc/report"):
        files.check_folder(Path("/proc/report"))
