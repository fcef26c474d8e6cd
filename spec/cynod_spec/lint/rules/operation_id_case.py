"""Names of operations that no language can write."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from cynod_spec.lint.registry import Found, Subject, rule

_NAME: Final = re.compile(r"[a-z][a-zA-Z0-9]*")


@rule(
    "operation-id-case",
    level="warning",
    says="the operationId {id} is not written in camel case",
    hint="a small letter first, then letters and digits: readBalance; generated code is called so",
    good="operationId: readHealth",
    bad="⟦operationId⟧: read-health",
)
def operation_id_case(subject: Subject) -> Iterator[Found]:
    """Functions of generated code take their names from operations."""
    for operation in subject.contract.operations:
        if not _NAME.fullmatch(operation.id):
            yield subject.below(operation.at, "operationId"), {"id": operation.id}
