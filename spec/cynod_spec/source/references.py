"""References: every ``$ref`` leads to a place inside the document, or the document is refused.

Relative files inside the document's folder are taken in under ``x-files`` and the references to them
rewritten, so that nothing after this module ever opens a file. Nothing is ever fetched.
"""

from __future__ import annotations

import copy
import os
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Final, NoReturn
from urllib.parse import quote, unquote, urlsplit

from cynod_spec.base import pointer as pointers
from cynod_spec.base.errors import DocumentError
from cynod_spec.base.location import SourceLocation
from cynod_spec.base.pointer import Tokens
from cynod_spec.base.suggestions import closest, closest_place, question
from cynod_spec.source import identifiers
from cynod_spec.source.document import FILES, Source
from cynod_spec.source.object_kinds import SECTIONS
from cynod_spec.source.parsing import Parsed
from cynod_spec.source.schema_keywords import BRANCHES, BY_NAME, CONDITION, LITERAL
from cynod_spec.source.source_map import SourceMap

Refuse = Callable[[DocumentError], None]
"""What is done about a reference that is refused: raise the error, or keep it and look at the next one."""

MAX_FILES_COMPARED: Final = 1000  # files of a folder whose names are compared with one that does not exist
_LITERAL = LITERAL - {"examples"}  # which is a mapping of Example Objects outside of schemas
_NAMES = BY_NAME | {*SECTIONS.values(), "paths", "webhooks", "content"}
"""Members that hold objects by name: a ``$ref`` among them would be a name."""
_SEPARATOR: Final = frozenset("./#")
"""What the name of a file, or a pointer, holds, and that of a component hardly."""
_Link = tuple[Tokens, dict[str, Any], str]  # the place of a mapping, it, and its member that refers
_IN_PLACE = (*BRANCHES, "not", *CONDITION)


def raise_it(error: DocumentError) -> NoReturn:
    """Refuse the whole document because of *error*."""
    raise error


def bundle(
    main: Parsed, path: Path, file: str, load: Callable[[Path, str], Parsed], refuse: Refuse = raise_it
) -> Source:
    """*main* with the files it refers to. *refuse* is called with the DocumentError of each bad reference.

    By default it raises the first one. When it returns, the reference stays as it is written.
    """
    document = main.value
    source = Source(file, "", document, main.positions)
    others = SourceMap(file)
    root = path.parent.resolve()
    names = {path.resolve(): ""}  # file → its name under x-files, empty for the document itself
    waiting: list[tuple[Path, Tokens]] = [(path.resolve(), ())]
    found: list[tuple[Tokens, dict[str, Any]]] = []
    dynamic = identifiers.Dynamic()
    own = {path.resolve(): _own_names(source, main, (), path.name, dynamic)}
    refused: set[Tokens] = set()
    unreadable: set[Path] = set()
    while waiting:
        here, prefix = waiting.pop()
        mappings: list[tuple[Tokens, dict[str, Any]]] = []
        found = _references_below(source, prefix, mappings, refuse)
        links = [(tokens, node, "$ref") for tokens, node in found]
        links += [link for link in _mapped(mappings) if _leads_to_file(document, prefix, here, root, link)]
        for tokens, node, key in links:
            target, _, anchor = node[key].partition("#")
            if not target and not prefix:
                continue
            try:
                where = _inside(source, root, here, target, (*tokens, key)) if target else here
            except DocumentError as error:
                refuse(error)
                refused.add(tokens)
                continue
            if where not in names and where not in unreadable:
                name = where.relative_to(root).as_posix()
                try:
                    loaded = load(where, file.removesuffix(path.name) + name)
                    document.setdefault(FILES, {})[name] = loaded.value
                    main.positions.below[FILES] = others
                    others.below[name] = loaded.positions
                    own[where] = _own_names(source, loaded, (FILES, name), name, dynamic)
                except DocumentError as error:
                    refuse(error)
                    unreadable.add(where)
                    document.get(FILES, {}).pop(name, None)
                else:
                    names[where] = name
                    waiting.append((where, (FILES, name)))
            if where in unreadable:
                refused.add(tokens)
                continue
            lead = pointers.join((FILES, names[where])) if names[where] else ""
            named = own[where]
            node[key] = pointers.fragment(lead) + (named.fragment(anchor) if named else anchor)
    listed = found if len(names) == 1 else references(document)
    check(source, [each for each in listed if each[0] not in refused], refuse)
    return source


def _mapped(mappings: list[tuple[Tokens, dict[str, Any]]]) -> Iterator[_Link]:
    """Each value of a discriminator's mapping that is a text."""
    for tokens, mapping in mappings:
        for key, value in mapping.items():
            if isinstance(value, str):
                yield tokens, mapping, key


def _leads_to_file(document: Any, prefix: Tokens, here: Path, root: Path, link: _Link) -> bool:
    """Whether a value of a mapping refers to a file, its own or another; it may name a schema instead.

    One that leads nowhere stays as it is: it is no reason to read nothing, and lint reports it.
    """
    _, mapping, key = link
    value = mapping[key]
    if value.startswith("#"):
        return bool(prefix)
    if is_schema_name(document, value):
        return False
    if prefix and is_schema_name(pointers.resolve(document, prefix), value):
        mapping[key] = pointers.fragment(pointers.join(("components", "schemas", value)))
        return True
    try:
        parts = urlsplit(value)
        where = (here.parent / unquote(parts.path)).resolve()
        is_local = not (parts.scheme or parts.netloc or parts.query) and not parts.path.startswith("/")
        return is_local and where.is_relative_to(root) and where.is_file()
    except (OSError, ValueError, RuntimeError):
        return False


def is_schema_name(document: Any, name: str) -> bool:
    """Whether the components of *document* have a schema called *name*."""
    components = document.get("components") if isinstance(document, dict) else None
    schemas = components.get("schemas") if isinstance(components, dict) else None
    return isinstance(schemas, dict) and name in schemas


def references(
    value: Any,
    prefix: Tokens = (),
    mappings: list[tuple[Tokens, dict[str, Any]]] | None = None,
    misplaced: list[Tokens] | None = None,
) -> Iterator[tuple[Tokens, dict[str, Any]]]:
    """Every Reference Object and schema with ``$ref`` below *value*, with its place; examples hold none.

    *mappings*, when given, receives the mappings of discriminators on the way, likewise; *misplaced* the
    places of mappings of names that have a ``$ref``, where OpenAPI has no reference.
    """
    for tokens, node, _ in _objects(value, prefix, misplaced):
        if isinstance(node.get("$ref"), str):
            yield tokens, node
        if mappings is not None and isinstance(node.get("discriminator"), dict):
            mapping = node["discriminator"].get("mapping")
            if isinstance(mapping, dict):
                mappings.append(((*tokens, "discriminator", "mapping"), mapping))


def _references_below(
    source: Source, prefix: Tokens, mappings: list[tuple[Tokens, dict[str, Any]]], refuse: Refuse
) -> list[tuple[Tokens, dict[str, Any]]]:
    """The references below *prefix*; each ``$ref`` that stands beside names is refused."""
    misplaced: list[Tokens] = []
    found = list(references(pointers.resolve(source.value, prefix), prefix, mappings, misplaced))
    hint = "let each of its members refer to its part of the file"
    for tokens in misplaced:
        message = f"{tokens[-1]} holds names, and cannot be a reference itself"
        refuse(DocumentError(message, hint, source.place((*tokens, "$ref")), "reference-unresolved"))
    return found


def _objects(value: Any, prefix: Tokens = (), misplaced: list[Tokens] | None = None) -> identifiers.Objects:
    """Every object below *value* that may have a ``$ref``, with its place and that of the one above it.

    *misplaced*: see ``references``.
    """
    waiting: list[tuple[Tokens, Any, bool, Tokens]] = [(prefix, value, False, prefix)]
    seen: set[int] = set()
    while waiting:
        tokens, node, are_names, above = waiting.pop()
        if not isinstance(node, dict | list) or id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, list):
            for index, item in enumerate(node):
                if isinstance(item, dict | list):
                    waiting.append(((*tokens, str(index)), item, False, above))
            continue
        if not are_names:
            yield tokens, node, above
            above = tokens
        elif misplaced is not None and isinstance(node.get("$ref"), str):
            misplaced.append(tokens)
        for key, member in node.items():
            if not isinstance(member, dict | list):
                continue
            if are_names:
                waiting.append(((*tokens, key), member, False, above))
            elif not _is_literal(key, member, tokens):
                waiting.append(((*tokens, key), member, key in _NAMES and isinstance(member, dict), above))


def _own_names(
    source: Source, parsed: Parsed, prefix: Tokens, path: str, dynamic: identifiers.Dynamic
) -> identifiers.SchemaNames | None:
    """The schemas of the file at *path* that have names of their own; its references to them are rewritten.

    None when it has none, or when the document's version of OpenAPI does not know such names.
    """
    if not parsed.may_name_schemas or str(source.value.get("openapi", "3.0")).startswith("3.0"):
        return None

    def place(tokens: Tokens) -> SourceLocation:
        return source.place((*prefix, *tokens))

    objects = _objects(parsed.value)
    file = identifiers.File(path, parsed.value, objects, place, parsed.positions, is_main=not prefix)
    return identifiers.resolve(file, dynamic)


def _is_literal(key: str, member: Any, tokens: Tokens) -> bool:
    """Whether a ``$ref`` below *key* would be data, not a reference."""
    if key.startswith("x-"):
        return key not in ("x-cynod", FILES)
    if key == "value":
        return len(tokens) > 1 and tokens[-2] == "examples"
    return key in _LITERAL or (key == "examples" and isinstance(member, list))


def _inside(source: Source, root: Path, here: Path, target: str, tokens: Tokens) -> Path:
    """The file that *target*, written at *tokens*, names, seen from *here*; refused outside *root*."""
    at = source.place(tokens)
    hint = "refer to a file inside the document's folder by its relative path; nothing is fetched"
    try:
        parts = urlsplit(target)
    except ValueError:
        raise DocumentError(f"{target!r} is no reference", hint, at, "reference-unresolved") from None
    if parts.scheme or parts.netloc or parts.query:
        raise DocumentError(
            f"the reference {target!r} leads outside the document", hint, at, "reference-unresolved"
        )
    try:
        where = (here.parent / unquote(parts.path)).resolve()
        inside = where.is_relative_to(root) and not unquote(parts.path).startswith("/")
        exists = inside and where.is_file()
    except (OSError, ValueError, RuntimeError):
        inside = exists = False
    if not inside:
        message = f"the reference {target!r} leads outside the document's folder"
        raise DocumentError(message, hint, at, "reference-unresolved")
    if not exists:
        hint = _file_hint(source, root, where, target) or hint
        raise DocumentError(f"the reference {target!r} names no file", hint, at, "reference-unresolved")
    return where


def _file_hint(source: Source, root: Path, where: Path, target: str) -> str:
    """What was probably meant by *target*, which names the file *where* that does not exist; else empty."""
    if (meant := meant_by(source.value, target)) and (target.count("/") > 1 or _SEPARATOR.isdisjoint(target)):
        return meant
    try:
        beside = islice(where.parent.iterdir(), MAX_FILES_COMPARED)
        other = closest(where.name, sorted(each.name for each in beside if each.is_file()))
    except OSError:
        return ""
    return question((where.parent / other).relative_to(root).as_posix()) if other else ""


def check(
    source: Source, found: Sequence[tuple[Tokens, dict[str, Any]]] | None = None, refuse: Refuse = raise_it
) -> None:
    """Every reference leads somewhere, and no schema consists of itself; else *refuse* is called.

    *found* are the document's references, when they are known already. By default the first refused one is
    raised as DocumentError.
    """
    edges: dict[Tokens, Tokens] = {}
    for tokens, node in list(references(source.value)) if found is None else found:
        try:
            edges[tokens] = target(node["$ref"])
            pointers.resolve(source.value, edges[tokens])
        except (LookupError, ValueError):
            edges.pop(tokens, None)
            refuse(_unresolved(source, tokens, node["$ref"]))
    try:
        _check_circles(source, edges)
    except DocumentError as error:
        refuse(error)


def _unresolved(source: Source, tokens: Tokens, reference: str) -> DocumentError:
    """Why *reference* is refused, with the place that was probably meant."""
    hint = meant_by(source.value, reference) or "use a JSON pointer to a node of the document"
    message = f"the reference {as_written(reference)!r} leads nowhere"
    return DocumentError(message, hint, source.place((*tokens, "$ref")), "reference-unresolved")


def meant_by(document: Any, reference: str) -> str:
    """The question for what *reference*, which leads nowhere in *document*, was meant; else empty."""
    meant = _meant(document, reference)
    return question(_written(meant)) if meant else ""


def _meant(document: Any, reference: str) -> Tokens | None:
    """The place of *document* to which *reference*, which leads nowhere, was probably meant to lead."""
    pointer = "/" + unquote(reference).lstrip("#").strip("/")
    return closest_place(document, pointers.split(pointer)) if pointer != "/" else None


def _written(tokens: Tokens) -> str:
    """The reference to *tokens* as the document's author writes it: part of another file by its name."""
    if tokens[:1] == (FILES,) and len(tokens) > 1:
        return tokens[1] + pointers.fragment(pointers.join(tokens[2:]))
    return pointers.fragment(pointers.join(tokens))


def as_written(reference: str) -> str:
    """*reference* to a part of another file by the name of that file, and any other as it is."""
    return _written(target(reference)) if reference.startswith(f"#/{FILES}/") else reference


def target(reference: str) -> Tokens:
    """The tokens of a local *reference*. Raises ValueError when it is no ``#`` and a JSON pointer."""
    if not reference.startswith("#"):
        raise ValueError(reference)
    return pointers.split(unquote(reference[1:]))


def _check_circles(source: Source, edges: dict[Tokens, Tokens]) -> None:
    """No reference leads back to itself without passing through a member or an item."""
    state: dict[Tokens, bool] = {}  # False while open, True once done

    def visit(tokens: Tokens, depth: int) -> None:
        if state.get(tokens) is True:
            return
        if state.get(tokens) is False or depth > 400:
            raise DocumentError(
                "this reference leads back to itself", "", source.place(tokens), "reference-unresolved"
            )
        state[tokens] = False
        for following in _in_place(source.value, tokens, edges):
            visit(following, depth + 1)
        state[tokens] = True

    for start in edges:
        visit(start, 0)


def _in_place(document: Any, tokens: Tokens, edges: dict[Tokens, Tokens]) -> Iterator[Tokens]:
    """Where the same instance is described as at *tokens*: the target of a reference, the branches."""
    if tokens in edges:
        yield edges[tokens]
    node = pointers.resolve(document, tokens)
    if isinstance(node, dict):
        for key in _IN_PLACE:
            branch = node.get(key)
            if isinstance(branch, list):
                yield from ((*tokens, key, str(index)) for index in range(len(branch)))
            elif isinstance(branch, dict):
                yield (*tokens, key)


def relocated(document: Any, old: Path, new: Path) -> Any:
    """A copy of *document*, of the folder *old*, whose references lead to the same files from *new*."""
    document = copy.deepcopy(document)
    here, there = old.resolve(), new.resolve()
    if here == there:
        return document
    mappings: list[tuple[Tokens, dict[str, Any]]] = []
    links = [(tokens, node, "$ref") for tokens, node in references(document, (), mappings)]
    links += [link for link in _mapped(mappings) if _leads_to_file(document, (), here / "-", here, link)]
    for _, node, key in links:
        path, hash_, anchor = node[key].partition("#")
        if path:
            moved = os.path.relpath(here / unquote(path), there).replace(os.sep, "/")
            node[key] = quote(moved, safe="/~!$&'()*+,;=:@") + hash_ + anchor
    return document
