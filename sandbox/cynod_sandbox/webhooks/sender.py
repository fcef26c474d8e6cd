"""The sender: takes events out of the outbox and posts them, signed, until they are received."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ParamSpec, TypeVar
from urllib.parse import urlsplit

import h11
from standardwebhooks.webhooks import Webhook as Signer

from .._generated.contract import Contract, Webhook
from .._generated.refusals import Refusal
from ..storage.database import Database, DatabaseError
from . import outbox
from .addresses import AddressRefusedError
from .backoff import delay
from .endpoints import Endpoint
from .outbox import Event
from .posting import post
from .scheduling import Attempt, Turns
from .wakeup import NEWS

_POLL = 0.1  # seconds between two looks into the outbox, unless there is news
_STOP = 3.0  # seconds to end in
_MARGIN = 5.0  # seconds that a lease outlives its attempt
_GONE = 410  # the receiver wants no more of it
_NO_ANSWER = "no answer in time"
_MAX_REASON = 200  # characters of what is logged of a failure: an endpoint chooses some of them

_log = logging.getLogger("cynod.webhooks")

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Sending:
    """How events are sent: ``backoff`` and ``timeout`` are in seconds."""

    allow_private: bool = False
    backoff: float = 1.0
    timeout: float = 10.0


class Sender:
    """Delivers the events of *database*; several senders may share it."""

    def __init__(self, contract: Contract, database: Database, sending: Sending) -> None:
        self.contract = contract
        self.database = database
        self.sending = sending
        self.turns = Turns(sending.backoff)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Deliver, in a thread of its own, while inside."""
        stopped = threading.Event()

        def work() -> None:
            with asyncio.Runner(loop_factory=_new_loop) as runner:
                runner.run(self.deliver_all(stopped))

        thread = threading.Thread(target=work, name="webhooks", daemon=True)
        thread.start()
        try:
            yield
        finally:
            stopped.set()
            thread.join(_STOP)

    async def deliver_all(self, stopped: threading.Event) -> None:
        """Deliver what is due until *stopped*; what is under way then is tried again after its lease."""
        under_way: set[asyncio.Task[None]] = set()
        while not stopped.is_set():
            for event in await self._claim():
                under_way.add(asyncio.create_task(self.deliver(event, self.turns.begin(event))))
            self.turns.give_up_slowest()
            await NEWS.hear(_POLL)
            under_way = {task for task in under_way if not task.done()}
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)

    async def _claim(self) -> list[Event]:
        lease = self.sending.timeout + _MARGIN
        try:
            return await self._asked(outbox.claim, self.database, self.turns.free, lease, self.turns.plan)
        except (Refusal, DatabaseError) as error:
            if not self.database.is_closed:  # away for a while, and not for good as the sandbox stops
                _log.warning("cannot read the outbox: %s", error)
            return []

    async def _asked(self, function: Callable[P, T], *given: P.args, **named: P.kwargs) -> T:
        """What *function* gives, called in a worker thread where the database may let it wait."""
        if self.database.in_memory:
            return function(*given, **named)
        return await asyncio.to_thread(function, *given, **named)

    async def deliver(self, event: Event, attempt: Attempt) -> None:
        """One attempt, and what follows from it."""
        said: int | str | None = None
        try:
            said = await self._said(event, attempt)
            await self._asked(self.conclude, event, said)
        except Exception:  # noqa: BLE001 - the event stays in the outbox: its lease ends, it is tried again
            _log.exception("event %s failed", event.id)
        finally:
            self.turns.end(attempt, said)
            if self.turns.pressed:
                NEWS.ring()  # another event may have the place

    async def _said(self, event: Event, attempt: Attempt) -> int | str:
        """What comes of *attempt*, within its lease, or until it is given up for others."""
        try:
            async with asyncio.timeout(self.sending.timeout + _MARGIN / 2) as limit:
                attempt.limit = limit
                return await self.attempt(event)
        except TimeoutError:
            return _NO_ANSWER
        finally:
            attempt.limit = None

    async def attempt(self, event: Event) -> int | str:
        """The status that the partner's endpoint answered, or why there was none."""
        endpoint, webhook = event.endpoint, self.contract.webhook(event.resource)
        if endpoint is None or webhook is None:
            return "nowhere to send it"
        try:
            async with asyncio.timeout(self.sending.timeout):
                return await post(
                    endpoint.url,
                    self.headers(webhook, event, endpoint),
                    event.body.encode(),
                    allow_private=self.sending.allow_private,
                )
        except TimeoutError:
            return _NO_ANSWER
        except (AddressRefusedError, OSError, h11.RemoteProtocolError) as error:
            return (str(error) or type(error).__name__)[:_MAX_REASON]

    def headers(self, webhook: Webhook, event: Event, endpoint: Endpoint) -> list[tuple[str, str]]:
        """The headers of an attempt made now, the signature included."""
        moment = datetime.now(UTC)
        return [
            ("Content-Type", webhook.media_type),
            (webhook.headers["id"], event.id),
            (webhook.headers["timestamp"], str(int(moment.timestamp()))),
            (webhook.headers["signature"], Signer(endpoint.secret).sign(event.id, moment, event.body)),
        ]

    def conclude(self, event: Event, said: int | str) -> None:
        """Keep what came of an attempt: received, to be tried again, or given up."""
        if isinstance(said, int) and 200 <= said < 300:
            outbox.delivered(self.database, event, str(said))
            return
        wait = None if said == _GONE else delay(event.attempts, self.sending.backoff)
        host = urlsplit(event.endpoint.url).hostname if event.endpoint else "nowhere"
        if wait is None:
            _log.warning("event %s for %s (%s) is given up: %s", event.id, event.partner, host, said)
            outbox.abandoned(self.database, event, str(said))
        else:
            _log.info("event %s for %s (%s): %s, again in %.1f s", event.id, event.partner, host, said, wait)
            outbox.postponed(self.database, event, str(said), wait)


def _new_loop() -> asyncio.AbstractEventLoop:
    """A loop of uvloop, where there is one for the platform."""
    try:
        from uvloop import new_event_loop
    except ImportError:
        return asyncio.new_event_loop()
    return new_event_loop()
