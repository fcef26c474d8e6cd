"""An editor of contracts: pygls' own client, which starts ``cynod spec lsp`` and speaks to it over its pipes.

Its methods wait for the answer; diagnostics are kept as they come.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
import time
from collections.abc import Callable, Coroutine, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from lsprotocol import types
from pygls.lsp.client import LanguageClient
from pygls.uris import from_fs_path, to_fs_path

T = TypeVar("T")
LONGEST = 60.0  # seconds that an answer may take on a busy machine
COMMAND = (sys.executable, "-m", "cynod_spec.cli", "spec", "lsp")
EVERYTHING = types.ClientCapabilities(
    workspace=types.WorkspaceClientCapabilities(
        did_change_watched_files=types.DidChangeWatchedFilesClientCapabilities(dynamic_registration=True),
        workspace_edit=types.WorkspaceEditClientCapabilities(
            document_changes=True,
            change_annotation_support=types.ChangeAnnotationsSupportOptions(groups_on_label=True),
        ),
    ),
    text_document=types.TextDocumentClientCapabilities(
        hover=types.HoverClientCapabilities(content_format=[types.MarkupKind.Markdown]),
        rename=types.RenameClientCapabilities(prepare_support=True),
    ),
)


def text_edits(edit: types.WorkspaceEdit) -> list[types.TextDocumentEdit]:
    """What *edit* changes in each file; it may not create, rename or delete one."""
    changes = list(edit.document_changes or ())
    texts = [each for each in changes if isinstance(each, types.TextDocumentEdit)]
    assert len(texts) == len(changes)
    return texts


class Editor:
    """One session; ``texts`` are what it shows, by path."""

    def __init__(self, loop: asyncio.AbstractEventLoop, client: LanguageClient) -> None:
        self.client = client
        self.process: Any = client._server
        self.texts: dict[Path, str] = {}
        self.versions: dict[Path, int] = {}
        self.encoding: str = "utf-16"
        self._loop = loop
        self._arrived = threading.Condition()
        self._published: dict[Path, types.PublishDiagnosticsParams] = {}
        self.told: list[str] = []
        self.watches: list[str] = []

        @client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        def published(params: types.PublishDiagnosticsParams) -> None:
            with self._arrived:
                self._published[path(params.uri)] = params
                self._arrived.notify_all()

        @client.feature(types.CLIENT_REGISTER_CAPABILITY)
        def registered(params: types.RegistrationParams) -> None:
            for each in params.registrations:
                options: Any = each.register_options
                self.watches += [watcher["globPattern"] for watcher in options["watchers"]]

        @client.feature(types.WINDOW_SHOW_MESSAGE)
        def told(params: types.ShowMessageParams) -> None:
            self.told.append(params.message)

    def wait(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """What *coroutine* gives."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(LONGEST)

    def ask(self, method: str, params: Any) -> Any:
        """The answer to a request. Raises the error that the server answers with."""
        return self.later(method, params).result(LONGEST)

    def later(self, method: str, params: Any) -> Future[Any]:
        """The same without waiting."""

        async def asked() -> Any:
            return await self.client.protocol.send_request_async(method, params)

        return asyncio.run_coroutine_threadsafe(asked(), self._loop)

    def notify(self, method: str, params: Any) -> None:
        """Send a notification."""
        self._loop.call_soon_threadsafe(self.client.protocol.notify, method, params)

    def open(self, file: Path, text: str | None = None) -> list[types.Diagnostic]:
        """Open *file*, or an unsaved *text* of it; its diagnostics."""
        self.texts[file] = file.read_bytes().decode("utf-8") if text is None else text
        self.versions[file] = 1
        item = types.TextDocumentItem(uri(file), "yaml", 1, self.texts[file])
        self.notify(types.TEXT_DOCUMENT_DID_OPEN, types.DidOpenTextDocumentParams(item))
        return self.diagnostics(file)

    def type(self, file: Path, text: str) -> None:
        """Make *text* the words of *file*, unsaved."""
        self.texts[file] = text
        self.versions[file] += 1
        params = types.DidChangeTextDocumentParams(
            types.VersionedTextDocumentIdentifier(self.versions[file], uri(file)),
            [types.TextDocumentContentChangeWholeDocument(text)],
        )
        self.notify(types.TEXT_DOCUMENT_DID_CHANGE, params)

    def edit(self, file: Path, text: str) -> tuple[list[types.Diagnostic], float]:
        """Type, and wait for the diagnostics of these words; the milliseconds until they came."""
        start = time.perf_counter()
        self.type(file, text)
        return self.diagnostics(file), (time.perf_counter() - start) * 1000

    def close(self, file: Path) -> None:
        """Close *file*."""
        del self.texts[file], self.versions[file]
        self.notify(
            types.TEXT_DOCUMENT_DID_CLOSE,
            types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(uri(file))),
        )

    def diagnostics(self, file: Path) -> list[types.Diagnostic]:
        """The diagnostics of the present words of the open *file*."""
        with self._arrived:
            assert self._arrived.wait_for(lambda: self._is_current(file), LONGEST), self.told
            return list(self._published[file].diagnostics)

    def has_published(self, file: Path) -> bool:
        """Whether the diagnostics of the present words of *file* have come already."""
        with self._arrived:
            return self._is_current(file)

    def until(self, file: Path, holds: Callable[[list[types.Diagnostic]], bool]) -> bool:
        """Whether the diagnostics of *file* come to be such that *holds*."""
        with self._arrived:
            shown = self._published
            return self._arrived.wait_for(
                lambda: file in shown and holds(list(shown[file].diagnostics)), LONGEST
            )

    def _is_current(self, file: Path) -> bool:
        found = self._published.get(file)
        return found is not None and found.version == self.versions.get(file)

    def at(self, file: Path, word: str, nth: int = 0, offset: int = 0) -> dict[str, Any]:
        """Where the *nth* *word* in *file* stands, *offset* characters on: the place that a request names."""
        text = self.texts[file]
        index = -1
        for _ in range(nth + 1):
            index = text.index(word, index + 1)
        return {
            "text_document": types.TextDocumentIdentifier(uri(file)),
            "position": position(text, index + offset),
        }

    def selected(self, file: Path, place: types.Range) -> str:
        """The text of *file* in a range that the server gave."""
        text = self.texts[file] if file in self.texts else file.read_bytes().decode("utf-8")
        return text[index(text, place.start) : index(text, place.end)]

    def apply(self, edit: types.WorkspaceEdit) -> dict[Path, str]:
        """The words of each file that *edit* changes, changed, also on disk."""
        listed = {path(each.text_document.uri): each.edits for each in text_edits(edit)}
        listed |= {path(each): edits for each, edits in (edit.changes or {}).items()}
        changed = {}
        for file, edits in listed.items():
            text = self.texts.get(file) or file.read_bytes().decode("utf-8")
            changed[file] = applied(text, edits)
            file.write_bytes(changed[file].encode("utf-8"))
        return changed


@contextmanager
def editing(
    capabilities: types.ClientCapabilities = EVERYTHING, command: Sequence[str] = COMMAND
) -> Iterator[Editor]:
    """A session with a server of its own, which must end by itself, with 0 and without an error message."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    client = LanguageClient("an-editor", "1")
    program, *arguments = command
    started = client.start_io(program, *arguments, env=dict(os.environ))
    asyncio.run_coroutine_threadsafe(started, loop).result(LONGEST)
    editor = Editor(loop, client)
    process = editor.process
    try:
        params = types.InitializeParams(capabilities=capabilities, process_id=os.getpid())
        answer = editor.ask(types.INITIALIZE, params)
        editor.encoding = answer.capabilities.position_encoding or "utf-16"
        editor.notify(types.INITIALIZED, types.InitializedParams())
        yield editor
        editor.ask(types.SHUTDOWN, None)
        editor.notify(types.EXIT, None)
        said = editor.wait(process.stderr.read())
        assert editor.wait(process.wait()) == 0, said.decode()
        assert not said, said.decode()
    finally:
        if process.returncode is None:
            process.kill()
        editor.wait(client.stop())
        loop.call_soon_threadsafe(loop.stop)
        thread.join(LONGEST)
        loop.close()


def applied(text: str, edits: Sequence[Any]) -> str:
    """*text* after *edits*, whose ranges count UTF-16 units."""
    spans = [(index(text, each.range.start), index(text, each.range.end), each.new_text) for each in edits]
    for start, end, new in sorted(spans, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def position(text: str, index: int) -> types.Position:
    """The position of the character at *index*, counted the slow and plain way."""
    before = text[:index].replace("\r\n", " \n").replace("\r", "\n").split("\n")
    return types.Position(len(before) - 1, len(before[-1].encode("utf-16-le")) // 2)


def index(text: str, place: types.Position) -> int:
    """The index of a position, counted the slow and plain way."""
    lines = text.replace("\r\n", " \n").replace("\r", "\n").split("\n")
    line = lines[place.line].encode("utf-16-le")
    return sum(len(each) + 1 for each in lines[: place.line]) + len(
        line[: place.character * 2].decode("utf-16-le")
    )


def uri(file: Path) -> str:
    """The URI of *file*."""
    found = from_fs_path(str(file))
    assert found is not None
    return found


def path(uri: str) -> Path:
    """The path of a URI."""
    found = to_fs_path(uri)
    assert found is not None
    return Path(found)
