"""What arrives at the receiver about one thing, and how it is answered."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from cynod_conformance.observe.exchange import (
    Exchange,
    Pairs,
    Request,
    Response,
    by_name,
    parse_json,
)

MAX_DELIVERIES = 100  # that one watch keeps


@dataclass(frozen=True)
class Reply:
    """How a delivery is answered: a status, 0 for no answer at all; a redirect leads to ``location``."""

    status: int = 204
    location: str = ""

    @property
    def receives(self) -> bool:
        """Whether it says that the event is received."""
        return 200 <= self.status < 300


@dataclass
class Delivery:
    """One request that arrived: ``at`` and ``answered`` are monotonic, ``moment`` seconds since the epoch."""

    method: str
    path: str
    headers: Pairs
    body: bytes
    reply: Reply = field(default_factory=Reply)
    at: float = field(default_factory=time.monotonic)
    moment: float = field(default_factory=time.time)
    answered: float | None = None

    def header(self, name: str) -> str:
        """The value of the header *name*; empty without exactly one."""
        values = by_name(self.headers).get(name.lower(), [])
        return values[0] if len(values) == 1 else ""

    @property
    def size(self) -> int:
        """The octets that it takes to keep it, in the main."""
        return len(self.path) + len(self.body) + sum(len(name) + len(value) for name, value in self.headers)

    @property
    def json(self) -> Any:
        """The body as JSON; None when it is none."""
        return parse_json(self.body).value

    @property
    def exchange(self) -> Exchange:
        """It as evidence: what the target sent, and the receiver's answer."""
        request = Request(self.method, self.path, self.headers, self.body)
        return Exchange("delivery", None, request, Response(self.reply.status))


class Watch:
    """The deliveries that hold *key* as a JSON string in their body, or anywhere in their path.

    The first are answered by *replies*, one after the other, the rest by *then*.
    """

    def __init__(self, key: str, replies: Sequence[Reply], then: Reply, changed: threading.Condition) -> None:
        self.key, self.replies, self.then = key, tuple(replies), then
        self._changed = changed
        self._deliveries: list[Delivery] = []

    def add(self, delivery: Delivery, keep: bool = True) -> bool:
        """Decide how a delivery is answered; give whether it is kept. The caller holds the condition.

        *keep*: whether there is room for it, as far as the caller knows.
        """
        count = len(self._deliveries)
        delivery.reply = self.replies[count] if count < len(self.replies) else self.then
        kept = keep and count < MAX_DELIVERIES
        if kept:
            self._deliveries.append(delivery)
        return kept

    @property
    def deliveries(self) -> list[Delivery]:
        """What has arrived so far, the earliest first."""
        with self._changed:
            return list(self._deliveries)

    def after(self, delivery: Delivery) -> list[Delivery]:
        """What has arrived since *delivery*."""
        came = self.deliveries
        return came[next(i for i, each in enumerate(came) if each is delivery) + 1 :]

    def wait(self, count: int, until: float) -> list[Delivery]:
        """What has arrived, once there are *count* or the monotonic clock says *until*."""
        with self._changed:
            self._changed.wait_for(lambda: len(self._deliveries) >= count, max(0.0, until - time.monotonic()))
            return list(self._deliveries)
