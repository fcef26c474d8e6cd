"""Templates: strict, no autoescape (they write Python, not HTML), and parsed before anything is written."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from cynod_generators.encoders import comment, literal


def environment(folder: Path) -> Environment:
    """The templates of *folder*. ``literal`` and ``comment`` are the only ways in for foreign text."""
    made = Environment(
        loader=FileSystemLoader(folder),
        undefined=StrictUndefined,
        autoescape=False,  # the output is Python: encoders.py guards it
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters["literal"] = literal
    made.filters["comment"] = comment
    return made


def render(templates: Environment, name: str, context: Mapping[str, Any]) -> bytes:
    """The template *name* filled in. Python that does not parse is our own fault: SyntaxError."""
    text = templates.get_template(name).render(context)
    if name.endswith(".py.j2"):
        compile(text, name, "exec", dont_inherit=True)
    return text.encode("utf-8")
