"""Documents of any number of operations: ours, with copies of its operations under other paths."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cynod_spec import load_contract

METHODS = ("get", "put", "post", "delete", "patch")


def write(count: int, path: Path) -> Path:
    """Write a document of *count* operations to *path*; gives *path*."""
    document: dict[str, Any] = copy.deepcopy(dict(load_contract().document))
    document.pop("webhooks", None)
    ours, document["paths"], left = document["paths"], {}, count
    for number, (name, item) in enumerate(_repeated(ours)):
        if left <= 0:
            break
        document["paths"][name] = kept = copy.deepcopy(item)
        for method in [method for method in METHODS if method in item]:
            if left <= 0:
                del kept[method]
                continue
            left -= 1
            if number >= len(ours):
                kept[method]["operationId"] += f"{number}"
    known = {each["operationId"] for item in document["paths"].values() for each in _operations(item)}
    for holder in _links(document):
        for link in [name for name, each in holder.items() if each.get("operationId") not in known]:
            del holder[link]
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return path


def _repeated(paths: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """*paths*, the token endpoint's first, then again and again under other names."""
    ranked = sorted(paths.items(), key=lambda pair: "oauth2" not in pair[0])
    yield from ranked
    number = 1
    while True:
        yield from ((f"/copy-{number}{name}", item) for name, item in ranked[2:])
        number += 1


def _operations(item: Any) -> Iterator[dict[str, Any]]:
    yield from (item[method] for method in METHODS if method in item)


def _links(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if isinstance(value.get("links"), dict) and "description" in value:
            yield value["links"]
        for each in value.values():
            yield from _links(each)
    elif isinstance(value, list):
        for each in value:
            yield from _links(each)
