"""From an edit to its diagnostics: a session of ``cynod spec lsp`` with the shipped contract.

``python -m bench.editor`` prints the row; ``measured()`` gives its figures.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import psutil

from cynod_spec.environment.locating import default_contract

sys.path.append(str(Path(__file__).parent.parent / "tests" / "support"))

BOUND = 300  # milliseconds from an edit to its diagnostics


@dataclass(frozen=True)
class Measure:
    """Milliseconds from an edit to its diagnostics, and of the server's processor time meanwhile."""

    characters: int
    edits: int
    p50: float
    p99: float
    cpu: float


def measured(edits: int = 40) -> Measure:
    """Edit the shipped contract *edits* times, by turns to one with two findings and back."""
    from cross_room.editor import editing

    document = Path(default_contract())
    with tempfile.TemporaryDirectory(prefix="cynod-bench-") as folder:
        shutil.copytree(document.parent / "locales", Path(folder) / "locales")
        file = Path(shutil.copy(document, folder)).resolve()
        with editing() as editor:
            editor.open(file)
            text = editor.texts[file]
            broken = text.replace("\nopenapi: ", "\ncolour: blue\nopenapi: ")
            process = psutil.Process(editor.process.pid)
            for turn in range(4):
                editor.edit(file, broken if turn % 2 else text)
            before, took = process.cpu_times(), []
            for turn in range(edits):
                found, milliseconds = editor.edit(file, text if turn % 2 else broken)
                took.append(milliseconds)
                if bool(found) is bool(turn % 2):
                    raise RuntimeError(f"edit {turn} has the diagnostics of another")
            after = process.cpu_times()
    spent = after.user + after.system - before.user - before.system
    took.sort()
    return Measure(len(text), edits, median(took), took[int(len(took) * 0.99)], spent / edits * 1000)


def row(measure: Measure) -> str:
    """*measure* as one line."""
    return (
        f"edit to diagnostics, {measure.characters:,} characters: p50 {measure.p50:.0f} ms, "
        f"p99 {measure.p99:.0f} ms, CPU {measure.cpu:.0f} ms an edit (bound: {BOUND} ms)"
    )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.editor", description=__doc__)
    parser.add_argument("--edits", type=int, default=40, help="how many (default: %(default)s)")
    print(row(measured(parser.parse_args().edits)))


if __name__ == "__main__":
    main()
