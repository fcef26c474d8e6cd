"""Where hooks go around the deliveries of a sender; what a hook is: ``_generated/stages.py``.

A worked example, where nothing is ever sent twice:

    @deliveries.conclude.around
    def give_up(proceed: Callable[[Event, int | str], None], event: Event, said: int | str) -> None:
        proceed(event, 410)  # "gone": the event is not tried again
"""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import dataclass, field

from .._generated.contract import Webhook
from .._generated.stages import HookPoint
from .endpoints import Endpoint
from .outbox import Event

Headers = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class DeliveryHooks:
    """The hooks of one sender. All run in its event loop, but for ``conclude`` and ``delay``: in threads."""

    attempt: HookPoint[[Event], Awaitable[int | str]] = field(default_factory=HookPoint)
    """One attempt: gives the status that was answered, or why there was none."""
    headers: HookPoint[[Webhook, Event, Endpoint], Headers] = field(default_factory=HookPoint)
    """The headers of an attempt, the signature included."""
    post: HookPoint[[str, Headers, bytes], Awaitable[int]] = field(default_factory=HookPoint)
    """A request is sent: its URL, headers and body; gives the status. Raises OSError."""
    conclude: HookPoint[[Event, int | str], None] = field(default_factory=HookPoint)
    """What came of an attempt is put down: received, to be tried again, or given up."""
    delay: HookPoint[[int, float], float | None] = field(default_factory=HookPoint)
    """Seconds until the next attempt after so many, given the first delay; None: there is no other."""
