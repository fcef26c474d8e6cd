"""One state of a contract: what lint says of it, its model, and the text of each of its files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from cynod_spec.lint import Finding, Report, judge
from cynod_spec.lint.registry import Subject
from cynod_spec.lint.text import Text
from cynod_spec.model import Contract
from cynod_spec.reading import Unsaved
from cynod_spec.references import FILES
from cynod_spec.source import Source


@dataclass(frozen=True)
class Analysis:
    """The document ``main`` as it was when ``texts`` were its words; any other file is as on disk."""

    main: Path
    report: Report
    unsaved: Unsaved
    _texts: dict[Path, Text] = field(default_factory=dict)

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

    def text(self, path: Path) -> Text:
        """The text of *path* in this state, with its tree."""
        if path not in self._texts:
            self._texts[path] = Text.of(str(path), self.unsaved)
        return self._texts[path]

    @property
    def documents(self) -> tuple[Path, ...]:
        """The files whose nodes are the contract's own: the document, and those that it refers to."""
        below = self.source.value.get(FILES)
        return (self.main, *(self.main.parent / name for name in below or ()))

    @property
    def overlays(self) -> tuple[Path, ...]:
        """The overlays beside it."""
        return tuple(path.resolve() for path in sorted(self.main.parent.glob("locales/*.overlay.yaml")))

    @property
    def workflows(self) -> tuple[Path, ...]:
        """The workflows beside it (Arazzo)."""
        return tuple(path.resolve() for path in sorted(self.main.parent.glob("*.arazzo.yaml")))

    @cached_property
    def files(self) -> tuple[Path, ...]:
        """Every file in which a name of the contract may stand."""
        return (*self.documents, *self.overlays, *self.workflows)

    def findings(self) -> Mapping[Path, list[Finding]]:
        """What lint says, file by file, for every file that was read."""
        found: dict[Path, list[Finding]] = {path.resolve(): [] for path in self.report.files}
        for finding in self.report.findings:
            found.setdefault(Path(finding.at.file).resolve(), []).append(finding)
        return found


def analyse(main: Path, unsaved: Unsaved) -> Analysis:
    """The state of the document at *main* while the editor holds *unsaved*."""
    return Analysis(main, judge(main, unsaved=unsaved), unsaved)
