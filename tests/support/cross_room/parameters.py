"""The shipped contract with more operations, which take the parameters that a test gives them."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from typing import Any

from cross_room.documents import load

PATH = "/essai"


def with_parameters(*lists: Sequence[dict[str, Any]], paths: Sequence[str] = ()) -> dict[str, Any]:
    """The document with a public GET for each of *lists*, its parameters, which answers any object.

    The first is called ``essai0`` and stands at the first of *paths*, else at ``/essai/0``, and so on.
    """
    document: dict[str, Any] = load()
    health, balance = _with_effect(document, "health"), _with_effect(document, "read", "balance")
    model = {key: value for key, value in copy.deepcopy(health).items() if key != "x-cynod"}
    model["responses"]["400"] = copy.deepcopy(balance["responses"]["400"])
    media = next(iter(model["responses"]["200"]["content"].values()))
    media.pop("examples", None)
    media["example"] = {**_example(health), "data": {"recu": "rien"}}
    for part in media["schema"].get("allOf", ()):
        if "data" in part.get("properties", {}):
            part["properties"]["data"] = {"type": "object"}
    for number, parameters in enumerate(lists):
        path = paths[number] if paths else f"{PATH}/{number}"
        operation = {**copy.deepcopy(model), "operationId": f"essai{number}", "parameters": list(parameters)}
        document["paths"][path] = {"get": operation}
    return document


def parameter(name: str, place: str = "query", **more: Any) -> dict[str, Any]:
    """A parameter; *more* holds its schema, style and the like."""
    always = {"required": True} if place == "path" else {}
    return {"name": name, "in": place, "description": "Pour essayer.", **always, **more}


def _example(operation: dict[str, Any]) -> dict[str, Any]:
    media = next(iter(operation["responses"]["200"]["content"].values()))
    found = media["example"] if "example" in media else next(iter(media["examples"].values()))["value"]
    return dict(found)


def _with_effect(document: dict[str, Any], effect: str, resource: str = "") -> dict[str, Any]:
    wanted = {"effect": effect} | ({"resource": resource} if resource else {})
    return next(
        each for each in _operations(document) if wanted.items() <= _scalars(each.get("x-cynod", {})).items()
    )


def _scalars(mapping: dict[str, Any]) -> dict[str, str]:
    return {key: value for key, value in mapping.items() if isinstance(value, str)}


def _operations(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for item in document["paths"].values():
        yield from (each for each in item.values() if isinstance(each, dict) and "responses" in each)
