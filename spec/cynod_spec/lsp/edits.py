"""What a rename changes, as one edit of the protocol over several files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from lsprotocol import types

from cynod_spec.lsp.analysis import Analysis
from cynod_spec.lsp.documents import OpenDocuments
from cynod_spec.lsp.rename import MentionEdit

_PROSE: Final = "in a sentence"


def workspace_edit(
    changes: Iterable[MentionEdit],
    analysis: Analysis,
    documents: OpenDocuments,
    able: types.ClientCapabilities,
) -> types.WorkspaceEdit:
    """*changes* as one edit: of versions, and with questions about sentences, where the editor can."""
    by_file: dict[Path, list[MentionEdit]] = defaultdict(list)
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
    change: MentionEdit, analysis: Analysis, *, asks: bool = False
) -> types.TextEdit | types.AnnotatedTextEdit:
    plain = _plain_edit(change, analysis)
    return types.AnnotatedTextEdit(_PROSE, plain.range, plain.new_text) if asks and change.is_prose else plain


def _plain_edit(change: MentionEdit, analysis: Analysis) -> types.TextEdit:
    return types.TextEdit(analysis.lines(change.path).range(change.start, change.end), change.new)
