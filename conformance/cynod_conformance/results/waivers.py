"""Waivers: failures that somebody has accepted, until a date and for a written reason."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from cynod_conformance.results.status import Result
from cynod_conformance.text.messages import both
from cynod_spec.base.errors import UsageError


@dataclass(frozen=True)
class Waiver:
    """The clause *id* may fail until the day *until*, for *reason*."""

    id: str
    until: dt.date
    reason: str


def read_waivers(path: str) -> list[Waiver]:
    """The ``[[waivers]]`` of a TOML file. Raises UsageError, one line, for any mistake in it."""
    try:
        data = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(
            f"cannot read waivers from {path}: {error}", "[[waivers]] id, until, reason"
        ) from None
    found = []
    for item in data.get("waivers", []):
        if not isinstance(item, dict) or set(item) != {"id", "until", "reason"} or not item["reason"]:
            raise UsageError(f"{path}: a waiver has id, until and reason", "until = 2027-01-31")
        if not isinstance(item["until"], dt.date):
            raise UsageError(f"{path}: until is no date", "until = 2027-01-31")
        found.append(Waiver(str(item["id"]), item["until"], str(item["reason"])))
    return found


def waive(results: Sequence[Result], waivers: Sequence[Waiver]) -> list[Result]:
    """Failed clauses with a waiver in force become waived; one that holds has a needless waiver."""
    today = dt.datetime.now(dt.UTC).date()
    valid = {w.id: w for w in waivers if w.until >= today}
    settled = []
    for given in results:
        result, waiver = given, valid.get(given.clause.id)
        if waiver is not None and result.status == "failed":
            why = both("waived-until", until=waiver.until.isoformat(), reason=waiver.reason)
            result = replace(result, status="waived", reason=why)
        elif waiver is not None and result.status == "passed":
            result = replace(result, reason=both("waiver-idle"))
        settled.append(result)
    return settled
