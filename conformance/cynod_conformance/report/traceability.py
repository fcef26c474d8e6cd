"""``cynod conform --list``: every clause, its checks and its faults, and what is missing without a reason."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cynod_conformance.experiment.registry import FAULTS, PROBES, load
from cynod_conformance.observe import OBSERVERS
from cynod_conformance.results.unchecked import reason, register
from cynod_conformance.text.messages import say
from cynod_spec.model import Clause, Contract


def rows(contract: Contract, language: str) -> list[dict[str, Any]]:
    """One row a clause."""
    load(faults=True)
    return [
        {
            "id": clause.id,
            "level": clause.level,
            "layer": clause.layer,
            "tier": clause.tier,
            "checks": [c.name for c in (PROBES.get(clause.id), OBSERVERS.get(clause.id)) if c],
            "faults": [f.name for f in FAULTS.values() if clause.id in f.clauses],
            "unchecked": "" if clause.id in PROBES or clause.id in OBSERVERS else excuse(clause, language),
            "text": clause.text.in_(language),
        }
        for clause in contract.clauses
    ]


def excuse(clause: Clause, language: str) -> str:
    """Why no check judges *clause*, in *language*; empty when nobody says."""
    found = reason(clause)
    return found.in_(language) if found else ""


def problems(contract: Contract) -> Iterator[str]:
    """One line for each thing that lacks its counterpart without a written reason."""
    load(faults=True)
    checked, known = {*PROBES, *OBSERVERS}, {c.id for c in contract.clauses}
    excused = register()
    for clause in contract.clauses:
        if clause.level != "DECLARED" and clause.id not in checked and reason(clause) is None:
            yield f"{clause.id}: no check, and no reason for it"
    for id in sorted(checked - known):
        yield f"{id}: a check of a clause that the contract does not have"
    for id in sorted(set(excused) - known):
        yield f"{id}: unchecked.toml names a clause that the contract does not have"
    for id in sorted(set(excused) & checked):
        yield f"{id}: unchecked.toml says that nothing checks it, and something does"
    for fault in FAULTS.values():
        for id in fault.clauses:
            if id not in known:
                yield f"fault {fault.name}: names {id}, which the contract does not have"
            elif id not in checked:
                yield f"fault {fault.name}: names {id}, which nothing checks"
    tripped = {id for fault in FAULTS.values() for id in fault.clauses}
    if FAULTS:
        for id in sorted(checked & known - tripped):
            yield f"{id}: no fault has ever tripped its check"
    else:
        yield "no fault is registered: nothing shows that the checks see anything"


def as_table(contract: Contract, language: str) -> list[str]:
    """The rows as aligned lines."""
    lines = []
    found = rows(contract, language)
    for row in found:
        checks = ", ".join(row["checks"]) or f"— {row['unchecked']}"
        faults = f"  [{', '.join(row['faults'])}]" if row["faults"] else ""
        lines.append(f"{row['id']:7} {row['level']:8} {row['layer']:8} {row['tier']:11} {checks}{faults}")
    return [*lines, summary(found, language)]


def summary(found: list[dict[str, Any]], language: str) -> str:
    """How many of each the rows *found* have, and how many lack their counterpart, as one line."""
    checked = [row for row in found if row["checks"]]
    excused = [row for row in found if row["unchecked"]]
    checks = [name for row in checked for name in row["checks"]]
    untripped = [name for row in checked if not row["faults"] for name in row["checks"]]
    counts = {
        "clauses": len(found), "checked": len(checked), "excused": len(excused),
        "bare": len(found) - len(checked) - len(excused), "checks": len(checks),
        "untripped": len(untripped), "faults": len(FAULTS),
    }  # fmt: skip
    return say(language, "listed", **{name: str(count) for name, count in counts.items()})
