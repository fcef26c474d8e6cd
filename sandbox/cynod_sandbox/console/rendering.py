"""Renders templates: HTML is escaped, control characters are made visible."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

from jinja2 import Environment

from cynod_spec.output.html_templates import html_environment

from .money import shown
from .words import words

LANGUAGES = (("fr", "Français"), ("en", "English"))


def render(template: str, language: str, values: Mapping[str, Any]) -> str:
    """*template* rendered with *values* in *language*."""
    return (
        _environment()
        .get_template(template)
        .render(
            w=words(language),
            language=language,
            languages=LANGUAGES,
            money=lambda amount, currency, signed=False: shown(amount, currency, language, signed),
            text=lambda text: text.in_(language),
            moment=_moment,
            **values,
        )
    )


def _moment(value: datetime | float, form: str = "%Y-%m-%d %H:%M:%S") -> str:
    """An instant in UTC; a number is seconds since the epoch."""
    given = value if isinstance(value, datetime) else datetime.fromtimestamp(value, UTC)
    return given.strftime(form)


@cache
def _environment() -> Environment:
    made = html_environment("cynod_sandbox.console")
    made.filters["milliseconds"] = lambda seconds: f"{seconds * 1000:.0f}"
    return made
