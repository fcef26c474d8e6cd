"""Faults add hooks to one application: nothing that another application uses is changed by them."""

from __future__ import annotations

import pkgutil
import sys
from importlib import import_module
from types import ModuleType
from typing import Any

import cynod_sandbox
from cynod_conformance import faults
from cynod_sandbox._generated.core import Application
from cynod_sandbox._generated.settings import Settings
from cynod_sandbox.app.serving import make
from cynod_sandbox.handlers import Handlers
from cynod_sandbox.storage.database import Database

Held = dict[tuple[str, str], object]


def shared() -> Held:
    """All that modules and classes of the sandbox hold, by module or class and name."""
    for found_module in pkgutil.walk_packages(cynod_sandbox.__path__, "cynod_sandbox."):
        if not found_module.name.endswith("__main__") and ".migrations." not in found_module.name:
            import_module(found_module.name)
    found: Held = {}
    for name, module in sorted(sys.modules.items()):
        if name.partition(".")[0] == "cynod_sandbox":
            holders: list[ModuleType | type] = [module, *classes(module)]
            for holder in holders:
                found |= {(f"{name} {holder.__name__}", key): value for key, value in vars(holder).items()}
    return found


def classes(module: ModuleType) -> list[type]:
    own = [each for each in vars(module).values() if isinstance(each, type)]
    return [each for each in own if each.__module__ == module.__name__]


def changed(before: Held, after: Held) -> set[tuple[str, str]]:
    return {key for key in before.keys() | after.keys() if before.get(key) is not after.get(key)}


def application() -> Application:
    return make(Settings(), Database())


def test_faults_change_no_module_and_no_class() -> None:
    known, app = faults.load(), application()
    before = shared()
    for install in known.values():
        install(app)
    assert changed(before, shared()) == set()


def test_the_comparison_would_see_a_change() -> None:
    before = shared()
    original = Application.handle
    Application.handle = original.__get__(object())  # type: ignore[method-assign] # what is to be seen
    try:
        assert changed(before, shared()) == {("cynod_sandbox._generated.core Application", "handle")}
    finally:
        Application.handle = original  # type: ignore[method-assign] # as it was


def test_every_fault_adds_a_hook() -> None:
    app = application()
    for name, install in faults.load().items():
        before = hooks(app)
        install(app)
        assert hooks(app) != before, name


def hooks(app: Application) -> list[object]:
    """What runs at each stage and hook point of *app*, but for the checks of answers that no fault has."""
    stages = app.stages
    assert isinstance(app.handlers, Handlers)
    groups: list[Any] = [
        stages,
        stages.oauth,
        stages.logins,
        app.handlers.database.hooks,
        app.handlers.deliveries,
    ]
    named = [(name, getattr(group, name)) for group in groups for name in type(group).__slots__]
    points = [point for name, point in named if name not in ("check_answer", "check_refusal")]
    return [getattr(point, "_hooks", None) or getattr(point, "run", None) for point in points]
