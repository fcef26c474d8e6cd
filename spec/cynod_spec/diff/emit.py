"""Making changes: by the id of a rule and the nodes of both documents."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from cynod_spec.base.location import SourceLocation
from cynod_spec.diff.changes import ApiLocation, Change, Direction, Word
from cynod_spec.diff.rows import RULES
from cynod_spec.model import Text
from cynod_spec.source.node import Node

Place = Node | SourceLocation


def change(
    rule: str, direction: Direction, old: Place, new: Place, location: ApiLocation, **words: Word
) -> Change:
    """The change that the row *rule* describes, at *old* and *new*, with the words of its sentence."""
    return Change(RULES[rule], direction, _at(old), _at(new), tuple(words.items()), (location,))


def _at(place: Place) -> SourceLocation:
    return place if isinstance(place, SourceLocation) else place.at


def shown(value: Any) -> str:
    """*value* as a sentence shows it: strings as they are, anything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def texts(
    old: Node, new: Node, keys: tuple[str, ...], direction: Direction, location: ApiLocation
) -> Iterator[Change]:
    """The members *keys* whose words differ, in either language."""
    for key in keys:
        before, after = old.get(key), new.get(key)
        if differ(_words(before), _words(after)):
            yield change("text-changed", direction, before or old, after or new, location, key=key)


def differ(old: object, new: object) -> bool:
    """Whether *old* and *new* say different things; of words in one language too few, the other decides."""
    if isinstance(old, Text) and isinstance(new, Text):
        return old.fr != new.fr or bool(old.en and new.en and old.en != new.en)
    return old != new


def _words(node: Node | None) -> object:
    return node.words() if node is not None and isinstance(node.value, str) else node and node.value
