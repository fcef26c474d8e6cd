"""``cynod conform --env``: the variables that a report's ``curl`` lines use, out of ``cynod.toml``."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_conformance.config.settings import Config
from cynod_conformance.http.authorization import basic
from cynod_conformance.reproduction.redaction import placeholder
from cynod_spec.output.bash import assignment

HOW = 'eval "$(cynod conform --env --config cynod.toml)"'
"""The line that sets them."""


def exports(config: Config) -> Iterator[str]:
    """A line of shell for each key, secret and Basic pair, and for the authority that curl is to trust."""
    for credential in config.credentials.values():
        pair = basic(credential.key, credential.secret).partition(" ")[2]
        values = {"KEY": credential.key, "SECRET": credential.secret, "PAIR": pair}
        for kind, value in values.items():
            yield exported(placeholder(f"{credential.name}_{kind}").name, value)
    if config.ca_file:
        yield exported("CURL_CA_BUNDLE", config.ca_file)


def exported(name: str, value: str) -> str:
    """The line that sets *name*."""
    return f"export {assignment(name, value)}"
