"""What is judged beside the run: in order, one look at a time, and nothing that goes wrong there is lost."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial

import pytest

from cynod_conformance.runner.background_observer import BackgroundObserver


@pytest.fixture
def onlooker() -> Iterator[BackgroundObserver]:
    onlooker = BackgroundObserver()
    yield onlooker
    onlooker.close()


def test_looks_are_taken_in_their_order(onlooker: BackgroundObserver) -> None:
    seen: list[int] = []
    for number in range(50):
        onlooker.take(partial(seen.append, number))
    onlooker.wait()
    assert seen == list(range(50))


def test_who_looks_does_not_hold_up_who_runs(onlooker: BackgroundObserver) -> None:
    may_look, seen = threading.Event(), []
    onlooker.take(lambda: seen.append(may_look.wait(10)))
    assert not seen  # the look is under way, and ``take`` has returned
    may_look.set()
    onlooker.wait()
    assert seen == [True]


def test_the_next_look_waits_for_the_last(onlooker: BackgroundObserver) -> None:
    may_look, seen = threading.Event(), []

    def wait_and_look() -> None:
        may_look.wait(10)
        seen.append("first")

    onlooker.take(wait_and_look)
    threading.Timer(0.05, may_look.set).start()
    onlooker.take(lambda: seen.append(f"second after {seen}"))
    onlooker.wait()
    assert seen == ["first", "second after ['first']"]


def test_what_a_look_raises_is_raised_once_to_who_waits(onlooker: BackgroundObserver) -> None:
    def look() -> None:
        raise KeyError("broken")

    onlooker.take(look)
    with pytest.raises(KeyError, match="broken"):
        onlooker.wait()
    onlooker.wait()
    onlooker.take(look)
    with pytest.raises(KeyError, match="broken"):
        onlooker.take(lambda: None)


def test_closing_waits_for_the_look_under_way() -> None:
    onlooker, seen = BackgroundObserver(), []
    onlooker.take(lambda: seen.append("whole"))
    onlooker.close()
    assert seen == ["whole"]
