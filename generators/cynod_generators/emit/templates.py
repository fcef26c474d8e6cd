"""Jinja environments for Python and HTML templates, both strict about undefined names.

HTML is autoescaped. Python cannot be: its texts pass through ``python_literals``, and the result is parsed.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from cynod_generators.emit.python_literals import comment, literal


def python_templates(folder: Path) -> Environment:
    """The Python templates of *folder*; texts of the document enter only by ``literal`` and ``comment``."""
    made = _templates(folder, autoescape=False)  # the output is Python: the filters below guard it
    made.filters["literal"] = literal
    made.filters["comment"] = comment
    return made


def html_templates(folder: Path) -> Environment:
    """The HTML templates of *folder*, autoescaped."""
    return _templates(folder, autoescape=True)


def _templates(folder: Path, *, autoescape: bool) -> Environment:
    return Environment(
        loader=FileSystemLoader(folder),
        undefined=StrictUndefined,
        autoescape=autoescape,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def render(templates: Environment, name: str, context: Mapping[str, Any]) -> bytes:
    """The template *name* rendered with *context*. Raises SyntaxError for Python that does not parse."""
    text = templates.get_template(name).render(context)
    if name.endswith(".py.j2"):
        compile(text, name, "exec", dont_inherit=True)
    return text.encode("utf-8")
