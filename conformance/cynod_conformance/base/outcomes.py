"""How an experiment ends when it does not simply hold."""

from __future__ import annotations

from cynod_conformance.observe.exchange import Exchange
from cynod_conformance.text.phrase import Phrase, Said


class Outcome(Exception):
    """Base of every way to leave an experiment. ``key`` and ``words`` name a sentence of messages.py."""

    def __init__(self, key: str, **words: Said) -> None:
        super().__init__(key, words)
        self.key, self.words = key, words

    @property
    def said(self) -> Phrase:
        """The sentence."""
        return Phrase(self.key, self.words)


class AssertionFailed(Exception):
    """The clause did not hold: what was expected, what was received, and the exchange that shows it.

    ``note`` says what matters in the request, such as a value, a bound or a date.
    """

    def __init__(self, expected: Said, got: Said, exchange: Exchange, note: Said = "") -> None:
        super().__init__(expected, got)
        self.expected, self.got, self.exchange, self.note = expected, got, exchange, note


class UnexpectedAnswer(AssertionFailed):
    """An answer came that was not the one foretold; that breaks one of *clauses*, the likeliest first."""

    def __init__(self, clauses: tuple[str, ...], expected: Said, got: Said, exchange: Exchange) -> None:
        super().__init__(expected, got, exchange)
        self.clauses = clauses


class ControlFailed(Outcome):
    """The valid control request was refused, so that nothing can be concluded."""


class PreconditionMissing(Outcome):
    """Something that the experiment needs is not configured."""


class OutsideTier(PreconditionMissing):
    """Only what the chosen risk tier does not allow would show it."""


class NotApplicable(Outcome):
    """The document or the configuration gives this experiment nothing to judge."""


class BudgetSpent(Outcome):
    """The time allowed for the run is over."""


class NoAnswer(Outcome):
    """A request has no answer: none was received, or the target is one to which nothing (more) is sent."""
