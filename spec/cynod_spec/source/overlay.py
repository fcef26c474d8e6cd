"""OpenAPI Overlay 1.0 and 1.1: actions that change a document, and the same read as a translation.

A translation is an overlay whose every leaf replaces words that already stand in the document.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from cynod_spec.base import pointer as pointers
from cynod_spec.base.errors import DocumentError
from cynod_spec.base.location import SourceLocation
from cynod_spec.base.pointer import Tokens
from cynod_spec.base.suggestions import closest_place, question
from cynod_spec.source.document import FILES, Source
from cynod_spec.source.parsing import Parsed
from cynod_spec.source.references import Refuse, raise_it
from cynod_spec.source.source_map import SourceMap

_VERSION = re.compile(r"1\.[01]\.\d+")
STEP: Final = re.compile(
    r"""\.([A-Za-z_][A-Za-z0-9_]*)|\['([^'\\\x00-\x1f]*)'\]|\["([^"\\\x00-\x1f]*)"\]|\[(0|[1-9][0-9]*)\]"""
)
_MEMBER: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NOTHING: Final = object()
_KINDS: Final[Mapping[type, str]] = {str: "a string", dict: "a mapping", list: "a list"}
_MEMBERS: Final[Mapping[str, type]] = {"overlay": str, "info": dict, "extends": str, "actions": list}
_INFO: Final[Mapping[str, type]] = {"title": str, "version": str}
_ACTION: Final[Mapping[str, type]] = {
    **{"target": str, "description": str, "update": object, "copy": object, "remove": object}
}


@dataclass(frozen=True, slots=True)
class OverlayAction:
    """One change: what *target* selects is merged with ``update`` or what ``copy`` selects, or removed."""

    target: str
    update: Any
    remove: bool
    at: SourceLocation
    copy: str = ""


@dataclass(frozen=True, slots=True)
class Overlay:
    """The actions of one overlay document, in order; ``sha256`` is of its bytes where they were a file's."""

    file: str
    actions: tuple[OverlayAction, ...]
    positions: SourceMap
    value: Mapping[str, Any]
    sha256: str = ""

    def place(self, *tokens: str) -> SourceLocation:
        """Where the node at *tokens* of the overlay document stands."""
        return Source(self.file, "", self.value, self.positions).place(tokens)


def read(parsed: Parsed, file: str, refuse: Refuse = raise_it) -> Overlay:
    """The overlay in *parsed*. Raises DocumentError when it is none.

    *refuse* is called with the DocumentError of each action that is none; by default it raises the first.
    """
    value = parsed.value
    if not isinstance(value, dict) or not _VERSION.fullmatch(str(value.get("overlay", ""))):
        raise DocumentError(
            "no OpenAPI overlay of version 1.0 or 1.1",
            "begin it with overlay: 1.0.0",
            SourceLocation(file, "", 1, 1),
        )
    empty = Overlay(file, (), parsed.positions, value)
    _check_members(empty, value, _MEMBERS)
    info = value.get("info")
    _check_members(empty, info, _INFO, "info")
    if not isinstance(info, dict) or not info.keys() >= _INFO.keys():
        raise DocumentError("an overlay needs info with its title and version", "", empty.place("info"))
    listed = value.get("actions")
    if not isinstance(listed, list) or not listed:
        raise DocumentError("an overlay needs a list of actions", "", empty.place("actions"))
    actions = []
    for index, item in enumerate(listed):
        try:
            actions.append(_action(item, empty, index))
        except DocumentError as error:
            refuse(error)
            continue
        if item in listed[:index]:
            refuse(DocumentError("this action stands in the overlay already", "drop it", actions[-1].at))
    return Overlay(file, tuple(actions), parsed.positions, value)


def _action(item: Any, overlay: Overlay, index: int) -> OverlayAction:
    place = ("actions", str(index))
    at = overlay.place(*place)
    if not isinstance(item, dict) or not isinstance(item.get("target"), str):
        raise DocumentError("an action needs a target, a JSONPath", "", at)
    _check_members(overlay, item, _ACTION, *place)
    remove = item.get("remove", False)
    if not isinstance(remove, bool):
        raise DocumentError("remove must be true or false", "", at)
    copied = item.get("copy", "")
    if not isinstance(copied, str):
        raise DocumentError("copy must be a JSONPath", "", at)
    if not remove and "update" not in item and not copied:
        raise DocumentError("an action updates, copies or removes; this one does neither", "", at)
    if copied and (remove or "update" in item):
        raise DocumentError("an action does one thing: it updates, copies or removes", "", at)
    return OverlayAction(item["target"], item.get("update", _NOTHING), remove, at, copied)


def _check_members(overlay: Overlay, value: Any, known: Mapping[str, type], *place: str) -> None:
    """Refuse a member of *value* that the specification does not know, or that is of another kind."""
    for key, member in value.items() if isinstance(value, dict) else ():
        if key.startswith("x-"):
            continue
        if key not in known:
            hint = "one of " + ", ".join(known)
            raise DocumentError(f"an overlay has no {key!r} here", hint, overlay.place(*place, key))
        if not isinstance(member, known[key]):
            raise DocumentError(f"{key!r} must be {_KINDS[known[key]]}", "", overlay.place(*place, key))


def apply(document: Any, overlay: Overlay) -> Any:
    """A copy of *document*, changed by *overlay*. Raises DocumentError for a target that matches nothing."""
    document = _unshared(document)
    for action in overlay.actions:
        places = select(document, action)
        if action.remove:
            for tokens in sorted(places, key=_last_first, reverse=True):
                parent = pointers.resolve(document, tokens[:-1])
                del parent[int(tokens[-1]) if isinstance(parent, list) else tokens[-1]]
            continue
        update = _copied(document, action) if action.copy else action.update
        for tokens in places:
            merged = _merged(pointers.resolve(document, tokens), _unshared(update))
            if not tokens:
                document = merged
                continue
            parent = pointers.resolve(document, tokens[:-1])
            parent[int(tokens[-1]) if isinstance(parent, list) else tokens[-1]] = merged
    return document


def _unshared(value: Any) -> Any:
    """A copy of *value* in which what an alias repeats stands apart, so that each can change."""
    return json.loads(json.dumps(value))


def _copied(document: Any, action: OverlayAction) -> Any:
    """The one node that ``copy`` of *action* selects."""
    found = select(document, replace(action, target=action.copy))
    if len(found) > 1:
        raise DocumentError(
            f"copy {action.copy} selects {len(found)} nodes", "select the one to copy", action.at
        )
    return copy.deepcopy(pointers.resolve(document, found[0]))


def translation(
    source: Source, overlay: Overlay, refuse: Refuse = raise_it, whole: Source | None = None
) -> dict[str, str]:
    """Pointer → words, for each string of *source* that *overlay* replaces.

    A target selects in *whole*, when it is given: *source* as one file; parts of other files are selected
    there as well. *refuse* is called with a DocumentError, with the place in the overlay, for each action or
    leaf that is no translation; by default it raises the first.
    """
    words: dict[str, str] = {}
    for action in overlay.actions:
        if action.remove or action.copy:
            said = "a translation removes nothing" if action.remove else "a translation copies nothing"
            refuse(DocumentError(said, "", action.at))
            continue
        try:
            places = _selected(source, action, whole)
        except DocumentError as error:
            refuse(error)
            continue
        for tokens in places:
            for path, leaf in _leaves(action.update):
                where = (*tokens, *path)
                try:
                    replaced = pointers.resolve(source.value, where)
                except LookupError:
                    replaced = None
                if isinstance(leaf, str) and isinstance(replaced, str):
                    words[pointers.join(where)] = leaf
                else:
                    at = overlay.place(*pointers.split(action.at.pointer), "update", *path)
                    refuse(_untranslatable(source.value, where, at))
    return words


def _selected(source: Source, action: OverlayAction, whole: Source | None) -> list[Tokens]:
    """The places of *source* that *action* selects in *whole*, if it is given, and in other files."""
    if whole is None:
        return select(source.value, action)
    in_files = [each for each in _found(source.value, action) if each[:1] == (FILES,)]
    return in_files or list(dict.fromkeys(map(whole.origin, select(whole.value, action))))


class Untranslatable(DocumentError):  # noqa: N818 - it names what the node of the document is
    """Words of a translation for a node of the document, at ``pointer``, that is no text."""

    def __init__(self, pointer: str, hint: str, at: SourceLocation) -> None:
        super().__init__(f"{pointer} holds no words that could be translated", hint, at)
        self.pointer = pointer


def _untranslatable(document: Any, tokens: Tokens, at: SourceLocation) -> DocumentError:
    """That nothing stands at *tokens* of *document* which the words at *at* could replace."""
    hint = "each leaf of a translation replaces a string of the document"
    meant = closest_place(document, tokens)
    if meant is not None and meant != tokens:
        hint = question(meant[_first_difference(meant, tokens)])
    return Untranslatable(pointers.join(tokens), hint, at)


def _first_difference(one: Tokens, other: Tokens) -> int:
    return next((at for at, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), 0)


def translated(source: Source) -> Any:
    """A copy of the document of *source* in English, where it has English words."""
    document = copy.deepcopy(source.value)
    for pointer, words in source.english.items():
        tokens = pointers.split(pointer)
        parent = pointers.resolve(document, tokens[:-1])
        parent[int(tokens[-1]) if isinstance(parent, list) else tokens[-1]] = words
    return document


def select(document: Any, action: OverlayAction) -> list[Tokens]:
    """Where the target of *action* leads in *document*; at least one place, or DocumentError."""
    places = _found(document, action)
    if not places:
        raise DocumentError(
            f"the target {action.target} matches nothing",
            _meant_target(document, action.target) or "correct the JSONPath or drop the action",
            action.at,
        )
    return places


def _found(document: Any, action: OverlayAction) -> list[Tokens]:
    """Where the target of *action* leads in *document*, perhaps nowhere."""
    places = _direct(document, action.target)
    return _query(document, action) if places is None else places


def _meant_target(document: Any, target: str) -> str:
    """The question for the target that was probably meant; empty when none is near."""
    tokens = _steps(target)
    meant = closest_place(document, tokens) if tokens else None
    if meant is None:
        return ""
    return question("$" + "".join(map(_step, meant)))


def _steps(target: str) -> Tokens:
    """The names and indexes by which *target* walks down; none when it does anything else."""
    tokens: list[str] = []
    end = 1
    while end < len(target):
        step = STEP.match(target, end)
        if step is None:
            return ()
        tokens.append(next(group for group in step.groups() if group is not None))
        end = step.end()
    return tuple(tokens)


def _step(token: str) -> str:
    """*token* as a step of a JSONPath."""
    return f".{token}" if _MEMBER.fullmatch(token) else f"[{token}]" if token.isdigit() else f"['{token}']"


def _direct(document: Any, target: str) -> list[Tokens] | None:
    """The places of a target that only walks down by names and indexes; None for any other."""
    if not target.startswith("$"):
        return None
    tokens: list[str] = []
    end = 1
    while end < len(target):
        step = STEP.match(target, end)
        if step is None:
            return None
        value = _or_nothing(document, tokens)
        is_index = step[4] is not None
        if isinstance(value, list) is not is_index:
            return []
        tokens.append(next(group for group in step.groups() if group is not None))
        end = step.end()
    return [] if _or_nothing(document, tokens) is _NOTHING else [tuple(tokens)]


def _or_nothing(document: Any, tokens: list[str]) -> Any:
    try:
        return pointers.resolve(document, tokens)
    except LookupError:
        return _NOTHING


def _query(document: Any, action: OverlayAction) -> list[Tokens]:
    import jsonpath_rfc9535 as jsonpath

    try:
        found = jsonpath.find(action.target, document)
    except (jsonpath.JSONPathError, RecursionError) as error:
        message = f"the target {action.target} is no JSONPath: {str(error).splitlines()[0]}"
        raise DocumentError(message, "RFC 9535 describes JSONPath", action.at) from None
    return [tuple(str(step) for step in node.location) for node in found]


def _merged(old: Any, new: Any) -> Any:
    """Overlay §4.4.3: objects merge member by member, lists grow, anything else is replaced."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key, value in new.items():
            old[key] = _merged(old[key], value) if key in old else value
        return old
    if isinstance(old, list):
        return old + (new if isinstance(new, list) else [new])
    return new


def _leaves(value: Any, path: Tokens = ()) -> Iterator[tuple[Tokens, Any]]:
    if isinstance(value, dict) and value:
        for key, member in value.items():
            yield from _leaves(member, (*path, key))
    else:
        yield path, value


def _last_first(tokens: Tokens) -> tuple[tuple[bool, int, str], ...]:
    return tuple((token.isdigit(), int(token) if token.isdigit() else 0, token) for token in tokens)
