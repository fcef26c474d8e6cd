"""The status of a clause after a run: one of eight words, each with one meaning; ``recorder.py`` decides.

- ``unchecked``: no check judges it; the register says why.
- ``passed``: every test case that was expected was exercised, and none failed.
- ``failed``: a test case did not hold.
- ``not_applicable``: the document or the configuration gives nothing to judge.
- ``not_exercised``: a fixture is missing, the tier does not allow it, or the time was over.
- ``inconclusive``: the control request was refused, or no answer was received.
- ``waived``: it failed, and a waiver with a reason is in force.
- ``error``: the suite itself failed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from cynod_conformance.reproduction.steps import Step
from cynod_conformance.text.messages import UNSAID
from cynod_spec.model import Clause, Text

Status = Literal[
    "unchecked", "passed", "failed", "not_applicable", "not_exercised", "inconclusive", "waived", "error"
]


@dataclass(frozen=True)
class Failure:
    """One way in which a clause did not hold. Texts and exchanges are redacted already.

    ``lines`` show it again when they are pasted into bash; there are none for what curl cannot show.
    ``steps`` tell it: the requests that it stands on, in the order of the lines; there are none for what the
    run did not send itself. ``note`` says what matters in the request: a value, a bound, a date; often empty.
    """

    id: str  # what ``--replay`` takes
    clause: str
    operation: str
    case: str
    expected: Text
    got: Text
    request: str
    response: str
    curl: str
    lines: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    note: Text = UNSAID


@dataclass(frozen=True)
class Cause:
    """The failed clause, and its first failure, from which another failed clause follows, and ``why``."""

    clause: str
    failure: str
    why: Text


@dataclass(frozen=True)
class Result:
    """What a run says of one clause.

    ``judged`` is False for a clause outside the chosen profile, tier or selection: it enters no verdict.
    ``caused_by``: it failed as a consequence of another failed clause; it counts all the same.
    ``exercised`` and ``expected`` count cases; ``missing`` names the cases that nobody exercised.
    """

    clause: Clause
    status: Status
    judged: bool = True
    exercised: int = 0
    expected: int = 0
    missing: tuple[str, ...] = ()
    reason: Text = UNSAID
    failures: tuple[Failure, ...] = ()
    caused_by: Cause | None = None
