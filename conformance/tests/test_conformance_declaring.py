"""An observer is declared once for its clause, and is shown every exchange."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cynod_conformance.observe import declare
from cynod_conformance.observe.declare import Context, Observer, Seen, judge, observe, once
from cynod_conformance.observe.exchange import Exchange, Request, Response
from cynod_spec import load_contract

CONTEXT = Context(load_contract(), lambda pointer, instance: [])


def exchange(status: int) -> Exchange:
    return Exchange("1", None, Request("GET", "http://t/"), Response(status), "preflight")


@pytest.fixture
def observers(monkeypatch: pytest.MonkeyPatch) -> dict[str, Observer]:
    """No observer is declared yet."""
    monkeypatch.setattr(declare, "OBSERVERS", {})
    return declare.OBSERVERS


def test_an_observer_is_declared_under_its_clause(observers: dict[str, Observer]) -> None:
    @observe("AAA-1")
    def nothing_is_missing(context: Context, exchange: Exchange) -> Iterator[Seen]:
        yield Seen("seen", "404" if exchange.response.status == 404 else "", "not 404")

    declared = observers["AAA-1"]
    assert (declared.clause, declared.name, declared.cases) == ("AAA-1", "nothing_is_missing", once)
    assert once(CONTEXT.contract, ()) == ["seen"]
    assert list(judge(CONTEXT, exchange(200))) == [("AAA-1", Seen("seen", "", "not 404"))]
    assert list(judge(CONTEXT, exchange(404))) == [("AAA-1", Seen("seen", "404", "not 404"))]


def test_each_observer_yields_as_much_as_an_exchange_shows(observers: dict[str, Observer]) -> None:
    @observe("AAA-1", lambda contract, operations: ["a", "b"])
    def both(context: Context, exchange: Exchange) -> Iterator[Seen]:
        yield from (Seen("a"), Seen("b"))

    @observe("AAA-2")
    def neither(context: Context, exchange: Exchange) -> Iterator[Seen]:
        yield from ()

    assert [(clause, seen.case) for clause, seen in judge(CONTEXT, exchange(200))] == [
        ("AAA-1", "a"),
        ("AAA-1", "b"),
    ]
    assert list(observers["AAA-1"].cases(CONTEXT.contract, ())) == ["a", "b"]


def test_a_clause_has_one_observer(observers: dict[str, Observer]) -> None:
    def look(context: Context, exchange: Exchange) -> Iterator[Seen]:
        yield from ()

    observe("AAA-1")(look)
    with pytest.raises(ValueError, match="AAA-1"):
        observe("AAA-1")(look)
    assert list(observers) == ["AAA-1"]
