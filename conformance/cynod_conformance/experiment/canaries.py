"""Canaries: secrets that nobody holds, so that an echo of one in an answer is a leak."""

from __future__ import annotations

import os

from cynod_conformance.experiment.context import TestContext
from cynod_conformance.experiment.memo import MemoKey

CANARY = MemoKey[str]("canary")


def canary(context: TestContext, name: str) -> str:
    """The canary *name*: the same throughout a run.

    A server may take as long to hash a wrong secret as a right one; one that it has refused costs it less.
    """
    return context.memo.keep(CANARY.of(name), lambda: new_canary(context, name))


def new_canary(context: TestContext, name: str) -> str:
    """A new canary, which reports hide from now on."""
    secret = f"canary-{context.nonce}-{os.urandom(6).hex()}"
    context.redactor.add(secret, f"canary_{name}")
    return secret
