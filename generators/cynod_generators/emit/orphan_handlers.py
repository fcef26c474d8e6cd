"""Handlers whose operation is gone: reported, never rewritten."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from pathlib import Path


def orphans(folder: Path, gone: Collection[str]) -> Iterator[str]:
    """A sentence for each method in *folder* that is named like an operation that is *gone*."""
    for path in sorted(folder.rglob("*.py")) if folder.is_dir() else ():
        try:
            tree = ast.parse(path.read_bytes())
        except (SyntaxError, ValueError):
            continue
        for node in ast.walk(tree):
            if not isinstance(node, ast.ClassDef):
                continue
            for method in node.body:
                if isinstance(method, (ast.FunctionDef, ast.AsyncFunctionDef)) and method.name in gone:
                    yield f"{path}:{method.lineno}: no operation is called {method.name} any more"
