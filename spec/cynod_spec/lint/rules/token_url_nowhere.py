"""Token URLs that no operation answers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from cynod_spec.lint.registry import Found, Subject, rule
from cynod_spec.model import Contract, Operation
from cynod_spec.network import urls


@rule(
    "token-url-nowhere",
    says="the token URL {url} is the address of no operation with the effect `token`",
    hint="it is a server's URL followed by the path of that operation: {known}",
    good="tokenUrl: https://api.bikes.example/v2/token",
    bad="⟦tokenUrl⟧: https://api.bikes.example/v2/tokens",
)
def token_url_nowhere(subject: Subject) -> Iterator[Found]:
    """Tools fetch their token where the security scheme says, and find the operation there.

    The operation may have servers of its own, or its path may: on another host than the rest of the API.
    """
    operations = list(subject.contract.all("token"))
    known = list(
        dict.fromkeys(url for operation in operations for url in _addresses(subject.contract, operation))
    )
    for _, scheme in subject.root.members("components", "securitySchemes"):
        node = scheme.resolved().get("flows", "clientCredentials", "tokenUrl")
        if node is None or not known or not isinstance(node.value, str):
            continue
        written = list(_meanings(subject.contract, node.value))
        if not any(urls.same(_secured(url), _secured(each)) for url in known for each in written):
            paths = dict.fromkeys(operation.path for operation in operations)
            yield node.at, {"url": node.value, "known": ", ".join(paths)}


def _addresses(contract: Contract, operation: Operation) -> Iterator[str]:
    """Every URL of *operation*; its path too, where it is on the servers of the document."""
    if operation.servers == contract.servers:
        yield operation.path
    for server in operation.servers:
        yield from (address.rstrip("/") + operation.path for address in server.addresses)


def _meanings(contract: Contract, url: str) -> Iterator[str]:
    """*url*, and where it leads from each server of the document (OpenAPI, Relative References in URLs)."""
    yield url
    for server in contract.servers:
        for address in server.addresses:
            with suppress(ValueError):
                yield urls.resolved(address, url)


def _secured(url: str) -> str:
    """*url* over TLS, whatever it says: other rules look at that."""
    scheme, colon, rest = url.partition(":")
    return f"https:{rest}" if colon and scheme.lower() == "http" else url
