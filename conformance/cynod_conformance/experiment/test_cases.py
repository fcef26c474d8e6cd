"""What probes range over: operations, scopes, inputs, always those of the document at hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from cynod_conformance.experiment.case_types import InputCase, OperationCase, ScopeCase
from cynod_conformance.experiment.inputs import InputLocation, body_inputs, inputs, parameter_inputs
from cynod_spec.model import Contract, Operation

Operations = list[Operation]


def has_code(operation: Operation, name: str) -> bool:
    """Whether the operation lists the code with this stable name."""
    return any(code.name == name for code in operation.codes)


def each(holds: Callable[[Operation], bool]) -> Callable[[Contract, Operations], Iterable[OperationCase]]:
    """One case for each operation for which *holds*."""
    return lambda contract, operations: [OperationCase(o.key, o) for o in operations if holds(o)]


def identified(operation: Operation) -> bool:
    """Whether the operation asks who calls."""
    return not operation.public and not operation.is_oauth


each_identified = each(identified)
each_reading = each(lambda o: o.method == "GET" and not o.is_oauth)


def each_listing(name: str) -> Callable[[Contract, Operations], Iterable[OperationCase]]:
    """One case for each operation that lists the code named *name*."""
    return each(lambda o: not o.is_oauth and has_code(o, name))


def each_scope(contract: Contract, operations: Operations) -> Iterable[ScopeCase]:
    """One case for each operation and each scope that it needs."""
    return [ScopeCase(f"{o.key} × {s}", o, s) for o in operations if identified(o) for s in o.scopes]


def each_path(contract: Contract, operations: Operations) -> Iterable[OperationCase]:
    """One case for each path of the document: its first operation."""
    first = {operation.path: operation for operation in reversed(operations)}
    return [OperationCase(path, operation) for path, operation in first.items()]


def each_input(
    holds: Callable[[InputLocation], bool],
) -> Callable[[Contract, Operations], Iterable[InputCase]]:
    """One case for each input for which *holds*."""

    def cases(contract: Contract, operations: Operations) -> Iterable[InputCase]:
        found = (s for o in operations if not o.is_oauth for s in inputs(contract, o))
        return [InputCase(s.label, s.operation, s) for s in found if holds(s)]

    return cases


def each_member(contract: Contract, operations: Operations) -> Iterable[InputCase]:
    """One case for each member of a body."""
    return [InputCase(s.label, o, s) for o in operations for s in body_inputs(contract, o)]


def each_query(contract: Contract, operations: Operations) -> Iterable[InputCase]:
    """One case for each declared query parameter."""
    found = (s for o in operations if not o.is_oauth for s in parameter_inputs(o) if s.place == "query")
    return [InputCase(s.label, s.operation, s) for s in found]


def has_path_id(operation: Operation) -> bool:
    """Whether a path names the resource that it acts on."""
    return identified(operation) and any(p.place == "path" for p in operation.parameters)
