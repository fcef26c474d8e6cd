"""What the modules of this package find, as the protocol writes it: in the words that the editor has now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from lsprotocol import types

from cynod_spec.lint import Finding
from cynod_spec.lsp import actions, diagnostics
from cynod_spec.lsp.analysis import Analysis
from cynod_spec.lsp.completion import Kind, Offer, Offers
from cynod_spec.lsp.documents import Document, Documents
from cynod_spec.lsp.rename import Change
from cynod_spec.lsp.shift import Shift

FIX_ALL: Final = types.CodeActionKind.SourceFixAll
_PROSE: Final = "in a sentence"
_KINDS: Final[dict[Kind, types.CompletionItemKind]] = {
    "reference": types.CompletionItemKind.Reference,
    "value": types.CompletionItemKind.EnumMember,
    "key": types.CompletionItemKind.Property,
    "word": types.CompletionItemKind.Text,
}


class Present:
    """An analysis, seen from what the editor has now."""

    def __init__(self, analysis: Analysis, documents: Documents) -> None:
        self._analysis = analysis
        self._documents = documents
        self._shifts: dict[Path, Shift] = {}

    def _shift(self, path: Path) -> Shift:
        if path not in self._shifts:
            old, new = self._analysis.lines(path).text, self._documents.at(path)
            self._shifts[path] = Shift(old, new.text if new else old)
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


def items(offers: Offers, document: Document) -> types.CompletionList:
    """*offers* for the words of *document*."""
    place = document.lines.range(offers.start, offers.end)
    listed = [_item(offer, offers.quote, place) for offer in offers.listed]
    return types.CompletionList(is_incomplete=False, items=listed)


def _item(offer: Offer, quote: str, place: types.Range) -> types.CompletionItem:
    new = offer.label
    if offer.kind in ("reference", "value") and not quote and not new.replace("-", "").isalnum():
        new = "'" + new.replace("'", "''") + "'"
    elif quote == "'":
        new = new.replace("'", "''")
    return types.CompletionItem(
        label=offer.label,
        kind=_KINDS[offer.kind],
        detail=offer.detail or None,
        filter_text=offer.label,
        sort_text=f"{offer.rank}{offer.label}",
        text_edit=types.TextEdit(place, new),
    )


def workspace_edit(
    changes: Iterable[Change], analysis: Analysis, documents: Documents, able: types.ClientCapabilities
) -> types.WorkspaceEdit:
    """*changes* as one edit: of versions, and with questions about sentences, where the editor can."""
    by_file: dict[Path, list[Change]] = defaultdict(list)
    for change in changes:
        by_file[change.path].append(change)
    offered = able.workspace.workspace_edit if able.workspace else None
    if offered is None or not offered.document_changes:
        return types.WorkspaceEdit(
            changes={
                documents.uri(path): [_plain_edit(each, analysis) for each in listed]
                for path, listed in by_file.items()
            }
        )
    asks = offered.change_annotation_support is not None
    edits: list[types.TextDocumentEdit] = []
    for path, listed in by_file.items():
        opened = analysis.opened.get(path)
        identifier = types.OptionalVersionedTextDocumentIdentifier(
            documents.uri(path), opened.version if opened else None
        )
        edits.append(
            types.TextDocumentEdit(identifier, [_edit(each, analysis, asks=asks) for each in listed])
        )
    is_asked = asks and any(change.is_prose for listed in by_file.values() for change in listed)
    question = types.ChangeAnnotation(label="Words of sentences", needs_confirmation=True)
    return types.WorkspaceEdit(
        document_changes=edits, change_annotations={_PROSE: question} if is_asked else None
    )


def _edit(
    change: Change, analysis: Analysis, *, asks: bool = False
) -> types.TextEdit | types.AnnotatedTextEdit:
    plain = _plain_edit(change, analysis)
    return types.AnnotatedTextEdit(_PROSE, plain.range, plain.new_text) if asks and change.is_prose else plain


def _plain_edit(change: Change, analysis: Analysis) -> types.TextEdit:
    return types.TextEdit(analysis.lines(change.path).range(change.start, change.end), change.new)


def code_actions(
    analysis: Analysis, document: Document, path: Path, params: types.CodeActionParams
) -> list[types.CodeAction]:
    """The quick fixes of the findings in the asked range, and all of the file when they are asked for."""
    found = analysis.findings().get(path, [])
    lines = document.lines
    only = tuple(params.context.only or ())
    offered: list[types.CodeAction] = []
    if not only or any(_holds(kind, types.CodeActionKind.QuickFix) for kind in only):
        start, end = lines.index(params.range.start), lines.index(params.range.end)
        for finding in found:
            place = diagnostics.span(finding, lines)
            if (
                finding.fix is not None
                and lines.index(place.start) <= end
                and start <= lines.index(place.end)
            ):
                title = actions.TITLE.format(message=finding.message)
                kind = types.CodeActionKind.QuickFix
                offered += _action(title, kind, [finding], analysis, document, path)
    if any(_holds(kind, FIX_ALL) for kind in only):
        offered += _action("Mend all that can be mended", FIX_ALL, found, analysis, document, path)
    return offered


def _action(
    title: str,
    kind: types.CodeActionKind | str,
    found: list[Finding],
    analysis: Analysis,
    document: Document,
    path: Path,
) -> list[types.CodeAction]:
    change = actions.edit(document.text, actions.fixes(analysis, path, found), path.name)
    if change is None:
        return []
    start, end, new = change
    edit = types.TextEdit(document.lines.range(start, end), new)
    return [
        types.CodeAction(
            title=title,
            kind=kind,
            diagnostics=diagnostics.diagnostics(found, document.lines),
            edit=types.WorkspaceEdit(changes={document.uri: [edit]}),
            is_preferred=True,
        )
    ]


def _holds(asked: types.CodeActionKind | str, kind: types.CodeActionKind | str) -> bool:
    """Whether the kind of action *asked* for holds *kind*."""
    wanted, given = str(getattr(asked, "value", asked)), str(getattr(kind, "value", kind))
    return given == wanted or given.startswith(wanted + ".")
