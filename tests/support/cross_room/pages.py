"""Generated HTML pages as a reader's program sees them: ids, links, what they load, their text."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

_VOID = frozenset(("meta", "link", "br", "hr", "img", "input", "rect", "path"))
_UNSEEN = frozenset(("script", "style", "title"))
_LOADS = {("link", "href"), ("script", "src"), ("img", "src"), ("iframe", "src"), ("object", "data")}


@dataclass
class HtmlPage:
    """One parsed page."""

    file: Path
    ids: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    loads: list[str] = field(default_factory=list)
    tags: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    text: str = ""
    prose: str = ""  # the text outside samples
    sample: str = ""  # the request to run, of an operation's page
    language: str | None = None

    @classmethod
    def read(cls, file: Path) -> HtmlPage:
        """The page in *file*."""
        page = cls(file)
        parser = _Parser(page)
        parser.feed(file.read_text(encoding="utf-8"))
        parser.close()
        return page

    def target(self, link: str) -> tuple[Path, str]:
        """File and anchor to which the relative *link* leads."""
        parts = urlsplit(link)
        file = self.file.parent / unquote(parts.path) if parts.path else self.file
        return file.resolve(), unquote(parts.fragment)


def pages(folder: Path) -> dict[Path, HtmlPage]:
    """Every page below *folder*, by its resolved path."""
    return {file.resolve(): HtmlPage.read(file) for file in sorted(folder.rglob("*.html"))}


class _Parser(HTMLParser):
    def __init__(self, page: HtmlPage) -> None:
        super().__init__()
        self.page = page
        self.open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.page.tags.append((tag, values))
        if tag == "html":
            self.page.language = values.get("lang")
        if values.get("id"):
            self.page.ids.append(str(values["id"]))
        for name, value in attrs:
            if (tag, name) in _LOADS:
                self.page.loads.append(value or "")
            elif name in ("href", "xlink:href"):
                self.page.links.append(value or "")
        if tag not in _VOID:
            self.open.append((tag, "data-run" in values))

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if any(tag in _UNSEEN for tag, _ in self.open):
            return
        self.page.text += data
        if all(tag != "pre" for tag, _ in self.open):
            self.page.prose += data
        if any(runs for _, runs in self.open):
            self.page.sample += data
