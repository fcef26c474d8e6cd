"""SARIF 2.1.0 (OASIS): what its logs have in common, whichever command writes them."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from cynod_spec.base.location import SourceLocation
from cynod_spec.output.json_text import json_text

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

Json = dict[str, Any]


def log(driver: Mapping[str, Any], results: Sequence[Json], **members: Any) -> Json:
    """A log of one run of the tool *driver*; *members* are further members of the run."""
    run = {"tool": {"driver": dict(driver)}, "columnKind": "unicodeCodePoints", **members}
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [{**run, "results": list(results)}]}


def written(log: Json) -> str:
    """*log* as the text of a file."""
    return json_text(log) + "\n"


def result(
    rule: str,
    level: str,
    text: str,
    at: SourceLocation,
    *,
    end: tuple[int, int] | None = None,
    logical: Json | None = None,
    **members: Any,
) -> Json:
    """What the rule *rule* found at *at*, up to the line and column *end* if they are known.

    *logical* is what its place is called beside the file; the JSON pointer of *at* when it is not given.
    """
    place = {
        "physicalLocation": {"artifactLocation": {"uri": uri(at.file)}, "region": _region(at, end)},
        "logicalLocations": [logical or {"fullyQualifiedName": at.pointer}],
    }
    found = {"ruleId": rule, "level": level, "message": {"text": text}, "locations": [place]}
    return {**found, **members}


def uri(file: str) -> str:
    """The URI reference (RFC 3986) of *file*: relative to the working folder when it stands below it."""
    path, here = Path(os.path.abspath(file)), Path.cwd()
    if path.is_relative_to(here):
        return quote(os.fsencode(path.relative_to(here).as_posix()))
    return path.as_uri()


def _region(at: SourceLocation, end: tuple[int, int] | None) -> Json:
    region = {"startLine": at.line, "startColumn": at.column}
    return region if end is None else {**region, "endLine": end[0], "endColumn": end[1]}
