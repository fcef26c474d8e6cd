"""Changes in the order in which people read them: by severity, then by the operations that they touch.

A change that several operations share stands once, after those of single operations. Changes of texts only
are counted instead of shown, unless they are asked for.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cynod_spec.diff import Comparison
from cynod_spec.diff.changes import SEVERITIES, Change, Severity

Operations = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Selection:
    """What is shown: changes of ``least`` severity or more, those of texts only if ``texts``."""

    least: Severity = "safe"
    texts: bool = False

    @property
    def severities(self) -> tuple[Severity, ...]:
        """The severities that are shown, the worst first."""
        return SEVERITIES[: SEVERITIES.index(self.least) + 1]


USUAL = Selection()
"""Every severity, texts counted."""


@dataclass(frozen=True, slots=True)
class Group:
    """Changes of one severity that touch the same operations; none for the contract as a whole."""

    operations: Operations
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """The changes of one severity: those that are shown, and those of texts that are counted only."""

    severity: Severity
    groups: tuple[Group, ...]
    folded: tuple[Change, ...]


def sections(comparison: Comparison, selection: Selection) -> list[Section]:
    """What *selection* shows of *comparison*, the worst first; no section is empty."""
    found = []
    for severity in selection.severities:
        changes = [change for change in comparison.changes if change.severity == severity]
        folded = () if selection.texts else tuple(change for change in changes if change.rule.is_text)
        shown = [change for change in changes if selection.texts or not change.rule.is_text]
        if changes:
            found.append(Section(severity, _groups(shown), folded))
    return found


def in_order(comparison: Comparison, selection: Selection) -> list[Change]:
    """The changes that *selection* shows, as they stand in its sections."""
    return [
        change
        for section in sections(comparison, selection)
        for group in section.groups
        for change in group.changes
    ]


def _groups(changes: Iterable[Change]) -> tuple[Group, ...]:
    found: dict[Operations, list[Change]] = {}
    for change in changes:
        found.setdefault(tuple(sorted(change.operations, key=_words)), []).append(change)
    return tuple(Group(operations, tuple(found[operations])) for operations in sorted(found, key=_order))


def _order(operations: Operations) -> tuple[object, ...]:
    """The whole contract first, then single operations by path and method, then what several share."""
    return min(len(operations), 2), [_words(operation) for operation in operations]


def _words(operation: str) -> tuple[str, ...]:
    """Path and method, for operations of one path to stand together."""
    return tuple(reversed(operation.split(" ", 1)))
