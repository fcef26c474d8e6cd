"""Tests wait for what happens, not for a time; a time that is meant has its reason on the line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from cross_room.waiting import wait_until

ROOT = Path(__file__).parents[1]
SLEEP = re.compile(r"\b(time\.sleep|wait_for_timeout)\((?!.*#)")
FOLDERS = ("tests", "spec/tests", "generators/tests", "conformance/tests", "sandbox/tests")


def test_what_was_found_is_given_back() -> None:
    answers = iter([[], [], ["found"]])
    assert wait_until(lambda: next(answers), pause_s=0) == ["found"]


def test_waiting_ends_with_what_was_waited_for() -> None:
    with pytest.raises(AssertionError, match=r"not within 0\.01 s: a delivery"):
        wait_until(lambda: False, "a delivery", timeout_s=0.01, pause_s=0.001)


def test_an_error_ends_the_waiting() -> None:
    with pytest.raises(ZeroDivisionError):
        wait_until(lambda: 1 / 0)


def test_a_sleep_has_its_reason_on_the_line() -> None:
    found = [
        f"{file.relative_to(ROOT)}:{number}: {line.strip()}"
        for folder in FOLDERS
        for file in sorted((ROOT / folder).rglob("*.py"))
        if file != Path(__file__)
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if SLEEP.search(line)
    ]
    assert found == [], "use cross_room.waiting.wait_until, or say why: time.sleep(1)  # reason"
