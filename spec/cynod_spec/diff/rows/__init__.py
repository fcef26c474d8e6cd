"""Every rule of the diff: a row a kind of change, one module a subject.

A row added here needs its mirror here, and a pair of documents in ``tests/test_spec_diff_rules.py``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cynod_spec.diff.changes import ChangeRule
from cynod_spec.diff.rows import (
    clauses,
    codes,
    document,
    envelopes,
    operations,
    parameters,
    resources,
    responses,
    schemas,
    security,
)

RULES: Final[Mapping[str, ChangeRule]] = {
    row.id: row
    for module in (
        *(document, operations, parameters, responses, schemas, security),
        *(envelopes, codes, clauses, resources),
    )
    for row in module.ROWS
}

# Rules that do not correspond to their mirror's mirror: why one way sees less than the other.
NOT_MIRRORED: Final[Mapping[str, str]] = {
    "operation-retired": "what comes back is a new operation, whatever was announced before it left",
    "path-retired": "what comes back is a new path, whatever was announced before it left",
}
