"""The register of clauses that have no check yet: ``unchecked.toml``, an id and why in both languages."""

from __future__ import annotations

import tomllib
from importlib.resources import files

from cynod_spec.model import Clause, Text


def register() -> dict[str, Text]:
    """Clause id → why nothing checks it yet."""
    data = tomllib.loads((files(__package__) / "unchecked.toml").read_text(encoding="utf-8"))
    reasons = {name: Text(value["fr"], value["en"]) for name, value in data["reasons"].items()}
    return {id: reasons[name] for name, ids in data["clauses"].items() for id in ids}


def on_probation() -> frozenset[str]:
    """Clauses whose check no faulty server has tripped yet: it judges nobody until one has."""
    data = tomllib.loads((files(__package__) / "unchecked.toml").read_text(encoding="utf-8"))
    return frozenset(data["clauses"].get("unproved", ()))


def reason(clause: Clause, language: str) -> str:
    """Why nothing checks *clause*: the document's own words, else the register's; empty when nobody says."""
    if clause.unchecked:
        return clause.unchecked if isinstance(clause.unchecked, str) else clause.unchecked.in_(language)
    found = register().get(clause.id)
    return found.in_(language) if found else ""
