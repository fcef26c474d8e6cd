"""Rows as a table, as JSON or as CSV."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import click

from cynod_spec.output.control_characters import folded
from cynod_spec.output.csv_text import csv_text
from cynod_spec.output.json_text import json_text
from cynod_spec.output.terminal import Styled, echo_all, echo_written, line

Format = Literal["table", "json", "csv"]
Row = Mapping[str, Any]


def format_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """``--format table|json|csv``."""
    choice = click.Choice(["table", "json", "csv"])
    return click.option("--format", "form", type=choice, default="table", show_default=True)(command)


def show(rows: Sequence[Row], form: Format) -> None:
    """Print *rows*, which all have the same keys."""
    if form == "json":
        echo_written(json_text(rows) + "\n")
    elif form == "csv":
        echo_written(csv_text(rows))
    else:
        echo_all(_table(rows))


def _table(rows: Sequence[Row]) -> list[str]:
    """Columns as wide as their cells; the last one, a sentence, is wrapped to the terminal."""
    if not rows:
        return []
    names = list(rows[0])
    cells = [names] + [[_cell(row[name]) for name in names] for row in rows]
    widths = [max(len(row[index]) for row in cells) for index in range(len(names) - 1)]
    indent = sum(widths) + 2 * len(widths)
    room = max(30, shutil.get_terminal_size((120, 40)).columns - indent)
    lines = []
    for number, row in enumerate(cells):
        lead = "".join(cell.ljust(width + 2) for cell, width in zip(row, widths, strict=False))
        first, *others = textwrap.wrap(row[-1], room) or [""]
        told = (lead + first).rstrip()
        lines.append(line(told if number else Styled(told, bold=True)))
        lines += [line(" " * indent + other) for other in others]
    return lines


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return folded(str(value))
