"""Templates: every expression is made visible and escaped, every word is the catalogue's or the contract's."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from .money import shown
from .redaction import visible
from .words import words

if TYPE_CHECKING:
    from .visit import Visit

LANGUAGES = (("fr", "Français"), ("en", "English"))


def render(visit: Visit, template: str, values: dict[str, Any]) -> str:
    """The page that *template* makes for *visit*."""
    path = visit.url.partition("?")[0]
    return (
        _environment()
        .get_template(template)
        .render(
            visit=visit,
            desk=visit.desk,
            w=words(visit.language),
            language=visit.language,
            languages=LANGUAGES,
            here=path,
            section="/" + path.split("/")[1],
            csrf=visit.session.csrf,
            said=visit.session.take("said") if template != "rows.html.j2" else "",
            money=lambda amount, currency, signed=False: shown(amount, currency, visit.language, signed),
            text=lambda text: text.in_(visit.language),
            moment=_moment,
            **values,
        )
    )


def _moment(value: datetime | float, form: str = "%Y-%m-%d %H:%M:%S") -> str:
    """A moment in UTC; a number is seconds since the epoch."""
    given = value if isinstance(value, datetime) else datetime.fromtimestamp(value, UTC)
    return given.strftime(form)


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("cynod_sandbox.console"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: value if isinstance(value, Markup) else visible(str(value)),
    )
    made.filters["milliseconds"] = lambda seconds: f"{seconds * 1000:.0f}"
    return made
