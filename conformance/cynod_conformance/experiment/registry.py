"""The checks and faults that exist: a clause, its check and the fault that trips it carry one id.

@observe("ENV-2", each_success)          a pure function of any exchange (observe/declare.py)
@probe("AUZ-1", tier="read", over=…)     a directed experiment, called once a case (below)
@fault("AUZ-1", "ERR-1")                 a way to break a server that the checks named must see
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

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
    "TestCase",
    "fault",
    "load",
    "observe",
    "once",
    "probe",
]
TIERS: tuple[Tier, ...] = ("observe", "read", "write", "destructive", "load")


@dataclass(frozen=True)
class TestCase:
    """One thing that a probe must exercise: its name in reports, and what the probe needs to do it."""

    __test__: ClassVar[bool] = False  # pytest looks for classes whose names begin so

    label: str
    operation: Operation | None = None
    part: Any = None


Cases = Callable[[Contract, "list[Operation]"], Iterable[TestCase]]
Experiment = Callable[["TestContext", TestCase], None]


def once(contract: Contract, operations: list[Operation]) -> list[TestCase]:
    """One case: the clause ranges over nothing."""
    return [TestCase("once")]


@dataclass(frozen=True)
class Probe:
    """A directed experiment for one clause. ``last``: it may lock a credential out, so it runs at the end.

    ``ahead`` is done before all experiments of a run: what has to grow old is made there, and not waited for.
    """

    clause: str
    tier: Tier
    experiment: Experiment
    cases: Cases
    last: bool
    ahead: Callable[[TestContext], object] | None = None

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


def probe(
    clause: str,
    *,
    tier: Tier = "read",
    cases: Cases = once,
    last: bool = False,
    ahead: Callable[[TestContext], object] | None = None,
) -> Callable[[Experiment], Experiment]:
    """Declare the probe of *clause*; it is called once for each case that *over* yields."""

    def declare(experiment: Experiment) -> Experiment:
        if clause in PROBES:
            raise ValueError(f"two probes for {clause}")
        PROBES[clause] = Probe(clause, tier, experiment, cases, last, ahead)
        return experiment

    return declare


def fault(primary: str, *others: str) -> Callable[[F], F]:
    """Declare a fault, named as its function is, that breaks *primary*, *others* and nothing else."""

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
