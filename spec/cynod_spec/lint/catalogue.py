"""All rules: every module of a package of rules is imported, and each registers its own."""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType

from cynod_spec.lint import rules
from cynod_spec.lint.registry import Finding, Rule, Written, registered
from cynod_spec.source.document import Source


def all_rules() -> tuple[Rule, ...]:
    """Every rule about a contract, by its id."""
    return rules_of(rules)


def without_contract(source: Source, id: str) -> list[Finding]:
    """What the rule *id*, which looks at no contract, finds in *source*, which need not be one."""
    return [found for rule in all_rules() if rule.id == id for found in rule.run(Written(source))]


def rules_of(package: ModuleType) -> tuple[Rule, ...]:
    """Every rule in the modules of *package*, by its id."""
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{package.__name__}.{module.name}")
    return registered(package.__name__)
