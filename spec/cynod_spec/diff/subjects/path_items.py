"""Path Items: their operations by method, also of what a ``$ref`` leads to and of what stands beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from cynod_spec.source.node import Node
from cynod_spec.source.operations import METHODS

Holders = tuple[Node, ...]
"""What holds parameters and servers of an operation, the most general first, the operation itself last."""

_WITHOUT_ADDITIONAL: Final = ("3.0", "3.1")  # versions of OpenAPI that know no ``additionalOperations``


@dataclass(frozen=True, slots=True)
class PathItem:
    """A Path Item: where it stands, its objects (the most general first) and its operations by method."""

    key: Node
    objects: tuple[Node, ...]
    methods: dict[str, Node]

    @property
    def described(self) -> Node:
        """The object that says its summary and description."""
        return self.objects[0]

    def holders(self, method: str) -> Holders:
        """The Path Item's objects and its operation *method*."""
        return (*self.objects, self.methods[method])


def path_item(written: Node) -> PathItem:
    """The Path Item at *written*.

    Methods are in capitals, those of ``additionalOperations`` (OpenAPI 3.2) as they are written, for methods
    are case-sensitive (RFC 9110 §9.1).
    """
    objects = _objects(written)
    methods: dict[str, Node] = {}
    for item in reversed(objects):
        for method, operation in _operations(item).items():
            methods.setdefault(method, operation)
    return PathItem(written, objects, methods)


def _objects(written: Node) -> tuple[Node, ...]:
    """*written* and what its ``$ref`` leads to, the last of the chain first."""
    written.resolved()  # refuses a reference that leads back to itself
    found = [written]
    while isinstance(found[0].value, dict) and isinstance(found[0].value.get("$ref"), str):
        found.insert(0, found[0].referred())
    return tuple(found)


def _operations(item: Node) -> dict[str, Node]:
    found = {name.upper(): node for name, node in item.members() if name in METHODS}
    if not str(item.source.value["openapi"]).startswith(_WITHOUT_ADDITIONAL):
        for name, node in item.members("additionalOperations"):
            found.setdefault(name, node)
    return found
