"""What an editor may ask, and which module answers."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Protocol

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from cynod_spec.lsp import actions, completion, definition, edits, hover, items, rename
from cynod_spec.lsp.analysis import Analysis
from cynod_spec.lsp.contracts import WatchedContract
from cynod_spec.lsp.documents import path_of
from cynod_spec.lsp.present import Present
from cynod_spec.lsp.server import ContractLanguageServer
from cynod_spec.lsp.symbols import Index, Symbol
from cynod_spec.output.control_characters import one_line

_TRIGGERS = ["/", "'", '"', "#", ":", " ", "-", "["]


class Asked(Protocol):
    """A request about a place in a text."""

    text_document: types.TextDocumentIdentifier
    position: types.Position


def register(server: ContractLanguageServer) -> None:
    """Let *server* answer all of it."""
    _lifecycle(server)
    _reading(server)
    _writing(server)


def _lifecycle(server: ContractLanguageServer) -> None:
    @server.feature(types.INITIALIZE)
    def initialize(_: types.InitializeParams) -> None:
        server.begin()

    @server.feature(types.INITIALIZED)
    async def initialized(_: types.InitializedParams) -> None:
        await server.watch()

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    async def changed_on_disk(params: types.DidChangeWatchedFilesParams) -> None:
        server.touch_near([each.uri for each in params.changes])

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    async def did_open(params: types.DidOpenTextDocumentParams) -> None:
        server.touch(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    async def did_change(params: types.DidChangeTextDocumentParams) -> None:
        server.touch(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    async def did_save(params: types.DidSaveTextDocumentParams) -> None:
        server.touch(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    async def did_close(params: types.DidCloseTextDocumentParams) -> None:
        server.drop(params.text_document.uri)


def _reading(server: ContractLanguageServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_HOVER)
    async def hovered(params: types.HoverParams) -> types.Hover | None:
        analysis, path, index = await _place(server, params)
        if analysis is None or path is None or index is None:
            return None
        found = await asyncio.to_thread(hover.hover, analysis, path, index)
        if found is None:
            return None
        said, start, end = found
        place = Present(analysis, server.documents).range(path, start, end)
        return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, said), place)

    @server.feature(types.TEXT_DOCUMENT_DEFINITION)
    async def defined(params: types.DefinitionParams) -> list[types.Location]:
        analysis, symbol = await _symbol(server, params)
        if analysis is None or symbol is None:
            return []
        present = Present(analysis, server.documents)
        return [present.location(*span) for span in definition.definitions(analysis, symbol)]

    @server.feature(types.TEXT_DOCUMENT_REFERENCES)
    async def referred(params: types.ReferenceParams) -> list[types.Location]:
        analysis, symbol = await _symbol(server, params)
        if analysis is None or symbol is None:
            return []
        found = await asyncio.to_thread(Index(analysis).all, symbol)
        if not params.context.include_declaration:
            given = definition.definitions(analysis, symbol)
            found = [each for each in found if not any(each.is_in(*span) for span in given)]
        present = Present(analysis, server.documents)
        return [present.location(each.path, each.start, each.end) for each in found]

    @server.feature(types.TEXT_DOCUMENT_COMPLETION, types.CompletionOptions(trigger_characters=_TRIGGERS))
    async def completed(params: types.CompletionParams) -> types.CompletionList | None:
        path, watched = _watched(server, params.text_document.uri)
        document = server.documents.at(path) if path else None
        analysis = await watched.readable() if watched else None
        if analysis is None or path is None or document is None:
            return None
        document = server.documents.at(path) or document
        index = document.lines.index(params.position)
        return items.items(completion.completion(analysis, path, document.text, index), document)


def _writing(server: ContractLanguageServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_PREPARE_RENAME)
    async def prepared(params: types.PrepareRenameParams) -> types.PrepareRenamePlaceholder:
        analysis, path, index = await _current(server, params)
        try:
            mention = rename.renamed_at(analysis, path, index)
        except rename.Refused as error:
            raise refusal(str(error)) from None
        place = analysis.lines(path).range(mention.start, mention.end)
        return types.PrepareRenamePlaceholder(place, mention.symbol.name[-1])

    @server.feature(types.TEXT_DOCUMENT_RENAME, types.RenameOptions(prepare_provider=True))
    async def renamed(params: types.RenameParams) -> types.WorkspaceEdit:
        analysis, path, index = await _current(server, params)
        try:
            mention = rename.renamed_at(analysis, path, index)
            changes = await asyncio.to_thread(rename.rename, analysis, mention.symbol, params.new_name)
        except rename.Refused as error:
            raise refusal(str(error)) from None
        able = server.client_capabilities
        return edits.workspace_edit(changes, analysis, server.documents, able)

    kinds = [types.CodeActionKind.QuickFix, actions.FIX_ALL]

    @server.feature(types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions(code_action_kinds=kinds))
    async def offered(params: types.CodeActionParams) -> list[types.CodeAction]:
        path, watched = _watched(server, params.text_document.uri)
        analysis = await watched.settled() if watched else None
        document = analysis.opened.get(path) if analysis and path else None
        if analysis is None or path is None or document is None or document is not server.documents.at(path):
            return []
        return await asyncio.to_thread(actions.code_actions, analysis, document, path, params)


def refusal(sentence: str) -> JsonRpcException:
    """The answer to a request that cannot be met: *sentence*, which the editor shows (RequestFailed)."""
    return JsonRpcException(one_line(sentence), types.LSPErrorCodes.RequestFailed)


def _watched(server: ContractLanguageServer, uri: str) -> tuple[Path | None, WatchedContract | None]:
    path = path_of(uri)
    return path, server.contracts.of(path) if path else None


async def _place(
    server: ContractLanguageServer, params: Asked
) -> tuple[Analysis | None, Path | None, int | None]:
    """The readable state, the file in it, and the index there of what is asked about."""
    path, watched = _watched(server, params.text_document.uri)
    analysis = await watched.readable() if watched else None
    if analysis is None or path is None or path not in analysis.files:
        return None, None, None
    return analysis, path, Present(analysis, server.documents).index(path, params.position)


async def _symbol(server: ContractLanguageServer, params: Asked) -> tuple[Analysis | None, Symbol | None]:
    analysis, path, index = await _place(server, params)
    if analysis is None or path is None or index is None:
        return None, None
    mention = Index(analysis).at(path, index)
    return analysis, mention.symbol if mention else None


async def _current(server: ContractLanguageServer, params: Asked) -> tuple[Analysis, Path, int]:
    """The present state of a document that can be read, for what writes; the editor hears why it cannot."""
    path, watched = _watched(server, params.text_document.uri)
    analysis = await watched.settled() if watched else None
    if analysis is None or path is None:
        raise refusal("This file belongs to no contract that can be read.")
    if not analysis.is_readable:
        raise refusal("The document cannot be read as it is; mend it first.")
    if path not in analysis.files:
        raise refusal("This file belongs to no contract that can be read.")
    return analysis, path, analysis.lines(path).index(params.position)
