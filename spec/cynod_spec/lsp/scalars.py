"""The scalars of a file: each key and each value, where it is written and what it is of the contract."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cynod_spec.base.errors import DocumentError
from cynod_spec.base.pointer import Tokens
from cynod_spec.lsp.analysis import Analysis
from cynod_spec.source.yaml_nodes import YamlList, YamlMapping, YamlNode, YamlScalar, compose


@dataclass(frozen=True, slots=True)
class Scalar:
    """A key or a value. ``tokens`` lead to it in its file; those of a key end with the key.

    ``where`` are the tokens in the document, also for what an overlay writes there; None for anything else.
    ``start`` and ``end`` enclose it in the text, its quotes included.
    """

    path: Path
    tokens: Tokens
    is_key: bool
    value: str
    start: int
    end: int
    where: Tokens | None


def scalars(analysis: Analysis, path: Path) -> Iterator[Scalar]:
    """Every scalar of the file at *path*, in no order; what an alias repeats once, where it is written."""
    root = analysis.text(path).root
    waiting: list[tuple[YamlNode, Tokens]] = [(root, ())] if root is not None else []
    while waiting:
        node, tokens = waiting.pop()
        if isinstance(node, YamlScalar):
            yield _scalar(analysis, path, tokens, node, is_key=False)
        elif isinstance(node, YamlList):
            waiting.extend((each, (*tokens, str(index))) for index, each in enumerate(node.items))
        elif isinstance(node, YamlMapping):
            for key, value in node.pairs:
                if isinstance(key, YamlScalar):
                    below = (*tokens, key.value)
                    yield _scalar(analysis, path, below, key, is_key=True)
                    waiting.append((value, below))


def scalar_at(analysis: Analysis, path: Path, index: int) -> Scalar | None:
    """The scalar of the file at *path* that holds *index*, or ends there; None when none does."""
    node = analysis.text(path).root
    tokens: Tokens = ()
    while isinstance(node, YamlList | YamlMapping):
        below: tuple[YamlNode | None, Tokens] = (None, ())
        if isinstance(node, YamlMapping):
            for key, value in node.pairs:
                if _holds(key, index) and isinstance(key, YamlScalar):
                    return _scalar(analysis, path, (*tokens, key.value), key, is_key=True)
                if value.start <= index:
                    below = value, (*tokens, key.value if isinstance(key, YamlScalar) else "")
        else:
            for place, item in enumerate(node.items):
                if item.start <= index:
                    below = item, (*tokens, str(place))
        node, tokens = below
    if isinstance(node, YamlScalar) and _holds(node, index):
        return _scalar(analysis, path, tokens, node, is_key=False)
    return None


def count_scalars(text: str) -> int:
    """How many scalars *text* holds; 0 when it is no YAML."""
    try:
        return sum(isinstance(node, YamlScalar) for node in compose(text).all())
    except DocumentError:
        return 0


def _scalar(analysis: Analysis, path: Path, tokens: Tokens, node: YamlScalar, *, is_key: bool) -> Scalar:
    return Scalar(path, tokens, is_key, node.value, node.start, node.end, analysis.where(path, tokens))


def _holds(node: YamlNode, index: int) -> bool:
    return node.start <= index <= node.end
