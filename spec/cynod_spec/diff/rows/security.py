"""Rows: who may call, by which scheme, with which scopes."""

from __future__ import annotations

from typing import Final

from cynod_spec.diff.changes import Rule

ROWS: Final = (
    Rule(
        "identity-required",
        "identity-dropped",
        fr="l'opération, jusqu'ici publique, exige une identité",
        en="the operation, public so far, asks who calls",
        request="breaking",
    ),
    Rule(
        "identity-dropped",
        "identity-required",
        fr="l'opération devient publique",
        en="the operation becomes public",
        request="safe",
        adds=True,
    ),
    Rule(
        "scheme-accepted",
        "scheme-refused",
        fr="l'opération accepte aussi l'identification {name}",
        en="the operation accepts the identification {name} too",
        request="safe",
        adds=True,
    ),
    Rule(
        "scheme-refused",
        "scheme-accepted",
        fr="l'opération n'accepte plus l'identification {name}",
        en="the operation no longer accepts the identification {name}",
        request="breaking",
    ),
    Rule(
        "scope-required",
        "scope-dropped",
        fr="le droit {scope} est désormais exigé ({name})",
        en="the scope {scope} is now required ({name})",
        request="breaking",
    ),
    Rule(
        "scope-dropped",
        "scope-required",
        fr="le droit {scope} n'est plus exigé ({name})",
        en="the scope {scope} is no longer required ({name})",
        request="safe",
        adds=True,
    ),
    Rule(
        "scheme-added",
        "scheme-removed",
        fr="le schéma d'identification {name} est ajouté",
        en="the security scheme {name} is added",
        request="safe",
        adds=True,
    ),
    Rule(
        "scheme-removed",
        "scheme-added",
        fr="le schéma d'identification {name} est retiré",
        en="the security scheme {name} is removed",
        request="risky",
    ),
    Rule(
        "scheme-changed",
        "scheme-changed",
        fr="le schéma d'identification {name} change ({keyword} : {before}, puis {after})",
        en="the security scheme {name} changes ({keyword}: {before}, then {after})",
        request="breaking",
    ),
    Rule(
        "flow-added",
        "flow-removed",
        fr="le schéma {name} a un flux OAuth de plus : {flow}",
        en="the scheme {name} has one more OAuth flow: {flow}",
        request="safe",
        adds=True,
    ),
    Rule(
        "flow-removed",
        "flow-added",
        fr="le schéma {name} n'a plus le flux OAuth {flow}",
        en="the scheme {name} no longer has the OAuth flow {flow}",
        request="breaking",
    ),
    Rule(
        "scope-added",
        "scope-removed",
        fr="le droit {scope} existe désormais ({name})",
        en="the scope {scope} now exists ({name})",
        request="safe",
        adds=True,
    ),
    Rule(
        "scope-removed",
        "scope-added",
        fr="le droit {scope} n'existe plus ({name}) : le demander est refusé",
        en="the scope {scope} no longer exists ({name}): asking for it is refused",
        request="breaking",
    ),
    Rule(
        "scheme-deprecated",
        "scheme-reinstated",
        fr="le schéma d'identification {name} est déprécié",
        en="the security scheme {name} is deprecated",
        request="safe",
        adds=True,
    ),
    Rule(
        "scheme-reinstated",
        "scheme-deprecated",
        fr="le schéma d'identification {name} n'est plus déprécié",
        en="the security scheme {name} is no longer deprecated",
        request="safe",
    ),
    Rule(
        "scheme-deprecation-changed",
        "scheme-deprecation-changed",
        fr="la dépréciation du schéma {name} change",
        en="the deprecation of the scheme {name} changes",
        request="risky",
    ),
)
