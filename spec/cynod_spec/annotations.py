"""Annotations of GitHub workflows: a line of the log that stands beside a line of a file."""

from __future__ import annotations

from cynod_spec.model import At


def annotation(level: str, at: At, title: str, text: str, end: tuple[int, int] | None = None) -> str:
    """The workflow command that says *text* at *at*; *level* is error, warning or notice.

    *end* is the line and column where what it is about ends.
    """
    lines = f"line={at.line},col={at.column}"
    if end is not None:
        lines = f"line={at.line},endLine={end[0]},col={at.column},endColumn={end[1]}"
    return f"::{level} file={_property(at.file)},{lines},title={_property(title)}::{_data(text)}\n"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
