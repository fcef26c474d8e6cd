"""Lint's own fixes as quick fixes, and all of one file's at once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

from lsprotocol import types

from cynod_spec.lint import Finding
from cynod_spec.lint.fixes import Fix
from cynod_spec.lint.fixing import apply, local
from cynod_spec.lsp.analysis import Analysis
from cynod_spec.lsp.diagnostics import diagnostics, span
from cynod_spec.lsp.documents import Document
from cynod_spec.lsp.positions import Lines
from cynod_spec.lsp.text_shift import common

FIX_ALL: Final = types.CodeActionKind.SourceFixAll
Edit = tuple[int, int, str]  # from and up to which character, and what is written there


def code_actions(
    analysis: Analysis, document: Document, path: Path, params: types.CodeActionParams
) -> list[types.CodeAction]:
    """The quick fixes of the findings in the asked range, and all of the file when they are asked for.

    What a finding only guesses is offered as a quick fix as well, and never among all of the file.
    """
    found = analysis.findings().get(path, [])
    lines = document.lines
    only = tuple(params.context.only or ())
    offered: list[types.CodeAction] = []
    if not only or any(_holds(kind, types.CodeActionKind.QuickFix) for kind in only):
        start, end = lines.index(params.range.start), lines.index(params.range.end)
        for finding in found:
            if (finding.fix or finding.guess) and _touches(finding, lines, start, end):
                title, kind = f"Mend: {finding.message}", types.CodeActionKind.QuickFix
                chosen = replace(finding, fix=finding.fix or finding.guess)
                is_certain = finding.fix is not None
                offered += _action(title, kind, [chosen], analysis, document, path, is_preferred=is_certain)
    if any(_holds(kind, FIX_ALL) for kind in only):
        offered += _action("Mend all that can be mended", FIX_ALL, found, analysis, document, path)
    return offered


def _action(
    title: str,
    kind: types.CodeActionKind | str,
    found: list[Finding],
    analysis: Analysis,
    document: Document,
    path: Path,
    *,
    is_preferred: bool = True,
) -> list[types.CodeAction]:
    change = _edit(document.text, _fixes(analysis, path, found), path.name)
    if change is None:
        return []
    start, end, new = change
    edit = types.TextEdit(document.lines.range(start, end), new)
    return [
        types.CodeAction(
            title=title,
            kind=kind,
            diagnostics=diagnostics(found, document.lines),
            edit=types.WorkspaceEdit(changes={document.uri: [edit]}),
            is_preferred=is_preferred,
        )
    ]


def _touches(finding: Finding, lines: Lines, start: int, end: int) -> bool:
    place = span(finding, lines)
    return lines.index(place.start) <= end and start <= lines.index(place.end)


def _holds(asked: types.CodeActionKind | str, kind: types.CodeActionKind | str) -> bool:
    """Whether the kind of action *asked* for holds *kind*."""
    wanted, given = str(getattr(asked, "value", asked)), str(getattr(kind, "value", kind))
    return given == wanted or given.startswith(wanted + ".")


def _fixes(analysis: Analysis, path: Path, found: list[Finding]) -> list[Fix]:
    """What mends *found* in the file at *path*, each once."""
    listed: dict[Fix, None] = {}
    for finding in found:
        if finding.fix is not None:
            file, fix = local(str(analysis.main), finding.fix)
            if Path(file).resolve() == path:
                listed[fix] = None
    return list(listed)


def _edit(text: str, chosen: list[Fix], name: str) -> Edit | None:
    """The one change of *text* that makes *chosen*; None when they are left to a human."""
    changed, count = apply(text, chosen, name)
    if not count:
        return None
    start, tail = common(text, changed)
    return start, len(text) - tail, changed[start : len(changed) - tail]
