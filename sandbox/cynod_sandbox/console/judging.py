"""Judges recorded exchanges by the contract with the suite's observers, when a page shows them."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import Lock
from urllib.parse import parse_qsl, urlsplit

from cynod_conformance.observe import Context, Exchange, Request, Response, judge
from cynod_spec import load_contract
from cynod_spec.base.errors import CynodError
from cynod_spec.model import Clause, Contract, Operation
from cynod_spec.schema.validation import Validators

from .._generated.contract import Contract as Served
from ..recording.record import Record

_MAX_JUDGED_HEAD_OCTETS = (
    8000  # of target and headers: beyond it, a request counts as malformed (clause ERR-1)
)
_MAX_FORM_FIELDS = 100  # of a form or query string that are read
_ON_DEMAND = frozenset(("ROB-1",))  # clauses that a requested fault may break


@dataclass(frozen=True, slots=True)
class Finding:
    """A clause broken by an exchange."""

    clause: Clause
    got: str  # what was found, where it needs no translation


class Judge:
    """Judges exchanges by the document that *served* was generated from.

    *cards* gives the card numbers that responses must not show. Titles and translations are read from *path*,
    as long as it still holds that document.
    """

    def __init__(self, served: Served, cards: Callable[[], Iterable[str]], path: str | None = None) -> None:
        self._served = served
        self._cards = cards
        self._path = path
        self._lock = Lock()

    @property
    def contract(self) -> Contract:
        """The contract with its titles, texts and clauses, loaded at first use."""
        with self._lock:
            return self._read

    @cached_property
    def _read(self) -> Contract:
        with suppress(CynodError):  # edited since the start
            read = load_contract(self._path)
            if read.document == self._served.document:
                return read
        with tempfile.TemporaryDirectory(prefix="cynod-") as folder:  # another document: without its overlays
            path = Path(folder) / "openapi.json"
            path.write_text(json.dumps(self._served.document), encoding="utf-8")
            return load_contract(str(path))

    @cached_property
    def _validators(self) -> Validators:
        return Validators(self.contract, "response")

    def findings(self, record: Record) -> tuple[Finding, ...] | None:
        """The clauses that *record* broke, each once; None when it has no response or was truncated."""
        if record.status is None or record.truncated:
            return None
        if record.findings is None:
            record.findings = tuple(self._judge(record, record.status))
        found: tuple[Finding, ...] = record.findings
        return found

    def _judge(self, record: Record, status: int) -> Iterable[Finding]:
        contract = self.contract
        exchange = _exchange(record, status, _operation(contract, record))
        context = Context(contract, self._errors, lambda: _secrets(record), self._cards)
        broken: dict[str, Finding] = {}
        for id, seen in judge(context, exchange):
            if seen.problem and not (record.requested_switches and id in _ON_DEMAND):
                got = seen.problem if isinstance(seen.problem, str) else ""
                broken.setdefault(id, Finding(contract.clause(id), got))
        return broken.values()

    def _errors(self, pointer: str, instance: object) -> list[str]:
        problems = self._validators.errors(pointer, instance)
        return [f"{'/'.join(problem.path) or '/'}: {problem.keyword}" for problem in problems]


def _exchange(record: Record, status: int, operation: Operation | None) -> Exchange:
    size = len(record.url) + sum(len(name) + len(value) + 4 for name, value in record.headers)
    return Exchange(
        str(record.id),
        operation,
        Request(record.method, record.url, record.headers, bytes(record.body)),
        Response(status, record.answer_headers, bytes(record.answer_body), record.duration),
        phase="console",
        tags=frozenset({"malformed"} if size > _MAX_JUDGED_HEAD_OCTETS else ()),
    )


def _operation(contract: Contract, record: Record) -> Operation | None:
    """The operation that the server matched for *record*, if its method is the one sent; else None."""
    found = (each for each in contract.operations if each.id == record.operation)
    return next((each for each in found if each.method == record.method), None)


def _secrets(record: Record) -> list[str]:
    """The secrets that the request holds, which no response may repeat."""
    sources = (bytes(record.body).decode("utf-8", "replace"), urlsplit(record.url).query)
    pairs = [pair for source in sources if source.count("&") < _MAX_FORM_FIELDS for pair in parse_qsl(source)]
    return [value for name, value in pairs if name in ("client_secret", "client_assertion", "token")]
