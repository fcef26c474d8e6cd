"""``cynod conform --env``: the variables that a report's ``curl`` lines use, out of ``cynod.toml``."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from cynod_conformance.config import Config
from cynod_conformance.redact import Redactor, placeholder

HOW = 'eval "$(cynod conform --env --config cynod.toml)"'
"""The line that sets them."""


def exports(config: Config) -> Iterator[str]:
    """One line of POSIX shell a variable: keys, secrets and Basic pairs of every credential."""
    hidden = Redactor()
    for credential in config.credentials.values():
        hidden.add_pair(credential.key, credential.secret, credential.name)
        yield exported(placeholder(f"{credential.name}_KEY"), credential.key)
    for secret, name in hidden.placeholders.items():
        yield exported(name, secret)
    if config.ca_file:
        yield exported("$CURL_CA_BUNDLE", config.ca_file)


def exported(name: str, value: str) -> str:
    """The line that sets *name*, written with its ``$``."""
    return f"export {name[1:]}={shlex.quote(value)}"
