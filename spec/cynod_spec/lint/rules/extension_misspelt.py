"""Extensions that are nearly one of the vocabulary's."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cynod_spec.base.suggestions import slip
from cynod_spec.lint.registry import Found, Written, rule
from cynod_spec.lint.suppressions import KEY

_KNOWN: Final = ("x-cynod", KEY)


@rule(
    "extension-misspelt",
    says="no program reads the extension {name!r}",
    hint="did you mean {meant!r}?",
    good="client: {type: http, scheme: basic}",
    bad="client: {type: http, scheme: basic, ⟦x-cynod-alow⟧: []}",
)
def extension_misspelt(subject: Written) -> Iterator[Found]:
    """No extension is ``x-cynod`` or ``x-cynod-allow`` but for a slip, or what it says is lost in silence."""
    for mapping in subject.traversal.mappings:
        for name in mapping.value:
            if name.startswith("x-") and name not in _KNOWN and (meant := slip(name, _KNOWN)):
                yield mapping.place(name), {"name": name, "meant": meant}
