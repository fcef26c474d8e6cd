"""Judges what the commands that read a document have written of a hostile one.

Each function gives a line for every fault; none when the output parses, is complete and nothing is forged.
"""

from __future__ import annotations

import ast
import csv
import io
import json
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from markdown_it import MarkdownIt

from cross_room import report_judge as judge
from cynod_spec.output import terminal
from cynod_spec.output.control_characters import folded

FINDING = re.compile(r": (?:error|warning|breaking|risky|safe): .*\[[a-z0-9-]+\]$")
SUMMARY = re.compile(r": \d+ errors?, \d+ warnings?(?:; --fix mends \d+)?$")
ANNOTATION = re.compile(r"::(?:error|warning|notice) (?P<properties>[^:]*)::.+")
PROPERTIES = ("file", "line", "col", "endLine", "endColumn", "title")
FORMULA = ("=", "+", "-", "@", "\t", "\r")
MARKUP = frozenset(  # what Markdown makes, which authors may write
    (
        *(f"h{level}" for level in range(1, 7)),
        "p",
        "em",
        "strong",
        "code",
        "pre",
        "blockquote",
        "ul",
        "ol",
        "li",
    )
) | frozenset(("hr", "br", "table", "thead", "tbody", "tr", "th", "td", "a", "span", "div", "del", "s"))
MARKUP_ATTRIBUTES = frozenset(("href", "class", "id", "start", "title", "rel", "style", "tabindex"))


@dataclass(frozen=True)
class Ended:
    """How a command ended. ``words`` are what it was called with, ``count`` what it ought to tell of."""

    words: tuple[str, ...]
    code: int
    out: bytes
    err: bytes

    @property
    def text(self) -> str:
        """Standard output."""
        return self.out.decode("utf-8", "replace")


def ended(done: Ended) -> list[str]:
    """What any command must not do."""
    found = []
    if done.code not in (0, 1, 2):
        found.append(f"it ends with {done.code}")
    if b"Traceback" in done.out + done.err or b"internal error" in done.err:
        found.append(f"an error of its own: {done.err[-300:]!r}")
    err, wrong = judge.decoded(done.err)
    found += [f"standard error: {fault}" for fault in (*wrong, *judge.controls(err))]
    found += [f"standard error: {fault}" for fault in judge.workflow_commands(err)]
    if done.code == 2:
        told = (" ", "document: ")  # hints, which document was read, and what else it says of it
        lines = [line for line in err.splitlines() if line and not line.startswith(told)]
        found += [f"a refusal with a line of its own: {judge.shown(line)}" for line in lines[1:]]
    return found


def refused(done: Ended) -> list[str]:
    """A command that must refuse its document."""
    return ended(done) if done.code in (1, 2) else [*ended(done), f"it ends with {done.code}"]


# Lint and diff


def findings(done: Ended) -> int:
    """How many findings or changes the output of ``--format json`` tells of."""
    told = json.loads(done.out)
    if isinstance(told, list):
        return len(told)
    return len(told.get("findings", told.get("changes", told.get("problems", []))))


def text(done: Ended, count: int) -> list[str]:
    """Lint or diff for people: a line a finding, what belongs to it indented."""
    out, found = judge.decoded(done.out)
    found += judge.controls(out) + judge.workflow_commands(out)
    lines = [line for line in out.split("\n") if line and not line.startswith("  ")]
    told = [line for line in lines if FINDING.search(line)]
    others = [line for line in lines if not FINDING.search(line) and not SUMMARY.search(line)]
    allowed = re.compile(
        r"no change$|\d+ breaking, |-- (breaking|risky|safe), |Version \S+ |[^\n]*: the version "
    )
    found += [f"a line of its own: {judge.shown(line)}" for line in others if not allowed.match(line)]
    if len(told) != count:
        found.append(f"{len(told)} lines for {count} findings")
    return found


def sarif(done: Ended, count: int) -> list[str]:
    """Lint for code scanning."""
    log, found = judge.sarif_text(done.text)
    if log and len(log["runs"][0]["results"]) != count:
        found.append(f"{len(log['runs'][0]['results'])} results for {count} findings")
    return found


def github(done: Ended, count: int) -> list[str]:
    """Annotations of a workflow: each line is one, and says no more than it may."""
    out, found = judge.decoded(done.out)
    found += judge.controls(out)
    lines = [line for line in out.split("\n") if line]
    for line in lines:
        annotation = ANNOTATION.fullmatch(line)
        if annotation is None:
            found.append(f"no annotation: {judge.shown(line)}")
            continue
        names = [each.partition("=")[0] for each in annotation["properties"].split(",")]
        if len(set(names)) != len(names) or not set(names) <= set(PROPERTIES):
            found.append(f"an annotation with {names}: {judge.shown(line)}")
    told = [line for line in lines if "title=version::" not in line]
    if len(told) != count:
        found.append(f"{len(told)} annotations for {count} findings")
    return found


def markdown(done: Ended, honest: str) -> list[str]:
    """A changelog in Markdown: no markup of anybody else, the headings of the *honest* one."""
    out, found = judge.decoded(done.out)
    found += judge.controls(out)
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough", "linkify"][:2])
    headings = {line for line in honest.splitlines() if line.startswith("#")}
    tokens = parser.parse(out)
    for index, token in enumerate(tokens):
        if token.type == "heading_open":
            line = f"{token.markup} {tokens[index + 1].content}"
            if line not in headings:
                found.append(f"a heading {judge.shown(line)}")
        if token.type in ("html_block", "fence", "code_block", "blockquote_open", "table_open", "hr"):
            found.append(f"{token.type} {judge.shown(token.content)}")
        for child in token.children or ():
            if child.type in ("html_inline", "image", "link_open"):
                found.append(f"{child.type} {judge.shown(child.content or child.attrs)}")
    return found


# Listings


def table(done: Ended, ids: Iterable[str]) -> list[str]:
    """A table for people: each row begins with an id, or is indented."""
    out, found = judge.decoded(done.out)
    found += judge.controls(out) + judge.workflow_commands(out)
    known = {words[0] for each in ids if (words := terminal.line(folded(each)).split())}
    for line in out.split("\n")[1:]:
        if line and not line.startswith("  ") and line.split()[0] not in known:
            found.append(f"a row of its own: {judge.shown(line)}")
    return found


def sheet(done: Ended, count: int) -> list[str]:
    """A table for spreadsheets: no cell is a formula."""
    out, found = judge.decoded(done.out)
    rows = list(csv.reader(io.StringIO(out, newline="")))
    if len(rows) != count + 1 or len({len(row) for row in rows}) != 1:
        found.append(f"{len(rows) - 1} rows for {count}, of {sorted({len(row) for row in rows})} cells")
    cells = [cell for row in rows for cell in row if cell.startswith(FORMULA)]
    return found + [f"a cell {judge.shown(cell)}" for cell in cells]


def parses(done: Ended) -> list[str]:
    """JSON, whatever it says."""
    try:
        json.loads(done.out)
    except ValueError as error:
        return [f"it is no JSON: {error}"]
    return []


def same(done: Ended, document: dict[str, Any]) -> list[str]:
    """JSON that says what *document* says."""
    wrong = parses(done)
    if wrong:
        return wrong
    told = json.loads(done.out)
    return [] if told == document else [f"it differs: {judge.shown(difference(document, told))}"]


def same_yaml(done: Ended, document: dict[str, Any]) -> list[str]:
    """YAML that says what *document* says."""
    try:
        told = yaml.load(done.out, Loader=_Plain)
    except yaml.YAMLError as error:
        return [f"it is no YAML: {judge.shown(error)}"]
    return [] if told == document else [f"it differs: {judge.shown(difference(document, told))}"]


class _Plain(yaml.CSafeLoader):
    """Times stay texts."""


_Plain.yaml_implicit_resolvers = {
    first: [(tag, form) for tag, form in forms if tag != "tag:yaml.org,2002:timestamp"]
    for first, forms in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


def difference(one: Any, other: Any, path: str = "") -> str:
    """The first place where two values differ."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in one.keys() | other.keys():
            if key not in one or key not in other:
                return f"{path}/{key}"
            if one[key] != other[key]:
                return difference(one[key], other[key], f"{path}/{key}")
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for number, (left, right) in enumerate(zip(one, other, strict=True)):
            if left != right:
                return difference(left, right, f"{path}/{number}")
    return f"{path}: {one!r} {other!r}"


# Folders


def server(folder: Path) -> list[str]:
    """A generated server: every file of it can be read by what reads it."""
    readers: Mapping[str, Callable[[str], object]] = {
        ".py": ast.parse, ".json": json.loads, ".toml": tomllib.loads
    }  # fmt: skip
    found = []
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        content = path.read_text(encoding="utf-8")
        if path.suffix in readers:
            try:
                readers[path.suffix](content)
            except (ValueError, SyntaxError) as error:
                found.append(f"{path.name} cannot be read: {judge.shown(error)}")
        if path.suffix == ".py":
            found += [f"{path.name}: {fault}" for fault in judge.controls(content)]
    return found


def site(folder: Path, honest: Path) -> list[str]:
    """The documentation, held against that of an honest document."""
    pages = [path.read_text(encoding="utf-8") for path in sorted(honest.rglob("*.html"))]
    allowed = [f"<{tag} {' '.join(sorted(MARKUP_ATTRIBUTES))}></{tag}>" for tag in sorted(MARKUP)]
    found = []
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".html":
            content = path.read_text(encoding="utf-8")
            found += [f"{path.name}: {fault}" for fault in judge.page(content, [*pages, *allowed])]
        if path.name == "search.js":
            script = path.read_text(encoding="utf-8")
            index = re.fullmatch(r"window\.searchIndex=(.*?);?\n?", script, re.DOTALL)
            try:
                json.loads(index[1] if index else "")
            except ValueError as error:
                found.append(f"{path.name} is no index: {error}")
    return found
