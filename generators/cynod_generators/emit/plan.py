"""What a target plans to write: files, their owners, their content."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """A file to write at *path*, relative to the output folder.

    A *generated* file is replaced by every run. Any other is written once and belongs to the user.
    """

    path: PurePosixPath
    content: bytes
    generated: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that one target writes.

    Generated files stand in *folder*, which is replaced as a whole. *advice* tells users what to do instead
    of editing a generated file. A target gives a plan, and writing it is the same for all targets::

        def plan(contract: Contract) -> Plan:
            page = PlannedFile(PurePosixPath("out/title.txt"), contract.title.encode(), generated=True)
            return Plan(
                folder=PurePosixPath("out"),
                files=(page,),
                document_sha256=contract.sha256,
                operations=frozenset(),
                advice="change the document's title",
            )

        result = writing.write(plan(load_contract()), Path("build"))  # result.written == ["out/title.txt"]
    """

    folder: PurePosixPath
    files: tuple[PlannedFile, ...]
    document_sha256: str
    operations: frozenset[str]  # Python names; handlers of any other name are reported
    advice: str
    inputs: Mapping[str, str] = field(default_factory=dict)  # files read with the document, and their SHA-256
