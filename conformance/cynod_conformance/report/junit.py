"""``junit.xml``: one test case a clause, one suite a group, for the CI servers of this world."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from itertools import groupby
from pathlib import Path

from cynod_conformance.run import Run
from cynod_conformance.status import Result

UNWRITABLE = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def clean(text: str) -> str:
    """*text* without the characters that XML 1.0 cannot hold."""
    return UNWRITABLE.sub("\ufffd", text)


def case(suite: ET.Element, result: Result, language: str) -> None:
    """Add one clause to its suite."""
    clause = result.clause
    name = clean(f"{clause.id} {clause.text.in_(language)}")
    node = ET.SubElement(suite, "testcase", classname=f"cynod.{clause.group}", name=name)
    if result.status == "failed":
        for failure in result.failures:
            expected, got = failure.expected.in_(language), failure.got.in_(language)
            message = f"{failure.operation}: {expected} ≠ {got}"
            child = ET.SubElement(node, "failure", message=clean(message), type=clause.level)
            child.text = clean(f"{failure.curl}\n\n{failure.request}\n\n{failure.response}")
    elif result.status == "error" or (result.judged and result.status == "inconclusive"):
        ET.SubElement(node, "error", message=clean(result.reason.in_(language)), type=result.status)
    elif result.status != "passed":
        ET.SubElement(node, "skipped", message=clean(f"{result.status}: {result.reason.in_(language)}"))


def write(run: Run, folder: Path) -> Path:
    """Write ``junit.xml`` into *folder*; returns its path."""
    root = ET.Element("testsuites", name="cynod conform")
    for group, members in groupby(run.results, key=lambda r: r.clause.group):
        found = list(members)
        suite = ET.SubElement(root, "testsuite", name=group, tests=str(len(found)))
        suite.set("failures", str(sum(r.status == "failed" for r in found)))
        suite.set("errors", str(sum(r.status in ("error", "inconclusive") and r.judged for r in found)))
        suite.set("skipped", str(sum(r.status in ("unchecked", "not_applicable", "waived") for r in found)))
        for result in found:
            case(suite, result, run.options.language)
    path = folder / "junit.xml"
    ET.indent(root)
    ET.ElementTree(root).write(path, encoding="utf-8", xml_declaration=True)
    return path
