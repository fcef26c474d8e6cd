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
from cynod_sandbox._generated.answers import Answers
from cynod_sandbox._generated.calls import Call, Result
from cynod_sandbox._generated.contract import Operation
from cynod_sandbox._generated.core import Application
from cynod_sandbox._generated.refusals import Refusal


def load() -> dict[str, Callable[[Application], None]]:
    """Every fault by its name."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    return {name: partial(_install, fault.function) for name, fault in FAULTS.items()}


def _install(fault: Callable[[Application], None], app: Application) -> None:
    """Let *app* have *fault*, and answer what the document does not allow."""
    app.answers = _Unchecked()
    fault(app)


class _Unchecked(Answers):
    """Lets every answer of a handler pass."""

    def __init__(self) -> None:
        """Without anything to compare with."""

    def check(self, call: Call, result: Result) -> None:
        """Nothing is wrong."""

    def check_refusal(self, operation: Operation, refusal: Refusal) -> None:
        """Nothing is wrong."""
