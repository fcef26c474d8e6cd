"""Every module of the suite is tried by tests of its own, and not only by whole runs.

A module is tried by the tests that import it. Probes and faults try each other: what a fault breaks, a probe
must find (``test_conformance_faults_in_process.py``, ``test_conformance_faults.py``). Observers are tried on
exchanges made by hand (``test_conformance_observers.py``), whichever module declares them.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import cynod_conformance
from cynod_conformance.experiment import registry
from cynod_conformance.observe import OBSERVERS

registry.load(faults=True)
PACKAGE = Path(cynod_conformance.__file__).parent
TESTS = (Path(__file__).parent, PACKAGE.parents[1] / "tests")
WHOLE_RUNS = {  # modules that no test imports by name, and the tests that put them to use
    "cynod_conformance.engine.replay": "test_conformance_corpus.py",
    "cynod_conformance.engine.stateful_phase": "test_conformance_engine.py",
    "cynod_conformance.runner.exchange_handler": "test_conformance_faults_in_process.py",
    "cynod_conformance.stateful.driver": "test_conformance_ledger.py",
    "cynod_conformance.stateful.lists": "test_conformance_ledger.py",
    "cynod_conformance.stateful.machine": "test_conformance_ledger.py",
}


def modules() -> Iterator[str]:
    """Each module that holds more than a docstring and names of others."""
    for file in sorted(PACKAGE.rglob("*.py")):
        if file.name != "__init__.py":
            yield ".".join(file.relative_to(PACKAGE.parent).with_suffix("").parts)


def imported() -> set[str]:
    """The names that the tests import."""
    found: set[str] = set()
    for file in (file for folder in TESTS for file in folder.glob("test_*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module is not None:
                found |= {node.module, *(f"{node.module}.{name.name}" for name in node.names)}
            elif isinstance(node, ast.Import):
                found |= {name.name for name in node.names}
    return found


def declared() -> set[str]:
    """The modules that declare probes with a fault, faults and observers: those try each other."""
    primaries = {fault.primary for fault in registry.FAULTS.values()}
    probes = {probe.experiment.__module__ for id, probe in registry.PROBES.items() if id in primaries}
    faults = {fault.function.__module__ for fault in registry.FAULTS.values()}
    return probes | faults | {observer.look.__module__ for observer in OBSERVERS.values()}


def test_every_module_is_tried() -> None:
    tried = imported() | declared() | set(WHOLE_RUNS)
    assert [name for name in modules() if name not in tried] == []


@pytest.mark.parametrize("name", WHOLE_RUNS)
def test_what_only_a_run_tries_exists_and_so_do_its_tests(name: str) -> None:
    assert name in set(modules())
    assert any((folder / WHOLE_RUNS[name]).exists() for folder in TESTS)
