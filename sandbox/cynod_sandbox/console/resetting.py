"""Pages that reset the sandbox to its seed, after a confirmation."""

from __future__ import annotations

from starlette.responses import Response

from .context import RequestContext


def ask(context: RequestContext) -> Response:
    """The page that asks for confirmation."""
    return context.page("reset.html.j2")


def reset(context: RequestContext) -> Response:
    """Reset, and go to the overview."""
    if context.services.reset is None:
        return context.missing()
    context.services.reset()
    return context.to("/", "said-reset")
