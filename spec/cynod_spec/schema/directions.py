"""readOnly and writeOnly: what a schema says of requests, and what it says of responses.

One meaning for lint, diff, generated servers, the suite, samples and docs. A request is what callers send; a
response is what the application sends, the bodies of webhooks included.

- A ``readOnly`` member is never required of a request. It may be sent there, whatever its value, and is
  ignored: a server takes it out before anything looks at it (JSON Schema validation §9.4: "ignored or
  rejected").
- A ``writeOnly`` member is never required of a response, and no response shows it: JSON Schema says of it
  that it "is never present when the instance is retrieved".

OpenAPI 3.0 says both with SHOULD NOT, and that such a member in ``required`` is required in one direction
only. A member is ``readOnly`` when its schema says so, or what that refers to or is composed of by
``allOf``. Unlike ``composition.parts``, ``oneOf`` and ``anyOf`` count where all their branches agree, and
what is found is a schema written anew, not a view.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, Final, Literal

from cynod_spec.base import pointer as pointers
from cynod_spec.model import Contract, Schema
from cynod_spec.schema.composition import referred
from cynod_spec.source.document import FILES
from cynod_spec.source.references import references, target
from cynod_spec.source.schema_keywords import BRANCHES, HOLDING, LITERAL

Direction = Literal["request", "response"]

_FLAGS: Final[Mapping[Direction, str]] = {"request": "readOnly", "response": "writeOnly"}
_ANYTHING_IGNORED: Final = {"readOnly": True}
_MAX_COPIES_INSIDE_ONE_ANOTHER: Final = 8  # of schemas whose references are replaced by what they lead to

_MAX_CACHED_DOCUMENTS: Final = 8  # documents, each in one direction, that are kept for the next who asks

_KEPT: Final = frozenset(("if", "not"))  # with less required in them, they would mean the opposite
_LITERAL: Final = LITERAL | {"value"}
_HOLDERS_OF_ONE_SCHEMA: Final = frozenset(("schema", "itemSchema"))


def in_direction(contract: Contract, direction: Direction) -> Contract:
    """*contract* with the schemas of its ``document`` as they hold in *direction*; itself where none differs.

    Pointers lead to the same places. The schemas that its operations hold are as they were: see
    ``schema_in``.
    """
    document = directed(contract.document, direction)
    return contract if document is contract.document else replace(contract, document=document)


def schema_in(directed_contract: Contract, schema: Schema) -> Schema:
    """*schema* of a contract, as it stands in the document of *directed_contract*."""
    value = pointers.resolve(directed_contract.document, pointers.split(schema.pointer))
    return Schema(value, schema.at) if isinstance(value, Mapping) else schema


def directed(document: Mapping[str, Any], direction: Direction) -> Mapping[str, Any]:
    """*document* with its schemas as they hold in *direction*; *document* itself when nothing differs.

    A member that belongs to the other direction is in no ``required``. Its schema becomes one that accepts
    anything and says ``readOnly`` in a request, and one that accepts nothing (``not: {}``) in a response;
    all else stands at the pointer at which it stood. A ``readOnly`` member into which a reference leads is
    kept as it is.
    """
    return _known(_Same(document), direction)


def is_hidden(schema: Any, direction: Direction) -> bool:
    """Whether the member of *schema*, in what ``directed`` made, belongs to the other direction only."""
    if not isinstance(schema, Mapping):
        return False
    return schema.get("not") == {} if direction == "response" else schema == _ANYTHING_IGNORED


class _Same:
    """A document, the same as itself only; documents are read once and never changed."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document

    def __hash__(self) -> int:
        return id(self.document)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.document is self.document


@lru_cache(maxsize=_MAX_CACHED_DOCUMENTS)
def _known(same: _Same, direction: Direction) -> Mapping[str, Any]:
    document = same.document
    if not _has_member(document, _FLAGS[direction]):
        return document
    made = _Directed(document, direction).document()
    return document if made == document else made


class _Directed:
    """The schemas of *document* in one direction."""

    def __init__(self, document: Mapping[str, Any], direction: Direction) -> None:
        self._document = document
        self._direction, self._flag = direction, _FLAGS[direction]
        self._ignores_siblings = str(document.get("openapi", "")).startswith("3.0")
        self._hidden: dict[int, frozenset[str]] = {}
        self._led_through = frozenset(_led_through(document))

    def document(self) -> dict[str, Any]:
        return {key: self._node(key, value) for key, value in self._document.items()}

    def _node(self, key: str, value: Any) -> Any:
        """What stands under *key* of a node that is no schema."""
        if key in _LITERAL or (key.startswith("x-") and key != FILES):
            return value
        if key in _HOLDERS_OF_ONE_SCHEMA:
            return self._schema(value)
        if key == "schemas" and isinstance(value, dict):
            return {name: self._schema(each) for name, each in value.items()}
        if key == FILES and isinstance(value, dict):
            return {name: self._file(each) for name, each in value.items()}
        if isinstance(value, dict):
            return {name: self._node(name, each) for name, each in value.items()}
        if isinstance(value, list):
            return [self._node("", each) for each in value]
        return value

    def _file(self, value: Any) -> Any:
        """Another file that was taken in: a schema, or something that holds schemas."""
        is_schema = isinstance(value, dict) and not value.keys().isdisjoint(("type", "properties", *BRANCHES))
        return self._schema(value) if is_schema else self._node("", value)

    def _schema(self, schema: Any, inherited: frozenset[str] = frozenset(), copies: int = 0) -> Any:
        """*schema*; *inherited* are members that what it is a part of hides."""
        if not isinstance(schema, dict):
            return schema
        hidden = inherited | self._hidden_by(schema)
        made = {key: self._keyword(key, value, hidden, copies) for key, value in schema.items()}
        if made.get("required") == []:
            del made["required"]
        referred = self._referred(schema)
        if isinstance(referred, dict) and copies < _MAX_COPIES_INSIDE_ONE_ANOTHER:
            more = hidden - self._hidden_by(referred)
            if more and self._mentions(referred, more):
                del made["$ref"]
                made["allOf"] = [*made.get("allOf", ()), self._schema(referred, hidden, copies + 1)]
        return made

    def _keyword(self, key: str, value: Any, hidden: frozenset[str], copies: int) -> Any:
        if key == "required" and isinstance(value, list):
            return [name for name in value if name not in hidden]
        if key == "properties" and isinstance(value, dict):
            return {
                name: self._instead(each, copies) if name in hidden else self._schema(each, copies=copies)
                for name, each in value.items()
            }
        if key in BRANCHES and isinstance(value, list):
            return [self._schema(each, hidden, copies) for each in value]
        if key in ("then", "else"):
            return self._schema(value, hidden, copies)
        if key == "dependentSchemas" and isinstance(value, dict):
            return {name: self._schema(each, hidden, copies) for name, each in value.items()}
        if key == "dependentRequired" and isinstance(value, dict):
            return {
                name: [each for each in listed if each not in hidden] if isinstance(listed, list) else listed
                for name, listed in value.items()
            }
        holding = HOLDING.get(key) if key not in _KEPT else None
        if holding == "names" and isinstance(value, dict):
            return {name: self._schema(each, copies=copies) for name, each in value.items()}
        if holding == "list" and isinstance(value, list):
            return [self._schema(each, copies=copies) for each in value]
        return self._schema(value, copies=copies) if holding == "one" else value

    def _instead(self, schema: Any, copies: int) -> Any:
        """What stands for the *schema* of a member that belongs to the other direction."""
        if self._direction == "request" and id(schema) not in self._led_through:
            return dict(_ANYTHING_IGNORED)
        made = self._schema(schema, copies=copies)
        if self._direction == "request":
            return made
        return {**(made if isinstance(made, dict) else {}), "not": {}}

    def _hidden_by(self, schema: Any) -> frozenset[str]:
        """The members that *schema*, or what it is composed of, gives to the other direction."""
        if not isinstance(schema, dict):
            return frozenset()
        known = self._hidden.get(id(schema))
        if known is not None:
            return known
        self._hidden[id(schema)] = frozenset()  # a schema that is composed of itself says no more
        found = set(self._hidden_by(self._referred(schema)))
        if not self._is_only_a_reference(schema):
            members = schema.get("properties")
            found.update(name for name, each in _items(members) if self._is_flagged(each))
            for part in _list(schema.get("allOf")):
                found |= self._hidden_by(part)
            for keyword in ("anyOf", "oneOf"):
                branches = [self._hidden_by(branch) for branch in _list(schema.get(keyword))]
                found |= frozenset.intersection(*branches) if branches else frozenset()
        self._hidden[id(schema)] = frozenset(found)
        return self._hidden[id(schema)]

    def _is_flagged(self, schema: Any, depth: int = 0) -> bool:
        if not isinstance(schema, dict) or depth > _MAX_COPIES_INSIDE_ONE_ANOTHER:
            return False
        if self._is_flagged(self._referred(schema), depth + 1):
            return True
        if self._is_only_a_reference(schema):
            return False
        parts = _list(schema.get("allOf"))
        return schema.get(self._flag) is True or any(self._is_flagged(part, depth + 1) for part in parts)

    def _mentions(self, schema: Any, names: frozenset[str], depth: int = 0) -> bool:
        """Whether *schema*, or what it is composed of, describes or requires one of *names*."""
        if not isinstance(schema, dict) or depth > _MAX_COPIES_INSIDE_ONE_ANOTHER:
            return False
        own = {*dict(_items(schema.get("properties"))), *_strings(schema.get("required"))}
        if not names.isdisjoint(own):
            return True
        parts = [self._referred(schema), *(part for key in BRANCHES for part in _list(schema.get(key)))]
        return any(self._mentions(part, names, depth + 1) for part in parts)

    def _is_only_a_reference(self, schema: Mapping[str, Any]) -> bool:
        """Whether nothing beside its ``$ref`` counts: so it is in OpenAPI 3.0."""
        return self._ignores_siblings and isinstance(schema.get("$ref"), str)

    def _referred(self, schema: Mapping[str, Any]) -> Any:
        """The schema that the ``$ref`` of *schema* leads to; None without one, or when it leads nowhere."""
        found = referred(self._document, schema)
        return found.value if found is not None else None


def _led_through(document: Mapping[str, Any]) -> Iterator[int]:
    """The ``id`` of each node in which a reference leads further down."""
    for _, node in references(document):
        try:
            tokens = target(node["$ref"])
        except ValueError:
            continue
        value: Any = document
        for token in tokens:
            yield id(value)
            try:
                value = pointers.child(value, token)
            except LookupError:
                break


def _has_member(document: Mapping[str, Any], name: str) -> bool:
    """Whether any mapping in *document* has a member called *name*."""
    waiting: list[Any] = [document]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Mapping):
            if name in node:
                return True
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)
    return False


def _items(value: Any) -> Iterable[tuple[str, Any]]:
    return value.items() if isinstance(value, dict) else ()


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _strings(value: Any) -> list[str]:
    return [each for each in _list(value) if isinstance(each, str)]
