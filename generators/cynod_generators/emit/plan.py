"""What a target plans: files, who owns each, and what they hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """A file to write at *path*, relative to the output folder.

    A *generated* file is replaced by every run; any other is written once and belongs to its reader.
    """

    path: PurePosixPath
    content: bytes
    generated: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything one target writes. Generated files stand in *folder*, which is swapped as a whole.

    *advice* says what to do instead of editing a generated file.
    """

    folder: PurePosixPath
    files: tuple[PlannedFile, ...]
    document_sha256: str
    operations: frozenset[str]  # Python names, to tell handlers whose operation is gone
    advice: str
    inputs: Mapping[str, str] = field(default_factory=dict)  # what was read beside the document → its SHA-256
