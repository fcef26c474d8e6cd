"""Which mutants can matter at all: those whose statement runs when the suite judges the sandbox as it is."""

from __future__ import annotations

import ast
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from mutation.mutants import Mutant


@dataclass(frozen=True)
class Reached:
    """The lines that ran, from 1, by file."""

    lines: Mapping[Path, Collection[int]]

    @classmethod
    def read(cls, path: Path) -> Reached:
        """Those that the file at *path* names, as ``trace`` wrote it; none when a trial ended too early."""
        if not path.is_file():
            return cls({})
        told = json.loads(path.read_text(encoding="utf-8"))
        return cls({Path(file): frozenset(lines) for file, lines in told.items()})

    def runs(self, mutant: Mutant) -> bool:
        """Whether the statement that *mutant* changes ran."""
        first, last = _statement(ast.parse(mutant.module.source), mutant.start[0])
        return any(line in self.lines.get(mutant.module.path, ()) for line in range(first, last + 1))


def _statement(tree: ast.AST, line: int) -> tuple[int, int]:
    """The first and the last line of the innermost statement at *line*, without the block below it."""
    return max((span for span in _spans(tree) if span[0] <= line <= span[1]), default=(line, line))


def _spans(tree: ast.AST) -> Iterator[tuple[int, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt | ast.ExceptHandler):
            body = getattr(node, "body", None)
            last = node.end_lineno or node.lineno
            yield node.lineno, max(node.lineno, body[0].lineno - 1) if body else last
