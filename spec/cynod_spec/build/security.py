"""Security schemes and requirements."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cynod_spec.base.suggestions import did_you_mean
from cynod_spec.model import Scheme, SchemeKind, Security, Text
from cynod_spec.source.node import Node
from cynod_spec.source.operations import operations


@dataclass(frozen=True, slots=True)
class Requirement:
    """What an operation asks: nothing (``public``), or a token that holds ``scopes``; by which schemes."""

    public: bool
    scopes: tuple[str, ...]
    schemes: tuple[str, ...]


def read_requirement(root: Node, security: Node) -> Requirement:
    """What the list *security* of an operation asks; an empty requirement in it makes it public."""
    listed = list(security.items())
    scopes: tuple[str, ...] = ()
    schemes: dict[str, None] = {}
    for requirement in listed:
        for name, needed in requirement.members():
            schemes[name] = None
            if _scheme(root, name, needed).value.get("type") in ("oauth2", "openIdConnect") and not scopes:
                scopes = needed.strings()
    return Requirement(any(not item.mapping() for item in listed) or not listed, scopes, tuple(schemes))


def read_security(root: Node) -> Security:
    """How callers of the operations outside the token endpoints identify themselves."""
    place = root.get("components", "securitySchemes")
    if place is None:
        root.fail("the document has no securitySchemes", "callers need a way to identify themselves")
    schemes: list[Scheme] = []
    scopes: dict[str, Text] = {}
    token_url = ""
    basic: Node | None = None
    used = _used(root)
    for name, written in place.members():
        scheme = written.resolved()
        scheme.mapping()
        flow = scheme.get("flows", "clientCredentials")
        kind: SchemeKind = "client-credentials" if flow else "basic" if is_basic(scheme) else "other"
        schemes.append(Scheme(name, kind, scheme.text("description"), scheme.at))
        if flow is not None:
            token_url = token_url or flow.need("tokenUrl").string()
            scopes.update({scope: words.words() for scope, words in flow.members("scopes")})
        if name in used and is_basic(scheme):
            basic = basic or scheme
    moment = basic.extension("deprecated-at") if basic else None
    link = basic.extension("deprecation") if basic else None
    return Security(
        schemes=tuple(schemes),
        scopes=scopes,
        token_url=token_url,
        has_basic=basic is not None,
        deprecated_at=_seconds(moment) if moment else 0,
        deprecation_link=link.string() if link else "",
        at=place.at,
    )


def is_basic(scheme: Node) -> bool:
    """Whether the security scheme is HTTP Basic (RFC 7617)."""
    return scheme.value.get("type") == "http" and str(scheme.value.get("scheme", "")).lower() == "basic"


def _used(root: Node) -> set[str]:
    """The schemes that any operation but those of the token endpoints accepts."""
    used: set[str] = set()
    for operation in operations(root):
        effect = operation.extension("effect")
        security = operation.get("security") or root.get("security")
        if security is not None and (effect is None or effect.value not in ("token", "revoke")):
            used.update(name for item in security.items() for name, _ in item.members())
    return used


def _scheme(root: Node, name: str, needed: Node) -> Node:
    scheme = root.get("components", "securitySchemes", name)
    if scheme is None:
        hint = "declare it in components/securitySchemes"
        declared = [known for known, _ in root.members("components", "securitySchemes")]
        needed.fail(f"there is no security scheme {name!r}", did_you_mean(name, declared, hint))
    scheme = scheme.resolved()
    scheme.mapping()
    return scheme


def _seconds(node: Node) -> int:
    """The RFC 3339 date-time in *node* as seconds since the epoch."""
    try:
        moment = datetime.fromisoformat(node.string().replace("Z", "+00:00"))
    except ValueError:
        node.fail(f"{node.value!r} is no date-time", "such as 2026-01-01T00:00:00Z (RFC 3339)")
    if moment.tzinfo is None:
        node.fail(f"{node.value!r} lacks its offset from UTC", "such as 2026-01-01T00:00:00Z (RFC 3339)")
    return int(moment.timestamp())
