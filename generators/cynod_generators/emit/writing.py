"""Writes a plan: refuses files edited by hand, keeps the user's files, swaps the generated folder."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path, PurePosixPath

from cynod_generators.emit import manifest
from cynod_generators.emit.orphan_handlers import orphans
from cynod_generators.emit.plan import Plan, PlannedFile
from cynod_spec.base.errors import CynodError, ExitCode, UsageError

_WHOLE_FOLDER = PurePosixPath()  # of a plan whose generated files fill the whole output folder
_IGNORED_FOLDERS = ("__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache")


class EditedError(CynodError):
    """Generated files were edited by hand, and the edits would be lost."""

    exit_code = ExitCode.FAILS


@dataclass(slots=True)
class WriteResult:
    """What a run did, or what ``--check`` found. Paths are relative to the output folder."""

    written: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def check(plan: Plan, output: Path) -> WriteResult:
    """Compare *output* with *plan*; writes nothing."""
    result = WriteResult()
    for file in [*plan.files, _manifest_file(plan)]:
        path = output / file.path
        if not path.is_file():
            result.differences.append(f"missing  {file.path}")
        elif file.generated and path.read_bytes() != file.content:
            result.differences.append(f"differs  {file.path}")
    planned = {file.path for file in plan.files}
    recorded = manifest.Manifest.read(output / plan.folder)
    for name in sorted(recorded.files):
        stale = plan.folder / name
        if stale not in planned and (output / stale).is_file():
            result.differences.append(f"stale    {stale}")
    result.notes = _notes(plan, output)
    return result


def write(plan: Plan, output: Path, *, force: bool = False) -> WriteResult:
    """Write *plan* into *output*. Raises EditedError naming generated files that were edited by hand."""
    result = WriteResult()
    folder = _inside(output, plan.folder)
    recorded = manifest.Manifest.read(folder)
    if plan.folder == _WHOLE_FOLDER:
        _check_whole(folder)
    edited = _edited(plan, folder, recorded)
    if edited and not force:
        names = ", ".join(str(plan.folder / name) for name in edited)
        raise EditedError(
            f"edited by hand, and generated: {names}",
            f"{plan.advice}; --force gives the edit up",
        )
    result.notes = _notes(plan, output)
    generated = [file for file in plan.files if file.generated]
    planned = {str(file.path.relative_to(plan.folder)) for file in generated}
    result.removed = sorted(
        str(plan.folder / name)
        for name in recorded.files
        if name not in planned and (folder / name).is_file()
    )
    result.written = sorted(str(file.path) for file in generated if not _holds(output / file.path, file))
    wanted = [*generated, _manifest_file(plan)]
    if result.removed or any(not _holds(output / file.path, file) for file in wanted):
        _swap(plan, folder, wanted, recorded)
    for file in plan.files:
        if file.generated:
            continue
        path = _inside(output, file.path)
        if path.exists():
            result.kept.append(str(file.path))
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(file.content)
            result.written.append(str(file.path))
    return result


def _check_whole(folder: Path) -> None:
    """Raises UsageError for the current folder, and for one that holds anything but earlier output."""
    if Path.cwd().is_relative_to(folder.resolve()):
        raise UsageError(f"{folder} holds the current folder", "give -o a folder of its own")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / manifest.NAME).is_file():
        raise UsageError(f"{folder} holds files that were not generated", "give -o an empty or a new folder")


def _notes(plan: Plan, output: Path) -> list[str]:
    gone = manifest.Manifest.read(output / plan.folder).operations - plan.operations
    return list(orphans(output / plan.folder.parent / "handlers", gone)) if gone else []


def _edited(plan: Plan, folder: Path, recorded: manifest.Manifest) -> list[str]:
    planned = {str(file.path.relative_to(plan.folder)): file for file in plan.files if file.generated}
    found: list[str] = []
    for name, path in _files(folder):
        content = path.read_bytes()
        if name == manifest.NAME:
            continue
        if name in recorded.files:
            expected = recorded.files[name]
        elif name in planned:
            expected = manifest.sha256(planned[name].content)
        else:
            continue  # not ours, and not in the way
        if manifest.sha256(content) != expected and not (
            name in planned and content == planned[name].content
        ):
            found.append(name)
    return sorted(found)


def _swap(plan: Plan, folder: Path, files: list[PlannedFile], recorded: manifest.Manifest) -> None:
    """Write the new folder beside the old one, then exchange them by two renames."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        made.chmod(0o755)
        for file in files:
            path = made / file.path.relative_to(plan.folder)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(file.content)
        for name, path in _files(folder):  # files of others stay
            if name not in recorded.files and not (made / name).exists():
                (made / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(path, made / name)
        old = made.with_name(made.name + "-old")
        if folder.exists():
            os.replace(folder, old)
        try:
            os.replace(made, folder)
        except OSError:
            if old.exists():
                os.replace(old, folder)
            raise
        shutil.rmtree(old, ignore_errors=True)
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        relative = path.relative_to(folder)
        if path.is_file() and not any(part in _IGNORED_FOLDERS for part in relative.parts):
            yield relative.as_posix(), path


def _inside(output: Path, path: PurePosixPath) -> Path:
    """*path* in *output*. Raises UsageError when it leads elsewhere, by a symbolic link for example."""
    root = output.resolve()
    if output.exists() and not output.is_dir():
        raise UsageError(f"{output} is no folder", "give -o a folder")
    if path == _WHOLE_FOLDER:
        return root  # a symbolic link to the folder stays one
    if not (output / path).resolve().is_relative_to(root) or (output / path).is_symlink():
        raise UsageError(f"{output / path} leads out of {output}", "remove the symbolic link")
    return output / path


def _holds(path: Path, file: PlannedFile) -> bool:
    return path.is_file() and path.read_bytes() == file.content


def _manifest_file(plan: Plan) -> PlannedFile:
    try:
        generator = version("cynod")
    except PackageNotFoundError:
        generator = "0"
    return PlannedFile(plan.folder / manifest.NAME, manifest.write(plan, generator), generated=True)
