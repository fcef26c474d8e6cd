"""Waivers: failures that somebody has accepted, until a date and for a written reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from cynod_conformance.results.status import Result
from cynod_conformance.text.messages import both
from cynod_spec.base.errors import UsageError
from cynod_spec.configuration.toml_file import InvalidFile, checked, load
from cynod_spec.configuration.waivers_file import Waiver, WaiversFile


def read_waivers(path: str) -> list[Waiver]:
    """The ``[[waivers]]`` of a TOML file. Raises UsageError, one line, for any mistake in it."""
    try:
        return checked(load(Path(path), "the waivers"), WaiversFile, path).waivers
    except InvalidFile as error:
        hint = error.hint or "`cynod config schema --file waivers` describes the file"
        raise UsageError(error.message, hint) from None


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
