"""Schemathesis as a source of sequences: its stateful phase runs live, for each step feeds on answers.

Facts measured on 4.32: caches and database leave litter unless switched off; an error event or a stop for
another reason than completion proves nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import schemathesis
from schemathesis.engine import StopReason, events, from_schema
from schemathesis.hooks import GLOBAL_HOOK_DISPATCHER

from cynod_conformance.base.outcomes import BudgetSpent, Outcome
from cynod_conformance.base.phases import LIVE
from cynod_conformance.engine.data_binding import DataBinding, put
from cynod_conformance.engine.exchanges import identifier, is_positive, phase, show
from cynod_conformance.engine.hypothesis_patches import drawing
from cynod_conformance.engine.prepared_document import prepared
from cynod_conformance.engine.sessions import TargetAdapter, sessions_of
from cynod_conformance.engine.settings import configuration
from cynod_conformance.experiment.context import TestContext
from cynod_conformance.results.recorder import ENGINE, ResultRecorder
from cynod_spec.model import Operation


def live(
    context: TestContext,
    chosen: Mapping[str, Operation],
    callers: Mapping[str, str],
    seed: int,
    recorder: ResultRecorder,
) -> bool:
    """Run the stateful phase over *chosen* as *callers*; whether it came to its end. Gaps are put down."""
    schema: Any = schemathesis.openapi.from_dict(
        prepared(context.contract.document, set(chosen), context.target.base_url),
        config=configuration(
            context.target.base_url,
            seed,
            [LIVE],
            timeout=context.target.timeout,
            verify=True,  # the transport's to say
        ),
    )
    ground = DataBinding(context)

    def before_call(hook_context: Any, case: Any, kwargs: dict[str, Any]) -> None:
        context.target.check()
        context.target.pace()
        context.target.phase = phase(case)
        headers = dict(case.headers or {})
        for name in [n for n in headers if n.lower() == "authorization"]:
            del headers[name]
        operation = chosen.get(identifier(case))
        if operation is not None:
            for expression, value in ground(operation, is_positive(case), phase(case)):
                put(case, expression, value)
            if not operation.public:
                headers["Authorization"] = context.bearer(operation)  # renewed when it nears its end
        case.headers = headers
        kwargs["max_redirects"] = 0

    def after_call(hook_context: Any, case: Any, response: Any) -> None:
        show(context, chosen, callers, case, response)

    hooks = ((before_call, "before_call"), (after_call, "after_call"))
    for hook, name in hooks:
        GLOBAL_HOOK_DISPATCHER.register_hook_with_name(hook, name)
    try:
        with drawing(), sessions_of(TargetAdapter(context.target)):
            return run(context, schema, recorder)
    finally:
        for hook, _ in hooks:
            GLOBAL_HOOK_DISPATCHER.unregister(hook)


def run(context: TestContext, schema: Any, recorder: ResultRecorder) -> bool:
    """Drive the engine to its end, the deadline, or its own mistake; the last two leave a gap."""
    stream = from_schema(schema).execute()
    whole = True
    for event in stream:
        try:
            context.target.budget()
        except BudgetSpent as spent:
            stream.stop()
            recorder.gap(ENGINE, "engine", "not_exercised", spent)
            return False
        why = ""
        if isinstance(event, events.NonFatalError):
            why = str(event.value)
        elif isinstance(event, events.FatalError):
            why = str(event.exception)
        elif isinstance(event, events.EngineFinished) and event.stop_reason != StopReason.COMPLETED:
            why = str(event.stop_reason)
        if why:
            whole = False
            recorder.gap(ENGINE, "engine", "inconclusive", Outcome("engine", why=why[:200]))
    return whole
