"""The texts that the editor holds, and those on disk."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pygls.uris import from_fs_path, to_fs_path

from cynod_spec.lint.source_text import SourceText
from cynod_spec.lsp.positions import Encoding, Lines

if TYPE_CHECKING:
    from pygls.workspace import Workspace

_MARK = "\ufeff"
_MAX_KIND_CHARS: Final = 20_000  # characters among which a document says what it is
_YAML_KIND = re.compile(r"^['\"]?(openapi|overlay|arazzo|swagger)['\"]?\s*:", re.MULTILINE)
_JSON_KIND = re.compile(r"[{,]\s*['\"]?(openapi|overlay|arazzo|swagger)['\"]?\s*:")


@dataclass(frozen=True)
class Document:
    """A text that the editor holds: its URI as the editor writes it, its version, its words."""

    uri: str
    version: int | None
    lines: Lines

    @property
    def text(self) -> str:
        """Its words, without a byte order mark."""
        return self.lines.text

    @cached_property
    def kind(self) -> str:
        """The first of the keys that tell documents apart, such as ``openapi``; empty when it has none."""
        return kind_of(self.text)


class OpenDocuments:
    """The open documents, by the path of each; a text that is not open is read from disk."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._open: dict[Path, Document] = {}

    @property
    def encoding(self) -> Encoding:
        """What a column counts, as agreed with the editor."""
        return self._workspace.position_encoding or "utf-16"

    def put(self, uri: str) -> Path | None:
        """Take the text that the editor now has for *uri*; its path, None for what is no file."""
        path = path_of(uri)
        if path is None:
            return None
        held = self._workspace.get_text_document(uri)
        text = held.source.encode("utf-8", "replace").decode("utf-8")  # a lone surrogate is no character
        lines = Lines(text.removeprefix(_MARK), self.encoding, marked=text.startswith(_MARK))
        self._open[path] = Document(uri, held.version, lines)
        return path

    def drop(self, uri: str) -> Path | None:
        """Forget *uri*, which the editor closed; its path."""
        path = path_of(uri)
        return path if path is not None and path in self._open and self._open.pop(path) else None

    def at(self, path: Path) -> Document | None:
        """The open document at *path*, or None."""
        return self._open.get(path)

    def opened(self) -> Mapping[Path, Document]:
        """The open documents as they are now."""
        return dict(self._open)

    def lines(self, path: Path) -> Lines:
        """The lines of the file at *path*: as the editor has them, else as on disk."""
        document = self._open.get(path)
        return document.lines if document else Lines(SourceText.of(str(path)).text, self.encoding)

    def uri(self, path: Path) -> str:
        """The URI of *path*, as the editor writes it."""
        document = self._open.get(path)
        return document.uri if document else from_fs_path(str(path)) or path.as_uri()


def path_of(uri: str) -> Path | None:
    """The resolved path of a file's URI; None for any other."""
    if not uri.startswith("file:"):
        return None
    try:
        found = to_fs_path(uri)
        return Path(found).resolve() if found else None
    except (OSError, ValueError, RuntimeError):
        return None


def kind_of(text: str) -> str:
    """``openapi``, ``overlay`` or ``arazzo``: the key of the text's first level that says what it is."""
    head = text[:_MAX_KIND_CHARS]
    found = (_JSON_KIND if head.lstrip().startswith("{") else _YAML_KIND).search(head)
    return found[1] if found else ""
