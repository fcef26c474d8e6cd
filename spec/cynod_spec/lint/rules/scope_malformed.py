"""Names of scopes that OAuth 2.0 does not allow."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.lint.registry import Found, Subject, rule
from cynod_spec.lint.subjects import SCOPE


@rule(
    "scope-malformed",
    says="{scope} is no name of a scope",
    hint="RFC 6749 §3.3: printable ASCII without space, quotation mark and backslash",
    good="""
    'pass:write': Émettre
    'pass:read': Lire
    """,
    bad="""
    'pass:write': Émettre
    'pass:read': Lire
    ⟦'pass ride'⟧: Rouler
    """,
)
def scope_malformed(subject: Subject) -> Iterator[Found]:
    """Scopes are sent as one list with spaces between them."""
    for _, scheme in subject.root.members("components", "securitySchemes"):
        for _, flow in scheme.resolved().members("flows"):
            for name, node in flow.members("scopes"):
                if not SCOPE.fullmatch(name):
                    yield node.at, {"scope": repr(name)}
