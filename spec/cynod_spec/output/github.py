"""Annotations of GitHub workflows: a line of the log that stands beside a line of a file.

The escapes are those of ``@actions/core``: the runner splits a command at ``::``, its properties at commas,
and reads ``%25``, ``%0D``, ``%0A``, ``%3A`` and ``%2C`` back.
"""

from __future__ import annotations

from cynod_spec.base.location import SourceLocation
from cynod_spec.output.control_characters import one_line


def annotation(
    level: str, at: SourceLocation, title: str, text: str, end: tuple[int, int] | None = None
) -> str:
    """The workflow command that says *text* at *at*; *level* is error, warning or notice.

    *end* is the line and column where what it is about ends.
    """
    place = f"line={at.line},col={at.column}"
    if end is not None:
        place = f"line={at.line},endLine={end[0]},col={at.column},endColumn={end[1]}"
    return f"::{level} file={_property(at.file)},{place},title={_property(title)}::{_data(text)}\n"


def _data(text: str) -> str:
    """*text* on one line: its own line breaks become marks, which GitHub shows as they are."""
    return one_line(text).replace("%", "%25")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
