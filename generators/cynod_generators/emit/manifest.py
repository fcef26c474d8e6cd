"""The manifest of a generated folder: a hash of each file, which reveals edits by hand."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cynod_generators.emit.plan import Plan

NAME = ".cynod-manifest.json"
FORMAT_VERSION = 1


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an earlier run wrote: SHA-256 by path in its folder, and the Python names of its operations."""

    files: Mapping[str, str]
    operations: frozenset[str]

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """The manifest in *folder*; an empty one when there is none or it cannot be read."""
        try:
            value = json.loads((folder / NAME).read_text(encoding="utf-8"))
            files = {str(path): str(digest) for path, digest in value["files"].items()}
            return cls(files, frozenset(str(name) for name in value["operations"]))
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return cls({}, frozenset())


def write(plan: Plan, version: str) -> bytes:
    """The manifest of *plan*, by the generator *version*. It holds no date: runs are reproducible."""
    value: dict[str, Any] = {
        "format": FORMAT_VERSION,
        "generator": version,
        "document": plan.document_sha256,
        "inputs": dict(sorted(plan.inputs.items())),
        "files": {
            str(file.path.relative_to(plan.folder)): sha256(file.content)
            for file in sorted(plan.files, key=lambda file: file.path)
            if file.generated
        },
        "operations": sorted(plan.operations),
    }
    return (json.dumps(value, indent=2) + "\n").encode()


def sha256(content: bytes) -> str:
    """The SHA-256 of *content* in hexadecimal."""
    return hashlib.sha256(content).hexdigest()
