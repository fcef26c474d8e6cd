"""The register of clauses that no check judges: ``unchecked.toml``, an id and why in both languages."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from cynod_spec.model import Clause, Text


@cache
def register() -> dict[str, Text]:
    """Clause id → why no check judges it."""
    data = tomllib.loads((files(__package__) / "unchecked.toml").read_text(encoding="utf-8"))
    reasons = {name: Text(value["fr"], value["en"]) for name, value in data["reasons"].items()}
    return {id: reasons[name] for name, ids in data["clauses"].items() for id in ids}


def reason(clause: Clause) -> Text | None:
    """Why no check judges *clause*: the document's own words, else the register's; None when nobody says."""
    return clause.unchecked if clause.unchecked.fr else register().get(clause.id)
