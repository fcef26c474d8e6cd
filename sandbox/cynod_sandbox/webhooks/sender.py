"""The sender: claims events of the outbox and posts them, signed, until they are received or given up."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
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
from .hooks import DeliveryHooks
from .outbox import Event
from .posting import post
from .scheduling import Attempt, DeliveryScheduler
from .wakeup import OUTBOX_WAKE_UP

_POLL_S = 0.1  # between two looks into the outbox, unless a wake-up comes
_STOP_TIMEOUT_S = 3.0
_LEASE_MARGIN_S = 5.0  # that a lease outlives its attempt
_GONE = 410  # HTTP 410: the receiver wants no further attempt
_NO_ANSWER = "no answer in time"
_MAX_REASON_CHARS = 200  # logged of a failure; the endpoint chooses part of the text

_log = logging.getLogger("cynod.webhooks")

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class DeliveryOptions:
    """How events are sent. ``backoff`` and ``timeout`` are in seconds."""

    allow_private: bool = False
    backoff: float = 1.0
    timeout: float = 10.0


class Sender:
    """Delivers the events of *database*, which several senders may share. *hooks* go around its steps."""

    def __init__(
        self,
        contract: Contract,
        database: Database,
        sending: DeliveryOptions,
        hooks: DeliveryHooks | None = None,
    ) -> None:
        self.contract = contract
        self.database = database
        self.sending = sending
        self.hooks = hooks or DeliveryHooks()
        self.scheduler = DeliveryScheduler(sending.backoff)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Deliver in a thread of its own while the block runs."""
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
            thread.join(_STOP_TIMEOUT_S)

    async def deliver_all(self, stopped: threading.Event) -> None:
        """Deliver due events until *stopped*. Attempts cancelled then are repeated after their lease."""
        under_way: set[asyncio.Task[None]] = set()
        while not stopped.is_set():
            for event in await self._claim():
                under_way.add(asyncio.create_task(self.deliver(event, self.scheduler.begin(event))))
            self.scheduler.give_up_slowest()
            await OUTBOX_WAKE_UP.wait(_POLL_S)
            under_way = {task for task in under_way if not task.done()}
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)

    async def _claim(self) -> list[Event]:
        lease = self.sending.timeout + _LEASE_MARGIN_S
        try:
            return await self._in_thread(
                outbox.claim, self.database, self.scheduler.free, lease, self.scheduler.plan
            )
        except (Refusal, DatabaseError) as error:
            if not self.database.is_closed:  # unavailable, not closed because the sandbox stops
                _log.warning("cannot read the outbox: %s", error)
            return []

    async def _in_thread(self, function: Callable[P, T], *given: P.args, **named: P.kwargs) -> T:
        """Call *function*, in a worker thread where the database may block."""
        if self.database.in_memory:
            return function(*given, **named)
        return await asyncio.to_thread(function, *given, **named)

    async def deliver(self, event: Event, attempt: Attempt) -> None:
        """Make one attempt, and record its outcome."""
        outcome: int | str | None = None
        try:
            outcome = await self._outcome(event, attempt)
            await self._in_thread(self.hooks.conclude.run, self.conclude, event, outcome)
        except Exception:  # noqa: BLE001 - the event stays in the outbox: its lease ends, it is tried again
            _log.exception("event %s failed", event.id)
        finally:
            self.scheduler.end(attempt, outcome)
            if self.scheduler.pressed:
                OUTBOX_WAKE_UP.wake()  # another event may have the place

    async def _outcome(self, event: Event, attempt: Attempt) -> int | str:
        """The outcome of *attempt*, ended before its lease or when the scheduler gives it up."""
        try:
            async with asyncio.timeout(self.sending.timeout + _LEASE_MARGIN_S / 2) as limit:
                attempt.limit = limit
                return await self.hooks.attempt.run(self.attempt, event)
        except TimeoutError:
            return _NO_ANSWER
        finally:
            attempt.limit = None

    async def attempt(self, event: Event) -> int | str:
        """Post *event* once: the status that the endpoint answered, or why there was none."""
        endpoint, webhook = event.endpoint, self.contract.webhook(event.resource)
        if endpoint is None or webhook is None:
            return "nowhere to send it"
        try:
            async with asyncio.timeout(self.sending.timeout):
                headers = self.hooks.headers.run(self.headers, webhook, event, endpoint)
                send = partial(post, allow_private=self.sending.allow_private)
                return await self.hooks.post.run(send, endpoint.url, headers, event.body.encode())
        except TimeoutError:
            return _NO_ANSWER
        except (AddressRefusedError, OSError, h11.RemoteProtocolError) as error:
            return (str(error) or type(error).__name__)[:_MAX_REASON_CHARS]

    def headers(self, webhook: Webhook, event: Event, endpoint: Endpoint) -> list[tuple[str, str]]:
        """The headers of an attempt made now, with its signature."""
        moment = datetime.now(UTC)
        return [
            ("Content-Type", webhook.media_type),
            (webhook.headers["id"], event.id),
            (webhook.headers["timestamp"], str(int(moment.timestamp()))),
            (webhook.headers["signature"], Signer(endpoint.secret).sign(event.id, moment, event.body)),
        ]

    def conclude(self, event: Event, outcome: int | str) -> None:
        """Record the outcome of an attempt: delivered, postponed or abandoned."""
        if isinstance(outcome, int) and 200 <= outcome < 300:
            outbox.delivered(self.database, event, str(outcome))
            return
        wait = None if outcome == _GONE else self.hooks.delay.run(delay, event.attempts, self.sending.backoff)
        host = urlsplit(event.endpoint.url).hostname if event.endpoint else "nowhere"
        if wait is None:
            _log.warning("event %s for %s (%s) is given up: %s", event.id, event.partner, host, outcome)
            outbox.abandoned(self.database, event, str(outcome))
        else:
            _log.info(
                "event %s for %s (%s): %s, again in %.1f s", event.id, event.partner, host, outcome, wait
            )
            outbox.postponed(self.database, event, str(outcome), wait)


def _new_loop() -> asyncio.AbstractEventLoop:
    """A loop of uvloop, where there is one for the platform."""
    try:
        from uvloop import new_event_loop
    except ImportError:
        return asyncio.new_event_loop()
    return new_event_loop()
