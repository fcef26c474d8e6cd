"""What several rules walk."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.model import Contract, Response


def responses(contract: Contract) -> Iterator[Response]:
    """Every response of the document once, the general answers included."""
    seen: set[tuple[int, str]] = set()
    for response in [*(r for o in contract.operations for r in o.responses), *contract.general]:
        if (response.status, response.at.pointer) not in seen:
            seen.add((response.status, response.at.pointer))
            yield response
