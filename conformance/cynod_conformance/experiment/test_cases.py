"""What probes range over: operations, scopes, slots, always those of the document at hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from cynod_conformance.experiment.inputs import Slot, body_slots, parameter_slots, slots
from cynod_conformance.experiment.registry import Cell
from cynod_spec.model import Contract, Operation

Operations = list[Operation]


def has_code(operation: Operation, name: str) -> bool:
    """Whether the operation lists the code with this stable name."""
    return any(code.name == name for code in operation.codes)


def each(holds: Callable[[Operation], bool]) -> Callable[[Contract, Operations], Iterable[Cell]]:
    """One cell for each operation for which *holds*."""
    return lambda contract, operations: [Cell(o.key, o) for o in operations if holds(o)]


def identified(operation: Operation) -> bool:
    """Whether the operation asks who calls."""
    return not operation.public and not operation.is_oauth


each_identified = each(identified)
each_reading = each(lambda o: o.method == "GET" and not o.is_oauth)


def each_listing(name: str) -> Callable[[Contract, Operations], Iterable[Cell]]:
    """One cell for each operation that lists the code named *name*."""
    return each(lambda o: not o.is_oauth and has_code(o, name))


def each_scope(contract: Contract, operations: Operations) -> Iterable[Cell]:
    """One cell for each operation and each scope that it needs."""
    return [Cell(f"{o.key} × {s}", o, s) for o in operations if identified(o) for s in o.scopes]


def each_path(contract: Contract, operations: Operations) -> Iterable[Cell]:
    """One cell for each path of the document."""
    return [Cell(path, operation) for path, operation in {o.path: o for o in reversed(operations)}.items()]


def each_slot(holds: Callable[[Slot], bool]) -> Callable[[Contract, Operations], Iterable[Cell]]:
    """One cell for each slot for which *holds*."""

    def over(contract: Contract, operations: Operations) -> Iterable[Cell]:
        found = (s for o in operations if not o.is_oauth for s in slots(contract, o))
        return [Cell(s.label, s.operation, s) for s in found if holds(s)]

    return over


def each_member(contract: Contract, operations: Operations) -> Iterable[Cell]:
    """One cell for each member of a body."""
    return [Cell(s.label, o, s) for o in operations for s in body_slots(contract, o)]


def each_query(contract: Contract, operations: Operations) -> Iterable[Cell]:
    """One cell for each declared query parameter."""
    found = (s for o in operations if not o.is_oauth for s in parameter_slots(o) if s.place == "query")
    return [Cell(s.label, s.operation, s) for s in found]


def has_path_id(operation: Operation) -> bool:
    """Whether a path names the resource that it acts on."""
    return identified(operation) and any(p.place == "path" for p in operation.parameters)


def slot_of(cell: Cell) -> Slot:
    """The slot that the cell is about."""
    assert isinstance(cell.part, Slot)
    return cell.part
