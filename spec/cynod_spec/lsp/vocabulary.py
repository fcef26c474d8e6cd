"""What ``vocabulary.schema.json`` says of a place below ``x-cynod``: its words and what they mean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cynod_spec.base.pointer import Tokens
from cynod_spec.lint.rules.vocabulary_invalid import kind
from cynod_spec.lint.suppressions import KEY
from cynod_spec.model.vocabulary import vocabulary


def described(where: Tokens) -> Mapping[str, Any] | None:
    """The part of the vocabulary that describes the node at *where* of a document; None outside it.

    The indexes of lists may be left out.
    """
    for name in (KEY, "x-cynod"):
        if name in where:
            place = where.index(name)
            above = (
                (*where[:place], "0") if where[:place][-1:] in (("tags",), ("parameters",)) else where[:place]
            )
            holder = "allowances" if name == KEY else kind(above)
            return _below({"$ref": f"#/$defs/{holder}"}, where[place + 1 :])
    return None


def words(part: Mapping[str, Any]) -> dict[str, str]:
    """The values that *part* of the vocabulary allows, with what each means, as far as it says."""
    while isinstance(part.get("items"), dict):
        part = _followed(part["items"])
    listed = part.get("enum") or ()
    meanings = part.get("enumDescriptions") or ()
    return {str(word): meanings[i] if i < len(meanings) else "" for i, word in enumerate(listed)}


def members(part: Mapping[str, Any]) -> dict[str, str]:
    """The members that *part* of the vocabulary names, with what each means, as far as it says."""
    while isinstance(part.get("items"), dict):
        part = _followed(part["items"])
    known = part.get("properties") or {}
    return {name: _followed(below).get("description", "") for name, below in known.items()}


def _below(part: Mapping[str, Any], path: Tokens) -> Mapping[str, Any] | None:
    for token in path:
        part = _followed(part)
        while isinstance(part.get("items"), dict) and not token.isdigit():
            part = _followed(part["items"])
        if token in part.get("properties", {}):
            part = part["properties"][token]
        elif isinstance(part.get("additionalProperties"), dict):
            part = part["additionalProperties"]
        elif isinstance(part.get("items"), dict) and token.isdigit():
            part = part["items"]
        else:
            return None
    return _followed(part)


def _followed(part: Mapping[str, Any]) -> Mapping[str, Any]:
    """*part*, its reference replaced by what it refers to; what stands beside it comes first."""
    while "$ref" in part:
        target = vocabulary()["$defs"][part["$ref"].rpartition("/")[2]]
        part = {**target, **{key: value for key, value in part.items() if key != "$ref"}}
    return part
