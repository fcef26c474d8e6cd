"""Secrets that nobody holds, watched for echoes."""

from __future__ import annotations

import os

from cynod_conformance.experiment.context import Lab


def canary(lab: Lab, name: str) -> str:
    """A secret that nobody holds, watched for echoes: the same for *name* throughout a run.

    A server may hash a wrong secret for as long as a right one; one that it has refused costs it less.
    """
    if name not in lab.canaries:
        lab.canaries[name] = f"canary-{lab.world.nonce}-{os.urandom(6).hex()}"
        lab.redactor.add(lab.canaries[name], f"canary_{name}")
    return lab.canaries[name]
