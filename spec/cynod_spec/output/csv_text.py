"""CSV that a spreadsheet shows and never computes."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from typing import Any

from cynod_spec.output.control_characters import folded

# What begins a formula (OWASP, "CSV Injection"; full width as well, which Excel reads alike), at the start of
# a cell, or behind a semicolon: where that is the separator, as in French, the rest would be its own cell.
# ``::`` begins a command in the log of a GitHub job.
_FORMULA = re.compile(r"""(^|;)(["'\s]*)(?=[=+\-@＝＋－＠]|::)""")


def csv_text(rows: Sequence[Mapping[str, Any]]) -> str:
    """*rows*, which all have the same keys, under a header; empty without rows.

    A text is one line, and an apostrophe stands before what a spreadsheet would take for a formula. Numbers
    and booleans are written as they are.
    """
    out = io.StringIO()
    if rows:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow([_cell(name) for name in rows[0]])
        writer.writerows([_cell(value) for value in row.values()] for row in rows)
    return out.getvalue()


def _cell(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return _FORMULA.sub(r"\1\2'", folded(value))
