"""For the tests of every room: a skipped test is always listed, and fails where nothing may be missing.

Makes ``cross_room``, the helpers of the tests in ``tests/``, importable under a name that no room has.

A test that needs a program this machine lacks is skipped with its reason. With ``CYNOD_REQUIRE_ALL=1`` (the
landing sets it) such a test fails instead, so that nothing passes for having been left out.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent
sys.path.insert(0, str(ROOT / "tests" / "support"))
sys.path.append(str(ROOT))  # `bench` is no room, and is tried as it is

REQUIRED = os.environ.get("CYNOD_REQUIRE_ALL") == "1"


def reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    """Why something was skipped."""
    told = report.longrepr
    return str(told[2] if isinstance(told, tuple) else told).removeprefix("Skipped: ")


def strict(report: Any) -> Any:
    """*report*, failed if it was skipped although nothing may be."""
    if REQUIRED and report.skipped and not hasattr(report, "wasxfail"):
        report.longrepr = f"skipped, and CYNOD_REQUIRE_ALL=1 lets nothing be skipped: {reason(report)}"
        report.outcome = "failed"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """The report of each phase of a test."""
    return strict((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """The report of each file: a whole one may be skipped."""
    return strict((yield))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Name at the end what was skipped, and why."""
    skipped = terminalreporter.stats.get("skipped", [])
    if skipped:
        terminalreporter.section("not run here")
        for report in skipped:
            terminalreporter.line(f"{report.nodeid}: {reason(report)}")
