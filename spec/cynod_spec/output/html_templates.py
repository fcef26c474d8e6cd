"""Jinja environments for pages that show what a document, a target or a caller said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cynod_spec.output.control_characters import multi_line

if TYPE_CHECKING:
    from jinja2 import Environment


def html_environment(package: str) -> Environment:
    """The templates of *package*: every expression is escaped and made visible, and no name may be unknown.

    Needs Jinja2, which only the rooms that write pages install.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    return Environment(
        loader=PackageLoader(package),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: value if isinstance(value, Markup) else multi_line(str(value)),
    )
