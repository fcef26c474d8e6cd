"""Where the password is asked."""

from __future__ import annotations

from starlette.responses import Response

from .context import Visit


def show(visit: Visit, *, status: int = 200, wrong: bool = False, wait: int = 0) -> Response:
    """The form; *wrong*: the password was not right; *wait*: seconds until the next try."""
    answer = visit.page("login.html.j2", status=status, wrong=wrong, wait=wait)
    if wait:
        answer.headers["Retry-After"] = str(wait)
    return answer
