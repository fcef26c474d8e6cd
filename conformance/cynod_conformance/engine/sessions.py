"""Where the requests of the engine go: through the transport of the run, or nowhere.

Schemathesis 4.32 makes each of its ``requests`` sessions, those of its probing included, by one function.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests
import urllib3
from requests.adapters import BaseAdapter, HTTPAdapter
from schemathesis.engine import context as engine_context

from cynod_conformance.http.errors import TransportError
from cynod_conformance.http.target import Target
from cynod_conformance.observe.exchange import Request, Response


@contextmanager
def sessions_of(adapter: BaseAdapter) -> Iterator[None]:
    """Meanwhile every session that the engine makes sends through *adapter*; for the whole process."""
    before = engine_context.make_session
    engine_context.make_session = lambda *_, **__: _session(adapter)
    try:
        yield
    finally:
        engine_context.make_session = before


def _session(adapter: BaseAdapter) -> requests.Session:
    session = requests.Session()
    session.trust_env = False  # no proxy, no certificate and no .netrc of the environment
    session.headers = {}  # as the engine's own: nothing is added to a case
    for scheme in ("http://", "https://"):
        session.mount(scheme, adapter)
    return session


class TargetAdapter(BaseAdapter):
    """Sends what the engine makes through the transports of *target*."""

    def __init__(self, target: Target) -> None:
        super().__init__()
        self._target = target

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        """The answer to *request*. Raises requests.ConnectionError where there is none."""
        url, body = str(request.url), request.body or b""
        sent = Request(
            str(request.method),
            url,
            tuple((str(name), _text(value)) for name, value in request.headers.items()),
            body.encode() if isinstance(body, str) else bytes(body),
        )
        try:
            return _answered(request, self._target.transport(url).send(sent))
        except TransportError as error:
            raise requests.ConnectionError(type(error).__name__, request=request) from error

    def close(self) -> None:
        """The transports are the target's to close."""


class SilentAdapter(BaseAdapter):
    """Answers each request as soon as it is made, and sends nothing."""

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        """An empty success."""
        return _answered(request, Response(200))

    def close(self) -> None:
        """Nothing is open."""


def _answered(request: requests.PreparedRequest, response: Response) -> requests.Response:
    raw = urllib3.HTTPResponse(
        io.BytesIO(response.body),
        urllib3.HTTPHeaderDict(response.headers),
        response.status,
        version=11,
        preload_content=False,
        decode_content=False,
    )
    made: requests.Response = HTTPAdapter().build_response(request, raw)
    made._content = response.body  # decoded already, whatever Content-Encoding says
    made.elapsed = dt.timedelta(seconds=response.elapsed)
    return made


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value
