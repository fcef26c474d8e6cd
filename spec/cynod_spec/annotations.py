"""Annotations of GitHub workflows: a line of the log that stands beside a line of a file."""

from __future__ import annotations

from cynod_spec.model import At


def annotation(level: str, at: At, title: str, text: str) -> str:
    """The workflow command that says *text* at *at*; *level* is error, warning or notice."""
    place = f"file={_property(at.file)},line={at.line},col={at.column},title={_property(title)}"
    return f"::{level} {place}::{_data(text)}\n"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
