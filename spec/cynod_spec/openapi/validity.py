"""Validity against OpenAPI itself, with a validator in Rust: what openapi-spec-validator would say, sooner.

The authority takes half a second for a contract, this a few milliseconds; a test holds the two to one verdict
over hundreds of documents. Documents of OpenAPI 3.0 are left to the authority.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any, Final

from cynod_spec.base.pointer import Tokens
from cynod_spec.openapi.messages import member_names, message, unknown_member
from cynod_spec.schema.validation import Validators
from cynod_spec.source.document import Source
from cynod_spec.source.node import Node
from cynod_spec.source.operations import methods

Problem = tuple[Tokens, str]
_VERSIONS: Final = ("3.1", "3.2")
_SCHEMAS: Final = Path(__file__).parent
"""The JSON Schemas that the OpenAPI Initiative publishes; the README there says which."""


def is_quick(source: Source) -> bool:
    """Whether the document's version and dialect are ones that this module knows."""
    return source.value["openapi"][:3] in _VERSIONS and "jsonSchemaDialect" not in source.value


def problems(
    source: Source, *, is_whole: bool = True, validators: Validators | None = None
) -> Iterator[Problem]:
    """What makes the document invalid, each with its place.

    *is_whole* is False where rules of lint look further themselves: for an operationId or a parameter given
    twice, for defaults and for patterns. *validators* are those of its schemas, when there are some already.
    """
    version = source.value["openapi"][:3]
    found = False
    for error in _structure(version).iter_errors(source.value):
        for problem in _refined(error, (), f"{version}.schema.json"):
            if not _is_server_of_link(problem[0]):
                found = True
                yield problem
    if found:
        return
    judge = _Judge(validators or Validators(_Holder(source.value)), version, is_whole=is_whole)
    root = Node.root(source)
    yield from _tags(root)
    for path, item in root.members("paths"):
        if not path.startswith("x-"):
            yield from judge.path(path, item.resolved())
    for _, schema in root.members("components", "schemas"):
        yield from judge.schema(schema)


def schema_problems(source: Source, node: Node) -> Iterator[Problem]:
    """What makes the node no JSON Schema of the document's dialect, its patterns aside."""
    for error in _dialect(source.value["openapi"][:3]).iter_errors(node.value):
        if not _is_pattern(error):
            yield from _refined(error, node.tokens)


def _is_server_of_link(tokens: Tokens) -> bool:
    """Whether *tokens* lead to the server of a link, which the schema of OpenAPI 3.1 calls ``body``."""
    return tokens[-1:] == ("server",) and tokens[-3:-2] == ("links",)


def _is_pattern(error: Any) -> bool:
    """Whether *error* is about a regular expression, be it that of a member's name."""
    inner = getattr(error.kind, "error", error)
    return getattr(inner.kind, "format", None) == "regex"


def _refined(error: Any, prefix: Tokens, name: str = "") -> Iterator[Problem]:
    """An error of the Rust validator for the schema called *name*, at the member that it is about."""
    tokens = (*prefix, *(str(step) for step in error.instance_path))
    unexpected = getattr(error.kind, "unexpected", None)
    if not unexpected:
        yield tokens, message(error, _read(name) if name else None)
    else:
        for each in unexpected:
            yield (*tokens, each), unknown_member(each, _member_names(name) if name else ())


def _tags(root: Node) -> Iterator[Problem]:
    seen: dict[str, str | None] = {}
    for tag in root.items("tags"):
        name = str(tag.value["name"])
        if name in seen:
            yield tag.tokens, f"a second tag is called {name!r}"
        seen.setdefault(name, tag.value.get("parent"))
    if not root.value["openapi"].startswith("3.2"):
        return
    for tag in root.items("tags"):
        trail = [str(tag.value["name"])]
        while (parent := seen.get(trail[-1])) is not None:
            if parent not in seen:
                yield (*tag.tokens, "parent"), f"the parent {parent!r} is no tag"
                break
            if parent in trail:
                yield (*tag.tokens, "parent"), f"the tag {parent!r} is above itself"
                break
            trail.append(parent)


class _Judge:
    """Operations and their schemas, each schema once."""

    def __init__(self, validators: Validators, version: str, *, is_whole: bool) -> None:
        self._metaschema = _dialect(version)
        self._validators = validators
        self._is_whole = is_whole
        self._ids: set[str] = set()
        self._checked: set[int] = set()
        self._visited: set[int] = set()

    def path(self, path: str, item: Node) -> Iterator[Problem]:
        yield from self._parameters(item)
        shared = set(self._path_names(item))
        for _, operation in methods(item):
            yield from self._operation(path, operation, shared)

    def _operation(self, path: str, operation: Node, shared: set[str]) -> Iterator[Problem]:
        id = operation.value.get("operationId")
        if self._is_whole and id is not None:
            if id in self._ids:
                yield (*operation.tokens, "operationId"), f"a second operation is called {id!r}"
            self._ids.add(id)
        for _, response in operation.members("responses"):
            for _, media in response.resolved().members("content"):
                yield from self._schema_of(media.resolved())
        yield from self._parameters(operation)
        declared = shared | set(self._path_names(operation))
        try:
            wanted = {name for _, name, _, _ in Formatter().parse(path) if name}
        except ValueError:
            yield operation.tokens, f"the path {path} has a brace without its other half"
            return
        for name in sorted(wanted - declared):
            yield operation.tokens, f"the path holds {{{name}}}, and no parameter is called so"
        for name in sorted(declared - wanted):
            yield operation.tokens, f"the parameter {name!r} has no place {{{name}}} in the path"

    def _parameters(self, holder: Node) -> Iterator[Problem]:
        seen: set[tuple[str, str]] = set()
        for written in holder.items("parameters"):
            parameter = written.resolved()
            yield from self._schema_of(parameter)
            key = (parameter.value["name"], parameter.value["in"])
            if key in seen and self._is_whole:
                yield written.tokens, f"a second parameter in {key[1]} is called {key[0]!r}"
            seen.add(key)

    @staticmethod
    def _path_names(holder: Node) -> Iterator[str]:
        for written in holder.items("parameters"):
            parameter = written.resolved().value
            if parameter["in"] == "path":
                yield parameter["name"]

    def _schema_of(self, holder: Node) -> Iterator[Problem]:
        schema = holder.get("schema")
        if schema is not None:
            yield from self.schema(schema)

    def schema(self, schema: Node) -> Iterator[Problem]:
        schema = schema.resolved()
        yield from self._visit(schema, self._against_dialect(schema), is_outermost=True)

    def _against_dialect(self, schema: Node) -> list[Problem]:
        """What makes *schema* none, said once."""
        if id(schema.value) in self._checked:
            return []
        self._checked.add(id(schema.value))
        if not isinstance(schema.value, dict | bool):
            return [(schema.tokens, f"{schema.value!r} is no schema")]
        errors = self._metaschema.iter_errors(schema.value)
        return [
            each
            for error in errors
            if self._is_whole or not _is_pattern(error)
            for each in _refined(error, schema.tokens)
        ]

    def _visit(
        self, schema: Node, errors: Sequence[Problem] = (), *, is_outermost: bool = False
    ) -> Iterator[Problem]:
        if (target := schema.resolved()) is not schema:
            schema, errors = target, self._against_dialect(target)
        if errors:
            self._visited.add(id(schema.value))
            yield from errors
            return
        if not isinstance(schema.value, dict) or id(schema.value) in self._visited:
            return
        self._visited.add(id(schema.value))
        for keyword in ("allOf", "anyOf", "oneOf"):
            for inner in schema.items(keyword) if keyword in schema.value else ():
                yield from self._visit(inner)
        for keyword in ("not", "items"):
            if (inner_one := schema.get(keyword)) is not None:
                yield from self._visit(inner_one)
        for _, member in schema.members("properties"):
            yield from self._visit(member)
        if is_outermost and "allOf" in schema.value:
            known = _members(schema, set())
            for name in schema.value.get("required", ()):
                if name not in known:
                    yield (*schema.tokens, "required"), f"{name!r} is required, and no member is called so"
        default = schema.get("default") if self._is_whole else None
        if default is not None and not (default.value is None and schema.value.get("nullable") is True):
            for problem in self._validators.errors(schema.pointer, default.value):
                yield default.tokens, f"the default is not valid: {problem.message}"


def _members(schema: Node, seen: set[Tokens]) -> set[str]:
    """The names of the members that *schema* describes at any branch."""
    schema = schema.resolved()
    if not isinstance(schema.value, dict) or schema.tokens in seen:
        return set()
    seen.add(schema.tokens)
    found = {name for name, _ in schema.members("properties")}
    for keyword in ("allOf", "anyOf", "oneOf"):
        for inner in schema.items(keyword):
            found |= _members(inner, seen)
    for keyword in ("items", "not"):
        if (inner_one := schema.get(keyword)) is not None:
            found |= _members(inner_one, seen)
    return found


class _Holder:
    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document


@cache
def _read(name: str) -> Any:
    return json.loads((_SCHEMAS / name).read_text("utf-8"))


@cache
def _member_names(name: str) -> frozenset[str]:
    return member_names(_read(name))


@cache
def _structure(version: str) -> Any:
    import jsonschema_rs

    return jsonschema_rs.Draft202012Validator(_read(f"{version}.schema.json"))


@cache
def _dialect(version: str) -> Any:
    import jsonschema_rs

    listed = [_read(f"{version}.{kind}.json") for kind in ("dialect", "vocabulary")]
    registry = jsonschema_rs.Registry([(schema["$id"], schema) for schema in listed])
    return jsonschema_rs.Draft202012Validator(
        {"$ref": listed[0]["$id"]}, registry=registry, validate_formats=True
    )
