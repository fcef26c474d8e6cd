"""The checks and faults that exist: a clause, its check and the fault that trips it carry one id.

@observe("ENV-2", each_success)           a pure function of any exchange (observe/declare.py)
@probe("AUZ-1", tier="read", cases=…)     a directed experiment, called once a case (below)
@fault("AUZ-1", "ERR-1")                  a way to break a server that the checks named must see
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar, overload

from cynod_conformance.experiment.case_types import TestCase
from cynod_conformance.observe.declare import OBSERVERS, Observer, observe
from cynod_spec.model import Contract, Operation, Tier

if TYPE_CHECKING:
    from cynod_conformance.experiment.context import TestContext

__all__ = [
    "FAULTS",
    "OBSERVERS",
    "PROBES",
    "Fault",
    "Observer",
    "Probe",
    "fault",
    "load",
    "observe",
    "once",
    "probe",
]
TIERS: tuple[Tier, ...] = ("observe", "read", "write", "destructive", "load")


C = TypeVar("C", bound=TestCase)
Cases = Callable[[Contract, "list[Operation]"], Iterable[C]]
Experiment = Callable[["TestContext", C], None]
Ahead = Callable[["TestContext"], object]


def once(contract: Contract, operations: list[Operation]) -> list[TestCase]:
    """One case: the clause ranges over nothing."""
    return [TestCase("once")]


@dataclass(frozen=True)
class Probe:
    """A directed experiment for one clause, called once for each of its cases.

    ``last``: it may lock a credential out, or waits long, so it runs at the end. ``ahead`` runs before all
    experiments of a run: it makes what must have some age by then.
    """

    clause: str
    tier: Tier
    experiment: Experiment[Any]
    cases: Cases[Any]
    last: bool
    ahead: Ahead | None = None

    @property
    def name(self) -> str:
        """The function's name."""
        return self.experiment.__name__


@dataclass(frozen=True)
class Fault:
    """A named way to break a correct server: a run fails ``primary``, ``others`` and no other clause."""

    name: str
    primary: str
    others: tuple[str, ...]
    function: Callable[..., Any]

    @property
    def clauses(self) -> tuple[str, ...]:
        """Exactly the clauses that it breaks, the primary one first."""
        return (self.primary, *self.others)


F = TypeVar("F", bound=Callable[..., Any])
PROBES: dict[str, Probe] = {}
FAULTS: dict[str, Fault] = {}


@overload
def probe(
    clause: str, *, tier: Tier = ..., last: bool = ..., ahead: Ahead | None = ...
) -> Callable[[Experiment[TestCase]], Experiment[TestCase]]: ...


@overload
def probe(
    clause: str, *, cases: Cases[C], tier: Tier = ..., last: bool = ..., ahead: Ahead | None = ...
) -> Callable[[Experiment[C]], Experiment[C]]: ...


def probe(
    clause: str,
    *,
    cases: Cases[Any] = once,
    tier: Tier = "read",
    last: bool = False,
    ahead: Ahead | None = None,
) -> Callable[[Experiment[Any]], Experiment[Any]]:
    """Declare the probe of *clause*: an experiment that is called once for each of its *cases*.

    Its type of case is that of *cases*, which gives them for the contract and the operations that a run may
    call. *tier* is the risk of what it sends; *last* and *ahead* are as ``Probe`` says. Raises ValueError for
    a second probe of a clause. A probe first sends a request that must succeed, then changes one thing::

        @probe("BEA-1", cases=each(identified))
        def no_credentials(context: TestContext, case: OperationCase) -> None:
            "Without credentials: 401 and a Bearer challenge."
            draft = context.control(case.operation)
            answer = context.call(draft, authorization=None).expect("credentials-missing")
            answer.expect_header("WWW-Authenticate", has("bearer"), "Bearer")

    It ends by returning (the clause holds), or by an exception of ``base/outcomes.py``.
    """

    def declare(experiment: Experiment[Any]) -> Experiment[Any]:
        if clause in PROBES:
            raise ValueError(f"two probes for {clause}")
        PROBES[clause] = Probe(clause, tier, experiment, cases, last, ahead)
        return experiment

    return declare


def fault(primary: str, *others: str) -> Callable[[F], F]:
    """Declare a fault: a way to break a correct server so that *primary*, *others* and no other clause fail.

    It is named as its function, with hyphens for underscores; the function gets the running application, adds
    hooks to it (``cynod_conformance.faults`` says which there are, with more examples), and takes effect once
    it returns. Raises ValueError for a second fault of that name. ``primary`` is the clause that it is made
    for::

        @fault("ENV-2")
        def errors_have_no_code(app: Application) -> None:
            "The envelope of an error lacks its code."

            @on_answers(app, failed)
            def change(request: RawRequest, answer: RawAnswer) -> RawAnswer:
                return without_member(app, answer, "code")
    """

    def declare(function: F) -> F:
        name = function.__name__.replace("_", "-")
        if name in FAULTS:
            raise ValueError(f"two faults named {name}")
        FAULTS[name] = Fault(name, primary, others, function)
        return function

    return declare


def load(*, faults: bool = False) -> None:
    """Import every module of probes (and of faults, when asked and present), which declare themselves."""
    importlib.import_module("cynod_conformance.observe")
    rooms = ["cynod_conformance.probes", *(["cynod_conformance.faults"] if faults else [])]
    for room in rooms:
        try:
            package = importlib.import_module(room)
        except ModuleNotFoundError as missing:
            if missing.name != room:
                raise
            continue
        for module in pkgutil.iter_modules(package.__path__):
            importlib.import_module(f"{room}.{module.name}")
