"""Lint's own fixes as quick fixes, and all of one file's at once."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from cynod_spec.lint import Finding
from cynod_spec.lint.fixes import Fix
from cynod_spec.lint.fixing import apply, local
from cynod_spec.lsp.analysis import Analysis
from cynod_spec.lsp.shift import common

TITLE: Final = "Mend: {message}"
Edit = tuple[int, int, str]  # from and up to which character, and what is written there


def fixes(analysis: Analysis, path: Path, found: list[Finding]) -> list[Fix]:
    """What mends *found* in the file at *path*, each once."""
    listed: dict[Fix, None] = {}
    for finding in found:
        if finding.fix is not None:
            file, fix = local(str(analysis.main), finding.fix)
            if Path(file).resolve() == path:
                listed[fix] = None
    return list(listed)


def edit(text: str, chosen: list[Fix], name: str) -> Edit | None:
    """The one change of *text* that makes *chosen*; None when they are left to a human."""
    changed, count = apply(text, chosen, name)
    if not count:
        return None
    start, tail = common(text, changed)
    return start, len(text) - tail, changed[start : len(changed) - tail]
