"""Back to the seed: asked twice, as what is gone is gone."""

from __future__ import annotations

from starlette.responses import Response

from .context import Visit


def ask(visit: Visit) -> Response:
    """What would be lost, and the button."""
    return visit.page("reset.html.j2")


def reset(visit: Visit) -> Response:
    """Do it."""
    if visit.desk.reset is None:
        return visit.missing()
    visit.desk.reset()
    return visit.to("/", "said-reset")
