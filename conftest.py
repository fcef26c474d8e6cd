"""For the tests of every room: a skipped test is always listed, and fails where nothing may be missing.

Makes ``cross_room``, the helpers of the tests in ``tests/``, importable under a name that no room has.

Of the tests marked ``sampled(one_in=N)``, a run tries one in N, drawn by the commit's hash (or
``CYNOD_SAMPLE_SEED``), which is printed; tests with the same ``key=`` are drawn together. All of them are
tried by ``tox -e soak``.

A test that needs a program this machine lacks is skipped with its reason. With ``CYNOD_REQUIRE_ALL=1`` (the
landing sets it) such a test fails instead, so that nothing passes for having been left out.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent
sys.path.insert(0, str(ROOT / "tests" / "support"))
sys.path.append(str(ROOT))  # `bench` is no room, and is tried as it is

pytest_plugins = ["cross_room.cpu_durations", "cross_room.golden", "cross_room.quick"]

REQUIRED = os.environ.get("CYNOD_REQUIRE_ALL") == "1"

# Help and `cynod.toml` are in the locale's language: tests read the English, whatever the locale here.
os.environ.pop("LANGUAGE", None)
if everything := os.environ.pop("LC_ALL", ""):
    os.environ["LC_CTYPE"] = everything  # the encoding stays
os.environ["LC_MESSAGES"] = "C"


def sample_seed() -> str:
    """What draws the sample: ``CYNOD_SAMPLE_SEED``, else the hash of the commit, else a fixed word."""
    given = os.environ.get("CYNOD_SAMPLE_SEED")
    if given:
        return given
    try:
        return subprocess.run(
            ["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "no commit"


def is_drawn(seed: str, name: str, one_in: int) -> bool:
    """Whether *seed* draws the test with this *name*, which one in so many seeds does."""
    return int(hashlib.sha256(f"{seed} {name}".encode()).hexdigest(), 16) % one_in == 0


def pytest_report_header() -> str:
    """Tell the seed, which makes the same sample again."""
    return f"sampled tests: seed {sample_seed()} (CYNOD_SAMPLE_SEED gives another)"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a run try a part of its tests."""
    parser.addoption(
        "--one-in", type=int, default=1, metavar="N", help="try one test in N, drawn as sampled ones are"
    )


@pytest.hookimpl(tryfirst=True)  # before ``-m`` is applied
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Have a sampled test that is not drawn count as a soak; leave out what ``--one-in`` does not draw."""
    seed, one_in = sample_seed(), config.getoption("one_in")
    for item in items:
        mark = item.get_closest_marker("sampled")
        if mark is not None and not is_drawn(
            seed, mark.kwargs.get("key", item.nodeid), mark.kwargs["one_in"]
        ):
            item.add_marker(pytest.mark.soak)
    if one_in > 1:
        left_out = [item for item in items if not is_drawn(seed, item.nodeid, one_in)]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if is_drawn(seed, item.nodeid, one_in)]


SPREAD = "test_conformance_faults_in_process.py"  # its tests share nothing: any worker takes any of them


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Give a worker all tests of a module or class, but for those of ``SPREAD``."""
    if config.getoption("dist") != "loadscope":
        return None
    from xdist.scheduler import LoadScopeScheduling

    class Spreading(LoadScopeScheduling):
        """As the option's own, with the tests of ``SPREAD`` each by itself."""

        def _split_scope(self, nodeid: str) -> str:
            return nodeid if SPREAD in nodeid else str(super()._split_scope(nodeid))

    return Spreading(config, log)


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
