"""All rules: every module of ``rules/`` is imported, and each registers its own."""

from __future__ import annotations

import importlib
import pkgutil

from cynod_spec.lint import rules
from cynod_spec.lint.registry import Rule, registered


def all_rules() -> tuple[Rule, ...]:
    """Every rule, by its id."""
    for module in pkgutil.iter_modules(rules.__path__):
        importlib.import_module(f"{rules.__name__}.{module.name}")
    return registered()
