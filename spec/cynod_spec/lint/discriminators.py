"""Discriminators: the schemas that one tells apart, and where its values lead."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote

from cynod_spec.base import pointer as pointers
from cynod_spec.base.pointer import Tokens
from cynod_spec.lint.registry import Subject
from cynod_spec.schema.composition import branches
from cynod_spec.source.node import Node
from cynod_spec.source.references import target

_UNIONS: Final = ("oneOf", "anyOf")
_COMPONENTS: Final = ("components", "schemas")


@dataclass(frozen=True, slots=True)
class Discriminator:
    """A Discriminator Object: the schema that has it, the member by which it chooses, what it chooses from.

    ``alternatives`` are the schemas of its ``oneOf`` and ``anyOf``, as they are written; empty where the
    schema is a base on which others build.
    """

    schema: Node
    node: Node
    member: str
    alternatives: tuple[Node, ...]

    def mapped(self) -> Iterator[Node]:
        """The references of its mapping, and the default one (OpenAPI 3.2)."""
        mapping = self.node.get("mapping")
        if mapping is not None and isinstance(mapping.value, dict):
            yield from (each for _, each in mapping.members() if isinstance(each.value, str))
        default = self.node.get("defaultMapping")
        if default is not None and isinstance(default.value, str):
            yield default


def discriminators(subject: Subject) -> Iterator[Discriminator]:
    """Every discriminator that names a member, in the document's order."""
    for schema in subject.traversal.schemas:
        node = schema.get("discriminator")
        if node is None or not isinstance(node.value, dict):
            continue
        member = node.value.get("propertyName")
        if isinstance(member, str):
            unions = (word for word in _UNIONS if isinstance(schema.value.get(word), list))
            yield Discriminator(
                schema, node, member, tuple(each for word in unions for each in schema.items(word))
            )


def mapped_schema(reference: Node) -> Node | None:
    """The schema of the document to which *reference*, a value of a mapping, leads; None when there is none.

    It is the name of a component, or a reference.
    """
    root = Node.root(reference.source)
    if (named := root.get(*_COMPONENTS, reference.value)) is not None:
        return named
    try:
        tokens = target(reference.value)
        found = Node(root.source, tokens, pointers.resolve(root.value, tokens))
    except (LookupError, ValueError):
        return None
    return found.resolved()


def names_file(reference: Node, folder: Path) -> bool:
    """Whether *reference* names a file that exists below *folder*."""
    path = unquote(reference.value.partition("#")[0])
    try:
        where = (Path(reference.at.file).parent / path).resolve()
        return bool(path) and where.is_relative_to(folder.resolve()) and where.is_file()
    except (OSError, ValueError, RuntimeError):
        return False


def end(schema: Node) -> Tokens:
    """The tokens of the schema to which *schema* leads, through any number of references and nothing else."""
    while isinstance(schema.value, dict) and set(schema.value) == {"$ref"}:
        schema = schema.referred()
    return schema.tokens


def implicit_value(schema: Node) -> str:
    """The value that chooses the alternative *schema* by itself: the name of its component; empty if none."""
    reference = schema.value.get("$ref") if isinstance(schema.value, dict) else None
    tokens = target(reference) if isinstance(reference, str) else ()
    return tokens[-1] if tokens[:-1] == _COMPONENTS else ""


def of_member(schema: Node, name: str) -> Iterator[Node]:
    """The schemas that describe the member *name* of *schema*, in what it refers to and its ``allOf`` too."""
    for part in branches(schema):
        properties = part.get("properties")
        if properties is not None and isinstance(properties.value, dict) and name in properties.value:
            yield Node(part.source, (*properties.tokens, name), properties.value[name])


def requires(schema: Node, name: str) -> bool:
    """Whether *schema*, what it refers to, or its ``allOf`` requires the member *name*."""
    listed = (part.value.get("required") for part in branches(schema))
    return any(isinstance(names, list) and name in names for names in listed)


def constants(schema: Node, name: str) -> list[Any] | None:
    """The values that the member *name* of *schema* may have; None when they are not listed."""
    for described in of_member(schema, name):
        for part in branches(described):
            if "const" in part.value:
                return [part.value["const"]]
            if isinstance(part.value.get("enum"), list):
                return list(part.value["enum"])
    return None
