"""Secrets that nobody holds, watched for echoes."""

from __future__ import annotations

import os

from cynod_conformance.experiment.context import TestContext


def canary(context: TestContext, name: str) -> str:
    """A secret that nobody holds, watched for echoes: the same for *name* throughout a run.

    A server may hash a wrong secret for as long as a right one; one that it has refused costs it less.
    """
    if name not in context.canaries:
        context.canaries[name] = f"canary-{context.fixtures.nonce}-{os.urandom(6).hex()}"
        context.redactor.add(context.canaries[name], f"canary_{name}")
    return context.canaries[name]
