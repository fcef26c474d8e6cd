"""JSON Schema validation (Draft 2020-12) against the document, with one finding for each faulty field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import jsonschema_rs

from . import pointers

_BASE = "urn:cynod:contract"
_MAX_FINDINGS = 100
_MAX_NAME = 200  # characters of a member name, chosen by the caller, that an answer repeats


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault: the pointer of the faulty value, one that is safe to show, the keyword that failed."""

    pointer: str
    shown: str  # without names that the caller chose
    keyword: str

    @property
    def absent(self) -> bool:
        """Whether a required member is missing."""
        return self.keyword == "required"


class Validators:
    """Compiled validators by JSON pointer into the document."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document
        self._registry = jsonschema_rs.Registry([(_BASE, dict(document))])
        self._compiled: dict[str, jsonschema_rs.Draft202012Validator] = {}

    def compile(self, pointer: str) -> jsonschema_rs.Draft202012Validator:
        """The validator of the schema at *pointer*, made once."""
        validator = self._compiled.get(pointer)
        if validator is None:
            reference = f"{_BASE}#{quote(pointer, safe='/~')}"
            validator = self._compiled[pointer] = jsonschema_rs.Draft202012Validator(
                {"$ref": reference}, registry=self._registry, validate_formats=True
            )
        return validator

    def is_valid(self, pointer: str, value: Any) -> bool:
        """Whether *value* is valid under the schema at *pointer*."""
        return self.compile(pointer).is_valid(value)

    def findings(self, pointer: str, value: Any) -> list[Finding]:
        """Every faulty field of *value* under the schema at *pointer*, each once."""
        validator = self.compile(pointer)
        if validator.is_valid(value):
            return []
        found: dict[str, Finding] = {}
        for error in validator.iter_errors(value):
            for finding in self._of(error):
                found.setdefault(finding.pointer, finding)
            if len(found) >= _MAX_FINDINGS:
                break
        return list(found.values()) or [Finding("", "", "invalid")]

    def read_only(self, pointer: str, value: Any) -> list[tuple[str, ...]]:
        """Where ``readOnly`` members stand in *value*, which is valid under the schema at *pointer*."""
        if not isinstance(value, dict):
            return []
        found = self.compile(pointer).evaluate(value).annotations()
        return sorted(
            pointers.decode(each["instanceLocation"])
            for each in found
            if isinstance(each["annotations"], dict) and each["annotations"].get("readOnly") is True
        )

    def _of(self, error: jsonschema_rs.ValidationError) -> Iterator[Finding]:
        at = tuple(error.instance_path)
        keyword = error.kind.name
        here = pointers.encode(at)
        if isinstance(error.kind, jsonschema_rs.ValidationErrorKind.Required):
            name = str(error.kind.property)
            yield Finding(pointers.encode((*at, name)), pointers.encode((*at, name)), keyword)
            return
        unexpected: list[str] | None = getattr(error.kind, "unexpected", None)
        if unexpected is None or not all(isinstance(name, str) for name in unexpected):
            yield Finding(here, here, keyword)
            return
        declared = self._declared(tuple(str(token) for token in error.schema_path[:-1]))
        for name in unexpected[:_MAX_FINDINGS]:
            if keyword == "unevaluatedProperties" and name in declared:
                continue  # reported for itself: a member at fault counts as not evaluated
            yield Finding(pointers.encode((*at, name)) if len(name) <= _MAX_NAME else here, here, keyword)

    def _declared(self, path: tuple[str, ...]) -> frozenset[str]:
        """The member names that the schema at *path* knows, through references and compositions."""
        names: set[str] = set()
        stack, seen = [pointers.get(self._document, path)], 0
        while stack and seen < 200:
            schema, seen = stack.pop(), seen + 1
            if not isinstance(schema, dict):
                continue
            properties = schema.get("properties")
            if isinstance(properties, dict):
                names.update(properties)
            reference = schema.get("$ref")
            if isinstance(reference, str) and reference.startswith("#/"):
                stack.append(pointers.get(self._document, pointers.decode(reference[1:])))
            for key in ("allOf", "anyOf", "oneOf"):
                stack.extend(schema[key] if isinstance(schema.get(key), list) else ())
            stack.extend(schema.get(key) for key in ("if", "then", "else"))
        return frozenset(names)
