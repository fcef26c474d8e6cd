"""One exchange as it went over the wire, and the record of the one under way."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

Pairs = tuple[tuple[str, str], ...]


@dataclass(slots=True)
class Record:
    """A request and its answer. ``status`` is None while none was sent, and for good when it was cut.

    What the core found out on the way (partner, operation, code, money) is noted as it goes.
    """

    began: float  # seconds since the epoch
    client: str  # the caller's IP address
    method: str
    url: str
    headers: Pairs
    id: int = 0  # its place among all of this process, from 1
    body: bytearray = field(default_factory=bytearray)
    status: int | None = None
    answer_headers: Pairs = ()
    answer_body: bytearray = field(default_factory=bytearray)
    truncated: bool = False  # one of the bodies went on past what is kept
    duration: float = 0.0  # seconds
    partner: str = ""  # consumer key, once identified
    operation: str = ""  # its id in the contract
    code: str = ""  # role name of the internal code
    effect: str = ""  # of an operation that did something, replays aside
    amount: int = 0  # minor units that it moved
    currency: str = ""
    rehearsed: list[str] = field(default_factory=list)  # switches that acted, as they are written
    findings: Any = None  # what the observer says, once asked


current: ContextVar[Record | None] = ContextVar("cynod_sandbox_record", default=None)
"""The record of the request that this task answers, when anyone keeps records."""
