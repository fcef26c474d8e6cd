"""Rows: envelopes. A partner reads them in every answer, so that each change of one is breaking."""

from __future__ import annotations

from typing import Final

from cynod_spec.diff.changes import ChangeRule

ROWS: Final = (
    ChangeRule(
        "envelope-member-added",
        "envelope-member-removed",
        fr="l'enveloppe {case} a un membre de plus : {name}",
        en="the envelope {case} has one more member: {name}",
        response="breaking",
        adds=True,
    ),
    ChangeRule(
        "envelope-member-removed",
        "envelope-member-added",
        fr="l'enveloppe {case} n'a plus le membre {name}",
        en="the envelope {case} no longer has the member {name}",
        response="breaking",
    ),
    ChangeRule(
        "envelope-member-renamed",
        "envelope-member-renamed",
        fr="le membre {before} de l'enveloppe {case} s'appelle désormais {after}",
        en="the member {before} of the envelope {case} is now called {after}",
        response="breaking",
    ),
    ChangeRule(
        "envelope-member-retyped",
        "envelope-member-retyped",
        fr="le membre {name} de l'enveloppe {case} change de type ou de valeur",
        en="the member {name} of the envelope {case} changes its type or value",
        response="breaking",
    ),
    ChangeRule(
        "envelope-member-became-required",
        "envelope-member-became-optional",
        fr="le membre {name} de l'enveloppe {case} est désormais toujours présent",
        en="the member {name} of the envelope {case} is now always present",
        response="safe",
    ),
    ChangeRule(
        "envelope-member-became-optional",
        "envelope-member-became-required",
        fr="le membre {name} de l'enveloppe {case} n'est plus toujours présent",
        en="the member {name} of the envelope {case} is no longer always present",
        response="breaking",
    ),
    ChangeRule(
        "envelope-replaced",
        "envelope-replaced",
        fr="la réponse change d'enveloppe : {before}, puis {after}",
        en="the answer changes its envelope: {before}, then {after}",
        response="breaking",
    ),
)
