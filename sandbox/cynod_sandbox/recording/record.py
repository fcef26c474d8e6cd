"""The record of one exchange, and that of the exchange in progress."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

Pairs = tuple[tuple[str, str], ...]


@dataclass(slots=True)
class Record:
    """A request and its answer. ``status`` is None until one is sent, and stays None for a closed connection.

    Partner, operation, code and money are added by ``annotations``.
    """

    began: float  # seconds since the epoch
    client: str  # the caller's IP address
    method: str
    url: str
    headers: Pairs
    id: int = 0  # number of the exchange in this process, from 1
    body: bytearray = field(default_factory=bytearray)
    status: int | None = None
    answer_headers: Pairs = ()
    answer_body: bytearray = field(default_factory=bytearray)
    truncated: bool = False  # a body was longer than what is kept
    duration: float = 0.0  # seconds
    partner: str = ""  # consumer key, once identified
    operation: str = ""  # its id in the contract
    code: str = ""  # role name of the internal code
    effect: str = ""  # of an operation that had one; empty for a replay
    amount: int = 0  # minor units that it moved
    currency: str = ""
    requested_switches: list[str] = field(default_factory=list)  # switches that acted, as text
    findings: Any = None  # findings of the observers, once judged


current: ContextVar[Record | None] = ContextVar("cynod_sandbox_record", default=None)
"""The record of the request that this task answers, or None when nothing is recorded."""
