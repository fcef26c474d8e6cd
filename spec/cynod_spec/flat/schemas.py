"""Schemas without ``allOf``: references are followed where something is added to them, then merged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from cynod_spec.base import pointer as pointers
from cynod_spec.base.pointer import Tokens
from cynod_spec.flat.choices import as_enumeration, with_null
from cynod_spec.flat.keywords import assertions, words_of
from cynod_spec.flat.merging import Unmergeable, merged
from cynod_spec.source.references import target
from cynod_spec.source.schema_keywords import BRANCHES, HOLDING

_COMPOSING: Final = frozenset(BRANCHES)
_BRANCHING: Final = ("anyOf", "oneOf", "if", "not", "dependentSchemas", "$dynamicRef")


class Flattener:
    """The schemas of *document* as they are without composition; *roots* are those that stand in no other.

    References may lead to more ``roots``, in files that were taken in. ``remarks`` are what could not be
    flattened: where it stands, and why.
    """

    def __init__(self, document: Any, roots: Sequence[Tokens]) -> None:
        self._document = document
        self.roots = dict.fromkeys(roots)
        self._known: dict[Tokens, Any] = {}
        self._open: set[Tokens] = set()
        self.remarks: set[tuple[Tokens, str]] = set()

    def at(self, tokens: Tokens) -> Any:
        """The schema at *tokens*, flattened. Raises Apart when it consists of itself."""
        if tokens in self._known:
            return self._known[tokens]
        if tokens in self._open:
            raise Unmergeable("a schema that refers to itself")
        self._open.add(tokens)
        try:
            made = self._flat(pointers.resolve(self._document, tokens), tokens)
        finally:
            self._open.discard(tokens)
        self._known[tokens] = made
        return made

    def _flat(self, schema: Any, tokens: Tokens) -> Any:
        if not isinstance(schema, dict):
            return schema
        made = {key: self._below(key, value, (*tokens, key)) for key, value in schema.items()}
        made = self._chosen(made, schema, tokens)
        if "allOf" in made or ("$ref" in made and assertions(made).keys() > {"$ref"}):
            made = self._joined(made, tokens)
        return self._referring(self._closed(made, tokens), tokens)

    def _below(self, key: str, value: Any, tokens: Tokens) -> Any:
        holding = HOLDING.get(key)
        if holding == "names" and isinstance(value, dict):
            return {name: self._flat(each, (*tokens, name)) for name, each in value.items()}
        if holding == "list" and isinstance(value, list):
            return [self._flat(each, (*tokens, str(index))) for index, each in enumerate(value)]
        return self._flat(value, tokens) if holding == "one" else value

    def _chosen(self, made: dict[str, Any], schema: Mapping[str, Any], tokens: Tokens) -> dict[str, Any]:
        """*made* with a choice between values as one enumeration, and without a choice of one."""
        for keyword in ("oneOf", "anyOf"):
            if keyword not in made:
                continue
            rest = {key: value for key, value in made.items() if key != keyword}
            names = [_name(each) for each in schema[keyword]]
            resolved = [self._resolved(each) for each in made[keyword]]
            enumeration = as_enumeration(resolved, names, exactly_one=keyword == "oneOf")
            if enumeration is None and len(resolved) == 1:
                made = {**rest, "allOf": [*rest.get("allOf", ()), *made[keyword]]}
                continue
            simple = enumeration if enumeration is not None else with_null(made[keyword])
            if simple is None:
                self.remarks.add(
                    ((*tokens, keyword), f"{keyword} stays: nothing else tells its alternatives apart")
                )
                continue
            made = simple if not rest else {**rest, "allOf": [*rest.get("allOf", ()), simple]}
        return made

    def _joined(self, made: dict[str, Any], tokens: Tokens) -> Any:
        """*made* and the branches of its ``allOf`` as one schema; the words of the outermost come first."""
        whole: Any = {key: value for key, value in made.items() if key not in ("allOf", "$ref")}
        strict = {
            key: whole.pop(key) for key in ("unevaluatedProperties", "unevaluatedItems") if key in whole
        }
        parts = [{"$ref": made["$ref"]}] if "$ref" in made else []
        try:
            for part in (*parts, *made.get("allOf", ())):
                whole = self._both(whole, part)
        except Unmergeable as reason:
            self.remarks.add((tokens, f"allOf stays: {reason}"))
            return made
        if whole is False:
            return False
        if strict and "$ref" in whole:
            whole = self._resolved(whole)
        return {**whole, **strict}

    def _both(self, one: Any, other: Any) -> Any:
        """Both as one schema; as a reference when that says all, so that a name stays a name."""
        if one is True or other is True:
            return other if one is True else one
        first, second = self._resolved(one), self._resolved(other)
        whole = merged(first, second, self._both)
        for written, meant in ((one, first), (other, second)):
            if isinstance(written, dict) and "$ref" in written and assertions(whole) == assertions(meant):
                beside = {} if "$ref" in one and "$ref" in other else words_of(one)
                return {**words_of(written), **beside, "$ref": written["$ref"]}
        return whole

    def _resolved(self, schema: Any) -> Any:
        """*schema* with its reference followed; its own annotations come first."""
        if not isinstance(schema, dict) or "$ref" not in schema:
            return schema
        try:
            found = self._resolved(self.at(target(schema["$ref"])))
        except (ValueError, LookupError):
            raise Unmergeable(f"{schema['$ref']} leads nowhere") from None
        beside = {key: value for key, value in schema.items() if key != "$ref"}
        return merged(beside, found, self._both)

    def _closed(self, made: Any, tokens: Tokens) -> Any:
        """*made* with ``additionalProperties`` for ``unevaluatedProperties``, where they mean the same."""
        if not isinstance(made, dict):
            return made
        for strict, open_to in (
            ("unevaluatedProperties", "additionalProperties"),
            ("unevaluatedItems", "items"),
        ):
            if strict not in made:
                continue
            staying = [key for key in ("allOf", "$ref", *_BRANCHING) if key in made]
            if strict == "unevaluatedItems" and "contains" in made:
                staying.append("contains")
            if staying:
                self.remarks.add((tokens, f"{strict} stays beside {staying[0]}"))
                continue
            value = made[strict]
            made = {key: each for key, each in made.items() if key != strict}
            made.setdefault(open_to, value)
        return made

    def _referring(self, made: Any, tokens: Tokens) -> Any:
        """*made* without a reference into what has been merged: what stood there takes its place."""
        if not isinstance(made, dict) or "$ref" not in made:
            return made
        try:
            path = target(made["$ref"])
        except ValueError:
            return made
        root = next((path[:size] for size in range(len(path) + 1) if path[:size] in self.roots), None)
        if root is None:
            self.roots[path] = None
        if root is None or _COMPOSING.isdisjoint(path[len(root) :]):
            return made
        try:
            return self._resolved(made)
        except Unmergeable as reason:
            self.remarks.add((tokens, f"{made['$ref']} leads into a composition: {reason}"))
            return made


def _name(schema: Any) -> str:
    """What the schema is called: the last step of its reference, or its title."""
    if not isinstance(schema, dict):
        return ""
    if isinstance(schema.get("$ref"), str):
        return str(schema["$ref"].rpartition("/")[2])
    return str(schema.get("title", ""))
