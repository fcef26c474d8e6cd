"""Rows as a table, as JSON or as CSV."""

from __future__ import annotations

import csv
import io
import json
import shutil
import textwrap
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import click

Format = Literal["table", "json", "csv"]
Row = Mapping[str, Any]


def format_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """``--format table|json|csv``."""
    choice = click.Choice(["table", "json", "csv"])
    return click.option("--format", "form", type=choice, default="table", show_default=True)(command)


def show(rows: Sequence[Row], form: Format) -> None:
    """Print *rows*, which all have the same keys."""
    if form == "json":
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    elif form == "csv":
        click.echo(_csv(rows), nl=False)
    else:
        click.echo(_table(rows), nl=False)


def _csv(rows: Sequence[Row]) -> str:
    out = io.StringIO()
    if rows:
        writer = csv.DictWriter(out, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return out.getvalue()


def _table(rows: Sequence[Row]) -> str:
    """Columns as wide as their cells; the last one, a sentence, is wrapped to the terminal."""
    if not rows:
        return ""
    names = list(rows[0])
    cells = [names] + [[_cell(row[name]) for name in names] for row in rows]
    widths = [max(len(line[index]) for line in cells) for index in range(len(names) - 1)]
    indent = sum(widths) + 2 * len(widths)
    room = max(30, shutil.get_terminal_size((120, 40)).columns - indent)
    lines = []
    for number, line in enumerate(cells):
        lead = "".join(cell.ljust(width + 2) for cell, width in zip(line, widths, strict=False))
        wrapped = textwrap.wrap(line[-1], room) or [""]
        text = "\n".join([lead + wrapped[0], *(" " * indent + rest for rest in wrapped[1:])])
        lines.append("\n".join(part.rstrip() for part in text.split("\n")))
        if number == 0:
            lines[0] = click.style(lines[0], bold=True)
    return "\n".join(lines) + "\n"


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return " ".join(str(value).split())
