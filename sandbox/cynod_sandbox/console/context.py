"""One request to the console, and the ways to answer it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from starlette.responses import HTMLResponse, RedirectResponse, Response

from .rendering import render
from .services import Desk
from .sessions import Session


@dataclass(frozen=True, slots=True)
class Visit:
    """What was asked, by whom, in which language."""

    desk: Desk
    session: Session
    language: str
    address: str  # the caller's IP address
    url: str  # path and query that were asked for
    path: Mapping[str, str]
    query: Mapping[str, str]
    form: Mapping[str, str]
    is_locked: bool  # the console asks for a password

    def page(self, template: str, *, status: int = 200, **values: Any) -> Response:
        """The page that *template* makes of *values*."""
        here = self.url.partition("?")[0]
        frame = {
            "visit": self,
            "desk": self.desk,
            "here": here,
            "section": "/" + here.split("/")[1],
            "csrf": self.session.csrf,
        }
        return HTMLResponse(render(template, self.language, frame | values), status)

    def missing(self) -> Response:
        """There is no such page, or no longer."""
        return self.page("missing.html.j2", status=404)

    def to(self, path: str, said: str = "", secret: str = "") -> Response:
        """Go on to *path*, and say there once what was done."""
        if said:
            self.session.said["said"] = said
        if secret:
            self.session.said["secret"] = secret
        return RedirectResponse(path, 303)

    def link(self, path: str, **query: str) -> str:
        """*path* with *query*, without what is empty."""
        kept = {name: value for name, value in query.items() if value}
        return f"{path}?{urlencode(kept)}" if kept else path


Page = Callable[[Visit], Response]
