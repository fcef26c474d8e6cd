"""A file → a Source: size, encoding, YAML, references and translations, each refused with its place."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from cynod_spec import overlay, references
from cynod_spec.errors import DocumentError, UsageError, WorkflowsDocument
from cynod_spec.model import At
from cynod_spec.parsing import Parsed, parse
from cynod_spec.source import Source

MAX_BYTES: Final = 64 * 1024 * 1024
WORKFLOWS: Final = "workflows.arazzo.yaml"
"""What the Arazzo document beside a contract is called."""
Unsaved = Mapping[Path, str]  # resolved path of a file that an editor holds → its text, other than on disk
SAVED: Final[Unsaved] = {}
_VERSION = re.compile(r"3\.[012](\.\d+)?([-+].*)?")
_ARAZZO = re.compile(r"1\.0\.\d+([-+].*)?")


def shipped() -> str:
    """The path of the contract that comes with the package: the checkout's before the installed copy's."""
    return _shipped("openapi.yaml", "contract")


def shipped_workflows() -> str:
    """The path of the workflows that come with the package, likewise."""
    return _shipped(WORKFLOWS, "workflows")


def _shipped(name: str, what: str) -> str:
    here = Path(__file__).parent
    for path in (here.parent / name, here / "document" / name):
        if path.is_file():
            return str(path)
    raise UsageError(f"this installation of cynod holds no {what}", "name a file")


def read(path: str | Path, called: str = "", unsaved: Unsaved = SAVED) -> Source:
    """The OpenAPI document at *path*, with the overlays in ``locales/`` beside it; reports call it *called*.

    A file that *unsaved* names is read from there. Raises UsageError when there is no such file,
    DocumentError when it cannot be read safely.
    """
    return _read(Path(path), called or str(path), _check_openapi, translations, unsaved)


def read_workflows(path: str | Path, unsaved: Unsaved = SAVED) -> Source:
    """The Arazzo document at *path*, with its own overlays in ``locales/``. Raises as :func:`read` does."""
    return _read(Path(path), str(path), _check_arazzo, workflow_translations, unsaved)


def _read(
    where: Path,
    file: str,
    check: Callable[[Any, Parsed, str], None],
    overlays: Callable[[Path], Iterable[Path]],
    unsaved: Unsaved,
) -> Source:
    content = _bytes(where, file, unsaved)
    parsed = parse(_text(content, file), file)
    check(parsed.value, parsed, file)
    source = references.bundle(parsed, where, file, lambda other, name: _other(other, name, unsaved))
    source = replace(source, sha256=hashlib.sha256(content).hexdigest())
    return replace(source, english=_english(source, where, overlays(where), unsaved))


def read_overlay(path: str | Path) -> overlay.Overlay:
    """The overlay at *path*. Raises UsageError when there is no such file, DocumentError when it is none."""
    return overlay.read(_other(Path(path), str(path)), str(path))


def translations(where: Path) -> list[Path]:
    """The overlays that translate the document at *where* into English."""
    return sorted(where.parent.glob("locales/en*.overlay.yaml"))


def workflow_translations(where: Path) -> list[Path]:
    """Likewise for the Arazzo document at *where*."""
    return sorted(where.parent.glob("locales/workflows.en*.overlay.yaml"))


def _english(source: Source, where: Path, overlays: Iterable[Path], unsaved: Unsaved) -> dict[str, str]:
    english: dict[str, str] = {}
    for file in overlays:
        called = beside(source.file, where, file)
        english.update(overlay.translation(source, overlay.read(_other(file, called, unsaved), called)))
    return english


def beside(called: str, where: Path, other: Path) -> str:
    """What reports call the file *other*, in the folder of the document *where*, which they call *called*."""
    return called.removesuffix(where.name) + other.relative_to(where.parent).as_posix()


def _other(path: Path, file: str, unsaved: Unsaved = SAVED) -> Parsed:
    return parse(_text(_bytes(path, file, unsaved), file), file)


def _bytes(path: Path, file: str, unsaved: Unsaved) -> bytes:
    try:
        if unsaved and (text := unsaved.get(path.resolve())) is not None:
            _check_size(len(text), file)
            return text.encode("utf-8", "replace")
        if path.is_dir():
            raise UsageError(f"{file} is a folder", "name the OpenAPI document itself")
        if path.exists() and not path.is_file():
            raise UsageError(f"{file} is no regular file", "save what it gives to a file first")
        _check_size(path.stat().st_size, file)
        return path.read_bytes()
    except FileNotFoundError:
        raise UsageError(f"there is no file {file}", "name an OpenAPI document: --spec FILE") from None
    except (OSError, ValueError) as error:
        raise UsageError(f"{file} cannot be read: {getattr(error, 'strerror', None) or error}") from None


def _check_size(size: int, file: str) -> None:
    if size > MAX_BYTES:
        raise DocumentError(f"the file has {size:,} bytes, more than {MAX_BYTES:,}", "", At(file, "", 1, 1))


def _text(content: bytes, file: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        line = before.count(b"\n") + 1
        column = error.start - (before.rfind(b"\n") + 1) + 1
        message = f"the file is not UTF-8: byte {content[error.start]:#04x}"
        raise DocumentError(message, "save it as UTF-8 text", At(file, "", line, column)) from None


def _check_openapi(value: Any, parsed: Parsed, file: str) -> None:
    hint = "a contract is an OpenAPI document, version 3.0 to 3.2"
    if not isinstance(value, dict):
        raise DocumentError("the document is no mapping", hint, At(file, "", 1, 1))
    source = Source(file, "", value, parsed.marks)
    if "openapi" not in value and "arazzo" in value:
        raise WorkflowsDocument(
            "an Arazzo document: it holds workflows, no contract",
            "`cynod spec workflows` and `cynod spec lint` read it; name the OpenAPI document here",
            source.at("/arazzo"),
        )
    if "openapi" not in value:
        key = "/swagger" if "swagger" in value else ""
        raise DocumentError("no OpenAPI document: the member 'openapi' is missing", hint, source.at(key))
    version = value["openapi"]
    if not isinstance(version, str) or not _VERSION.fullmatch(version):
        raise DocumentError(f"the OpenAPI version {version!r} is not supported", hint, source.at("/openapi"))


def _check_arazzo(value: Any, parsed: Parsed, file: str) -> None:
    hint = "workflows are an Arazzo document, version 1.0"
    if not isinstance(value, dict):
        raise DocumentError("the document is no mapping", hint, At(file, "", 1, 1))
    source = Source(file, "", value, parsed.marks)
    if "arazzo" not in value:
        raise DocumentError("no Arazzo document: the member 'arazzo' is missing", hint, source.at(""))
    version = value["arazzo"]
    if not isinstance(version, str) or not _ARAZZO.fullmatch(version):
        raise DocumentError(f"the Arazzo version {version!r} is not supported", hint, source.at("/arazzo"))
