"""The engine's cases without its traffic: each phase runs against an adapter that answers nothing.

Facts measured on 4.32: one seed, one worker and no database give the same cases each time; what a phase
learns from answers would change them, so nothing is told.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

import requests
import schemathesis
from schemathesis.engine import events
from schemathesis.engine import run as engine
from schemathesis.engine.context import EngineContext
from schemathesis.hooks import GLOBAL_HOOK_DISPATCHER

from cynod_conformance.base.phases import Phase
from cynod_conformance.engine.cases import Case, Corpus
from cynod_conformance.engine.exchanges import identifier, is_positive, phase, text
from cynod_conformance.engine.hypothesis_patches import drawing
from cynod_conformance.engine.sessions import SilentAdapter, sessions_of
from cynod_conformance.engine.settings import configuration

KEPT = frozenset({"content-type", "cookie"})  # headers that a case has beside its own


def generate(
    document: dict[str, Any],
    base_url: str,
    seed: int,
    phases: Sequence[Phase],
    go_on: Callable[[], None] = lambda: None,
) -> Corpus:
    """Every case of *phases* for *document*, whose one server is *base_url*; it is never asked.

    *go_on* is called between operations; what it raises ends the work and passes through.
    """
    schema: Any = schemathesis.openapi.from_dict(
        document, config=configuration(base_url, seed, phases, timeout=1, verify=True)
    )
    schema.adapt_to_null_byte_in_header_failure()  # RFC 9110 §5.5: no header carries NUL to an application
    cases: list[Case] = []
    troubles: list[str] = []

    def after_call(context: Any, case: Any, response: Any) -> None:
        cases.append(taken(case, response.request, base_url))

    GLOBAL_HOOK_DISPATCHER.register_hook_with_name(after_call, "after_call")
    try:
        with drawing(), sessions_of(SilentAdapter()):
            context = EngineContext(schema=schema, stop_event=threading.Event())
            for name in phases:
                for event in engine.execute(context, engine.Phase(engine.PhaseName(name))):
                    go_on()
                    if isinstance(event, events.NonFatalError):
                        troubles.append(str(event.value))
                    elif isinstance(event, events.FatalError):
                        troubles.append(str(event.exception))
    finally:
        GLOBAL_HOOK_DISPATCHER.unregister(after_call)
    return Corpus(tuple(cases), tuple(troubles))


def taken(case: Any, request: requests.PreparedRequest, base_url: str) -> Case:
    """The engine's *case*, which became *request*, as we keep it."""
    own = {name.lower() for name in case.headers or {}} | KEPT
    body = request.body or b""
    positive = is_positive(case)
    return Case(
        operation=identifier(case),
        phase=phase(case),
        method=str(request.method),
        positive=positive,
        target=str(request.url).removeprefix(base_url),
        headers=tuple((str(n), octets(text(v))) for n, v in request.headers.items() if n.lower() in own),
        content=body.encode() if isinstance(body, str) else bytes(body),
        media_type=case.media_type,
        path_parameters={str(n): str(v) for n, v in (case.path_parameters or {}).items()},
        query=dict(case.query or {}) if positive and plain(case.query or {}) else None,
    )


def plain(query: Any) -> bool:
    """Whether *query* is nothing but parameters by name, each a text or an integer, or several."""
    values = [each for value in query.values() for each in (value if isinstance(value, list) else [value])]
    return all(type(name) is str for name in query) and all(type(value) in (str, int) for value in values)


def octets(value: str) -> str:
    """A header's value with a character for each octet: what Latin-1 lacks goes as UTF-8."""
    try:
        value.encode("latin-1")
    except UnicodeEncodeError:
        return value.encode("utf-8", "surrogatepass").decode("latin-1")
    return value
