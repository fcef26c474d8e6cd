"""Changes written into the text of a document: what did not change keeps its octets, comments included.

The text is changed where the two values differ, node by node. What a node's own style cannot hold is written
anew with the least that holds it: the node, or the mapping or list around it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Any, Final

from cynod_spec.base.errors import DocumentError
from cynod_spec.output.control_characters import HIDDEN
from cynod_spec.output.json_text import json_text
from cynod_spec.source.parsing import parse
from cynod_spec.source.text_lines import line_end, line_start
from cynod_spec.source.writing import scalar, yaml_text
from cynod_spec.source.yaml_nodes import YamlAlias, YamlList, YamlMapping, YamlNode, YamlScalar, compose

MAX_EDITED_CHARACTERS: Final = 4_000_000  # the nodes of a longer text would take too much memory
_MERGE: Final = "<<"
_BLANKS: Final = " \t"
_COMMA: Final = re.compile(r"[ \t]*,")
_NOT_IN_BLOCK = re.compile(rf"(?!\n)[{HIDDEN}]|[ \t](?:\n|\Z)|(?:^|\n)[ \t]*(?:::|##)")
_SURROGATE = re.compile(
    r"\\u[dD][89a-fA-F][0-9a-fA-F]{2}"
)  # half a character in JSON, which YAML does not know
Edit = tuple[int, int, str]  # from and up to which character, and what is written there


def edited(text: str, value: Any, name: str = "") -> str | None:
    """*text*, the document *name*, changed so that it reads as *value*; None when that takes a new text."""
    if len(text) > MAX_EDITED_CHARACTERS:
        return None
    is_json = name.endswith(".json")
    try:
        before = parse(text, name).value
        root = compose(_SURROGATE.sub(r"\\u0041", text) if is_json else text, name)
        edits = _Editor(text, root, is_json).changes(before, value)
        if edits is None:
            return None
        changed = text
        for start, end, written in _backwards(edits):
            changed = changed[:start] + written + changed[end:]
        return changed if same(parse(changed, name).value, value) else None
    except DocumentError:
        return None


def _backwards(edits: Sequence[Edit]) -> list[Edit]:
    """*edits* from the end of the text on; of those at one place, the inner ones, which come first, last."""
    numbered = enumerate(edits)
    return [edit for _, edit in sorted(numbered, key=lambda each: (*each[1][:2], each[0]), reverse=True)]


def same(one: Any, other: Any) -> bool:
    """Whether two values are the same JSON value, numbers of the same kind included; order does not count."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(member, other[key]) for key, member in one.items())
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other)


class _UnableError(Exception):
    """The text around cannot be changed at this place; it is written anew one level above."""


class _Editor:
    def __init__(self, text: str, root: YamlNode, is_json: bool) -> None:
        self.text = text
        self.is_json = is_json
        self.root = root
        self.has_aliases = False
        self.anchored: dict[str, tuple[int, Any]] = {}  # anchor → where it stands, its value in the end
        self.break_ = "\r\n" if "\r\n" in text else "\n"
        self._styles()

    def _styles(self) -> None:
        """How the document is indented, by its first nested mapping and its first list of a member."""
        self.step = 0
        self.are_items_indented: bool | None = None
        for node in self.root.all():
            self.has_aliases |= isinstance(node, YamlAlias)
            for key, value in node.pairs if isinstance(node, YamlMapping) and not node.is_flow else ():
                if isinstance(value, YamlMapping) and not value.is_flow and value.pairs and not self.step:
                    self.step = value.pairs[0][0].indent - key.indent
                if isinstance(value, YamlList) and not value.is_flow and self.are_items_indented is None:
                    self.are_items_indented = value.indent > key.indent
        self.step = min(max(self.step, 2), 9) if self.step else 2

    def changes(self, before: Any, after: Any) -> list[Edit] | None:
        """The edits that turn *before*, the document, into *after*."""
        try:
            return self._node(self.root, before, after)
        except _UnableError:
            return None

    # One node

    def _node(self, node: YamlNode, before: Any, after: Any) -> list[Edit]:
        """The edits within *node*, which is no alias; _UnableError when it must be written as a whole."""
        edits: list[Edit] = []
        if not same(before, after) or self.has_aliases:
            if isinstance(node, YamlMapping) and isinstance(after, dict) and node.pairs and after:
                edits = self._mapping(node, before, after)
            elif isinstance(node, YamlList) and isinstance(after, list) and node.items and after:
                edits = self._list(node, before, after)
            elif not same(before, after):
                raise _UnableError
        if node.anchor:
            self.anchored[node.anchor] = (node.start, after)
        return edits

    def _child(self, node: YamlNode, before: Any, after: Any) -> list[Edit] | None:
        """The edits within *node*; None when it must be replaced."""
        if isinstance(node, YamlAlias):
            known = self.anchored.get(node.name)
            return [] if known is not None and same(known[1], after) else None
        try:
            return self._node(node, before, after)
        except _UnableError:
            self._forget(node.start, node.end)
            return None

    def _forget(self, start: int, end: int) -> None:
        """Anchors between *start* and *end* are gone."""
        gone = [name for name, (index, _) in self.anchored.items() if start <= index <= end]
        for name in gone:
            del self.anchored[name]

    # Mappings

    def _mapping(self, node: YamlMapping, before: dict[str, Any], after: dict[str, Any]) -> list[Edit]:
        edits: list[Edit] = []
        kept: list[bool] = []
        own: set[str] = set()
        inherited: dict[str, Any] = {}
        for key, value in node.pairs:
            if isinstance(key, YamlScalar) and key.value == _MERGE and key.style is None:
                self._merge(value, inherited)
                kept.append(True)
                continue
            name = self._name(key)
            own.add(name)
            kept.append(name in after)
            if name in after:
                edits += self._member(node, key, value, before[name], after[name])
            else:
                self._forget(key.start, value.end)
        if any(name not in after for name in inherited.keys() - own):
            raise _UnableError
        added = {
            name: member
            for name, member in after.items()
            if name not in own and not (name in inherited and same(inherited[name], member))
        }
        if not any(kept):
            raise _UnableError
        if all(kept) and not added:
            return edits
        spans = [(self._key_start(key), max(key.end, value.end)) for key, value in node.pairs]
        edits += self._dropped(node, spans, kept)
        if added:
            edits.append(self._added(node, spans, kept, added))
        return edits

    def _key_start(self, key: YamlNode) -> int:
        """Where a member begins: at its key, or at the question mark before it."""
        lead = self.text[line_start(self.text, key.start) : key.start]
        blanks = len(lead) - len(lead.rstrip(_BLANKS))
        return key.start - blanks - 1 if blanks and lead.rstrip(_BLANKS).endswith("?") else key.start

    def _name(self, key: YamlNode) -> str:
        if isinstance(key, YamlAlias):
            known = self.anchored.get(key.name)
            if known is None or not isinstance(known[1], str):
                raise _UnableError
            return known[1]
        if not isinstance(key, YamlScalar):
            raise _UnableError
        if self.is_json:
            return str(json.loads(self.text[key.start : key.end]))
        if key.anchor:
            self.anchored[key.anchor] = (key.start, key.value)
        return key.value

    def _merge(self, value: YamlNode, inherited: dict[str, Any]) -> None:
        """Add what *value*, that of a merge key, gives in the end."""
        for each in value.items if isinstance(value, YamlList) else [value]:
            known = self.anchored.get(each.name) if isinstance(each, YamlAlias) else None
            if known is None or not isinstance(known[1], dict):
                raise _UnableError
            for name, member in known[1].items():
                inherited.setdefault(name, member)

    def _member(
        self, holder: YamlMapping, key: YamlNode, value: YamlNode, before: Any, after: Any
    ) -> list[Edit]:
        edits = self._child(value, before, after)
        if edits is not None:
            return edits
        if holder.is_flow:
            return [self._in_flow(value, after)]
        if isinstance(value, YamlScalar) and value.end > value.start and not isinstance(after, dict | list):
            written = self._scalar_in_block(after, value.style, key.indent)
            return [(value.start, value.end, written)]
        colon = self.text.find(":", key.end)
        if colon < 0:
            raise _UnableError
        return [(colon + 1, max(value.end, colon + 1), self._in_block(after, key.indent))]

    # Lists

    def _list(self, node: YamlList, before: list[Any], after: list[Any]) -> list[Edit]:
        edits: list[Edit] = []
        kept = [True] * len(node.items)
        added: list[Any] = []
        for tag, from_, to, new_from, new_to in _alignment(before, after):
            common = min(to - from_, new_to - new_from) if tag != "insert" else 0
            for offset in range(common):
                edits += self._item(
                    node, node.items[from_ + offset], before[from_ + offset], after[new_from + offset]
                )
            for index in range(from_ + common, to):
                kept[index] = False
                self._forget(node.items[index].start, node.items[index].end)
            if new_from + common < new_to:
                if to < len(node.items):
                    raise _UnableError  # only at the end can items be added
                added = after[new_from + common : new_to]
        if not any(kept):
            raise _UnableError
        if all(kept) and not added:
            return edits
        spans = [self._item_span(node, index) for index in range(len(node.items))]
        edits += self._dropped(node, spans, kept)
        if added:
            edits.append(self._added(node, spans, kept, added))
        return edits

    def _item(self, holder: YamlList, item: YamlNode, before: Any, after: Any) -> list[Edit]:
        edits = self._child(item, before, after)
        if edits is not None:
            return edits
        if holder.is_flow:
            return [self._in_flow(item, after)]
        if isinstance(item, YamlScalar) and not isinstance(after, dict | list):
            return [(item.start, item.end, self._scalar_in_block(after, item.style, holder.indent))]
        if item.start == item.end:
            raise _UnableError
        return [(item.start, item.end, self._instead(after, item.indent))]

    def _item_span(self, holder: YamlList, index: int) -> tuple[int, int]:
        """Where an item begins, with its dash, and ends."""
        item = holder.items[index]
        if holder.is_flow:
            return item.start, item.end
        dash = self.text.rfind("-", 0, item.start)
        if dash < 0 or self.text[dash + 1 : item.start].strip():
            raise _UnableError
        return dash, item.end

    # What goes and what comes

    def _dropped(
        self, holder: YamlList | YamlMapping, spans: Sequence[tuple[int, int]], kept: Sequence[bool]
    ) -> Iterator[Edit]:
        for index, (start, end) in enumerate(spans):
            if kept[index]:
                continue
            if holder.is_flow:
                yield self._flow_gap(spans, kept, index)
                continue
            begin = line_start(self.text, start)
            if self.text[begin:start].strip(_BLANKS):
                if index + 1 == len(spans):
                    raise _UnableError
                yield start, spans[index + 1][0], ""
                continue
            after = line_end(self.text, end)
            after += len(self.break_) if self.text.startswith(self.break_, after) else 0
            yield self._with_comments(begin, start - begin), after, ""

    def _flow_gap(self, spans: Sequence[tuple[int, int]], kept: Sequence[bool], index: int) -> Edit:
        """A member in braces or an item in brackets, with the one comma that it needs no more."""
        between = (self.text[one[1] : other[0]] for one, other in pairwise(spans))
        if any("#" in gap for gap in between):
            return self._flow_line(spans[index])
        if any(kept[:index]):
            return spans[index - 1][1], spans[index][1], ""
        return spans[index][0], spans[index + 1][0], ""

    def _flow_line(self, span: tuple[int, int]) -> Edit:
        """Likewise among comments: with the comma after it, and with its line where nothing else is there.

        The comma before it may stay: YAML has it at the end too.
        """
        start, end = span
        comma = _COMMA.match(self.text, end)
        end = comma.end() if comma else end
        begin, line = line_start(self.text, start), line_end(self.text, end)
        rest = self.text[end:line].strip(_BLANKS)
        if self.text[begin:start].strip(_BLANKS) or (rest and not rest.startswith("#")):
            return start, end, ""
        return begin, line + len(self.break_), ""

    def _with_comments(self, begin: int, column: int) -> int:
        """Where the comment begins that stands right above the line at *begin*, in the same *column*."""
        while begin:
            above = line_start(self.text, begin - 1)
            line = self.text[above:begin]
            if not line[column:].startswith("#") or line[:column].strip(_BLANKS):
                break
            begin = above
        return begin

    def _added(
        self,
        holder: YamlList | YamlMapping,
        spans: Sequence[tuple[int, int]],
        kept: Sequence[bool],
        added: Any,
    ) -> Edit:
        last = max(index for index, is_kept in enumerate(kept) if is_kept)
        end = spans[last][1]
        if holder.is_flow:
            return end, end, self._more_in_flow(holder, spans[0][0], added)
        end = line_end(self.text, end)
        if isinstance(holder, YamlList):
            column = holder.indent
        else:
            first = self._key_start(holder.pairs[0][0])
            column = first - line_start(self.text, first)
        return end, end, "".join(self.break_ + line for line in self._lines(added, column))

    # How it is written

    def _lines(self, value: Any, column: int) -> list[str]:
        """*value*, a mapping or a list, in block style from *column* on."""
        written = yaml_text(value, indent=self.step, are_items_indented=bool(self.are_items_indented))
        return [" " * column + line if line else "" for line in written.removesuffix("\n").split("\n")]

    def _in_block(self, value: Any, column: int) -> str:
        """*value* as it stands behind the colon of a key at *column*."""
        if isinstance(value, dict | list) and value:
            inner = column + self.step
            if isinstance(value, list) and not self.are_items_indented:
                inner = column
            return "".join(self.break_ + line for line in self._lines(value, inner))
        return " " + self._scalar_in_block(value, None, column)

    def _instead(self, value: Any, column: int) -> str:
        """*value* as it takes the place of an item that begins at *column*."""
        if isinstance(value, dict | list) and value:
            return self.break_.join(self._lines(value, column)).lstrip(" ")
        return self._scalar_in_block(value, None, column)

    def _scalar_in_block(self, value: Any, style: str | None, column: int) -> str:
        if not isinstance(value, str):
            return yaml_text(value).removesuffix("\n")
        is_long = "\n" in value.rstrip("\n") or style in ("|", ">")
        if style in ('"', "'") or not is_long or not value.strip() or _NOT_IN_BLOCK.search(value):
            return scalar(value, style if style in ('"', "'") else None)
        if value[0] in " \t\n" or value.endswith("\n\n"):
            return scalar(value)
        indent = " " * (column + self.step)
        lines = value.removesuffix("\n").split("\n")
        header = "|" if value.endswith("\n") else "|-"
        return self.break_.join([header, *(indent + line if line else "" for line in lines)])

    def _in_flow(self, node: YamlNode, value: Any) -> Edit:
        if node.start == node.end:
            raise _UnableError
        column = len(self.text[line_start(self.text, node.start) : node.start])
        indent = column - len(self.text[line_start(self.text, node.start) : node.start].lstrip(_BLANKS))
        return node.start, node.end, self._flow(value, _style(node), indent)

    def _flow(self, value: Any, style: str | None, indent: int) -> str:
        """*value* between braces or brackets, on a line that is indented by *indent*."""
        if self.is_json:
            return json_text(value, self._json_step).replace("\n", self.break_ + " " * indent)
        quote = style if style in ('"', "'") else None
        below = '"' if quote == '"' else None  # YAML that is written like JSON
        if isinstance(value, dict):
            members = (
                f"{scalar(name, below, in_flow=True)}: {self._flow(member, below, indent)}"
                for name, member in value.items()
            )
            return "{" + ", ".join(members) + "}"
        if isinstance(value, list):
            return "[" + ", ".join(self._flow(item, below, indent) for item in value) + "]"
        return scalar(value, quote, in_flow=True)

    @property
    def _json_step(self) -> int | None:
        """Spaces for a level of the JSON document; None when it stands on one line."""
        assert isinstance(self.root, YamlMapping)
        first = self.root.pairs[0][0]
        begin = line_start(self.text, first.start)
        is_own_line = begin > self.root.start and not self.text[begin : first.start].strip(_BLANKS)
        return (first.start - begin) or None if is_own_line else None

    def _more_in_flow(self, holder: YamlList | YamlMapping, first: int, added: Any) -> str:
        """*added*, behind the last member or item, on lines of their own where the first has one."""
        begin = line_start(self.text, first)
        lead = self.text[begin:first]
        is_own_line = begin > holder.start and not lead.strip(_BLANKS)
        between = "," + (self.break_ + lead if is_own_line else " ")
        indent = len(lead) - len(lead.lstrip(_BLANKS))
        if isinstance(holder, YamlList):
            return "".join(between + self._flow(item, None, indent) for item in added)
        style = '"' if _style(holder.pairs[0][0]) == '"' else None
        return "".join(
            f"{between}{self._key(name, style)}: {self._flow(member, style, indent)}"
            for name, member in added.items()
        )

    def _key(self, name: str, style: str | None) -> str:
        return json_text(name) if self.is_json else scalar(name, style, in_flow=True)


def _style(node: YamlNode) -> str | None:
    """The quotes or the block indicator of *node*; None where it has none."""
    return node.style if isinstance(node, YamlScalar) else None


def _alignment(before: Sequence[Any], after: Sequence[Any]) -> Sequence[tuple[str, int, int, int, int]]:
    """Which items stayed, changed, went and came, as ``SequenceMatcher.get_opcodes`` tells it."""
    old, new = ([json.dumps(item, sort_keys=True) for item in items] for items in (before, after))
    return SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
