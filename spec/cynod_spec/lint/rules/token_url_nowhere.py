"""Token URLs that no operation answers."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.lint.registry import Found, Subject, rule


@rule(
    "token-url-nowhere",
    says="the token URL {url} is the address of no operation with the effect `token`",
    hint="it is a server's URL followed by the path of that operation: {known}",
    good="tokenUrl: https://api.bikes.example/v2/token",
    bad="⟦tokenUrl⟧: https://api.bikes.example/v2/tokens",
)
def token_url_nowhere(subject: Subject) -> Iterator[Found]:
    """Tools fetch their token where the security scheme says, and find the operation there."""
    contract = subject.contract
    paths = [operation.path for operation in contract.all("token")]
    bases = ["", *(server.url.rstrip("/") for server in contract.servers)]
    for _, scheme in subject.root.members("components", "securitySchemes"):
        node = scheme.followed().get("flows", "clientCredentials", "tokenUrl")
        if node is None or not paths or not isinstance(node.value, str):
            continue
        if not any(_bare(base + path) == _bare(node.value) for base in bases for path in paths):
            yield node.at, {"url": node.value, "known": ", ".join(paths)}


def _bare(url: str) -> str:
    """*url* without its scheme, which other rules look at."""
    return url.partition(":")[2] if url.startswith(("http:", "https:")) else url
