"""Secrets that nobody holds, watched for echoes."""

from __future__ import annotations

import os

from cynod_conformance.experiment.context import TestContext
from cynod_conformance.experiment.memo import MemoKey

CANARY = MemoKey[str]("canary")


def canary(context: TestContext, name: str) -> str:
    """A secret that nobody holds, watched for echoes: the same for *name* throughout a run.

    A server may hash a wrong secret for as long as a right one; one that it has refused costs it less.
    """
    return context.memo.keep(CANARY.of(name), lambda: new_canary(context, name))


def new_canary(context: TestContext, name: str) -> str:
    """Another one, which reports hide from here on."""
    secret = f"canary-{context.nonce}-{os.urandom(6).hex()}"
    context.redactor.add(secret, f"canary_{name}")
    return secret
