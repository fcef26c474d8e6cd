"""Rows: internal codes, where they may be answered, and the order of refusal."""

from __future__ import annotations

from typing import Final

from cynod_spec.diff.changes import ChangeRule

ROWS: Final = (
    ChangeRule(
        "code-added",
        "code-removed",
        fr="le code {code} ({name}) entre au catalogue",
        en="the code {code} ({name}) enters the catalogue",
        response="safe",
        adds=True,
    ),
    ChangeRule(
        "code-removed",
        "code-added",
        fr="le code {code} ({name}) quitte le catalogue",
        en="the code {code} ({name}) leaves the catalogue",
        response="risky",
    ),
    ChangeRule(
        "code-value-changed",
        "code-value-changed",
        fr="le code {name} passe de {before} à {after}",
        en="the code {name} goes from {before} to {after}",
        response="breaking",
    ),
    ChangeRule(
        "code-renamed",
        "code-renamed",
        fr="le rôle du code {code} s'appelle {after} au lieu de {before}",
        en="the role of the code {code} is called {after} instead of {before}",
        response="risky",
    ),
    ChangeRule(
        "code-moved",
        "code-moved",
        fr="le code {code} passe du statut {before} au statut {after}",
        en="the code {code} moves from status {before} to status {after}",
        response="breaking",
    ),
    ChangeRule(
        "code-case-changed",
        "code-case-changed",
        fr="le code {code} passe du cas {before} au cas {after}, donc à une autre enveloppe",
        en="the code {code} goes from the case {before} to {after}, hence to another envelope",
        response="breaking",
    ),
    ChangeRule(
        "code-became-retryable",
        "code-became-final",
        fr="après le code {code}, un nouvel essai peut désormais réussir",
        en="after the code {code}, a retry may now succeed",
        response="safe",
        adds=True,
    ),
    ChangeRule(
        "code-became-final",
        "code-became-retryable",
        fr="après le code {code}, un nouvel essai ne peut plus réussir",
        en="after the code {code}, a retry can no longer succeed",
        response="breaking",
    ),
    ChangeRule(
        "code-message-changed",
        "code-message-changed",
        fr="le message du code {code} passe de {before} à {after}",
        en="the message of the code {code} goes from {before} to {after}",
        response="risky",
    ),
    ChangeRule(
        "code-text-changed",
        "code-text-changed",
        fr="l'explication du code {code} est réécrite",
        en="the explanation of the code {code} is reworded",
        response="safe",
        is_text=True,
    ),
    ChangeRule(
        "operation-code-added",
        "operation-code-removed",
        fr="le code {code} ({name}) peut désormais être répondu, avec le statut {status}",
        en="the code {code} ({name}) may now be answered, with status {status}",
        response="safe",
        adds=True,
    ),
    ChangeRule(
        "operation-code-removed",
        "operation-code-added",
        fr="le code {code} ({name}), du statut {status}, n'est plus répondu",
        en="the code {code} ({name}), of status {status}, is no longer answered",
        response="risky",
    ),
    ChangeRule(
        "general-answer-added",
        "general-answer-removed",
        fr="une réponse générale est ajoutée : {name} ({status})",
        en="a general answer is added: {name} ({status})",
        response="safe",
        adds=True,
    ),
    ChangeRule(
        "general-answer-removed",
        "general-answer-added",
        fr="une réponse générale est retirée : {name} ({status})",
        en="a general answer is removed: {name} ({status})",
        response="risky",
    ),
    ChangeRule(
        "refusal-ranked",
        "refusal-unranked",
        fr="le code {name} a désormais sa place dans l'ordre de refus",
        en="the code {name} now has its place in the order of refusal",
        response="safe",
    ),
    ChangeRule(
        "refusal-unranked",
        "refusal-ranked",
        fr="le code {name} n'a plus de place dans l'ordre de refus",
        en="the code {name} has no place in the order of refusal any more",
        response="risky",
    ),
    ChangeRule(
        "refusal-order-changed",
        "refusal-order-changed",
        fr="l'ordre de refus change pour {names}",
        en="the order of refusal changes for {names}",
        response="risky",
    ),
)
