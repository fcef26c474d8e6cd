"""A file → a Source: size, encoding, YAML, references and translations, each refused with its place."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from cynod_spec.base.errors import DocumentError, UsageError, WorkflowsDocument
from cynod_spec.base.location import SourceLocation
from cynod_spec.source import overlay, references
from cynod_spec.source.bundling import bundled_source
from cynod_spec.source.document import FILES, Fingerprint, Source
from cynod_spec.source.parsing import Parsed, parse

MAX_FILE_BYTES: Final = 64 * 1024 * 1024
Unsaved = Mapping[Path, str]  # resolved path of a file that an editor holds → its text, other than on disk
SAVED: Final[Unsaved] = {}
_BYTE_ORDER_MARK: Final = "\ufeff"
_VERSION = re.compile(r"3\.[012](\.\d+)?([-+].*)?")
_ARAZZO = re.compile(r"1\.0\.\d+([-+].*)?")


@dataclass(frozen=True, slots=True)
class Refusals:
    """What is wrong with a document that can be read nevertheless, each with its place.

    With ``references`` (which lead nowhere, or to a file that cannot be read) the document has no meaning;
    without ``translations`` (overlays, or actions of them, that are none) it only lacks English words.
    """

    references: list[DocumentError] = field(default_factory=list)
    translations: list[DocumentError] = field(default_factory=list)


def read(
    path: str | Path, called: str = "", unsaved: Unsaved = SAVED, refusals: Refusals | None = None
) -> Source:
    """The OpenAPI document at *path*, with the overlays in ``locales/`` beside it; reports call it *called*.

    A file that *unsaved* names is read from there. Raises UsageError when there is no such file,
    DocumentError when it cannot be read safely; what *refusals* can hold is added to it instead.
    """
    return _read(Path(path), called or str(path), _check_openapi, translations, unsaved, refusals)


def read_as_one(path: str | Path) -> Source:
    """The OpenAPI document at *path*, parts of other files as its components. Raises as :func:`read` does."""
    return bundled_source(read(path))


def read_workflows(path: str | Path, unsaved: Unsaved = SAVED) -> Source:
    """The Arazzo document at *path*, with its own overlays in ``locales/``. Raises as :func:`read` does."""
    return _read(Path(path), str(path), _check_arazzo, workflow_translations, unsaved)


def _read(
    where: Path,
    file: str,
    check: Callable[[Any, Parsed, str], None],
    overlays: Callable[[Path], Iterable[Path]],
    unsaved: Unsaved,
    refusals: Refusals | None = None,
) -> Source:
    refuse = refusals.references.append if refusals else references.raise_it
    untranslated = refusals.translations.append if refusals else references.raise_it
    hashes: dict[str, str] = {}

    def other(path: Path, called: str) -> Parsed:
        content = _bytes(path, called, unsaved)
        folder = where.parent if path.is_relative_to(where.parent) else where.parent.resolve()
        hashes[path.relative_to(folder).as_posix()] = _sha256(content)
        return parse(_text(content, called), called)

    content = _bytes(where, file, unsaved)
    parsed = parse(_text(content, file), file)
    check(parsed.value, parsed, file)
    bundled = references.bundle(parsed, where, file, other, refuse)
    source = replace(bundled, sha256=_sha256(content), beside=hashes)
    return _translated(source, where, overlays(where), other, untranslated)


def is_same(path: str | Path, sha256: str, others: Mapping[str, str]) -> bool:
    """Whether the document at *path* has this hash, and what is read with it is *others* and nothing else.

    *others* is what ``Source.beside`` was when it was read. Raises UsageError when there is no such file.
    """
    where = Path(path)
    if _sha256(_bytes(where, str(path), SAVED)) != sha256:
        return False
    overlays = {beside("", where, each) for each in translations(where)}
    if not overlays <= others.keys():
        return False
    try:
        return all(_sha256(_bytes(where.parent / name, name, SAVED)) == told for name, told in others.items())
    except (UsageError, DocumentError):  # one of them is gone
        return False


def fingerprints(path: str | Path, unsaved: Unsaved = SAVED) -> tuple[Fingerprint, ...]:
    """That of the file at *path*; none when it cannot be read."""
    try:
        return (Fingerprint(str(path), _sha256(_bytes(Path(path), str(path), unsaved))),)
    except (UsageError, DocumentError):
        return ()


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def read_overlay(path: str | Path) -> overlay.Overlay:
    """The overlay at *path*. Raises UsageError when there is no such file, DocumentError when it is none."""
    file = str(path)
    content = _bytes(Path(path), file, SAVED)
    return replace(overlay.read(parse(_text(content, file), file), file), sha256=_sha256(content))


def read_text(path: str | Path) -> str:
    """The text of the file at *path*, its byte order mark included.

    Raises UsageError when there is no such file, DocumentError when it is no UTF-8.
    """
    content = _bytes(Path(path), str(path), SAVED)
    text = _text(content, str(path))
    return _BYTE_ORDER_MARK + text if content.startswith(_BYTE_ORDER_MARK.encode()) else text


def translations(where: Path) -> list[Path]:
    """The overlays that translate the document at *where* into English."""
    return sorted(where.parent.glob("locales/en*.overlay.yaml"))


def workflow_translations(where: Path) -> list[Path]:
    """Likewise for the Arazzo document at *where*."""
    return sorted(where.parent.glob("locales/workflows.en*.overlay.yaml"))


def _translated(
    source: Source,
    where: Path,
    overlays: Iterable[Path],
    load: Callable[[Path, str], Parsed],
    refuse: references.Refuse,
) -> Source:
    """*source* with the English words of *overlays*; *refuse* is called with what is none of them."""
    english: dict[str, str] = {}
    unread: list[str] = []
    listed_files = list(overlays)
    whole = _as_one(source) if listed_files else None
    for file in listed_files:
        called = beside(source.file, where, file)
        try:
            listed = overlay.read(load(file, called), called, refuse)
        except DocumentError as error:
            refuse(error)
            unread.append(called)
        else:
            english.update(overlay.translation(source, listed, refuse, whole))
    return replace(source, english=english, unread=tuple(unread))


def _as_one(source: Source) -> Source | None:
    """*source* as one file; None when it is one, or cannot become one."""
    if FILES not in source.value:
        return None
    try:
        return bundled_source(source)
    except DocumentError:  # too large: what needs the bundle says so
        return None


def beside(called: str, where: Path, other: Path) -> str:
    """What reports call the file *other*, in the folder of the document *where*, which they call *called*."""
    return called.removesuffix(where.name) + other.relative_to(where.parent).as_posix()


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
    if size > MAX_FILE_BYTES:
        raise DocumentError(
            f"the file has {size:,} bytes, more than {MAX_FILE_BYTES:,}", "", SourceLocation(file, "", 1, 1)
        )


def _text(content: bytes, file: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        line = before.count(b"\n") + 1
        column = error.start - (before.rfind(b"\n") + 1) + 1
        message = f"the file is not UTF-8: byte {content[error.start]:#04x}"
        raise DocumentError(
            message, "save it as UTF-8 text", SourceLocation(file, "", line, column)
        ) from None


def _check_openapi(value: Any, parsed: Parsed, file: str) -> None:
    hint = "a contract is an OpenAPI document, version 3.0 to 3.2"
    if not isinstance(value, dict):
        raise DocumentError("the document is no mapping", hint, SourceLocation(file, "", 1, 1))
    source = Source(file, "", value, parsed.positions)
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
        raise DocumentError("the document is no mapping", hint, SourceLocation(file, "", 1, 1))
    source = Source(file, "", value, parsed.positions)
    if "arazzo" not in value:
        raise DocumentError("no Arazzo document: the member 'arazzo' is missing", hint, source.at(""))
    version = value["arazzo"]
    if not isinstance(version, str) or not _ARAZZO.fullmatch(version):
        raise DocumentError(f"the Arazzo version {version!r} is not supported", hint, source.at("/arazzo"))
