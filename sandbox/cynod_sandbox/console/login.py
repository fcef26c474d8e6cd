"""The login page."""

from __future__ import annotations

from starlette.responses import Response

from .context import RequestContext


def show(context: RequestContext, *, status: int = 200, wrong: bool = False, wait: int = 0) -> Response:
    """The form. *wrong*: the password given was wrong; *wait*: seconds until the next attempt is allowed."""
    answer = context.page("login.html.j2", status=status, wrong=wrong, wait=wait)
    if wait:
        answer.headers["Retry-After"] = str(wait)
    return answer
