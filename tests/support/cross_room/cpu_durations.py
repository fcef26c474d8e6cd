"""A pytest plugin: the CPU time of each test, and of the processes that it started and waited for.

``pytest --cpu-durations N`` lists the N tests and the N files that cost most. CPU seconds compare between a
machine at rest and a busy one, where the seconds of ``--durations`` do not. The cost of a process is counted
where the process is waited for: that of a module's server in the teardown of the last test of the module.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Generator
from operator import itemgetter
from typing import Any

import pytest

_BEFORE = pytest.StashKey[float]()


def _cpu_seconds() -> float:
    """CPU seconds of this process and of its ended children, since its start."""
    return sum(os.times()[:4])


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option."""
    parser.addoption(
        "--cpu-durations", type=int, default=0, metavar="N", help="list the N tests that cost most CPU time"
    )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Give the report of each phase its CPU seconds, as ``cpu_s``."""
    total = _cpu_seconds()
    report = yield
    report.__dict__["cpu_s"] = total - item.session.stash.get(_BEFORE, total)
    item.session.stash[_BEFORE] = total
    return report


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """List what costs most."""
    longest = config.getoption("cpu_durations")
    if not longest:
        return
    tests: defaultdict[str, float] = defaultdict(float)
    for reports in terminalreporter.stats.values():
        for report in reports:
            tests[getattr(report, "nodeid", "")] += getattr(report, "cpu_s", 0.0)
    files: defaultdict[str, float] = defaultdict(float)
    for name, seconds in tests.items():
        files[name.partition("::")[0]] += seconds
    for title, costs in (("tests", tests), ("files", files)):
        terminalreporter.section(f"CPU seconds: the costliest {title} of {sum(costs.values()):.0f} s in all")
        for name, cost in sorted(costs.items(), key=itemgetter(1), reverse=True)[:longest]:
            terminalreporter.line(f"{cost:8.2f} {name}")
