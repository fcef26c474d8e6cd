"""A context of experiments on a sandbox in this process, for tests of the suite's parts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from cross_room.in_process import sandbox
from cynod_conformance.experiment.context import TestContext
from cynod_conformance.http.target import Target
from cynod_conformance.reproduction.redaction import Redactor
from cynod_spec import load_contract


@contextmanager
def context_in_process() -> Iterator[TestContext]:
    """What an experiment may use, on a new sandbox that has no fault."""
    with sandbox() as server:
        target = Target(server.config.base_url, transport=server.transport)
        yield TestContext(load_contract(), server.config, target, Redactor(), 0, "0123456789")
        target.close()
