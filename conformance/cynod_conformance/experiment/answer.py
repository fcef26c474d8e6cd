"""An answer that an experiment asks questions of."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from cynod_conformance.base.outcomes import AssertionFailed, ControlFailed
from cynod_conformance.observe.answers import code_in, status_and_code, value_at
from cynod_conformance.observe.exchange import Exchange
from cynod_conformance.text.phrase import Said, any_of, phrase
from cynod_spec.model import Code, Contract

SUCCESS = range(200, 300)  # statuses (RFC 9110 §15.3)


@dataclass(frozen=True)
class Answer:
    """An exchange and assertions about it: an ``expect…`` that does not hold raises AssertionFailed.

    Those that hold give the answer back, so that they can be written one behind the other::

        context.call(draft, authorization=None).expect("credentials-missing").expect_header(
            "WWW-Authenticate", has("bearer"), "Bearer"
        )
    """

    contract: Contract
    exchange: Exchange
    note: Said = ""

    def noting(self, note: Said) -> Answer:
        """The same answer; a failure says *note* too: the value, the bound or the date that matters."""
        return replace(self, note=note)

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.exchange.response.status

    @property
    def json(self) -> Any:
        """The body as JSON; None when it is no JSON."""
        return self.exchange.response.json.value

    @property
    def code(self) -> Code | None:
        """The internal code of the envelope, wherever one of the contract's envelopes has it."""
        return code_in(self.contract, self.exchange)

    @property
    def said(self) -> str:
        """Status and code or OAuth error, as reports write them."""
        return status_and_code(self.contract, self.exchange)

    def member(self, role: str) -> Any:
        """The value of the envelope's member with *role*, or None."""
        for worn in self.contract.envelopes.values():
            member = worn.member(role)
            if member is not None and (value := value_at(self.json, member.path)) is not None:
                return value
        return None

    def named(self, role: str) -> str:
        """What the document calls the member of the answer with *role*; the role where it names none."""
        operation = self.exchange.operation
        expression = operation.answer.get(role) if operation else None
        return ".".join(expression.path) if expression and expression.path else role

    def text(self, name: str) -> str:
        """The text of the body's member *name* (RFC 6749 has no envelope); empty without one."""
        value = self.json.get(name) if isinstance(self.json, dict) else None
        return value if isinstance(value, str) else ""

    def must_succeed(self) -> Answer:
        """The control: raises ControlFailed for anything but a success, which leaves nothing to conclude."""
        if self.status not in SUCCESS:
            raise ControlFailed("control", what=self.exchange.label, status=self.said)
        return self

    def expect(self, *names: str) -> Answer:
        """The code is one of those with these stable names, and the status is that of the code."""
        codes = [self.contract.code(name) for name in names]
        if not any(self.code == code and self.status == code.status for code in codes):
            self.fail(any_of([f"{c.status} {c.value} ({c.name})" for c in codes]), self.said)
        return self

    def expect_not(self, names: Iterable[str]) -> Answer:
        """The code is none of those with these stable names."""
        if self.code is not None and self.code.name in names:
            self.fail(phrase("anything-but", what=self.said), self.said)
        return self

    def expect_status(self, *statuses: int) -> Answer:
        """The status is one of *statuses*."""
        if self.status not in statuses:
            self.fail(any_of([str(status) for status in statuses]), self.said)
        return self

    def expect_success(self) -> Answer:
        """The status is 2xx."""
        if self.status not in SUCCESS:
            self.fail(phrase("success"), self.said)
        return self

    def expect_error(self, error: str, *statuses: int) -> Answer:
        """The status is one of *statuses*, and the body an OAuth 2.0 error with *error* (RFC 6749 §5.2)."""
        self.expect_status(*statuses)
        if self.text("error") != error:
            self.fail(f"error {error}", f"error {self.text('error')!r}")
        return self

    def expect_header(self, name: str, holds: Callable[[str], bool], wanted: Said) -> Answer:
        """A header *name* has a value for which *holds*; *wanted* says for the report what it should be."""
        values = self.exchange.response.all(name)
        if not any(holds(value) for value in values):
            came = ", ".join(values) or phrase("absent")
            self.fail(phrase("is", what=name, value=wanted), phrase("is", what=name, value=came))
        return self

    def fail(self, expected: Said, got: Said) -> None:
        """The clause does not hold: raises AssertionFailed with what was *expected* and what was *got*."""
        raise AssertionFailed(expected, got, self.exchange, self.note)


def has(word: str) -> Callable[[str], bool]:
    """Whether a header's value holds *word*, whatever its case."""
    return lambda value: word.lower() in value.lower()
