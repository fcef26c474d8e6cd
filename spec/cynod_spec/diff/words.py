"""The words of reports in both languages; what a change says stands in its row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cynod_spec.diff.changes import Direction, Severity
from cynod_spec.model import Text

SEVERITY: Final[Mapping[Severity, Text]] = {
    "breaking": Text("incompatible", "breaking"),
    "risky": Text("risqué", "risky"),
    "safe": Text("sans risque", "safe"),
}
HEADINGS: Final[Mapping[Severity, Text]] = {
    "breaking": Text("Changements incompatibles", "Breaking changes"),
    "risky": Text("Changements risqués", "Risky changes"),
    "safe": Text("Changements sans risque", "Safe changes"),
}
EXPLAINED: Final[Mapping[Severity, Text]] = {
    "breaking": Text(
        "Un client écrit pour la version précédente peut cesser de fonctionner.",
        "A client written for the former version may stop working.",
    ),
    "risky": Text(
        "Un client écrit pour la version précédente fonctionne encore, s'il n'en attendait pas davantage.",
        "A client written for the former version still works, unless it counted on more.",
    ),
    "safe": Text(
        "Un client écrit pour la version précédente n'a rien à faire.",
        "A client written for the former version has nothing to do.",
    ),
}
DIRECTION: Final[Mapping[Direction, Text]] = {
    "request": Text("ce que vous envoyez", "what you send"),
    "response": Text("ce que vous recevez", "what you receive"),
    "contract": Text("le contrat", "the contract"),
}
TITLE: Final = Text("Changements du contrat", "Changes of the contract")
NONE: Final = Text("aucun changement", "no change")
BEFORE: Final = Text("avant", "before")
AFTER: Final = Text("après", "after")
MORE: Final = Text("et {count} autres opérations", "and {count} more operations")
ONE_MORE: Final = Text("et une autre opération", "and one more operation")
MORE_PLACES: Final = Text("et {count} autres endroits", "and {count} more places")
ONE_MORE_PLACE: Final = Text("et un autre endroit", "and one more place")
WHOLE: Final = Text("l'ensemble du contrat", "the whole contract")
TEXTS: Final = Text("{count} textes ou exemples changent", "{count} texts or examples change")
ONE_TEXT: Final = Text("un texte ou exemple change", "one text or example changes")
LEFT_OUT: Final = Text(
    "{count} changements moins graves ne sont pas montrés", "{count} less severe changes are not shown"
)
ONE_LEFT_OUT: Final = Text(
    "un changement moins grave n'est pas montré", "one less severe change is not shown"
)
VERSIONS: Final = Text("Version {old}, puis {new}.", "Version {old}, then {new}.")
ENOUGH: Final = Text(
    "La version {new} convient (au moins {suggested}).", "Version {new} will do (at least {suggested})."
)
TOO_LOW: Final = Text(
    "La version {new} ne suffit pas : ces changements demandent au moins {suggested}.",
    "Version {new} is too low: these changes ask for {suggested} at least.",
)
NOT_SEMANTIC: Final = Text(
    "La version {old} n'est pas de la forme 1.2.3 : aucune ne peut être proposée.",
    "Version {old} is not of the form 1.2.3: none can be suggested.",
)
