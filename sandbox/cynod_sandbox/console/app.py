"""The console as an ASGI application: its routes, and the checks that every request passes first."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from importlib.resources import files
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from cynod_spec.network import urls

from .._generated import language
from ..recording import metrics
from . import cards, fault_switches, login, overview, partners, requests, resetting, webhooks
from .context import Page, RequestContext
from .password_gate import PasswordGate
from .rendering import LANGUAGES
from .security_middleware import AllowedHosts, SecurityMiddleware
from .services import ConsoleServices
from .sessions import Session, Sessions

Endpoint = Callable[[Request], Awaitable[Response]]

_LANGUAGE = "cynod_language"
_KNOWN = tuple(code for code, _ in LANGUAGES)
_MAX_FORM_OCTETS = 20_000
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}

_PAGES: dict[str, Page] = {
    "/": overview.show,
    "/requests": requests.show,
    "/requests/rows": requests.rows,
    "/requests/{id:int}": requests.one,
    "/partners": partners.show,
    "/partners/{key}": partners.one,
    "/partners/{key}/webhooks": webhooks.show,
    "/cards": cards.show,
    "/cards/{id}": cards.one,
    "/days": fault_switches.show,
    "/reset": resetting.ask,
}
_ACTIONS: dict[str, Page] = {
    "/partners/{key}/secret": partners.rotate,
    "/partners/{key}/retire": partners.retire,
    "/partners/{key}/suspension": partners.suspend,
    "/partners/{key}/switches": fault_switches.set_partner,
    "/partners/{key}/webhooks/test": webhooks.send_test,
    "/partners/{key}/webhooks/{id}/resend": webhooks.resend,
    "/cards/{id}/state": cards.set_state,
    "/reset": resetting.reset,
}


class Console:
    """Pages over *services*, answered only to requests whose ``Host`` is one of *hosts*.

    *gate* checks the password. *secure*: served over TLS, so that cookies are marked ``Secure``. *port* keeps
    the cookies of two consoles on one host apart.
    """

    def __init__(
        self, services: ConsoleServices, gate: PasswordGate, hosts: AllowedHosts, *, secure: bool, port: int
    ) -> None:
        self._services = services
        self._gate = gate
        self._hosts = hosts
        self._secure = secure
        self._cookie = f"cynod_console_{port}"  # cookies know no ports, and two consoles may share a host
        self._sessions = Sessions()

    def app(self) -> ASGIApp:
        """The ASGI application, with the middleware that checks host names and adds security headers."""
        made = Starlette(
            routes=[
                Route("/assets/{name}", self._asset),
                Route("/metrics", self._metrics),
                Route("/login", self._login, methods=["GET", "POST"]),
                Route("/logout", self._logout, methods=["POST"]),
                *(
                    Route(path, self._endpoint(page, "POST"), methods=["POST"])
                    for path, page in _ACTIONS.items()
                ),
                *(Route(path, self._endpoint(page, "GET")) for path, page in _PAGES.items()),
            ],
            exception_handlers={404: self._missing},
        )
        made.router.redirect_slashes = False  # such a redirect would repeat the host name that was asked for
        return SecurityMiddleware(made, self._hosts)

    # Endpoints

    def _endpoint(self, page: Page, method: str) -> Endpoint:
        async def answer(request: Request) -> Response:
            return await self._answer(request, page, needs_csrf=method == "POST")

        return answer

    async def _answer(
        self, request: Request, page: Page, *, needs_csrf: bool, without_login: bool = False
    ) -> Response:
        """Answer with *page* after the checks: origin of the form, login, size of the form, CSRF token."""
        if (refusal := self._refused(request)) is not None:
            return refusal
        session, is_new = self._session(request)
        if self._gate.needs_password and not session.is_known and not without_login:
            return self._with_cookies(request, RedirectResponse("/login", 303), session, is_new)
        form = await _form(request) if request.method == "POST" else {}
        if form is None:
            return self._plain("the form is too large", 413)
        if needs_csrf and form.get("csrf") != session.csrf:
            return self._plain(
                "this form is not from this console, or is too old: go back and try again", 403
            )
        context = RequestContext(
            services=self._services,
            session=session,
            language=self._language(request),
            address=request.client.host if request.client else "",
            url=request.url.path + (f"?{request.url.query}" if request.url.query else ""),
            path={name: str(value) for name, value in request.path_params.items()},
            query=dict(request.query_params),
            form=form,
            needs_password=self._gate.needs_password,
        )
        answer = await run_in_threadpool(page, context)
        self._sessions.keep(session)
        return self._with_cookies(request, answer, session, is_new)

    async def _missing(self, request: Request, _error: Exception) -> Response:
        return await self._answer(request, RequestContext.missing, needs_csrf=False)

    async def _asset(self, request: Request) -> Response:
        if (refusal := self._refused(request)) is not None:
            return refusal
        name = request.path_params["name"]
        found = next((f for f in (files(__package__) / "assets").iterdir() if f.name == name), None)
        if found is None:
            return self._plain("no such file", 404)
        kind = _TYPES[name[name.rindex(".") :]]
        return Response(found.read_bytes(), media_type=kind, headers={"Cache-Control": "no-cache"})

    async def _metrics(self, request: Request) -> Response:
        """Metrics for Prometheus. Where a password is required, HTTP Basic carries it."""
        if (refusal := self._refused(request)) is not None:
            return refusal
        session = self._sessions.find(request.cookies.get(self._cookie, ""))
        if self._gate.needs_password and not (session and session.is_known):
            authorization = request.headers.get("authorization", "")
            if not self._gate.accepts_basic(authorization, request.client.host if request.client else ""):
                challenge = {"WWW-Authenticate": 'Basic realm="console", charset="UTF-8"'}
                return PlainTextResponse("", 401, challenge)
        text = await run_in_threadpool(self._services.metrics.text)
        return Response(text, headers={"Content-Type": metrics.TYPE})

    async def _login(self, request: Request) -> Response:
        return await self._answer(
            request, self._log_in, needs_csrf=request.method == "POST", without_login=True
        )

    def _log_in(self, context: RequestContext) -> Response:
        if not self._gate.needs_password or context.session.is_known:
            return context.to("/")
        if "csrf" not in context.form:
            return login.show(context)
        if wait := self._gate.wait(context.address):
            return login.show(context, status=429, wait=wait)
        if not self._gate.accepts(context.form.get("password", ""), context.address):
            return login.show(context, status=403, wrong=True)
        self._sessions.end(context.session)
        answer = context.to("/")
        self._remember(answer, self._sessions.begin(known=True))
        return answer

    async def _logout(self, request: Request) -> Response:
        def leave(context: RequestContext) -> Response:
            self._sessions.end(context.session)
            return context.to("/login")

        return await self._answer(request, leave, needs_csrf=True)

    # Checks and cookies of every request

    def _refused(self, request: Request) -> Response | None:
        """A refusal (403) of a form sent by a page of another site, or None."""
        origin, host = request.headers.get("origin"), request.headers.get("host", "")
        if request.method == "POST" and origin is not None and not _is_of(origin, host):
            return self._plain("this form is from another site", 403)
        return None

    def _session(self, request: Request) -> tuple[Session, bool]:
        found = self._sessions.find(request.cookies.get(self._cookie, ""))
        return (found, False) if found is not None else (self._sessions.begin(known=False), True)

    def _language(self, request: Request) -> str:
        for wanted in (request.query_params.get("lang"), request.cookies.get(_LANGUAGE)):
            if wanted in _KNOWN:
                return str(wanted)
        return language.choose(request.headers.get("accept-language"), _KNOWN)

    def _with_cookies(self, request: Request, answer: Response, session: Session, is_new: bool) -> Response:
        if is_new and self._cookie not in answer.headers.get("set-cookie", ""):
            self._remember(answer, session)
        if request.query_params.get("lang") in _KNOWN:
            wanted = request.query_params["lang"]
            answer.set_cookie(_LANGUAGE, wanted, 365 * 86_400, samesite="strict", secure=self._secure)
        return answer

    def _remember(self, answer: Response, session: Session) -> None:
        answer.set_cookie(self._cookie, session.id, httponly=True, samesite="strict", secure=self._secure)

    def _plain(self, text: str, status: int) -> Response:
        return PlainTextResponse(text + "\n", status)


def _is_of(origin: str, host: str) -> bool:
    """Whether *origin* has the host and port of the ``Host`` header. Schemes may differ behind a proxy."""
    try:
        return urls.origin(origin) == urls.origin(f"{origin.partition(':')[0]}://{host}")
    except ValueError:
        return False


async def _form(request: Request) -> dict[str, str] | None:
    """The fields of a form, or None when its body exceeds ``_MAX_FORM_OCTETS``."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MAX_FORM_OCTETS:
            return None
    return dict(parse_qsl(bytes(body).decode("utf-8", "replace"), keep_blank_values=True))
