"""The server: what the editor says and asks, and which module answers."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from cynod_spec.lsp import diagnostics
from cynod_spec.lsp.analysis import Analysis
from cynod_spec.lsp.contracts import OpenContracts
from cynod_spec.lsp.documents import Document, OpenDocuments, path_of


class ContractLanguageServer(LanguageServer):
    """One editor, its open documents and their contracts.

    The editor sends whole texts: pygls applies parts of one by Python's lines, which are not the protocol's.
    """

    def __init__(self, version: str) -> None:
        super().__init__("cynod", version, text_document_sync_kind=types.TextDocumentSyncKind.Full)
        self.documents: OpenDocuments
        self.contracts: OpenContracts
        self._published: dict[Path, Path] = {}  # a file with diagnostics → the document of its contract

    def begin(self) -> None:
        """Know the editor's workspace."""
        self.documents = OpenDocuments(self.workspace)
        self.contracts = OpenContracts(self.documents, self.publish, self.tell)

    async def watch(self) -> None:
        """Ask the editor to tell when a file of YAML or JSON changes on disk, if it can."""
        able = self.client_capabilities.workspace
        watched = able.did_change_watched_files if able else None
        if watched is None or not watched.dynamic_registration:
            return
        options = types.DidChangeWatchedFilesRegistrationOptions(
            [types.FileSystemWatcher("**/*.{yaml,yml,json}")]
        )
        method = types.WORKSPACE_DID_CHANGE_WATCHED_FILES
        await self.client_register_capability_async(
            types.RegistrationParams([types.Registration("files", method, options)])
        )

    def touch_near(self, uris: list[str]) -> None:
        """Files changed on disk: what stands in a folder of one of them is judged again."""
        changed = [path for path in map(path_of, uris) if path is not None]
        for watched in self.contracts:
            if any(path.is_relative_to(watched.main.parent) for path in changed):
                watched.touch()

    def touch(self, uri: str) -> None:
        """The editor has other words for *uri*."""
        path = self.documents.put(uri)
        watched = self.contracts.of(path) if path else None
        if watched is not None:
            watched.touch()

    def drop(self, uri: str) -> None:
        """The editor closed *uri*; a contract of which nothing is open any more loses its diagnostics."""
        path = self.documents.drop(uri)
        if path is None:
            return
        for watched in self.contracts:
            files = set(watched.last.findings()) if watched.last else {watched.main}
            if path not in files:
                continue
            if files.isdisjoint(self.documents.opened()):
                self.contracts.forget(watched)
                self._show(watched.main, {}, {})
            else:
                watched.touch()

    def publish(self, analysis: Analysis) -> None:
        """Show what lint says of every file of one contract."""
        listed = {
            path: diagnostics.diagnostics(found, analysis.lines(path)) if found else []
            for path, found in analysis.findings().items()
        }
        self._show(analysis.main, listed, analysis.opened)

    def tell(self, sentence: str) -> None:
        """Let the editor's user know *sentence*."""
        level = types.MessageType.Error
        self.window_show_message(types.ShowMessageParams(level, sentence))

    def _show(
        self, main: Path, listed: Mapping[Path, list[types.Diagnostic]], opened: Mapping[Path, Document]
    ) -> None:
        """Show *listed*, and take away what other files of the same contract had."""
        before = {path for path, other in self._published.items() if other == main}
        for path in [*listed, *(before - listed.keys())]:
            shown, document = listed.get(path, []), opened.get(path)
            if shown:
                self._published[path] = main
            elif self._published.pop(path, None) is None and document is None:
                continue
            version = document.version if document else None
            self.text_document_publish_diagnostics(
                types.PublishDiagnosticsParams(self.documents.uri(path), shown, version)
            )
