"""One file that every tool reads: what stood in other files moves into ``components``.

Each part of another file that something refers to becomes a component of its kind, whose name comes from the
pointer's last token or from the file's name; parts that have no place in ``components`` (path items, and what
the version does not know there) take the place of the reference. The meaning stays that of the several files.
"""

from __future__ import annotations

import posixpath
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePath, PurePosixPath
from typing import Any, Final
from urllib.parse import quote, unquote, urlsplit

from cynod_spec.base import pointer as pointers
from cynod_spec.base.errors import DocumentError
from cynod_spec.base.location import SourceLocation
from cynod_spec.base.pointer import Tokens
from cynod_spec.source import object_kinds as kinds
from cynod_spec.source.document import FILES, Source
from cynod_spec.source.references import is_schema_name, references, target
from cynod_spec.source.yaml_nodes import MAX_DEPTH, MAX_NODES

_NO_NAME = re.compile(r"[^A-Za-z0-9._-]+")
_SUFFIX = re.compile(r"(?i)\.(ya?ml|json)$")
_SINCE: Final = {"pathItems": "3.1", "mediaTypes": "3.2"}  # the first version that has the section
_IN_PLACE: Final = frozenset((kinds.PATH_ITEM,))
_LAST: Final = frozenset((kinds.OTHER, "vocabulary", "general"))  # what refers there may be of any kind
_INDEX_NAMES: Final = frozenset(("index", "_index"))
_URI_MEMBERS: Final = frozenset(
    ((kinds.EXAMPLE, "externalValue"), (kinds.LINK, "operationRef"), (kinds.SERVER, "url"))
)


def bundled(document: Any, name: str = "") -> Any:
    """*document*, the value of a ``Source``, as one file: parts of the files taken in are components.

    *name* is the file name of the document itself. A document that refers to no file is given back as it is.
    Raises DocumentError when the bundle would be too large.
    """
    if FILES not in document:
        return document
    return _Bundle(document, name).made()


def bundled_source(source: Source) -> Source:
    """*source* as one file likewise; each node still has its place in the file where it is written."""
    if FILES not in source.value:
        return source
    bundle = _Bundle(source.value, PurePath(source.file).name)
    made = bundle.made()
    english = bundle.english(source.english)
    return replace(source, value=made, english=english, moves={new: old for old, new in bundle.moves})


@dataclass(slots=True)
class _Place:
    """Where a node stands: its kind, and the file that holds it, relative to the document's folder."""

    kind: str
    file: str
    tokens: Tokens
    inlined: tuple[tuple[Tokens, Tokens], ...] = ()  # target → where it stands, of each that is above

    def below(self, key: str) -> _Place:
        return _Place(kinds.below(self.kind, key), self.file, (*self.tokens, key), self.inlined)


@dataclass(slots=True)
class _Waiting:
    """Schemas with a discriminator, and what their alternatives were called before they moved."""

    schema: dict[str, Any]
    names: list[tuple[str, str]] = field(default_factory=list)  # former name, reference


class _Bundle:
    def __init__(self, document: Any, name: str) -> None:
        self.whole = document
        self.name = name
        self.nodes = 0  # that were copied
        self.moves: list[tuple[Tokens, Tokens]] = []  # where a part stood, and where it stands in the result
        self.result: dict[str, Any] = self._copy(document)
        del self.result[FILES]
        self.placed: dict[tuple[str, Tokens], str] = {}  # section and target → name
        self.queue: list[tuple[str, str, Tokens]] = []  # section, name and target, each still to be walked
        self.moved: set[Tokens] = set()  # where in the result these components stand
        self.links: list[dict[str, Any]] = []  # that name their operation by a reference
        self.is_last = False  # whether references of no kind are taken, when all others have their place

    def made(self) -> dict[str, Any]:
        """The document as one file. Raises DocumentError when that would be too large or too deep."""
        try:
            return self._made()
        except RecursionError:
            raise self._refusal(f"nested deeper than {MAX_DEPTH} levels") from None

    def _refusal(self, said: str) -> DocumentError:
        hint = "path items that refer to each other stand where they are referred to"
        return DocumentError(f"the bundle is {said}", hint, SourceLocation(self.name, "", 1, 1))

    def _made(self) -> dict[str, Any]:
        self._claim()
        self._walk(self.result, _Place(kinds.DOCUMENT, "", ()))
        while self.queue:
            section, name, found = self.queue.pop(0)
            kind = next(kind for kind, known in kinds.SECTIONS.items() if known == section)
            place = _Place(kind, found[1], ("components", section, name))
            self.moved.discard(place.tokens)
            listed = self.result["components"][section]
            self._walk_child(listed, name, listed[name], place)
        self._rest()
        self._relink()
        self._inherited()
        return self.result

    # Names

    def _claim(self) -> None:
        """Components that only refer to another file: the part of the file takes their place and name."""
        components: Any = self.result.get("components")
        claims = [
            (section, name, found)
            for section in (kinds.SECTIONS.values() if isinstance(components, dict) else ())
            for name, node in _items(components.get(section))
            if isinstance(node, dict)
            and node.keys() == {"$ref"}
            and isinstance(node["$ref"], str)
            and (found := self._final(node["$ref"])) is not None
            and _is_elsewhere(found)
        ]
        for section, name, found in sorted(claims, key=lambda claim: claim[1] != former_name(claim[2])):
            if (section, found) not in self.placed:
                self.placed[section, found] = name
                self.result["components"][section][name] = self._content(found)
        for section, name, found in claims:
            if self.placed[section, found] == name:
                self._enqueue(section, name, found)

    def _enqueue(self, section: str, name: str, found: Tokens) -> None:
        self.moves.append((found, ("components", section, name)))
        self.queue.append((section, name, found))
        self.moved.add(("components", section, name))

    def _final(self, reference: str) -> Tokens | None:
        """Where *reference* leads, through parts of files that only refer further; None when nowhere."""
        seen: set[Tokens] = set()
        try:
            found = target(reference)
            while True:
                node = pointers.resolve(self.whole, found)
                is_passed = _is_elsewhere(found) and isinstance(node, dict) and node.keys() == {"$ref"}
                if not is_passed or found in seen or not isinstance(node["$ref"], str):
                    return found
                seen.add(found)
                found = target(node["$ref"])
        except (LookupError, ValueError):
            return None

    def _content(self, found: Tokens) -> Any:
        return self._copy(pointers.resolve(self.whole, found))

    def _copy(self, value: Any) -> Any:
        """A copy of *value* that shares nothing."""
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise self._refusal(f"larger than {MAX_NODES:,} nodes")
        if isinstance(value, dict):
            return {key: self._copy(member) for key, member in value.items()}
        return [self._copy(item) for item in value] if isinstance(value, list) else value

    def english(self, words: Mapping[str, str]) -> dict[str, str]:
        """*words*, by pointers into the several files, by those into the bundle."""
        made = {pointer: said for pointer, said in words.items() if not _names_file("#" + pointer)}
        for pointer, said in words.items():
            tokens = pointers.split(pointer)
            for old, new in self.moves:
                if tokens[: len(old)] == old:
                    made[pointers.join((*new, *tokens[len(old) :]))] = said
        return made

    def _component(self, section: str, found: Tokens) -> str:
        """A reference to the component that *found* is, which is made when there is none yet."""
        name = self.placed.get((section, found))
        if name is None:
            listed = self.result.setdefault("components", {}).setdefault(section, {})
            name = _free(component_name(found) or section, listed)
            self.placed[section, found] = name
            listed[name] = self._content(found)
            self._enqueue(section, name, found)
        return pointers.fragment(pointers.join(("components", section, name)))

    def _has(self, section: str) -> bool:
        components = self.result.get("components", {})
        is_usable = isinstance(components, dict) and isinstance(components.get(section, {}), dict)
        return is_usable and str(self.result.get("openapi", "")) >= _SINCE.get(section, "")

    # The walk

    def _walk(self, node: Any, place: _Place) -> None:
        if place.kind == kinds.DATA:
            return
        if isinstance(node, list):
            for index, item in enumerate(node):
                self._walk_child(node, index, item, place.below(str(index)))
        elif isinstance(node, dict):
            names = _Waiting(node, list(self._alternatives(node))) if place.kind == kinds.SCHEMA else None
            for key, member in list(node.items()):
                self._walk_child(node, key, member, place.below(key))
                if place.file and isinstance(member, str) and _is_uri(place.kind, key, place.tokens):
                    node[key] = self._rebased(member, place.file)
                if place.kind == kinds.LINK and key == "operationRef" and isinstance(node[key], str):
                    self.links.append(node)
            if names is not None:
                self._discriminate(names)

    def _walk_child(self, holder: Any, key: Any, node: Any, place: _Place) -> None:
        """Walk *node*, the member *key* of *holder*; afterwards it refers to no file."""
        if place.tokens in self.moved:
            return  # it is in the queue
        is_by_name = place.kind.startswith(("{", "["))
        if place.kind == kinds.DATA or is_by_name or not isinstance(node, dict) or "$ref" not in node:
            self._walk(node, place)
            return
        found = self._final(node["$ref"]) if isinstance(node["$ref"], str) else None
        if found is None or not _names_file(node["$ref"]):
            self._walk(node, place)
        elif not _is_elsewhere(found):
            node["$ref"] = pointers.fragment(pointers.join(found))
            self._walk(node, place)
        else:
            self._move(holder, key, node, place, found)

    def _move(self, holder: Any, key: Any, node: dict[str, Any], place: _Place, found: Tokens) -> None:
        section = kinds.SECTIONS.get(place.kind) or self._known_section(found)
        if section and place.kind not in _IN_PLACE and self._has(section):
            node["$ref"] = self._component(section, found)
            self._walk(node, place)
            return
        if place.kind in _LAST and not self.is_last:
            self._walk(node, place)
            return
        above = dict(place.inlined).get(found)
        if above is not None:
            node["$ref"] = pointers.fragment(pointers.join(above))
            return
        content = self._content(found)
        self.moves.append((found, place.tokens))
        inside = _Place(place.kind, found[1], place.tokens, (*place.inlined, (found, place.tokens)))
        self._walk(node, place)  # what stands beside the reference is of the file that holds it
        self._walk(content, inside)
        del node["$ref"]
        if isinstance(content, dict) and not self._ignores_siblings(place):
            content.update(node)
        holder[key] = content

    def _known_section(self, found: Tokens) -> str | None:
        """The section of a target that something else refers to in its kind."""
        return next((section for section, tokens in self.placed if tokens == found), None)

    def _ignores_siblings(self, place: _Place) -> bool:
        is_old = str(self.result.get("openapi", "")).startswith("3.0")
        return is_old and place.kind != kinds.PATH_ITEM

    def _rest(self) -> None:
        """References where OpenAPI knows none, such as in a member of an extension."""
        self.is_last = True
        for tokens, node in list(references(self.result)):
            if _names_file(node["$ref"]):
                holder = pointers.resolve(self.result, tokens[:-1])
                key: Any = int(tokens[-1]) if isinstance(holder, list) else tokens[-1]
                self._walk_child(holder, key, node, _Place(kinds.OTHER, "", tokens))

    def _relink(self) -> None:
        """Links to operations of files that are part of the bundle lead to where these stand in it."""
        for link in self.links:
            try:
                parts = urlsplit(link["operationRef"])
                found = (FILES, unquote(parts.path), *pointers.split(unquote(parts.fragment)))
            except ValueError:
                continue  # it is no reference, which lint says
            if parts.scheme or parts.netloc:
                continue
            moved = next(((old, new) for old, new in self.moves if found[: len(old)] == old), None)
            if moved is not None:
                old, new = moved
                link["operationRef"] = pointers.fragment(pointers.join((*new, *found[len(old) :])))

    # Discriminators

    def _alternatives(self, schema: dict[str, Any]) -> Iterator[tuple[str, str]]:
        """What each alternative of *schema* is called in a payload before it moves, and its reference."""
        if not isinstance(schema.get("discriminator"), dict):
            return
        for keyword in ("oneOf", "anyOf"):
            branches = schema.get(keyword)
            for branch in branches if isinstance(branches, list) else ():
                reference = branch.get("$ref") if isinstance(branch, dict) else None
                if isinstance(reference, str):
                    try:
                        yield former_name(target(reference)), reference
                    except ValueError:
                        continue

    def _discriminate(self, waiting: _Waiting) -> None:
        """Values that named files, or schemas by the names that these had, lead to the same schemas."""
        discriminator = waiting.schema.get("discriminator")
        if not isinstance(discriminator, dict):
            return
        mapping: Any = discriminator.get("mapping", {})
        if not isinstance(mapping, dict):
            return
        for value, reference in list(_items(mapping)):
            if isinstance(reference, str) and reference.startswith("#"):
                mapping[value] = self._schema(reference)
        led = [(name, self._schema(reference)) for name, reference in waiting.names]
        if all(name == _last(reference) for name, reference in led):
            return
        known = {self._named(each) for _, each in _items(mapping)}
        for name, reference in led:
            if reference not in known:
                mapping.setdefault(name, reference)
        discriminator["mapping"] = mapping

    def _schema(self, reference: str) -> str:
        """*reference* to a schema as it reads in the bundle."""
        found = self._final(reference)
        if found is None or not _names_file(reference):
            return reference
        if not _is_elsewhere(found):
            return pointers.fragment(pointers.join(found))
        return self._component("schemas", found) if self._has("schemas") else reference

    def _named(self, value: Any) -> Any:
        """A value of a mapping as a reference, also where it is the name of a schema."""
        if isinstance(value, str) and not value.startswith("#") and is_schema_name(self.result, value):
            return pointers.fragment(pointers.join(("components", "schemas", value)))
        return value

    def _inherited(self) -> None:
        """Schemas that inherit a discriminator by ``allOf`` keep the values that their former names were."""
        for (section, found), name in list(self.placed.items()):
            former = former_name(found)
            if section != "schemas" or former == name:
                continue
            own = pointers.fragment(pointers.join(("components", "schemas", name)))
            for parent in self._parents(self.result["components"]["schemas"][name]):
                discriminator = parent.get("discriminator")
                if isinstance(discriminator, dict) and not parent.keys() & {"oneOf", "anyOf"}:
                    mapping = discriminator.setdefault("mapping", {})
                    if isinstance(mapping, dict) and own not in map(self._named, mapping.values()):
                        mapping.setdefault(former, own)

    def _parents(self, schema: Any) -> Iterator[dict[str, Any]]:
        """The schemas that *schema* extends by ``allOf``, at any distance."""
        waiting, seen = [schema], set()
        while waiting:
            node = waiting.pop()
            branches = node.get("allOf") if isinstance(node, dict) else None
            for branch in branches if isinstance(branches, list) else ():
                reference = branch.get("$ref") if isinstance(branch, dict) else None
                if not isinstance(reference, str) or reference in seen:
                    continue
                seen.add(reference)
                try:
                    parent = pointers.resolve(self.result, target(reference))
                except (LookupError, ValueError):
                    continue
                if isinstance(parent, dict):
                    yield parent
                    waiting.append(parent)

    # Addresses

    def _rebased(self, uri: str, file: str) -> str:
        """*uri*, which *file* holds and which is relative to it, as the document itself would write it."""
        try:
            parts = urlsplit(uri)
        except ValueError:
            return uri
        if parts.scheme or parts.netloc or parts.path.startswith(("/", "{")) or not uri:
            return uri
        path = posixpath.join(posixpath.dirname(file), unquote(parts.path)) if parts.path else file
        path = posixpath.normpath(path) + ("/" if parts.path.endswith("/") else "")
        if path == self.name and parts.fragment:
            return "#" + parts.fragment
        return parts._replace(path=quote(path, safe="/{}~!$&'()*+,;=:@")).geturl()


def former_name(found: Tokens) -> str:
    """What a schema at *found* is called: the file's name without its suffix, or the pointer's last token."""
    if _is_elsewhere(found) and len(found) == 2:
        return _SUFFIX.sub("", PurePosixPath(found[1]).name)
    return found[-1] if found else ""


def component_name(found: Tokens) -> str:
    """A name for the component that *found*, a part of another file, becomes; empty when there is none."""
    name = former_name(found)
    if len(found) == 2 and name in _INDEX_NAMES:
        name = PurePosixPath(found[1]).parent.name or name
    if name.isdigit() and len(found) > 3:
        name = f"{found[-2]}-{name}"
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return _NO_NAME.sub("_", plain).strip("_")


def _is_elsewhere(found: Tokens) -> bool:
    """Whether what stands at *found* is of another file."""
    return found[:1] == (FILES,)


def _names_file(reference: str) -> bool:
    return reference.startswith(f"#/{FILES}/")


def _free(name: str, taken: dict[str, Any]) -> str:
    """*name*, or with the first number from 2 that makes it one of its own."""
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name}-{number}"
    return free


def _last(reference: str) -> str:
    return unquote(reference).rpartition("/")[2].replace("~1", "/").replace("~0", "~")


def _items(value: Any) -> Iterator[tuple[str, Any]]:
    return iter(value.items() if isinstance(value, dict) else ())


def _is_uri(kind: str, key: str, tokens: Tokens) -> bool:
    """Whether the member is an address that is relative to the file in which it stands."""
    return (kind, key) in _URI_MEMBERS or (key == "url" and tokens[-1:] == ("externalDocs",))
