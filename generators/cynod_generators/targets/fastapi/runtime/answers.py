"""What handlers answer, held against the document before it leaves.

A wrong answer becomes the contract's internal error, and a log line says where it is wrong. The line shows
no value: answers hold what a log must not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from . import headers
from .calls import Call, Result
from .contract import Contract, Header, Operation
from .decoding import parse_header
from .messages import RawAnswer
from .refusals import Refusal
from .serialization import Reading, read_header
from .validation import Validators

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110 §5.6.2
_OF_THE_SERVER = frozenset(("connection", "content-length", "content-type", "transfer-encoding"))
GENERAL = frozenset(("unknown-path", "method-not-allowed", "request-invalid", "internal"))
"""Role names of the codes that every operation may answer, whatever it lists."""
_MAX_TOLD = 10  # faults that one log line tells


class WrongAnswer(Exception):  # noqa: N818 - an outcome, not an error
    """A handler's answer that the document does not allow; the text says where, without a value."""


class Answers:
    """Checks the answers of handlers against *contract*."""

    def __init__(self, contract: Contract, validators: Validators) -> None:
        self._contract = contract
        self._validators = validators
        for operation in contract.operations:
            if operation.success.schema is not None:
                validators.compile(operation.success.schema)
            for header in operation.success.headers:
                validators.compile(header.schema)

    def check(self, call: Call, result: Result) -> None:
        """Hold the success *result* of *call* against the document. Raises WrongAnswer."""
        operation, success = call.operation, call.operation.success
        if result.code is not None and result.code not in operation.codes:
            raise WrongAnswer(f"code {result.code!r}: not one of the operation")
        if result.code is not None and result.code not in success.codes:
            return
        faults = list(self._data_faults(operation, result))
        answer = RawAnswer(success.status)
        headers.of_success(answer, call, result)
        faults += self._header_faults(operation, answer)
        _raise(faults)

    def check_refusal(self, operation: Operation, refusal: Refusal) -> None:
        """Hold what a handler of *operation* refuses with against the document. Raises WrongAnswer."""
        faults = list(_name_faults(name for name, _ in refusal.headers))
        if refusal.code not in operation.codes | GENERAL:
            faults.append(f"code {refusal.code!r}: not one of the operation")
        _raise(faults)

    def _data_faults(self, operation: Operation, result: Result) -> Iterator[str]:
        schema = operation.success.schema
        if schema is None:
            return
        for finding in self._validators.findings(schema, result.data):
            yield f"data {finding.shown or '/'}: {finding.keyword}"

    def _header_faults(self, operation: Operation, answer: RawAnswer) -> Iterator[str]:
        yield from _name_faults(name for name, _ in answer.headers)
        request_id = self._contract.request_id
        for header in operation.success.headers:
            if request_id is not None and header.name.lower() == request_id[0].lower():
                continue  # the server sets it
            value = answer.header(header.name)
            if value is None:
                if header.required:
                    yield f"header {header.name}: required"
            elif header.serialization is not None:
                yield from self._value_faults(header, read_header(header.serialization, value, parse_header))

    def _value_faults(self, header: Header, found: Reading) -> Iterator[str]:
        """What is wrong with the value *found* in *header*, in each meaning that it may have."""
        if found.fault:
            yield f"header {header.name}: {found.fault}"
        elif not any(self._validators.is_valid(header.schema, value) for value in found.values):
            for finding in self._validators.findings(header.schema, found.values[0])[:1]:
                yield f"header {header.name}: {finding.keyword}"


def sendable(answer: RawAnswer) -> tuple[RawAnswer, list[str]]:
    """*answer* without header lines whose names HTTP cannot carry, and those names."""
    dropped = [name for name, _ in answer.headers if not _TOKEN.fullmatch(name)]
    if dropped:
        answer.headers = [line for line in answer.headers if line[0] not in dropped]
    return answer, dropped


def _name_faults(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        if not _TOKEN.fullmatch(name):
            yield f"header {name!r}: no header name"
        elif name.lower() in _OF_THE_SERVER:
            yield f"header {name}: set by the server"


def _raise(faults: list[str]) -> None:
    if faults:
        more = f"; and {len(faults) - _MAX_TOLD} more" if len(faults) > _MAX_TOLD else ""
        raise WrongAnswer("; ".join(faults[:_MAX_TOLD]) + more)
