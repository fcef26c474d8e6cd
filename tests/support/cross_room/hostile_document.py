"""Copies of the shipped document in which an author has written payloads wherever authors are free to write.

A kind of place is a group of texts that one kind of reader takes. A *twin* has harmless words in the same
places: what tools make of it says what they may make of the other.
"""

from __future__ import annotations

import copy
import json
import os
import random
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

from cross_room import documents
from cross_room.canaries import Canaries
from cross_room.payloads import PAYLOADS, Payload

TEXTS = ("title", "summary", "description", "text", "provoke", "unprovokable", "source", "reason")
EXAMPLES = ("example", "examples", "value", "default")
FILE_NAME_LIMIT = 150  # octets
FREE = [payload for payload in PAYLOADS if not re.search("[\ud800-\udfff]", payload.text)]
"""Payloads that a document can hold: no half of a character, no octets."""

Spot = tuple[Any, Any]  # a mapping or list, and the key whose value is a free text
Fill = Callable[[Payload], str]


def _walk(node: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any, Any]]:
    """Every (path, container, key) below *node*."""
    pairs = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in list(pairs):
        here = (*path, str(key))
        yield here, node, key
        yield from _walk(value, here)


def _texts(document: dict[str, Any]) -> list[Spot]:
    """Titles, summaries, descriptions, sentences of clauses, pages of the guide."""
    return [
        (node, key)
        for path, node, key in _walk(document)
        if isinstance(node[key], str)
        and (path[-1] in TEXTS or path[-2:-1] in (("message",), ("title",), ("text",)))
        and "properties" not in path[-3:-1]
    ]


def _messages(document: dict[str, Any]) -> list[Spot]:
    """What the codes say, in each language."""
    found = [
        (node, key)
        for path, node, key in _walk(document["components"]["schemas"])
        if path[-2:-1] == ("message",) and path[-3:-2] != ("properties",)  # a member of this name is no text
    ]
    return [(node, key) for node, key in found if isinstance(node[key], str) and not key.startswith("$")]


def _values(document: dict[str, Any]) -> list[Spot]:
    """Values of examples, of enumerations and of defaults."""
    return [
        (node, key)
        for path, node, key in _walk(document)
        if isinstance(node[key], str) and (set(path) & set(EXAMPLES) or path[-2:-1] == ("enum",))
    ]


def _addresses(document: dict[str, Any]) -> list[Spot]:
    """URLs of servers, of pages, of the token endpoint."""
    keys = ("url", "tokenUrl", "documentation", "email")
    return [(n, k) for p, n, k in _walk(document) if p[-1] in keys and isinstance(n[k], str)]


def _patterns(document: dict[str, Any]) -> list[Spot]:
    """Regular expressions, formats, versions, media types of a schema."""
    keys = ("pattern", "format", "version", "identifier", "name")
    return [(n, k) for p, n, k in _walk(document) if p[-1] in keys and isinstance(n[k], str)]


PLACES: dict[str, Callable[[dict[str, Any]], list[Spot]]] = {
    "texts": _texts,
    "messages": _messages,
    "values": _values,
    "addresses": _addresses,
    "patterns": _patterns,
}
"""Kinds of places whose value is a payload."""


def _names(kind: str, document: dict[str, Any]) -> list[str]:
    """Names that the document invents."""
    found: set[str] = set()
    for path, node, key in _walk(document):
        parent = path[-2] if len(path) > 1 else ""
        if kind == "members" and parent == "properties" and isinstance(key, str):
            found.add(key)
        if kind == "operations" and key == "operationId" and isinstance(node[key], str):
            found.add(node[key])
        if kind == "tags" and path[0] == "tags" and key == "name":
            found.add(node[key])
        if kind == "headers" and parent == "headers" and isinstance(key, str) and isinstance(node[key], dict):
            found.add(key)
        if kind == "components" and len(path) == 3 and path[0] == "components":
            found.add(str(key))
        if kind == "paths" and len(path) == 2 and path[0] in ("paths", "webhooks"):
            found.add(str(key))
        if kind == "scopes" and parent == "scopes" and isinstance(key, str):
            found.add(key)
        if kind == "states" and parent == "enum" and isinstance(node[key], str):
            found.add(node[key])
        if kind == "clauses" and len(path) == 3 and path[:2] == ("x-cynod", "clauses"):
            found.add(str(key))
        if kind == "roles" and path[-3:-1] == ("x-cynod", "code") and key == "name":
            found.add(node[key])
        if kind == "samples" and parent == "examples" and isinstance(node, dict):
            found.add(str(key))
    return sorted(found - _vocabulary(document))


def _vocabulary(document: dict[str, Any]) -> set[str]:
    """Words of ``x-cynod`` that are no names of this document's own, although one may be spelt likewise."""
    found = {"x-cynod", "code", "message"}
    for _, node, _ in _walk(document):
        roles = node.get("x-cynod") if isinstance(node, dict) else None
        for _, owner, key in _walk(roles):
            found.add(str(key))
            if key in ("envelope", "case", "effect", "resource", "member", "state", "actors"):
                found.add(str(owner[key]))
    return found - set(document["x-cynod"]["clauses"])


NAMES = (
    *("members", "operations", "tags", "headers", "components", "paths", "scopes", "states", "clauses"),
    *("roles", "samples"),
)
"""Kinds of names that are payloads, wherever the document repeats them."""
KINDS = (*PLACES, *NAMES)


def _renamed(node: Any, names: dict[str, str]) -> Any:
    """*node*, every name of *names* in it replaced: as a key, as a value, as a step of a pointer."""
    if isinstance(node, dict):
        return {names.get(key, key): _renamed(value, names) for key, value in node.items()}
    if isinstance(node, list):
        return [_renamed(each, names) for each in node]
    if not isinstance(node, str):
        return node
    if node in names:
        return names[node]
    if node.startswith(("#/", "/", "$request.", "$response.")):
        steps = re.split(r"([/.#])", node)
        made = (_step(names[_plain(step)]) if _plain(step) in names else step for step in steps)
        return "".join(quote(each, safe="~/#$") if node.startswith("#/") else each for each in made)
    return node


def _plain(step: str) -> str:
    return step.replace("~1", "/").replace("~0", "~")


def _step(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


class Author:
    """Writes documents; the same *seed* and kind choose the same places."""

    def __init__(self, seed: int, canaries: Canaries) -> None:
        self.seed, self.canaries = seed, canaries

    def hostile(self, kind: str, count: int) -> dict[str, Any]:
        """The document with payloads in at most *count* places of *kind*."""
        return self._written(kind, count, self.canaries.filled)

    def twin(self, kind: str, count: int) -> dict[str, Any]:
        """The document with harmless words in the same places."""
        words = {"addresses": "https://mot.example/{}", "paths": "/mot{}", "headers": "X-Mot-{}"}
        form = words.get(kind, "mot{}")
        return self._written(kind, count, lambda payload: form.format(payload.name))

    def _written(self, kind: str, count: int, fill: Fill) -> dict[str, Any]:
        dice = random.Random(f"{self.seed} {kind}")
        document = copy.deepcopy(documents.load())
        short = [payload for payload in FREE if payload.is_short or kind in PLACES]
        payloads = dice.sample(short, len(short))
        if kind in PLACES:
            spots = PLACES[kind](document)
            for (node, key), payload in zip(dice.sample(spots, len(spots))[:count], payloads, strict=False):
                node[key] = fill(payload)
            return document
        names = _names(kind, document)
        chosen = dice.sample(names, len(names))[:count]
        return dict(
            _renamed(document, {n: self._name(kind, fill(p)) for n, p in zip(chosen, payloads, strict=False)})
        )

    @staticmethod
    def _name(kind: str, text: str) -> str:
        return f"/{text}" if kind == "paths" and not text.startswith("/") else text

    def file_name(self) -> str:
        """A name for a file of JSON."""
        dice = random.Random(f"{self.seed} file")
        text = self.canaries.filled(dice.choice(FREE)).replace("/", "_").replace("\x00", "")
        return os.fsdecode(os.fsencode(text)[:FILE_NAME_LIMIT].decode("utf-8", "ignore").encode()) + ".json"


def written(document: dict[str, Any]) -> str:
    """*document* as JSON, whose escapes let it hold what YAML refuses."""
    return json.dumps(document, indent=1)
