"""Access tokens for the credentials of a run, asked for once and kept until they near their end."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from cynod_conformance.base.outcomes import ControlFailed, PreconditionMissing
from cynod_conformance.config.settings import Config, Credential
from cynod_conformance.http.authorization import FORM, basic
from cynod_conformance.http.target import Target
from cynod_conformance.observe.exchange import Exchange
from cynod_conformance.reproduction.redaction import Redactor
from cynod_spec.model import Contract, Operation

MAX_TOKEN_LIFE_S = 1_000_000_000  # seconds: a token that claims a longer life is asked for again soon
GRANT = ("grant_type", "client_credentials")


@dataclass(frozen=True)
class Token:
    """A token, the scopes it carries, and when to stop using it (``time.monotonic``)."""

    value: str
    scopes: frozenset[str]
    until: float


class Tokens:
    """Asks the token endpoint for tokens, and keeps them."""

    def __init__(self, contract: Contract, config: Config, target: Target, redactor: Redactor) -> None:
        self.contract, self.config, self.target, self.redactor = contract, config, target, redactor
        self._cache: dict[tuple[str, frozenset[str] | None], Token] = {}
        self._asking = threading.Lock()  # so that threads in need of one token ask for it once

    @property
    def endpoint(self) -> Operation:
        """The operation that grants tokens. Raises PreconditionMissing when the document has none."""
        found = self.contract.find("token")
        if found is None:
            raise PreconditionMissing("no-operation", what="token")
        return found

    def credential(self, name: str) -> Credential:
        """The credential *name*. Raises PreconditionMissing when the configuration has none."""
        try:
            return self.config.credentials[name]
        except KeyError:
            raise PreconditionMissing("no-credential", name=name) from None

    def form(
        self,
        operation: Operation,
        pairs: list[tuple[str, str]],
        credential: Credential | None = None,
        *,
        authorization: str | None = None,
        identity: str = "",
        valid: bool = False,
        body: bytes | None = None,
        media_type: str | None = FORM,
        query: str = "",
        method: str | None = None,
        tags: Iterable[str] = (),
    ) -> Exchange:
        """Post a form to an OAuth 2.0 *operation*, with a pair in the Authorization header when given."""
        headers: list[tuple[str, str]] = []
        if media_type is not None:
            headers.append(("Content-Type", media_type))
        if credential is not None:
            authorization = basic(credential.key, credential.secret)
        if authorization is not None:
            headers.append(("Authorization", authorization))
        return self.target.send_steadily(
            method or operation.method,
            self.target.url(operation.path + query),
            headers=tuple(headers),
            body=urlencode(pairs, errors="surrogatepass").encode() if body is None else body,
            operation=operation if method in (None, operation.method) else None,
            identity=identity or (credential.name if credential else ""),
            valid=valid,
            tags=tags,
        )

    def grant(self, credential: Credential, scopes: frozenset[str] | None = None) -> Exchange:
        """Ask for a token; None asks for every scope held."""
        pairs = [GRANT] if scopes is None else [GRANT, ("scope", " ".join(sorted(scopes)))]
        return self.form(self.endpoint, pairs, credential, valid=True)

    def fresh(self, name: str, scopes: frozenset[str] | None = None) -> Token:
        """A new token for the credential *name*. Raises ControlFailed when it is refused."""
        credential = self.credential(name)
        exchange = self.grant(credential, scopes)
        body = exchange.response.json.value
        if exchange.response.status != 200 or not isinstance(body, dict) or not body.get("access_token"):
            raise ControlFailed("no-token", name=name, status=str(exchange.response.status))
        value = body["access_token"]
        if not isinstance(value, str) or not value.isascii() or not value.isprintable():
            raise ControlFailed("unusable-token", name=name)  # no Authorization header can carry it
        self.redactor.add_token(value, f"token_{name}")
        life = body.get("expires_in")
        life = float(life) if isinstance(life, int | float) and 0 <= life <= MAX_TOKEN_LIFE_S else 60.0
        granted = body.get("scope")
        held = frozenset(granted.split()) if isinstance(granted, str) else scopes or frozenset()
        return Token(value, held, time.monotonic() + life - min(30.0, life / 3))

    def token(self, name: str, scopes: frozenset[str] | None = None) -> Token:
        """A live token for the credential *name*, kept between calls."""
        with self._asking:
            kept = self._cache.get((name, scopes))
            if kept is None or time.monotonic() >= kept.until:
                kept = self._cache[name, scopes] = self.fresh(name, scopes)
            return kept
