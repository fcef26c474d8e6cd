"""Small parts of the suite, each on its own: time, connections, what was seen, what nobody checks."""

from __future__ import annotations

import asyncio
import threading
from types import SimpleNamespace
from typing import Any

import pytest
from cross_room.waiting import wait_until

from cynod_conformance.base.outcomes import NoAnswer
from cynod_conformance.config.settings import Config
from cynod_conformance.experiment.webhook_round import intervals
from cynod_conformance.http.channel import wait_for_octets
from cynod_conformance.http.deadlines import DeadlineTimer, hold
from cynod_conformance.http.errors import TransportError
from cynod_conformance.http.memory_channel import MemoryChannel
from cynod_conformance.http.stall_budget import MAX_TIMEOUTS, MAX_WAITS, StallBudget
from cynod_conformance.observe import Exchange, Request, Response
from cynod_conformance.results.coverage import NOBODY, Coverage
from cynod_conformance.results.unchecked import reason, register
from cynod_conformance.runner import preflight as preflight_module
from cynod_conformance.text.messages import told
from cynod_conformance.text.phrase import phrase
from cynod_conformance.webhooks.connections import Connections, Phase
from cynod_spec import load_contract
from cynod_spec.base.errors import TargetUnreachable

CONTRACT = load_contract()


# Time


def test_quick_answers_cost_no_patience() -> None:
    budget = StallBudget(timeout=10)
    for _ in range(1000):
        budget.took(2)
    assert not budget.is_lost
    budget.check()


def test_answers_that_stall_use_it_up() -> None:
    budget = StallBudget(timeout=1)
    for _ in range(MAX_TIMEOUTS + 3):
        budget.took(1)
    assert budget.is_lost
    with pytest.raises(NoAnswer, match="6"):
        budget.check()


def test_throttling_in_vain_uses_it_up_and_a_success_gives_it_back() -> None:
    budget = StallBudget(timeout=1)
    for _ in range(MAX_WAITS - 1):
        budget.waited(in_vain=True)
    budget.waited(in_vain=False)
    assert not budget.is_lost
    for _ in range(MAX_WAITS):
        budget.waited(in_vain=True)
    assert budget.is_lost


def test_a_deadline_wakes_up_who_reads() -> None:
    timer, cut = DeadlineTimer(), threading.Event()
    with timer.within(0) as deadline:
        hold(cut.set)
        assert cut.wait(5)
        wait_until(lambda: deadline.expired)
    with timer.within(60) as later:
        assert not later.expired
    timer.close()
    hold(cut.clear)  # outside of a deadline: nothing is held
    assert cut.is_set()


def test_a_deadline_that_is_over_already_wakes_up_at_once() -> None:
    timer, cut = DeadlineTimer(), threading.Event()
    with timer.within(0) as deadline:
        wait_until(lambda: deadline.expired)  # as when a connection took all the time to open
        hold(cut.set)
        assert cut.is_set()
    timer.close()


@pytest.mark.parametrize(
    ("lost", "reason"),
    [
        (NoAnswer("no-answer", why=phrase("cut")), "does not answer: "),
        (NoAnswer("no-patience", seconds="6"), "over 6 s"),
        (NoAnswer("always-throttled", count="5"), "5 requests in a row were throttled"),
        (NoAnswer("foreign-host", host="https://evil.example"), "https://evil.example"),
        (NoAnswer("distrusted", why="expired"), "its certificate is not to be trusted: expired"),
    ],
    ids=lambda value: value.key if isinstance(value, NoAnswer) else "",
)
def test_the_preflight_gives_the_reason_of_each_request_without_an_answer(
    lost: NoAnswer, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(context: object, config: object) -> None:
        raise lost

    monkeypatch.setattr(preflight_module, "reached", lambda context: None)
    monkeypatch.setattr(preflight_module, "refused", fail)
    target = SimpleNamespace(base_url="http://t", servers=(), trusted=None, distrusted="")
    context: Any = SimpleNamespace(target=target)
    with pytest.raises(TargetUnreachable, match=reason) as raised:
        preflight_module.preflight(context, Config())
    assert raised.value.message.startswith("http://t: ")
    assert not raised.value.message.rstrip().endswith(":")


@pytest.mark.parametrize("kind", TransportError.__subclasses__())
def test_a_target_that_cannot_be_reached_is_told_with_its_reason(kind: type[TransportError]) -> None:
    def send(*arguments: object, **more: object) -> None:
        raise kind()

    target = SimpleNamespace(base_url="http://t", url=str, send=send)
    context: Any = SimpleNamespace(target=target)
    with pytest.raises(TargetUnreachable) as raised:
        preflight_module.reached(context)
    assert raised.value.message.removeprefix("http://t does not answer: ") == told(kind.said).en != ""


def test_the_intervals_between_attempts_are_in_their_order() -> None:
    attempts: Any = [SimpleNamespace(at=at) for at in (1.0, 2.0, 4.0)]
    assert intervals(attempts) == [1.0, 2.0]


# A connection in memory


class Echo(asyncio.Protocol):
    """Answers with what it receives; ends at an empty line."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: Any = transport

    def data_received(self, data: bytes) -> None:
        self.transport.write(data)
        if data.endswith(b"\n\n"):
            self.transport.close()


@pytest.fixture
def loop() -> Any:
    made = asyncio.new_event_loop()
    thread = threading.Thread(target=made.run_forever, daemon=True)
    thread.start()
    yield made
    made.call_soon_threadsafe(made.stop)
    thread.join(5)
    made.close()


def test_octets_go_both_ways_until_one_end_hangs_up(loop: asyncio.AbstractEventLoop) -> None:
    channel = MemoryChannel.open(loop, Echo)
    channel.settimeout(5)
    channel.sendall(b"one ")
    wait_for_octets(channel, 5)
    channel.sendall(b"two\n\n")
    assert channel.makefile("rb").read() == b"one two\n\n"
    channel.close()
    with pytest.raises(BrokenPipeError):
        channel.sendall(b"three")


def test_nothing_received_in_time_is_a_timeout(loop: asyncio.AbstractEventLoop) -> None:
    channel = MemoryChannel.open(loop, Echo)
    channel.settimeout(0.01)
    with pytest.raises(TimeoutError):
        channel.next_octets()
    channel.close()


def test_a_server_that_takes_no_more_refuses(loop: asyncio.AbstractEventLoop) -> None:
    with pytest.raises(ConnectionRefusedError):
        MemoryChannel.open(loop, lambda: None)


# The receiver's connections


class Writer:
    """A connection's writer that tells whether it was ended."""

    def __init__(self, host: str) -> None:
        self.host, self.ended = host, False
        self.transport = SimpleNamespace(abort=self.close)

    def get_extra_info(self, name: str) -> tuple[str, int]:
        return (self.host, 1)

    def close(self) -> None:
        self.ended = True


def admitted(*hosts: str, most: int = 2, answered: int | None = None) -> list[bool]:
    """Which of the connections of *hosts* were ended once all had come; that number was answered before."""

    async def scenario() -> list[bool]:
        connections, writers = Connections(most), [Writer(host) for host in hosts]
        for number, writer in enumerate(writers):
            made = connections.admit(writer)  # type: ignore[arg-type]  # no more of it is used
            made.task = None
            if number == answered:
                made.phase = Phase.ANSWERED
        return [writer.ended for writer in writers]

    return asyncio.run(scenario())


def test_a_rush_may_hold_twice_as_many() -> None:
    assert admitted("a", "a", "a", "a") == [False] * 4


def test_the_busiest_host_loses_its_oldest() -> None:
    assert admitted("b", "a", "a", "a", "b") == [False, True, False, False, False]


def test_one_that_was_answered_goes_first() -> None:
    assert admitted("a", "a", "b", "a", "a", answered=2) == [False, False, True, False, False]


# What was seen, and what nobody checks


def exchange(phase: str, status: int) -> Exchange:
    operation = CONTRACT.find("whoami")
    return Exchange("1", operation, Request("GET", "http://a/x"), Response(status), phase, "primary")


def test_coverage_counts_by_phase_what_no_phase_before_had_seen() -> None:
    coverage = Coverage()
    for phase, status in (("probe TOK-1", 200), ("probe TOK-2", 200), ("coverage", 200), ("coverage", 404)):
        coverage.count(exchange(phase, status), None)
    taught = {each.phase: (each.requests, each.cells, each.new) for each in coverage.taught()}
    assert taught == {"probe": (2, 1, 1), "coverage": (2, 2, 1)}
    assert [row["count"] for row in coverage.rows()] == [1, 2, 1]
    seen, listed = coverage.listed(CONTRACT)
    assert (seen, listed > 100) == (0, True)  # without a code, none of what the document lists


def test_a_request_that_belongs_to_no_operation_is_counted_apart() -> None:
    coverage = Coverage()
    coverage.count(Exchange("1", None, Request("GET", "http://a/x"), Response(404)), None)
    assert [row["operation"] for row in coverage.rows()] == [NOBODY]


def test_every_clause_of_the_register_is_one_and_has_its_reason() -> None:
    known = {clause.id: clause for clause in CONTRACT.clauses}
    assert set(register()) <= set(known)
    for id, said in register().items():
        assert said.fr
        assert said.en
        assert reason(known[id]) is not None
