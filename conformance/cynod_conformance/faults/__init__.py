"""Named ways to break the sandbox, one promise at a time: each proves that its clause's check can fail.

A fault is a function of the running application, declared with the clauses that such a server breaks.
``cynod sandbox --fault NAME`` finds them through the entry point group ``cynod.faults``.
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
