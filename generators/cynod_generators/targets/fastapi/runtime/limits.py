"""Limits of a process on connections: their number, and the time for each part of a request."""

from __future__ import annotations

import logging
from dataclasses import dataclass, fields, replace
from typing import Any

_RESERVED = 256  # file descriptors kept for databases, webhooks, logs and the console

_log = logging.getLogger("cynod.server")


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one listening socket in one process. Times are in seconds."""

    connections: int = 512  # open at the same time
    per_address: int = 128  # of these, from one address (IPv6: from one /64 network); 0: no bound
    first_octet_s: float = 10.0  # from the connection to its first octet; a TLS handshake has as long
    head_s: float = 10.0  # for the whole head of a request
    body_s: float = 60.0  # for the whole body of a request
    keep_alive_s: float = 30.0  # between an answer and the next request
    send_s: float = 30.0  # for a caller to take more of an answer

    def within_descriptors(self) -> Limits:
        """These limits, with no more connections than this process has file descriptors.

        Logs a reduction.
        """
        available = _descriptors()
        most = self.connections if available is None else available - min(_RESERVED, available // 2)
        if self.connections <= most:
            return self
        _log.warning(
            "%d connections need more file descriptors than the %d of this process (ulimit -n): taking %d",
            self.connections,
            available,
            most,
        )
        return replace(self, connections=most)


@dataclass(frozen=True, slots=True)
class LimitOption:
    """An option of the command line that sets the field *name* of ``Limits``."""

    flag: str
    name: str
    least: int
    most: int
    help: str

    @property
    def default(self) -> Any:
        """The value of the field when the option is not given."""
        return next(field.default for field in fields(Limits) if field.name == self.name)

    @property
    def range(self) -> str:
        """The range of the option, in words."""
        return (
            f"a number from {self.least} to {self.most}"
            if self.is_count
            else f"a number of seconds above 0, {self.most} at most"
        )

    @property
    def is_count(self) -> bool:
        """Whether the value is a number of connections; otherwise it is a time in seconds."""
        return isinstance(self.default, int)


OPTIONS = (
    LimitOption("--max-connections", "connections", 1, 100_000, "connections open at once, in each process"),
    LimitOption(
        "--max-connections-per-address",
        "per_address",
        0,
        100_000,
        "of these, from one address that is no trusted proxy; 0: any number",
    ),
    LimitOption(
        "--timeout-first-octet",
        "first_octet_s",
        0,
        3600,
        "seconds until a new connection sends its first octet; a TLS handshake has as long",
    ),
    LimitOption("--timeout-head", "head_s", 0, 3600, "seconds for the whole head of a request"),
    LimitOption("--timeout-body", "body_s", 0, 3600, "seconds for the whole body of a request"),
    LimitOption(
        "--timeout-keep-alive", "keep_alive_s", 0, 3600, "seconds from an answer to the next request"
    ),
    LimitOption("--timeout-send", "send_s", 0, 3600, "seconds without the caller taking any of its answer"),
)


def _descriptors() -> int | None:
    """The number of file descriptors that this process may open; None when unknown."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return None if soft == resource.RLIM_INFINITY else soft
