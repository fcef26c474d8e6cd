"""OAuth 2.0 without TLS."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.lint.fixes import Put
from cynod_spec.lint.registry import Found, Subject, rule


@rule(
    "oauth-url-insecure",
    says="the {name} {url} is not HTTPS",
    hint="RFC 6749 §3.1 and §3.2 require TLS: write https://",
    good="tokenUrl: https://api.bikes.example/v2/token",
    bad="⟦tokenUrl⟧: http://api.bikes.example/v2/token",
    fixable=True,
)
def oauth_url_insecure(subject: Subject) -> Iterator[Found]:
    """Secrets and tokens never cross a network in the clear; a relative address takes the server's scheme."""
    for _, scheme in subject.root.members("components", "securitySchemes"):
        for _, flow in scheme.resolved().members("flows"):
            for name, node in flow.members():
                if name.endswith("Url") and isinstance(node.value, str) and node.value.startswith("http:"):
                    safe = "https:" + node.value.removeprefix("http:")
                    yield node.at, {"name": name, "url": node.value}, Put(node.tokens, safe)
