"""An analysis in the words that the editor has now, which may have moved on."""

from __future__ import annotations

from pathlib import Path

from lsprotocol import types

from cynod_spec.lsp.analysis import Analysis
from cynod_spec.lsp.documents import OpenDocuments
from cynod_spec.lsp.text_shift import TextShift


class Present:
    """An analysis, seen from what the editor has now."""

    def __init__(self, analysis: Analysis, documents: OpenDocuments) -> None:
        self._analysis = analysis
        self._documents = documents
        self._shifts: dict[Path, TextShift] = {}

    def _shift(self, path: Path) -> TextShift:
        if path not in self._shifts:
            old, new = self._analysis.lines(path).text, self._documents.at(path)
            self._shifts[path] = TextShift(old, new.text if new else old)
        return self._shifts[path]

    def index(self, path: Path, position: types.Position) -> int | None:
        """Which index of the analysed text *position* is; None in what has been typed since."""
        return self._shift(path).back(self._documents.lines(path).index(position))

    def range(self, path: Path, start: int, end: int) -> types.Range:
        """The present range of a span of the analysed text."""
        document, shift = self._documents.at(path), self._shift(path)
        lines = document.lines if document else self._analysis.lines(path)
        return lines.range(shift.forward(start), shift.forward(end))

    def location(self, path: Path, start: int, end: int) -> types.Location:
        """The same with its file."""
        return types.Location(self._documents.uri(path), self.range(path, start, end))
