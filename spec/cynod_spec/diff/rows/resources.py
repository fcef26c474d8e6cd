"""Rows: resources, where their members stand, their states and the transitions between them."""

from __future__ import annotations

from typing import Final

from cynod_spec.diff.changes import ChangeRule

ROWS: Final = (
    ChangeRule(
        "resource-added",
        "resource-removed",
        fr="la ressource {resource} est décrite",
        en="the resource {resource} is described",
        contract="safe",
        adds=True,
    ),
    ChangeRule(
        "resource-removed",
        "resource-added",
        fr="la ressource {resource} n'est plus décrite",
        en="the resource {resource} is no longer described",
        contract="risky",
    ),
    ChangeRule(
        "resource-role-added",
        "resource-role-removed",
        fr="dans la ressource {resource}, le rôle {role} est joué par {after}",
        en="in the resource {resource}, the role {role} is played by {after}",
        contract="safe",
    ),
    ChangeRule(
        "resource-role-removed",
        "resource-role-added",
        fr="dans la ressource {resource}, le rôle {role}, que jouait {before}, n'est plus joué",
        en="in the resource {resource}, the role {role}, played by {before}, is no longer played",
        contract="risky",
    ),
    ChangeRule(
        "resource-role-moved",
        "resource-role-moved",
        fr="dans la ressource {resource}, le rôle {role} passe de {before} à {after}",
        en="in the resource {resource}, the role {role} moves from {before} to {after}",
        contract="risky",
    ),
    ChangeRule(
        "state-added",
        "state-removed",
        fr="la ressource {resource} a un état de plus : {state}",
        en="the resource {resource} has one more state: {state}",
        contract="risky",
        adds=True,
    ),
    ChangeRule(
        "state-removed",
        "state-added",
        fr="la ressource {resource} n'a plus l'état {state}",
        en="the resource {resource} no longer has the state {state}",
        contract="risky",
    ),
    ChangeRule(
        "state-value-changed",
        "state-value-changed",
        fr="l'état {state} de la ressource {resource} s'écrit {after} au lieu de {before}",
        en="the state {state} of the resource {resource} is written {after} instead of {before}",
        contract="breaking",
    ),
    ChangeRule(
        "initial-state-changed",
        "initial-state-changed",
        fr="l'état initial de la ressource {resource} est {after} au lieu de {before}",
        en="the initial state of the resource {resource} is {after} instead of {before}",
        contract="breaking",
    ),
    ChangeRule(
        "transition-added",
        "transition-removed",
        fr="la ressource {resource} peut désormais passer de {before} à {after}",
        en="the resource {resource} may now go from {before} to {after}",
        contract="risky",
        adds=True,
    ),
    ChangeRule(
        "transition-removed",
        "transition-added",
        fr="la ressource {resource} ne peut plus passer de {before} à {after}",
        en="the resource {resource} can no longer go from {before} to {after}",
        contract="risky",
    ),
)
