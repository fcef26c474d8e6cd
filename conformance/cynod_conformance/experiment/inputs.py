"""The inputs of an operation, and values at and just past the bounds of their schemas.

Schemas are those of requests: a member that is ``readOnly`` is no input.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from cynod_conformance.experiment.request_builder import NOTHING, RequestBuilder, written
from cynod_spec.base import pointer as pointers
from cynod_spec.model import Contract, Operation, Parameter
from cynod_spec.model.serialization import Unwritable, read_query, write
from cynod_spec.schema.composition import Part, folded, parts
from cynod_spec.schema.directions import directed, is_hidden
from cynod_spec.schema.validation import Validators

MAX_DEPTH = 6  # of references, and of members below the body
TEXT_FOR_NUMBER = "cf"  # a text that is neither a number nor a boolean
DIGIT_COUNTS = (10, 16, 19, 20)  # about those of integers of 32 and 64 bits, and of doubles


@dataclass(frozen=True)
class InputLocation:
    """Where an operation takes a value: a parameter, or the member of the body at ``path``.

    ``pointer`` is the JSON pointer of its schema, ``role`` the role that the document gives it.
    """

    operation: Operation
    path: tuple[str, ...]
    parameter: Parameter | None
    pointer: str
    required: bool
    role: str | None

    @property
    def name(self) -> str:
        """How the contract's errors name it: a JSON pointer for a body, a name otherwise."""
        return self.parameter.name if self.parameter else pointers.join(self.path)

    @property
    def place(self) -> str:
        """Where it stands: query, header or body."""
        return self.parameter.place if self.parameter else "body"

    @property
    def label(self) -> str:
        """How reports name it."""
        return f"{self.operation.key} {self.place} {self.name}"

    @property
    def is_structured(self) -> bool:
        """Whether it is a query parameter that holds a list or an object, or is written as its content."""
        if self.parameter is None or self.place != "query":
            return False
        return not self.parameter.serialization.is_plain

    @property
    def invalid(self) -> str:
        """The stable name of the code for a value that it does not take."""
        return {"key": "idempotency-key-invalid", "cursor": "cursor-invalid"}.get(
            self.role or "", "value-invalid"
        )

    def set(self, draft: RequestBuilder, value: Any) -> RequestBuilder:
        """*draft* with *value* here; NOTHING takes it away.

        A value that a query parameter's style has no text for is sent as one text under its name.
        """
        if self.parameter is not None:
            try:
                return draft.with_parameter(self.parameter, value)
            except Unwritable:
                if self.place != "query":
                    raise
                absent = draft.with_parameter(self.parameter, NOTHING)
                return absent.with_query(self.parameter.name, written(value))
        return draft.with_member(self.path, value)


def schema_at(contract: Contract, pointer: str) -> Mapping[str, Any]:
    """The schema at *pointer*, its reference and its ``allOf`` folded in, the nearest keyword winning."""
    return folded(_parts(contract, pointer))


def _parts(contract: Contract, pointer: str) -> Iterator[Part]:
    """The schema at *pointer* of requests, and every schema that it refers to or is composed of."""
    document, tokens = directed(contract.document, "request"), pointers.split(pointer)
    return parts(document, pointers.resolve(document, tokens), tokens)


def members(contract: Contract, pointer: str) -> dict[str, tuple[str, bool]]:
    """The members that the schema at *pointer* names: where each one's schema is, whether it is required."""
    found: dict[str, str] = {}
    required: set[str] = set()
    for part in _parts(contract, pointer):
        required.update(part.value.get("required", ()))
        for name, schema in part.value.get("properties", {}).items():
            if not is_hidden(schema, "request"):
                found.setdefault(name, pointers.join((*part.tokens, "properties", name)))
    return {name: (place, name in required) for name, place in found.items()}


def body_inputs(contract: Contract, operation: Operation) -> Iterator[InputLocation]:
    """Every member that the operation's body may have, outer ones first."""
    if operation.body is None or operation.is_oauth:
        return
    roles = {e.path: role for role, e in operation.request.items() if e.place == "body"}
    waiting: list[tuple[tuple[str, ...], str]] = [((), operation.body.schema.pointer)]
    while waiting:
        path, pointer = waiting.pop(0)
        for name, (place, required) in members(contract, pointer).items():
            here = (*path, name)
            yield InputLocation(operation, here, None, place, required, roles.get(here))
            if len(here) < MAX_DEPTH:
                waiting.append((here, place))


def parameter_inputs(operation: Operation) -> Iterator[InputLocation]:
    """The query parameters and the idempotency key; path parameters and other headers are never judged."""
    for parameter in operation.parameters:
        if parameter.place == "query" or parameter.role == "key":
            pointer = parameter.schema.pointer
            yield InputLocation(operation, (), parameter, pointer, parameter.required, parameter.role)


def inputs(contract: Contract, operation: Operation) -> list[InputLocation]:
    """Every place of a request to *operation* where validation is judged."""
    return [*parameter_inputs(operation), *body_inputs(contract, operation)]


def reachable(draft: RequestBuilder, location: InputLocation) -> bool:
    """Whether the object that holds the input stands in the draft's body."""
    node = draft.body
    for token in location.path[:-1]:
        node = node.get(token, NOTHING) if isinstance(node, dict) else NOTHING
    return location.parameter is not None or isinstance(node, dict)


def boundaries(contract: Contract, location: InputLocation, known: Any) -> list[Any]:
    """Values at and just past every bound of the input's schema; the validator says which are valid."""
    schema = schema_at(contract, location.pointer)
    found: list[Any] = []
    for keyword in ("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum"):
        if isinstance(bound := schema.get(keyword), int):
            found += [bound - 1, bound, bound + 1]
    if isinstance(known, str):
        filler = known[-1:] or "a"
        for keyword in ("minLength", "maxLength"):
            if isinstance(bound := schema.get(keyword), int) and bound <= 10_000:
                found += [stretch(known, size, filler) for size in (bound - 1, bound, bound + 1) if size >= 0]
        if "pattern" in schema or "enum" in schema or "const" in schema:
            found += [known + "\u00a4", "\u00a4" + known, "", known + "\n", known + "\u0085"]
            found += [stretch(known, size, filler) for size in (1, 2, 7, 8, 64, 65, 128, 129)]
            found += [known.swapcase()]
            if known.isascii() and known.isdigit():
                found += ["9" * size for size in DIGIT_COUNTS]
        if "enum" in schema:
            found += [*schema["enum"], known + known]
    if isinstance(known, list):
        if isinstance(bound := schema.get("maxItems"), int) and bound <= 200 and known:
            found += [(known * (bound + 1))[: bound + 1]]
        if isinstance(bound := schema.get("minItems"), int) and bound > 0:
            found += [known[: bound - 1]]
    unique: list[Any] = []
    for value in found:
        if value not in unique:
            unique.append(value)
    return unique


def wrong_parts(location: InputLocation, known: Any) -> list[Any]:
    """*known*, a list or an object in a parameter, with a text for its last item or for each member."""
    if isinstance(known, list):
        return [[*known[:-1], TEXT_FOR_NUMBER]]
    return [{**known, name: TEXT_FOR_NUMBER} for name in known]


def boundary_parts(contract: Contract, location: InputLocation, known: Any) -> list[Any]:
    """*known*, a list or an object in a parameter, with values at and past the bounds of its parts."""
    found = boundaries(contract, location, known)
    for name, pointer in _parts_of(contract, location.pointer, known):
        part = known[-1] if isinstance(known, list) else known[name]
        for value in boundaries(contract, replace(location, pointer=pointer), part):
            found.append([*known[:-1], value] if isinstance(known, list) else {**known, name: value})
    return found


def _parts_of(contract: Contract, pointer: str, known: Any) -> Iterator[tuple[str, str]]:
    """The name of each member of *known*, empty for an item, and the pointer of its schema."""
    if isinstance(known, dict):
        declared = members(contract, pointer)
        yield from ((name, declared[name][0]) for name in known if name in declared)
        return
    for part in _parts(contract, pointer):
        if isinstance(part.value.get("items"), Mapping):
            yield "", pointers.join((*part.tokens, "items"))
            return


def accepts_as_written(validators: Validators, location: InputLocation, value: Any) -> bool | None:
    """Whether the schema takes what a server reads from *value* as it is written in a query.

    None where nothing is written for it, so that the parameter is absent.
    """
    if location.parameter is None:
        return accepts(validators, location, value)
    form = location.parameter.serialization
    text = write(form, value)
    found = read_query([form], text or "", json.loads).get(form.name)
    if text is None or found is None:
        return None
    return not found.fault and any(accepts(validators, location, each) for each in found.values)


def stretch(text: str, size: int, filler: str) -> str:
    """*text* cut or lengthened to *size* characters."""
    return (text + filler * size)[:size]


def accepts(validators: Validators, location: InputLocation, value: Any) -> bool:
    """Whether the input's schema takes *value*."""
    return validators.is_valid(location.pointer, value)
