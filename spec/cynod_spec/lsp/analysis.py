"""One state of a contract: what lint says of it, its model, and the text of each of its files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final

from cynod_spec.base.errors import CynodError
from cynod_spec.base.pointer import Tokens
from cynod_spec.lint import Finding, Report, judge
from cynod_spec.lint.registry import Subject
from cynod_spec.lint.source_text import SourceText
from cynod_spec.lsp.documents import Document
from cynod_spec.lsp.positions import Encoding, Lines
from cynod_spec.model import Contract
from cynod_spec.source import overlay
from cynod_spec.source.document import FILES, Source
from cynod_spec.source.parsing import parse, without_collector
from cynod_spec.source.reading import Unsaved
from cynod_spec.workflows.lint import judge as judge_workflows

WORKFLOWS: Final = ".arazzo.yaml"  # how the name of a document of workflows ends
LOCALES: Final = "locales"  # the folder beside a document that holds its overlays


@dataclass(frozen=True)
class Analysis:
    """The document ``main`` while the editor held ``opened``; any other file is as on disk."""

    main: Path
    report: Report
    workflow_reports: tuple[Report, ...]  # on those that are open
    opened: Mapping[Path, Document]
    encoding: Encoding
    _texts: dict[Path, SourceText] = field(default_factory=dict)
    _lines: dict[Path, Lines] = field(default_factory=dict)
    _targets: dict[Path, dict[str, Tokens]] = field(default_factory=dict)

    @property
    def subject(self) -> Subject:
        """What the rules looked at. Raises LookupError when the document could not be read."""
        if self.report.subject is None:
            raise LookupError(self.main)
        return self.report.subject

    @property
    def is_readable(self) -> bool:
        """Whether there is a model of it."""
        return self.report.subject is not None

    @property
    def source(self) -> Source:
        """The document with the files that it refers to."""
        return self.subject.source

    @property
    def contract(self) -> Contract:
        """Its model."""
        return self.subject.contract

    @cached_property
    def unsaved(self) -> Unsaved:
        """The words of the open documents."""
        return {path: document.text for path, document in self.opened.items()}

    def text(self, path: Path) -> SourceText:
        """The text of *path* in this state, with its tree."""
        if path not in self._texts:
            reports = (self.report, *self.workflow_reports)
            known = next((each.texts[str(path)] for each in reports if str(path) in each.texts), None)
            self._texts[path] = known if known is not None else SourceText.of(str(path), self.unsaved)
        return self._texts[path]

    def lines(self, path: Path) -> Lines:
        """The lines of *path* in this state."""
        if path in self.opened:
            return self.opened[path].lines
        if path not in self._lines:
            self._lines[path] = Lines(self.text(path).text, self.encoding)
        return self._lines[path]

    @cached_property
    def documents(self) -> Mapping[Path, Tokens]:
        """The files whose nodes are the contract's own → where in it: the document, and what it refers to."""
        below = self.source.value.get(FILES)
        names = below if isinstance(below, dict) else {}
        return {self.main: (), **{(self.main.parent / name).resolve(): (FILES, name) for name in names}}

    @cached_property
    def overlays(self) -> tuple[Path, ...]:
        """The overlays beside it, those of its workflows aside."""
        listed = sorted(self.main.parent.glob(f"{LOCALES}/*.overlay.yaml"))
        return tuple(path.resolve() for path in listed if not path.name.startswith("workflows."))

    @cached_property
    def workflows(self) -> tuple[Path, ...]:
        """The workflows beside it (Arazzo)."""
        return tuple(path.resolve() for path in sorted(self.main.parent.glob(f"*{WORKFLOWS}")))

    @cached_property
    def files(self) -> tuple[Path, ...]:
        """Every file in which a name of the contract may stand."""
        return (*self.documents, *self.overlays, *self.workflows)

    def where(self, path: Path, tokens: Tokens) -> Tokens | None:
        """Where *tokens* of the file at *path* lead in the document: in an overlay, through its target."""
        if path in self.documents:
            return (*self.documents[path], *tokens)
        if path in self.overlays and len(tokens) > 3 and tokens[0] == "actions" and tokens[2] == "update":
            target = self.target(path, tokens[1])
            return None if target is None else (*target, *tokens[3:])
        return None

    def target(self, path: Path, action: str) -> Tokens | None:
        """Where the action numbered *action* of the overlay at *path* leads first; None when nowhere."""
        if path not in self._targets:
            self._targets[path] = dict(self._selected(path))
        return self._targets[path].get(action)

    def _selected(self, path: Path) -> Iterator[tuple[str, Tokens]]:
        try:
            actions = overlay.read(parse(self.text(path).text, path.name), path.name).actions
        except CynodError:
            return
        for index, action in enumerate(actions):
            with suppress(CynodError):
                yield str(index), overlay.select(self.source.value, action)[0]

    def file_of(self, where: Tokens) -> tuple[Path, Tokens]:
        """The file in which *where* of the document is written, and the tokens in it."""
        for path, prefix in self.documents.items():
            if prefix and where[:2] == prefix:
                return path, where[2:]
        return self.main, where

    def findings(self) -> Mapping[Path, list[Finding]]:
        """What lint says, file by file, for every file that was read."""
        found: dict[Path, list[Finding]] = {}
        for report in (self.report, *self.workflow_reports):
            for path in report.files:
                found.setdefault(path.resolve(), [])
            for finding in report.findings:
                found.setdefault(Path(finding.at.file).resolve(), []).append(finding)
        return found


def analyse(main: Path, opened: Mapping[Path, Document], encoding: Encoding) -> Analysis:
    """The state of the document at *main* while the editor holds *opened*."""
    unsaved = {path: document.text for path, document in opened.items()}
    with without_collector():
        report = judge(main, unsaved=unsaved)
        contract = report.subject.contract if report.subject else None
        beside = [path for path in opened if path.parent == main.parent and path.name.endswith(WORKFLOWS)]
        others = [judge_workflows(path, contract, unsaved) for path in beside if contract is not None]
    return Analysis(main, report, tuple(others), opened, encoding)
