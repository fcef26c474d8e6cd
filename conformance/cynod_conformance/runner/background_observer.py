"""Looks at exchanges beside the run: while the target works at an answer, the one before it is judged."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor


class BackgroundObserver:
    """Takes one look at a time in a thread of its own; whoever asks for the next one waits for the last.

    What a look raises is raised by whoever waits next.
    """

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, "onlooker")
        self._last: Future[None] | None = None

    def take(self, look: Callable[[], None]) -> None:
        """Take *look* once the one before is over, without waiting for its end."""
        self.wait()
        self._last = self._thread.submit(look)

    def wait(self) -> None:
        """Return when nothing is being looked at. Raises what the last look raised."""
        last, self._last = self._last, None
        if last is not None:
            last.result()

    def close(self) -> None:
        """End the thread, behind the look that it may be taking."""
        self._thread.shutdown()
