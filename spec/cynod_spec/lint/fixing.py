"""``--fix``: fixes written into the text of a document; its comments, order and style stay as they are.

Nothing is written that does not read as the document with that one change: a fix that an alias, a merge key
or an unusual style would turn into another one is left to a human.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import yaml

from cynod_spec.base import pointer as pointers
from cynod_spec.base.errors import DocumentError
from cynod_spec.lint.fixes import Add, Drop, Fix, Put, Scalar
from cynod_spec.lint.registry import Finding
from cynod_spec.lint.source_text import SourceText
from cynod_spec.output import files
from cynod_spec.source.document import FILES
from cynod_spec.source.parsing import parse
from cynod_spec.source.writing import scalar

Edit = tuple[int, int, str]  # from and up to which character, and what is written there


def apply_fixes(file: str, findings: Iterable[Finding]) -> int:
    """Write the fixes of *findings* about the document *file*; how many were written.

    Raises UsageError for a file that cannot be written.
    """
    by_file: dict[str, list[Fix]] = defaultdict(list)
    for finding in findings:
        if finding.fix is not None:
            name, fix = local(file, finding.fix)
            if fix not in by_file[name]:
                by_file[name].append(fix)
    return sum(_mend(Path(name), fixes) for name, fixes in by_file.items())


def local(file: str, fix: Fix) -> tuple[str, Fix]:
    """The file that *fix* changes, and the fix with the tokens of that file."""
    tokens = fix.tokens
    if tokens[:1] != (FILES,) or len(tokens) < 2:
        return file, fix
    name, below = str(Path(file).parent / tokens[1]), tokens[2:]
    if isinstance(fix, Add):
        return name, Add(below, fix.key, fix.value)
    return name, Put(below, fix.value) if isinstance(fix, Put) else Drop(below)


def _mend(path: Path, fixes: Sequence[Fix]) -> int:
    content = path.read_bytes()
    mark = content[:3] if content.startswith(b"\xef\xbb\xbf") else b""
    text = content[len(mark) :].decode("utf-8")
    written, count = apply(text, fixes, path.name)
    if count:
        files.write_bytes(path, mark + written.encode("utf-8"))
    return count


def apply(text: str, fixes: Sequence[Fix], name: str = "") -> tuple[str, int]:
    """*text* with those of *fixes* that change what they mean and nothing else; how many they are."""
    changed = _all(text, fixes, name)
    if changed is not None:
        return changed, len(fixes)
    count = 0
    for fix in sorted(fixes, key=_last_first, reverse=True):
        changed = _all(text, [fix], name)
        if changed is not None:
            text, count = changed, count + 1
    return text, count


def _all(text: str, fixes: Sequence[Fix], name: str) -> str | None:
    """*text* with all of *fixes*; None when it would not read as meant."""
    written = SourceText(text)
    edits = [_edit(written, fix) for fix in fixes]
    changed = text
    for edit in sorted((edit for edit in edits if edit), reverse=True):
        changed = changed[: edit[0]] + edit[2] + changed[edit[1] :]
    if None in edits or not fixes:
        return None
    try:
        meant = json.loads(json.dumps(parse(text, name).value))  # an alias is a copy from here on
        for fix in sorted(fixes, key=_last_first, reverse=True):
            _change(meant, fix)
        return changed if parse(changed, name).value == meant else None
    except (DocumentError, LookupError, TypeError):
        return None


def _last_first(fix: Fix) -> tuple[tuple[int, str], ...]:
    return tuple((int(token) if token.isdigit() else -1, token) for token in fix.tokens)


def _change(document: Any, fix: Fix) -> None:
    if isinstance(fix, Add):
        pointers.resolve(document, fix.tokens)[fix.key] = fix.value
        return
    parent = pointers.resolve(document, fix.tokens[:-1])
    key: Any = int(fix.tokens[-1]) if isinstance(parent, list) else fix.tokens[-1]
    if isinstance(fix, Put):
        parent[key] = fix.value
    else:
        del parent[key]


def _edit(text: SourceText, fix: Fix) -> Edit | None:
    way = text.find(fix.tokens)
    if way is None:
        return None
    if isinstance(fix, Add):
        return _added(text.text, way[-1], fix)
    if isinstance(fix, Put):
        node = way[-1]
        if not isinstance(node, yaml.ScalarNode):
            return None
        return node.start_mark.index, node.end_mark.index, _scalar(fix.value, node.style)
    return _dropped(text.text, way[-2], fix.tokens[-1]) if len(way) > 1 else None


def _added(text: str, mapping: Any, fix: Add) -> Edit | None:
    if not isinstance(mapping, yaml.MappingNode) or not mapping.value:
        return None
    first = mapping.value[0][0]
    quote = '"' if first.style == '"' else None
    member = f"{_scalar(fix.key, quote)}: {_scalar(fix.value, quote)}"
    end = _member_end(text, *mapping.value[-1])
    if mapping.flow_style:
        return (end, end, ", " + member) if end < mapping.end_mark.index else None
    line_end = _line_end(text, end)
    line_break = "\r\n" if text[line_end : line_end + 1] == "\r" else "\n"
    return line_end, line_end, line_break + " " * first.start_mark.column + member


def _dropped(text: str, holder: Any, token: str) -> Edit | None:
    parts = holder.value if isinstance(holder, yaml.SequenceNode) else []
    spans = [(each.start_mark.index, _end(text, each)) for each in parts]
    index = int(token) if token.isdigit() else -1
    if isinstance(holder, yaml.MappingNode):
        spans = [(key.start_mark.index, _member_end(text, key, value)) for key, value in holder.value]
        index = next(place for place, (key, _) in enumerate(holder.value) if key.value == token)
    start, end = spans[index]
    if holder.flow_style:
        if index + 1 < len(spans):
            return start, spans[index + 1][0], ""
        return (spans[index - 1][1], end, "") if index else (start, end, "")
    line_start = text.rfind("\n", 0, start) + 1
    if len(spans) == 1 or text[line_start:start].strip(" -"):
        return None
    if isinstance(holder, yaml.MappingNode) and text[line_start:start].strip():
        return None
    after = text.find("\n", end)
    return line_start, len(text) if after < 0 else after + 1, ""


def _end(text: str, node: Any) -> int:
    """Behind the last character of *node*; libyaml ends a block only where the next token begins."""
    if isinstance(node, yaml.ScalarNode):
        end: int = node.end_mark.index
        if node.style in ("|", ">"):
            end = node.start_mark.index + len(text[node.start_mark.index : end].rstrip())
        return end
    if node.flow_style or not node.value:
        return int(node.end_mark.index)
    last = node.value[-1]
    return _member_end(text, *last) if isinstance(node, yaml.MappingNode) else _end(text, last)


def _member_end(text: str, key: Any, value: Any) -> int:
    """Behind the last character of a member; an alias ends with its line, for its node is elsewhere."""
    is_alias = value.start_mark.index < key.end_mark.index
    return _line_end(text, key.end_mark.index) if is_alias else _end(text, value)


def _line_end(text: str, index: int) -> int:
    """Where the line of *index* ends: behind a comment that stands on it."""
    found = text.find("\n", index)
    end = len(text) if found < 0 else found
    return end - 1 if text[end - 1 : end] == "\r" else end


def _scalar(value: Scalar, style: str | None = None) -> str:
    """*value* as YAML on one line, quoted like what stood there; it may stand between braces."""
    return scalar(value, style, in_flow=True)
