"""Finds handlers whose operation no longer exists. They are reported, never changed."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from pathlib import Path


def orphans(folder: Path, gone: Collection[str]) -> Iterator[str]:
    """A message for each method in *folder* that has the name of an operation in *gone*."""
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
