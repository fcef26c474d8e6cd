"""The one composer of YAML: a text becomes a tree of nodes, each with where it begins and ends as written.

The values of a document (``parsing.py``), the ends of what lint reports, and the changes written into a text
are read from this tree. It says what is written and judges no meaning: a key may stand twice, a tag may be
unknown, and an alias is a node of its own that names its anchor.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, Final

import yaml

from cynod_spec.base.errors import DocumentError
from cynod_spec.source.source_map import Position
from cynod_spec.source.text_lines import line_end
from cynod_spec.source.yaml_errors import refusal, unreadable
from cynod_spec.source.yaml_events import loader

MAX_DEPTH: Final = 100  # levels of lists and mappings
MAX_NODES: Final = 2_000_000  # of one document


class YamlNode:
    """One node of a text: a YamlScalar, YamlAlias, YamlList or YamlMapping.

    ``start`` and ``end`` are the indices between which it is written, its anchor and tag included; a block
    ends with its last character. ``at`` is the line and column of ``start``.

    >>> name, size = compose("name: a\\nsize: [1, 2]").pairs
    >>> name[1].value, size[1].is_flow, size[1].at, size[1].end
    ('a', True, (2, 7), 20)
    """

    __slots__ = ("anchor", "at", "end", "start", "tag")

    def __init__(self, at: Position, start: int, end: int, anchor: str | None, tag: str | None) -> None:
        self.at = at
        self.start = start
        self.end = end
        self.anchor = anchor
        self.tag = tag

    @property
    def indent(self) -> int:
        """How many characters stand before it on its line."""
        return self.at[1] - 1

    @property
    def children(self) -> Iterable[YamlNode]:
        """The nodes right below it: none, items, or keys and their values."""
        return ()

    def all(self) -> Iterator[YamlNode]:
        """It and every node within it, in no order."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting += node.children


class YamlScalar(YamlNode):
    """A text: ``value``, in the quotes or behind the block indicator ``style``, None where it is plain.

    ``is_resolved``: it has neither quotes nor a tag, so the core schema says which type its text has.
    """

    __slots__ = ("is_resolved", "style", "value")

    def __init__(
        self,
        at: Position,
        start: int,
        end: int,
        anchor: str | None,
        tag: str | None,
        value: str,
        style: str | None,
        is_resolved: bool,
    ) -> None:
        # Not by ``super()``, for speed: most nodes are scalars.
        self.at = at
        self.start = start
        self.end = end
        self.anchor = anchor
        self.tag = tag
        self.value = value
        self.style = style
        self.is_resolved = is_resolved


class YamlAlias(YamlNode):
    """A node that repeats the one whose anchor is ``name``."""

    __slots__ = ("name",)

    def __init__(self, at: Position, start: int, end: int, name: str) -> None:
        super().__init__(at, start, end, None, None)
        self.name = name


class YamlList(YamlNode):
    """A list of ``items``; ``is_flow``: it stands in brackets."""

    __slots__ = ("is_flow", "items")

    def __init__(
        self, at: Position, start: int, end: int, anchor: str | None, tag: str | None, is_flow: bool
    ) -> None:
        super().__init__(at, start, end, anchor, tag)
        self.is_flow = is_flow
        self.items: list[YamlNode] = []

    @property
    def children(self) -> Iterable[YamlNode]:
        """Its items."""
        return self.items


class YamlMapping(YamlNode):
    """A mapping of ``pairs``, each a key and its value; ``is_flow``: it stands in braces."""

    __slots__ = ("is_flow", "pairs")

    def __init__(
        self, at: Position, start: int, end: int, anchor: str | None, tag: str | None, is_flow: bool
    ) -> None:
        super().__init__(at, start, end, anchor, tag)
        self.is_flow = is_flow
        self.pairs: list[tuple[YamlNode, YamlNode]] = []

    @property
    def children(self) -> Iterable[YamlNode]:
        """Its keys and values."""
        return chain.from_iterable(self.pairs)


def compose(text: str, file: str = "") -> YamlNode:
    """The root of the one document that *text* holds.

    Raises DocumentError with the place in *file* where it is no YAML, holds no document or a second one, or
    more than MAX_NODES nodes, or is nested deeper than MAX_DEPTH.
    """
    try:
        return _Composer(text, file).document()
    except yaml.YAMLError as error:
        raise unreadable(error, text, file) from None


class _Composer:
    """Nodes from the events of libyaml, which refuse what is no YAML."""

    def __init__(self, text: str, file: str) -> None:
        self.text = text
        self.file = file
        self.following: Any = loader(text).get_event
        self.next = self.counted if len(text) > MAX_NODES else self.following  # a node takes a character
        self.nodes = 0

    def document(self) -> YamlNode:
        self.next()  # the stream's start
        if isinstance(self.next(), yaml.StreamEndEvent):
            raise refusal(self.file, (1, 1), "the file is empty")
        root = self.node(self.next(), 1)
        self.next()  # the document's end
        event = self.next()
        if not isinstance(event, yaml.StreamEndEvent):
            raise self.refuse(event, "a second YAML document begins here", "keep one document in the file")
        return root

    def refuse(self, event: Any, message: str, hint: str = "") -> DocumentError:
        mark = event.start_mark
        return refusal(self.file, (mark.line + 1, mark.column + 1), message, hint)

    def counted(self) -> Any:
        """The next event, of a text that may hold more than MAX_NODES nodes."""
        event = self.following()
        self.nodes += isinstance(event, yaml.NodeEvent)
        if self.nodes > MAX_NODES:
            raise self.refuse(event, f"more than {MAX_NODES:,} nodes")
        return event

    def node(self, event: Any, depth: int) -> YamlNode:
        """The node that begins with *event*, *depth* levels down."""
        mark, kind = event.start_mark, type(event)
        at, start, end = (mark.line + 1, mark.column + 1), mark.index, event.end_mark.index
        if kind is yaml.ScalarEvent:
            style = event.style or None
            if style in ("|", ">"):
                end = _block_end(self.text, start, end)
            is_resolved: bool = event.implicit[0]
            return YamlScalar(at, start, end, event.anchor, event.tag, event.value, style, is_resolved)
        if kind is yaml.AliasEvent:
            return YamlAlias(at, start, end, event.anchor)
        if depth > MAX_DEPTH:
            raise self.refuse(event, f"nested deeper than {MAX_DEPTH} levels")
        is_flow = bool(event.flow_style)
        if kind is yaml.SequenceStartEvent:
            return self.items(YamlList(at, start, end, event.anchor, event.tag, is_flow), depth + 1)
        return self.pairs(YamlMapping(at, start, end, event.anchor, event.tag, is_flow), depth + 1)

    def items(self, node: YamlList, depth: int) -> YamlList:
        """*node* with its items, which stand *depth* levels down."""
        following, make, items = self.next, self.node, node.items
        while type(event := following()) is not yaml.SequenceEndEvent:
            items.append(make(event, depth))
        node.end = _end_of(event) if node.is_flow else items[-1].end
        return node

    def pairs(self, node: YamlMapping, depth: int) -> YamlMapping:
        """*node* with its keys and values, which stand *depth* levels down."""
        following, make, pairs = self.next, self.node, node.pairs
        while type(event := following()) is not yaml.MappingEndEvent:
            key = make(event, depth)
            pairs.append((key, make(following(), depth)))
        if node.is_flow:
            node.end = _end_of(event)
        else:
            key, value = pairs[-1]
            node.end = max(key.end, value.end)
        return node


def _end_of(event: Any) -> int:
    return int(event.end_mark.index)


def _block_end(text: str, start: int, end: int) -> int:
    """Behind the last character of a block scalar; with ``+``, behind its empty lines but the last break."""
    header = text[start : line_end(text, start)].partition("#")[0]
    if "+" in header:
        return end - 1 if text[end - 1 : end] == "\n" else end
    return start + len(text[start:end].rstrip())
