"""The scalars of a file: each key and each value, where it is written and what it is of the contract."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from cynod_spec.base.pointer import Tokens
from cynod_spec.lsp.analysis import Analysis
from cynod_spec.source.yaml_events import events


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
    waiting: list[tuple[Any, Tokens]] = [(analysis.text(path).root, ())]
    while waiting:
        node, tokens = waiting.pop()
        if isinstance(node, yaml.ScalarNode):
            yield _scalar(analysis, path, tokens, node, is_key=False)
        elif isinstance(node, yaml.SequenceNode):
            waiting.extend(
                (each, (*tokens, str(i))) for i, each in enumerate(node.value) if _within(node, each)
            )
        elif isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                if isinstance(key, yaml.ScalarNode) and _within(node, key):
                    below = (*tokens, key.value)
                    yield _scalar(analysis, path, below, key, is_key=True)
                    if _within(node, value):
                        waiting.append((value, below))


def scalar_at(analysis: Analysis, path: Path, index: int) -> Scalar | None:
    """The scalar of the file at *path* that holds *index*, or ends there; None when none does."""
    node: Any = analysis.text(path).root
    tokens: Tokens = ()
    while node is not None:
        if isinstance(node, yaml.ScalarNode):
            return _scalar(analysis, path, tokens, node, is_key=False) if _holds(node, index) else None
        below: tuple[Any, Tokens] = (None, ())
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                if _holds(key, index) and isinstance(key, yaml.ScalarNode):
                    return _scalar(analysis, path, (*tokens, key.value), key, is_key=True)
                if value.start_mark.index <= index and _within(node, value):
                    below = value, (*tokens, str(getattr(key, "value", "")))
        else:
            for place, value in enumerate(node.value):
                if value.start_mark.index <= index and _within(node, value):
                    below = value, (*tokens, str(place))
        node, tokens = below
    return None


def count_scalars(text: str) -> int:
    """How many scalars *text* holds; 0 when it is no YAML."""
    try:
        return sum(isinstance(event, yaml.ScalarEvent) for event in events(text))
    except yaml.YAMLError:
        return 0


def _scalar(analysis: Analysis, path: Path, tokens: Tokens, node: Any, *, is_key: bool) -> Scalar:
    start, end = node.start_mark.index, node.end_mark.index
    return Scalar(path, tokens, is_key, node.value, start, end, analysis.where(path, tokens))


def _within(outer: Any, inner: Any) -> bool:
    return bool(outer.start_mark.index <= inner.start_mark.index <= outer.end_mark.index)


def _holds(node: Any, index: int) -> bool:
    return bool(node.start_mark.index <= index <= node.end_mark.index)
