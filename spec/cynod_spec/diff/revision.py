"""A document of a git revision: ``HEAD~1:spec/openapi.yaml``, with the files beside it of that revision.

What the document may refer to (YAML and JSON below its folder) is copied from git's objects to a folder
that exists only while it is read. Nothing is checked out, and nothing is fetched.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path, PurePosixPath
from typing import Final

from cynod_spec.base.errors import UsageError
from cynod_spec.source.document import Source
from cynod_spec.source.reading import MAX_FILE_BYTES, read

_SUFFIXES: Final = (".yaml", ".yml", ".json")
_FILES: Final = ("100644", "100755")  # links and submodules lead elsewhere, so that they are left out
_HINT: Final = "name a file, or a git revision and a path such as HEAD~1:spec/openapi.yaml"
_ENVIRONMENT: Final = {"GIT_NO_LAZY_FETCH": "1", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}


def read_named(name: str) -> Source:
    """The document that *name* means: a file, or ``REVISION:PATH`` as git writes it.

    Raises UsageError when there is none, DocumentError when it cannot be read safely.
    """
    revision, colon, path = name.partition(":")
    if Path(name).is_file() or not (colon and revision and path) or len(revision) == 1:
        if not Path(name).exists():
            raise UsageError(f"there is no file {name}", _HINT)
        return read(name)
    return _read_revision(name, revision, path)


def _read_revision(name: str, revision: str, path: str) -> Source:
    _object(f"{revision}^{{tree}}", f"git knows no revision {revision!r} here")
    document = _object(name, f"the revision {revision!r} holds no file {path!r}")
    if _git("cat-file", "-t", document).strip() != b"blob":
        raise UsageError(f"{name} is a folder", "name the OpenAPI document itself")
    folder, _, file = path.rpartition("/")
    tree = _object(f"{revision}:{folder}/" if folder else f"{revision}:", f"no folder {folder!r}")
    with tempfile.TemporaryDirectory(prefix="cynod-") as held:
        root = Path(held)
        _copy(tree, root, file, name)
        if not (root / file).is_file():
            raise UsageError(f"{name} is no regular file", "name the OpenAPI document itself")
        return read(root / file, called=name)


def _object(name: str, message: str) -> str:
    """The id of the object that *name* means; UsageError with *message* when there is none."""
    if "\0" in name:
        raise UsageError("a revision holds no NUL", _HINT)
    try:
        return _git("rev-parse", "--verify", "--quiet", "--end-of-options", name).decode("ascii").strip()
    except UsageError as error:
        raise UsageError(message if error.message == "" else error.message, error.hint or _HINT) from None


def _copy(tree: str, root: Path, document: str, name: str) -> None:
    """Write what *tree* holds of YAML and JSON, *document* included, below *root*."""
    wanted: list[tuple[str, PurePosixPath]] = []
    total = 0
    for entry in _git("ls-tree", "-r", "-l", "-z", "--full-tree", tree).split(b"\0"):
        head, _, raw = entry.partition(b"\t")
        where = PurePosixPath(os.fsdecode(raw))
        parts = head.split()
        if len(parts) != 4 or parts[0].decode() not in _FILES:
            continue
        if not (str(where) == document or where.suffix.lower() in _SUFFIXES) or not _is_below(where):
            continue
        total += int(parts[3])
        if total > MAX_FILE_BYTES:
            raise UsageError(f"the files beside {name} have more than {MAX_FILE_BYTES:,} bytes")
        wanted.append((parts[2].decode("ascii"), where))
    content = _git("cat-file", "--batch", given="".join(f"{id}\n" for id, _ in wanted).encode("ascii"))
    for id, where in wanted:
        head, _, content = content.partition(b"\n")
        told = head.decode("ascii").split()
        if len(told) != 3 or told[0] != id:
            raise UsageError(f"git cannot read {where} of {name}", "the repository may be a partial clone")
        size = int(told[2])
        target = root.joinpath(*where.parts)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content[:size])
        content = content[size + 1 :]


def _is_below(path: PurePosixPath) -> bool:
    """Whether *path* stays below the folder that it is relative to."""
    return not path.is_absolute() and ".." not in path.parts and "\\" not in str(path)


def _git(*arguments: str, given: bytes = b"") -> bytes:
    """What git says. Raises UsageError, with an empty message for a name that it does not know."""
    command = ["git", "-c", "protocol.allow=never", *arguments]
    environment = {**os.environ, **_ENVIRONMENT}
    try:
        done = subprocess.run(command, input=given, capture_output=True, env=environment, check=False)
    except OSError:
        raise UsageError("git cannot be run", "install git, or name two files") from None
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise UsageError(f"git: {said[0].removeprefix('fatal: ')}" if said else "", _HINT)
    return done.stdout
