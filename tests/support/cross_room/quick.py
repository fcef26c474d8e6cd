"""A pytest plugin: ``--part quick`` runs what a developer wants to know soon, ``--part rest`` all the rest.

Not quick are the tests marked ``slow`` (they start servers, browsers or many processes, or take over 0.3 s of
CPU time), ``soak`` and ``lengthy``, the samples, and the databases other than the one in memory. With
``--part quick``, a file whose ``pytestmark`` says ``slow`` or ``lengthy`` is not even imported.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

NOT_QUICK = ("slow", "soak", "lengthy", "sampled")
OTHER_DATABASES = ("sqlite", "postgresql")
SLOW_FILE = re.compile(r"^pytestmark = .*\bmark\.(slow|lengthy)\b", re.MULTILINE)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option."""
    parser.addoption("--part", choices=("quick", "rest"), help="run only the quick tests, or only the others")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave a file that is slow as a whole out of the quick part."""
    if config.getoption("part") != "quick" or collection_path.suffix != ".py":
        return None
    return SLOW_FILE.search(collection_path.read_text(encoding="utf-8")) is not None or None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests of the other part."""
    part = config.getoption("part")
    if part is not None:
        parts: dict[bool, list[pytest.Item]] = {True: [], False: []}
        for item in items:
            parts[is_quick(item) is (part == "quick")].append(item)
        items[:] = parts[True]
        config.hook.pytest_deselected(items=parts[False])


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """That the files which were asked for have no test in this part is no failure."""
    if session.config.getoption("part") is not None and exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED:
        session.exitstatus = pytest.ExitCode.OK


def is_quick(item: pytest.Item) -> bool:
    """Whether *item* belongs to the quick part."""
    if any(item.get_closest_marker(name) for name in NOT_QUICK):
        return False
    parameters = getattr(item, "callspec", None)
    return parameters is None or not set(OTHER_DATABASES) & set(map(str, parameters.params.values()))
