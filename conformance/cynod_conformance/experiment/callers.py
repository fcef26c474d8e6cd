"""Which credential an operation is called as, and what its Authorization says."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from cynod_conformance.base.outcomes import ControlFailed, Outcome, PreconditionMissing
from cynod_conformance.config.settings import Config, Credential
from cynod_conformance.experiment.memo import Memo, MemoKey
from cynod_conformance.experiment.tokens import Token, Tokens
from cynod_conformance.http.authorization import basic
from cynod_conformance.http.target import Target
from cynod_conformance.reproduction.redaction import Redactor
from cynod_spec.model import Contract, Operation

CALLERS = (
    "primary",
    "core",
    "other",
    "basic",
    "limited",
)  # credentials, in the order of trial
SIMPLE_EFFECTS = ("whoami", "list", "read")  # of reads, those that need least first
TOKENS = MemoKey[Tokens]("tokens")
CALLER = MemoKey[str]("caller of an operation")


@dataclass(frozen=True, eq=False)
class Callers:
    """The configured credentials, the tokens that they were granted, and what they may call.

    ``memo`` keeps what is made once a run.
    """

    contract: Contract
    config: Config
    target: Target
    redactor: Redactor
    memo: Memo = field(default_factory=Memo, kw_only=True)

    @cached_property
    def tokens(self) -> Tokens:
        """The tokens of the run, asked for once each."""
        return self.memo.keep(TOKENS, lambda: Tokens(self.contract, self.config, self.target, self.redactor))

    def credential(self, name: str) -> Credential:
        """The credential *name*. Raises PreconditionMissing."""
        return self.tokens.credential(name)

    def caller(self, operation: Operation) -> str:
        """The credential whose scopes open *operation*.

        Raises PreconditionMissing when none does, ControlFailed when no token is granted to one that might.
        """
        return self.memo.keep(CALLER.of(operation.id), lambda: self._caller(operation))

    def _caller(self, operation: Operation) -> str:
        refused: Outcome | None = None
        for name in CALLERS:
            if name not in self.config.credentials:
                continue
            try:
                held = self.tokens.token(name).scopes
            except ControlFailed as error:
                refused = refused or error
                continue
            if held.issuperset(operation.scopes):
                return name
        raise refused or PreconditionMissing("no-scope", what=" ".join(operation.scopes) or operation.key)

    def token(self, operation: Operation, scopes: frozenset[str] | None = None) -> Token:
        """A live token of the operation's caller, with all its scopes or only *scopes*."""
        return self.tokens.token(self.caller(operation), scopes)

    def bearer(self, operation: Operation) -> str:
        """The value of Authorization that opens *operation*."""
        return f"Bearer {self.token(operation).value}"

    def pair(self, name: str) -> str:
        """The Basic value of Authorization for the credential *name*."""
        credential = self.credential(name)
        return basic(credential.key, credential.secret)

    def simple(self) -> Operation:
        """A read that needs an identity and as little else as possible. Raises PreconditionMissing."""
        return self._simple(None)

    def simple_for(self, name: str) -> Operation:
        """A read that the credential *name* may do. Raises PreconditionMissing."""
        return self._simple(self.tokens.token(name).scopes)

    def _simple(self, scopes: frozenset[str] | None) -> Operation:
        for effect in SIMPLE_EFFECTS:
            for operation in self.contract.all(effect):
                if not operation.public and (scopes is None or scopes.issuperset(operation.scopes)):
                    return operation
        raise PreconditionMissing("no-operation", what="read")
