"""Named ways to break the sandbox, one promise at a time: each proves that its clause's check can fail.

A fault is a function of an application, declared with exactly the clauses that such a server breaks.
``cynod sandbox --fault NAME`` finds them through the entry point group ``cynod.faults``.

A fault adds hooks to that one application; it replaces nothing, and names no handler. It finds what it
changes by role:

- a stage of the request: ``app.stages`` (``cynod_sandbox/_generated/application_stages.py``);
- the work of an operation, by effect and resource: ``around`` and ``on_results``;
- answers as they leave: ``on_answers`` with conditions such as ``of(app, "read", "card")``;
- what the sandbox stores and sends: the doors in ``cynod_sandbox/app/hook_points.py``.

A worked example of each of the first three, without their docstrings, which say what is broken and when:

    @fault("AUZ-9", "CAT-4")
    def suspension_is_never_checked(app: Application) -> None:
        @app.stages.check_suspended.around
        def check_suspended(proceed: Proceed, principal: Principal) -> None:
            return None

    @fault("VAL-10")
    def a_cancellation_that_is_not_covered_still_counts(app: Application) -> None:
        @around(app, "cancel", "top-up")
        def cancel(proceed: Proceed, call: Call) -> Result:
            try:
                result: Result = proceed(call)
            except Refusal as refusal:
                if refusal.code == "balance-insufficient":
                    change(app, top_ups, call.role("id"), state="cancelled")
                raise
            return result

    @fault("HTT-9")
    def whoami_may_be_sniffed(app: Application) -> None:
        @on_answers(app, of(app, "whoami", "partner"))
        def change(request: RawRequest, answer: RawAnswer) -> RawAnswer:
            return answer.without_header("X-Content-Type-Options")
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from functools import partial

from cynod_conformance.experiment.registry import FAULTS
from cynod_sandbox._generated.core import Application


def load() -> dict[str, Callable[[Application], None]]:
    """Every fault by its name."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    return {name: partial(_install, fault.function) for name, fault in FAULTS.items()}


def _install(fault: Callable[[Application], None], app: Application) -> None:
    """Let *app* have *fault*, and answer what the document does not allow."""
    app.stages.check_answer.around(lambda proceed, call, result: None)
    app.stages.check_refusal.around(lambda proceed, operation, refusal: None)
    fault(app)
