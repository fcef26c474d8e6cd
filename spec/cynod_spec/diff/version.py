"""The next version of a contract: what its changes ask for, and whether its document says so (semver)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from cynod_spec.base.semantic_versions import Version, read
from cynod_spec.diff.changes import Change

Part = Literal["major", "minor", "patch", "none"]


@dataclass(frozen=True, slots=True)
class Advice:
    """The versions of both documents, the part to raise and the version that it leads to.

    ``suggested`` is empty when the old version is not semantic; then ``sufficient`` asks nothing.
    """

    old: str
    new: str
    part: Part
    suggested: str
    sufficient: bool


def advise(old: str, new: str, changes: Iterable[Change]) -> Advice:
    """What *changes* between the versions *old* and *new* ask for.

    Breaking asks for a new major version, or minor before 1.0.0; what is added or risky for a minor one;
    anything else for a patch.
    """
    part = _part(list(changes))
    before, after = read(old), read(new)
    if before is None:
        return Advice(old, new, part, "", True)
    wanted = _raised(before, part)
    return Advice(old, new, part, ".".join(map(str, wanted)), after is not None and after >= wanted)


def _part(changes: list[Change]) -> Part:
    if any(change.severity == "breaking" for change in changes):
        return "major"
    if any(change.severity == "risky" or change.rule.adds for change in changes):
        return "minor"
    return "patch" if changes else "none"


def _raised(version: Version, part: Part) -> Version:
    major, minor, patch = version
    if part == "major" and major > 0:
        return (major + 1, 0, 0)
    if part in ("major", "minor"):
        return (major, minor + 1, 0)
    return (major, minor, patch + 1) if part == "patch" else version
