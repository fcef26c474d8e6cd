"""Instances against the schemas of a document as it writes them (Draft 2020-12, formats on)."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

from cynod_spec.base import pointer as pointers
from cynod_spec.base.errors import DocumentError
from cynod_spec.model import Schema
from cynod_spec.schema.directions import Direction, directed

_HALF = re.compile("[\ud800-\udfff]")
_DOCUMENT = "urn:cynod:contract"


@dataclass(frozen=True, slots=True)
class Problem:
    """One way in which an instance breaks its schema.

    ``path`` leads to the part at fault in the instance (unescaped tokens), ``keyword`` is the keyword
    that refuses it, ``schema_path`` leads to that keyword in the document as far as the validator tells.
    """

    path: tuple[str, ...]
    keyword: str
    schema_path: tuple[str, ...]
    message: str


class _HoldsDocument(Protocol):
    @property
    def document(self) -> Mapping[str, Any]: ...


class Validators:
    """The validators of one contract, each compiled at its first use.

    With a *direction*, schemas are as they hold for requests or for responses (see
    ``cynod_spec.schema.directions``). DocumentError is raised for a schema that is none.
    """

    def __init__(self, contract: _HoldsDocument, direction: Direction | None = None) -> None:
        document = contract.document
        self._document: Any = directed(document, direction) if direction else document
        self._undirected = Validators(contract) if self._document is not document else None
        self._compiled: dict[str, Any] = {}

    @cached_property
    def _registry(self) -> Any:
        import jsonschema_rs

        return jsonschema_rs.Registry([(_DOCUMENT, self._document)])

    def _validator(self, schema: Schema | str) -> Any:
        pointer = schema if isinstance(schema, str) else schema.pointer
        if pointer not in self._compiled:
            if self._undirected is not None and not self._has(pointer):
                return self._undirected._validator(schema)  # inside a member of the other direction
            import jsonschema_rs

            reference = {"$ref": _DOCUMENT + pointers.fragment(pointer)}
            try:
                self._compiled[pointer] = jsonschema_rs.Draft202012Validator(
                    reference, registry=self._registry, validate_formats=True
                )
            except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError, ValueError) as error:
                at = None if isinstance(schema, str) else schema.at
                said = str(error).splitlines()[0]
                raise DocumentError(
                    f"no JSON Schema: {said}", f"see {pointer}", at, "schema-invalid"
                ) from None
        return self._compiled[pointer]

    def _has(self, pointer: str) -> bool:
        try:
            pointers.resolve(self._document, pointers.split(pointer))
        except LookupError:
            return False
        return True

    def is_valid(self, schema: Schema | str, instance: Any) -> bool:
        """Whether *instance* is valid against *schema*, a Schema or its pointer in the document."""
        validator = self._validator(schema)
        try:
            return bool(validator.is_valid(instance))
        except UnicodeEncodeError:
            return bool(validator.is_valid(_whole(instance)))

    def errors(self, schema: Schema | str, instance: Any) -> list[Problem]:
        """Every problem of *instance* against *schema*; empty when it is valid."""
        validator = self._validator(schema)
        try:
            return [_problem(error) for error in validator.iter_errors(instance)]
        except UnicodeEncodeError:
            return [_problem(error) for error in validator.iter_errors(_whole(instance))]

    def read_only(self, schema: Schema | str, instance: Any) -> list[tuple[str, ...]]:
        """Where members stand in *instance*, a valid request, that are ignored; outer ones first."""
        found = self._validator(schema).evaluate(_whole(instance)).annotations()
        paths = {
            pointers.split(each["instanceLocation"])
            for each in found
            if isinstance(each["annotations"], dict) and each["annotations"].get("readOnly") is True
        }
        return sorted(path for path in paths if path)


def without(instance: Any, paths: Iterable[tuple[str, ...]]) -> Any:
    """A copy of *instance* without the members that *paths* lead to."""
    made = copy.deepcopy(instance)
    for path in paths:
        try:
            holder = pointers.resolve(made, path[:-1])
        except LookupError:
            continue  # inside a member that was taken out already
        if isinstance(holder, dict):
            holder.pop(path[-1], None)
    return made


def _whole(instance: Any) -> Any:
    """*instance* with U+FFFD for each lone surrogate, which JSON can say and the validator cannot read."""
    if isinstance(instance, Mapping):
        return {_whole(name): _whole(value) for name, value in instance.items()}
    if isinstance(instance, list | tuple):
        return [_whole(each) for each in instance]
    return _HALF.sub("\ufffd", instance) if isinstance(instance, str) else instance


def _problem(error: Any) -> Problem:
    schema_path = tuple(str(step) for step in error.schema_path)
    keyword = next((step for step in reversed(schema_path) if not step.isdigit()), "")
    return Problem(tuple(str(step) for step in error.instance_path), keyword, schema_path, str(error.message))
