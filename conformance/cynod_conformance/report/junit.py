"""``junit.xml``: one test case a clause, one suite a group, for the CI servers of this world."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from cynod_conformance.results.scenario_result import ScenarioResult
from cynod_conformance.results.status import Result
from cynod_conformance.runner.run import Run
from cynod_spec.output import files
from cynod_spec.output.control_characters import multi_line


def case(suite: ET.Element, result: Result, language: str) -> None:
    """Add one clause to its suite."""
    clause = result.clause
    name = multi_line(f"{clause.id} {clause.text.in_(language)}")
    node = ET.SubElement(suite, "testcase", classname=multi_line(f"cynod.{clause.group}"), name=name)
    if result.status == "failed":
        for failure in result.failures:
            expected, got = failure.expected.in_(language), failure.got.in_(language)
            message = f"{failure.operation}: {expected} ≠ {got}"
            child = ET.SubElement(node, "failure", message=multi_line(message), type=clause.level)
            child.text = multi_line(f"{failure.curl}\n\n{failure.request}\n\n{failure.response}")
    elif result.status == "error" or (result.judged and result.status == "inconclusive"):
        ET.SubElement(node, "error", message=multi_line(result.reason.in_(language)), type=result.status)
    elif result.status != "passed":
        ET.SubElement(node, "skipped", message=multi_line(f"{result.status}: {result.reason.in_(language)}"))


def scenarios(root: ET.Element, found: Sequence[ScenarioResult], language: str) -> None:
    """Add the scenarios as a suite, a case each."""
    suite = ET.SubElement(root, "testsuite", name="workflows", tests=str(len(found)))
    suite.set("failures", str(sum(s.status == "failed" for s in found)))
    suite.set("errors", str(sum(s.judged and s.status in ("inconclusive", "not_exercised") for s in found)))
    suite.set("skipped", str(sum(not s.judged for s in found)))
    for scenario in found:
        name = multi_line(f"{scenario.id} {scenario.summary.in_(language)}")
        node = ET.SubElement(suite, "testcase", classname="cynod.workflows", name=name)
        reason = multi_line(scenario.reason.in_(language))
        for step in scenario.steps if scenario.status == "failed" else ():
            if step.status == "failed":
                message = f"{step.id}: {step.expected.in_(language)} ≠ {step.got.in_(language)}"
                child = ET.SubElement(node, "failure", message=multi_line(message), type="MUST")
                child.text = multi_line("\n".join(step.lines))
        if not scenario.judged:
            ET.SubElement(node, "skipped", message=reason)
        elif scenario.status in ("inconclusive", "not_exercised"):
            ET.SubElement(node, "error", message=reason, type=scenario.status)


def write(run: Run, folder: Path) -> Path:
    """Write ``junit.xml`` into *folder*; returns its path."""
    root = ET.Element("testsuites", name="cynod conform")
    for group, members in groupby(run.results, key=lambda r: r.clause.group):
        found = list(members)
        suite = ET.SubElement(root, "testsuite", name=multi_line(group), tests=str(len(found)))
        suite.set("failures", str(sum(r.status == "failed" for r in found)))
        suite.set("errors", str(sum(r.status in ("error", "inconclusive") and r.judged for r in found)))
        suite.set("skipped", str(sum(r.status in ("unchecked", "not_applicable", "waived") for r in found)))
        for result in found:
            case(suite, result, run.options.language)
    if run.scenarios:
        scenarios(root, run.scenarios, run.options.language)
    path = folder / "junit.xml"
    ET.indent(root)
    files.write_bytes(path, ET.tostring(root, encoding="utf-8", xml_declaration=True))
    return path
