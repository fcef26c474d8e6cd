"""Templates: strict in both kinds. Python has no autoescape and is parsed; HTML escapes whatever it shows."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from cynod_generators.emit.python_literals import comment, literal


def environment(folder: Path) -> Environment:
    """The templates of *folder*. ``literal`` and ``comment`` are the only ways in for foreign text."""
    made = _environment(folder, autoescape=False)  # the output is Python: encoders.py guards it
    made.filters["literal"] = literal
    made.filters["comment"] = comment
    return made


def html_environment(folder: Path) -> Environment:
    """The HTML templates of *folder*: text of the document enters as text alone."""
    return _environment(folder, autoescape=True)


def _environment(folder: Path, *, autoescape: bool) -> Environment:
    return Environment(
        loader=FileSystemLoader(folder),
        undefined=StrictUndefined,
        autoescape=autoescape,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def render(templates: Environment, name: str, context: Mapping[str, Any]) -> bytes:
    """The template *name* filled in. Python that does not parse is our own fault: SyntaxError."""
    text = templates.get_template(name).render(context)
    if name.endswith(".py.j2"):
        compile(text, name, "exec", dont_inherit=True)
    return text.encode("utf-8")
