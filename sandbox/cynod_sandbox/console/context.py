"""The context of one request to the console, and the responses that a page can give."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from starlette.responses import HTMLResponse, RedirectResponse, Response

from .rendering import render
from .services import ConsoleServices
from .sessions import Session


@dataclass(frozen=True, slots=True)
class RequestContext:
    """One request: its values, its session, its language, and the services that answer it."""

    services: ConsoleServices
    session: Session
    language: str
    address: str  # the caller's IP address
    url: str  # path and query of the request
    path: Mapping[str, str]
    query: Mapping[str, str]
    form: Mapping[str, str]
    needs_password: bool  # the console requires one

    def page(self, template: str, *, status: int = 200, **values: Any) -> Response:
        """*template* rendered with *values* and with what every page shows."""
        here = self.url.partition("?")[0]
        frame = {
            "context": self,
            "services": self.services,
            "here": here,
            "section": "/" + here.split("/")[1],
            "csrf": self.session.csrf,
        }
        return HTMLResponse(render(template, self.language, frame | values), status)

    def missing(self) -> Response:
        """The page for 404."""
        return self.page("missing.html.j2", status=404)

    def to(self, path: str, notice: str = "", secret: str = "") -> Response:
        """Redirect (303) to *path*, whose page shows *notice*, a key of the catalogue, and *secret* once."""
        if notice:
            self.session.notices["notice"] = notice
        if secret:
            self.session.notices["secret"] = secret
        return RedirectResponse(path, 303)

    def link(self, path: str, **query: str) -> str:
        """*path* with *query*, whose empty values are left out."""
        kept = {name: value for name, value in query.items() if value}
        return f"{path}?{urlencode(kept)}" if kept else path


Page = Callable[[RequestContext], Response]
