"""Names that schemas give themselves (JSON Schema 2020-12 §8.2): ``$id``, ``$anchor``, ``$dynamicAnchor``.

When a file is read, its references by these names become JSON pointers into the file, so that everything
else of this project knows pointers only. ``$id`` is then dropped, for it would change what these pointers
mean to other readers; so are the anchors below it. ``$dynamicRef`` becomes ``$ref`` where only one schema
carries its name, and is refused where it may lead to another schema for each that refers to its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import unquote, urljoin, urlsplit

from cynod_spec.base import pointer as pointers
from cynod_spec.base.errors import DocumentError
from cynod_spec.base.location import SourceLocation
from cynod_spec.base.pointer import Tokens
from cynod_spec.source.source_map import SourceMap

_KEYWORDS: Final = ("$id", "$anchor", "$dynamicAnchor", "$dynamicRef", "$self")
_ANCHORS: Final = ("$anchor", "$dynamicAnchor")
_HIERARCHICAL: Final = ("", "http", "https", "file")  # schemes under which a relative reference has a meaning

Objects = Iterator[tuple[Tokens, dict[str, Any], Tokens]]
"""The objects of a file that may be schemas: tokens, value, and the tokens of the nearest one above."""
Placed = Callable[[Tokens], SourceLocation]
"""The place of tokens of the file."""


def may_name_schemas(text: str) -> bool:
    """Whether one of the keywords of this module stands in *text*: most documents have none."""
    return any(keyword in text for keyword in _KEYWORDS)


@dataclass(slots=True)
class Dynamic:
    """The ``$dynamicAnchor`` of all files: how many schemas carry each, and which ones are referred to."""

    carriers: Counter[str] = field(default_factory=Counter)
    used: set[str] = field(default_factory=set)


@dataclass(slots=True)
class SchemaNames:
    """The schemas of one file that have a name of their own; tokens lead to them from the file's root."""

    base: str
    dynamic: Dynamic
    resources: dict[str, Tokens] = field(default_factory=dict)  # absolute $id → schema
    anchors: dict[tuple[str, str], Tokens] = field(default_factory=dict)  # base URI and anchor → schema

    def fragment(self, fragment: str) -> str:
        """*fragment* of a reference to the file as a pointer; itself when it is none of its anchors."""
        known = self.anchors.get((self.base, unquote(fragment)))
        return fragment if known is None else pointers.fragment(pointers.join(known))[1:]


@dataclass(frozen=True, slots=True)
class File:
    """One file of a document: its path from the document's folder, its content and the places of its members.

    *positions* are those places as the parser gives them; *is_main* is False for a file that is referred to.
    """

    path: str
    value: Any
    objects: Objects
    place: Placed
    positions: SourceMap
    is_main: bool


def resolve(file: File, dynamic: Dynamic) -> SchemaNames:
    """Make pointers of the references in *file* that use names; *dynamic* is shared by a document's files.

    Raises DocumentError for a name that two schemas have, and for what is not supported.
    """
    location = "/" + file.path
    written = file.value.get("$self") if isinstance(file.value, dict) else None
    names = SchemaNames(_joined(location, written) if isinstance(written, str) else location, dynamic)
    names.resources[names.base] = names.resources[location] = ()
    bases: dict[Tokens, str] = {}
    listed = []
    for tokens, node, above in file.objects:
        base = bases.get(above, names.base)
        if isinstance(identifier := node.get("$id"), str):
            base = _named(names, tokens, base, identifier, file.place)
        bases[tokens] = base
        _anchored(names, tokens, node, base, file.place)
        listed.append((tokens, node, base))
    for tokens, node, base in listed:
        _rewrite(names, node, base)
        _rewrite_mapping(names, node, base)
        _rewrite_dynamic(names, tokens, node, base, file)
    for _, node, base in listed:
        _drop_names(node, is_outermost=file.is_main and base == names.base)
    return names


def _drop_names(node: dict[str, Any], *, is_outermost: bool) -> None:
    if isinstance(node.get("$id"), str):
        del node["$id"]
    if isinstance(node.get("$dynamicAnchor"), str):
        del node["$dynamicAnchor"]
    if not is_outermost and isinstance(node.get("$anchor"), str):
        del node["$anchor"]


def _named(names: SchemaNames, tokens: Tokens, base: str, identifier: str, place: Placed) -> str:
    """The base URI of the schema at *tokens*, whose ``$id`` is *identifier*."""
    at = place((*tokens, "$id"))
    uri, _, fragment = _joined(base, identifier).partition("#")
    if fragment:
        hint = f"name a place within a schema by `$anchor: {fragment}`"
        raise DocumentError(f"the $id {identifier!r} has a fragment", hint, at, "schema-invalid")
    if names.resources.get(uri, tokens) != tokens:
        hint = f"the other one: {place((*names.resources[uri], '$id'))}"
        raise DocumentError(f"a second schema has the $id {identifier!r}", hint, at, "schema-invalid")
    names.resources[uri] = tokens
    if not tokens:  # the file is one schema
        names.base = uri
    return uri


def _anchored(names: SchemaNames, tokens: Tokens, node: Mapping[str, Any], base: str, place: Placed) -> None:
    for keyword in _ANCHORS:
        anchor = node.get(keyword)
        if not isinstance(anchor, str):
            continue
        other = names.anchors.setdefault((base, anchor), tokens)
        if other != tokens:
            message = f"a second schema has the anchor {anchor!r}"
            hint = f"the other one: {place(other)}"
            raise DocumentError(message, hint, place((*tokens, keyword)), "schema-invalid")
        if keyword == "$dynamicAnchor":
            names.dynamic.carriers[anchor] += 1
            if anchor in names.dynamic.used:
                raise _ambiguous(anchor, place((*tokens, keyword)))


def _ambiguous(anchor: str, at: SourceLocation) -> DocumentError:
    message = f"several schemas have the $dynamicAnchor {anchor!r} that a $dynamicRef names: not supported"
    return DocumentError(message, "write a `$ref` to the one that is meant", at, "reference-unsupported")


def _joined(base: str, reference: str) -> str:
    """*reference*, resolved against *base* (RFC 3986 §5.2)."""
    if not reference or reference.startswith("#"):
        return base + reference
    try:
        is_relative = not urlsplit(reference).scheme
        return urljoin(base, reference) if is_relative and _scheme(base) in _HIERARCHICAL else reference
    except ValueError:
        return reference


def _scheme(base: str) -> str:
    return urlsplit(base).scheme


def _target(names: SchemaNames, base: str, reference: str) -> Tokens | None:
    """Where *reference* leads in this file; None when it names another file, or nothing."""
    uri, _, fragment = _joined(base, reference).partition("#")
    resource = names.resources.get(uri)
    if resource is None:
        return None
    fragment = unquote(fragment)
    if fragment and not fragment.startswith("/"):
        return names.anchors.get((uri, fragment))
    return (*resource, *pointers.split(fragment))


def _pointer(tokens: Tokens) -> str:
    return pointers.fragment(pointers.join(tokens))


def _rewrite(names: SchemaNames, node: dict[str, Any], base: str) -> None:
    reference = node.get("$ref")
    if isinstance(reference, str):
        node["$ref"] = _rewritten(names, base, reference)


def _rewritten(names: SchemaNames, base: str, reference: str) -> str:
    """*reference* as a pointer; as it is where it names another file, or nothing.

    One to an anchor that its ``$id`` does not have becomes absolute, so that no other schema is taken for it.
    """
    found = _target(names, base, reference)
    if found is not None:
        return _pointer(found)
    return _joined(base, reference) if base != names.base and reference.startswith("#") else reference


def _rewrite_mapping(names: SchemaNames, node: Mapping[str, Any], base: str) -> None:
    """Likewise for what a discriminator maps to; a plain name of a component stays."""
    discriminator = node.get("discriminator")
    mapping = discriminator.get("mapping") if isinstance(discriminator, dict) else None
    if not isinstance(mapping, dict):
        return
    for value, reference in mapping.items():
        if isinstance(reference, str) and (found := _target(names, base, reference)):
            mapping[value] = _pointer(found)


def _rewrite_dynamic(names: SchemaNames, tokens: Tokens, node: dict[str, Any], base: str, file: File) -> None:
    reference = node.get("$dynamicRef")
    if not isinstance(reference, str):
        return
    at = file.place((*tokens, "$dynamicRef"))
    anchor = unquote(reference.partition("#")[2])
    if names.dynamic.carriers[anchor] > 1:
        raise _ambiguous(anchor, at)
    names.dynamic.used.add(anchor)
    if "$ref" in node:
        message = "a $dynamicRef beside a $ref is not supported"
        raise DocumentError(message, "put each of them in a branch of an allOf", at, "reference-unsupported")
    node["$ref"] = _rewritten(names, base, reference)
    del node["$dynamicRef"]
    positions = file.positions.at(tokens)
    if positions is not None:
        positions.positions["$ref"] = positions.positions["$dynamicRef"]
