"""Which contract a file belongs to, and its analyses: one at a time, in a thread, of the last words."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

from cynod_spec.base.errors import CynodError
from cynod_spec.lint.source_text import SourceText
from cynod_spec.lsp.analysis import LOCALES, Analysis, analyse
from cynod_spec.lsp.documents import OpenDocuments, kind_of
from cynod_spec.source.parsing import parse, without_collector

_JUDGE_DELAY_S = 0.03  # without a key before a text is judged
Publish = Callable[[Analysis], None]
Tell = Callable[[str], None]  # the editor's user


class WatchedContract:
    """One contract that the editor has open, whole or in part.

    ``good`` is the last analysis of a document that could be read, which answers while one types.
    """

    def __init__(self, main: Path, documents: OpenDocuments, publish: Publish, tell: Tell) -> None:
        self.main = main
        self.good: Analysis | None = None
        self.last: Analysis | None = None
        self._documents = documents
        self._publish = publish
        self._tell = tell
        self._task: asyncio.Task[None] | None = None
        self._is_stale = False

    def holds(self, path: Path) -> bool:
        """Whether the file at *path* is a part of it, as far as is known."""
        if self.good is not None:
            return path in self.good.files
        return path.parent == self.main.parent / LOCALES

    def touch(self) -> None:
        """Judge it again, soon; once for all the keys of one moment."""
        self._is_stale = True
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())

    async def settled(self) -> Analysis | None:
        """The last analysis once nothing is left to judge; None when the file is gone."""
        while self._task is not None and not self._task.done():
            await asyncio.shield(self._task)
        return self.last

    async def readable(self) -> Analysis | None:
        """The last analysis of a document that could be read, waiting for the first; None without any."""
        if self.good is None:
            await self.settled()
        return self.good

    def close(self) -> None:
        """Judge no more."""
        if self._task is not None:
            self._task.cancel()

    async def _run(self) -> None:
        while self._is_stale:
            while self._is_stale:
                self._is_stale = False
                await asyncio.sleep(_JUDGE_DELAY_S if self.last else 0)
            opened = self._documents.opened()
            try:
                found = await asyncio.to_thread(analyse, self.main, opened, self._documents.encoding)
            except CynodError:  # the file went away
                self.last = None
                continue
            except Exception as error:  # noqa: BLE001 - a fault of lint's: the next edit may do without it
                self._tell(f"internal error: {type(error).__name__}: {error}")
                continue
            self.last = found
            self._publish(found)
            if found.is_readable and not (self._is_stale and self.good):
                await asyncio.to_thread(_grow, found, [path for path in opened if path in found.files])
                self.good = found


def _grow(analysis: Analysis, paths: list[Path]) -> None:
    """Make the trees of *paths*, so that no question waits for them."""
    with without_collector():
        for path in paths:
            _ = analysis.text(path).root


class OpenContracts:
    """Every contract of which the editor holds a file."""

    def __init__(self, documents: OpenDocuments, publish: Publish, tell: Tell) -> None:
        self._documents = documents
        self._publish = publish
        self._tell = tell
        self._watched: dict[Path, WatchedContract] = {}

    def __iter__(self) -> Iterator[WatchedContract]:
        return iter(list(self._watched.values()))

    def of(self, path: Path) -> WatchedContract | None:
        """The contract to which the file at *path* belongs; None when it is none of one."""
        main = self._main(path)
        if main is None:
            return None
        if main not in self._watched:
            self._watched[main] = WatchedContract(main, self._documents, self._publish, self._tell)
        return self._watched[main]

    def forget(self, watched: WatchedContract) -> None:
        """Nothing of it is open any more."""
        watched.close()
        self._watched.pop(watched.main, None)

    def _main(self, path: Path) -> Path | None:
        document = self._documents.at(path)
        kind = document.kind if document else ""
        if kind in ("openapi", "swagger"):
            return path
        for watched in self:
            if watched.holds(path):
                return watched.main
        if kind in ("overlay", "arazzo") and document is not None:
            return _described(path, document.text) or _beside(path)
        return None


def _described(path: Path, text: str) -> Path | None:
    """The document near *path* that the overlay or the workflows there name; None without any."""
    try:
        value = parse(text, path.name).value
    except CynodError:
        return None
    named = [value.get("extends")] if isinstance(value, dict) else []
    if isinstance(value, dict) and isinstance(value.get("sourceDescriptions"), list):
        named += [each.get("url") for each in value["sourceDescriptions"] if isinstance(each, dict)]
    for name in named:
        if isinstance(name, str) and not urlsplit(name).scheme:
            main = (path.parent / unquote(name)).resolve()
            if main.is_file() and path.is_relative_to(main.parent):
                return main
    return None


def _beside(path: Path) -> Path | None:
    """The only OpenAPI document in whose folder, or in whose ``locales/``, the file at *path* stands."""
    folder = path.parent.parent if path.parent.name == LOCALES else path.parent
    files = (file for file in sorted(folder.glob("*")) if file.suffix in (".yaml", ".yml", ".json"))
    found = [file.resolve() for file in files if kind_of(SourceText.of(str(file)).text) == "openapi"]
    return found[0] if len(found) == 1 else None
