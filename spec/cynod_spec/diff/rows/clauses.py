"""Rows: clauses. They are promises to partners: more of them is safe, less of them is not."""

from __future__ import annotations

from typing import Final

from cynod_spec.diff.changes import ChangeRule

ROWS: Final = (
    ChangeRule(
        "clause-must-added",
        "clause-must-dropped",
        fr="la clause {id} est promise (MUST)",
        en="the clause {id} is promised (MUST)",
        contract="safe",
        adds=True,
    ),
    ChangeRule(
        "clause-must-dropped",
        "clause-must-added",
        fr="la clause {id} n'est plus promise (MUST jusqu'ici)",
        en="the clause {id} is no longer promised (MUST so far)",
        contract="breaking",
    ),
    ChangeRule(
        "clause-should-added",
        "clause-should-dropped",
        fr="la clause {id} est souhaitée (SHOULD)",
        en="the clause {id} is recommended (SHOULD)",
        contract="safe",
        adds=True,
    ),
    ChangeRule(
        "clause-should-dropped",
        "clause-should-added",
        fr="la clause {id} n'est plus souhaitée (SHOULD jusqu'ici)",
        en="the clause {id} is no longer recommended (SHOULD so far)",
        contract="risky",
    ),
    ChangeRule(
        "clause-declared-added",
        "clause-declared-dropped",
        fr="la clause {id} est déclarée (DECLARED)",
        en="the clause {id} is declared (DECLARED)",
        contract="safe",
        adds=True,
    ),
    ChangeRule(
        "clause-declared-dropped",
        "clause-declared-added",
        fr="la clause {id} n'est plus déclarée (DECLARED jusqu'ici)",
        en="the clause {id} is no longer declared (DECLARED so far)",
        contract="risky",
    ),
    ChangeRule(
        "clause-strengthened",
        "clause-weakened",
        fr="la clause {id} est renforcée : {before}, puis {after}",
        en="the clause {id} is strengthened: {before}, then {after}",
        contract="safe",
        adds=True,
    ),
    ChangeRule(
        "clause-weakened",
        "clause-strengthened",
        fr="la clause {id} est affaiblie : {before}, puis {after}",
        en="the clause {id} is weakened: {before}, then {after}",
        contract="breaking",
    ),
    ChangeRule(
        "clause-text-changed",
        "clause-text-changed",
        fr="la phrase de la clause {id} change",
        en="the sentence of the clause {id} changes",
        contract="risky",
    ),
    ChangeRule(
        "clause-judged-otherwise",
        "clause-judged-otherwise",
        fr="la clause {id} se vérifie autrement ({keyword} : {before}, puis {after})",
        en="the clause {id} is checked differently ({keyword}: {before}, then {after})",
        contract="safe",
    ),
)
