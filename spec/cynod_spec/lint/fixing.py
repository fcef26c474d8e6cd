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

from cynod_spec.base import pointer as pointers
from cynod_spec.base.errors import DocumentError
from cynod_spec.lint.fixes import Add, Drop, Fix, Put, Scalar
from cynod_spec.lint.registry import Finding
from cynod_spec.lint.source_text import SourceText
from cynod_spec.output import files
from cynod_spec.source.document import FILES
from cynod_spec.source.parsing import parse
from cynod_spec.source.text_lines import line_end, line_start
from cynod_spec.source.writing import scalar
from cynod_spec.source.yaml_nodes import YamlList, YamlMapping, YamlNode, YamlScalar

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
        return (
            (node.start, node.end, _scalar(fix.value, node.style)) if isinstance(node, YamlScalar) else None
        )
    return _dropped(text.text, way[-2], way[-1]) if len(way) > 1 else None


def _added(text: str, mapping: YamlNode, fix: Add) -> Edit | None:
    if not isinstance(mapping, YamlMapping) or not mapping.pairs:
        return None
    first = mapping.pairs[0][0]
    quote = '"' if isinstance(first, YamlScalar) and first.style == '"' else None
    member = f"{_scalar(fix.key, quote)}: {_scalar(fix.value, quote)}"
    end = max(each.end for each in mapping.pairs[-1])
    if mapping.is_flow:
        return end, end, ", " + member
    end_of_line = line_end(text, end)
    line_break = "\r\n" if text[end_of_line : end_of_line + 1] == "\r" else "\n"
    return end_of_line, end_of_line, line_break + " " * first.indent + member


def _dropped(text: str, holder: YamlNode, dropped: YamlNode) -> Edit | None:
    """The edit that removes *dropped*, an item of *holder* or the value of a member."""
    if isinstance(holder, YamlMapping):
        spans = [(key.start, max(key.end, value.end)) for key, value in holder.pairs]
        index = next(place for place, (_, value) in enumerate(holder.pairs) if value is dropped)
    elif isinstance(holder, YamlList):
        spans = [(item.start, item.end) for item in holder.items]
        index = next(place for place, item in enumerate(holder.items) if item is dropped)
    else:
        return None
    start, end = spans[index]
    if holder.is_flow:
        if index + 1 < len(spans):
            return start, spans[index + 1][0], ""
        return (spans[index - 1][1], end, "") if index else (start, end, "")
    before = text[line_start(text, start) : start]
    if len(spans) == 1 or before.strip(" -") or (isinstance(holder, YamlMapping) and before.strip()):
        return None
    after = text.find("\n", end)
    return line_start(text, start), len(text) if after < 0 else after + 1, ""


def _scalar(value: Scalar, style: str | None = None) -> str:
    """*value* as YAML on one line, quoted like what stood there; it may stand between braces."""
    return scalar(value, style, in_flow=True)
