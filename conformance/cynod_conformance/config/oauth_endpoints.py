"""Operations that do not stand below the base URL: the token endpoint of an authorization server of its own.

They are sent keys and secrets. A document may say that they are on another host, and is not believed for
that alone: where to send secrets is said on the command line and in ``cynod.toml``.
"""

from __future__ import annotations

from collections.abc import Collection

from cynod_conformance.config.settings import Config
from cynod_spec.base.errors import UsageError
from cynod_spec.model import Contract, Operation, Server
from cynod_spec.network import urls

_SETTINGS = {"token": "token_url", "revoke": "revocation_url"}


def oauth_endpoints(contract: Contract, config: Config) -> dict[str, str]:
    """Path → URL of each OAuth 2.0 endpoint for which the configuration names one.

    A revocation endpoint on the servers of the token endpoint follows it. Raises UsageError for an endpoint
    that the document puts on another host, and the configuration nowhere.
    """
    given = {"token": config.token_url, "revoke": config.revocation_url or _beside_token(contract, config)}
    found: dict[str, str] = {}
    for operation in contract.operations:
        if not operation.is_oauth:
            continue
        if url := given[operation.effect]:
            found[operation.path] = urls.normalized(url)
        elif (host := _another_host(contract, operation)) is not None:
            setting = _SETTINGS[operation.effect]
            raise UsageError(
                f"the document puts {operation.key} on {host}: secrets go only where you say",
                f'say where this target has it: {setting} = "https://…" under [target] in cynod.toml',
            )
    return found


def _beside_token(contract: Contract, config: Config) -> str:
    """The URL of the revocation endpoint on the server of the token endpoint that the configuration names."""
    token, revoke = contract.find("token"), contract.find("revoke")
    if not config.token_url or token is None or revoke is None or revoke.servers != token.servers:
        return ""
    named = urls.normalized(config.token_url)
    return named.removesuffix(token.path) + revoke.path if named.endswith(token.path) else ""


def _another_host(contract: Contract, operation: Operation) -> str | None:
    """The host on which *operation* is, when it is on none of the hosts of the document's servers."""
    if operation.servers == contract.servers:
        return None
    own, known = _origins(operation.servers), _origins(contract.servers)
    return None if not own or own & known else min(own)


def _origins(servers: Collection[Server]) -> set[str]:
    """Where *servers* are; a relative one is wherever the document is, and no other host."""
    found = set()
    for server in servers:
        for address in server.addresses:
            try:
                origin = urls.origin(address)
            except ValueError:
                continue
            if origin != "://":
                found.add(origin)
    return found
