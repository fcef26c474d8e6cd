"""The contract's document as Schemathesis reads it best."""

from __future__ import annotations

import copy
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from cynod_spec.base import pointer as pointers
from cynod_spec.source.references import target


def prepared(contract: Mapping[str, Any], ids: Collection[str], base_url: str) -> dict[str, Any]:
    """A copy of the document *contract* with the operations *ids* alone, bearer tokens and one server.

    The engine knows nothing of OAuth 2.0 schemes: they are rewritten to ``http``/``bearer``.
    """
    document: dict[str, Any] = copy.deepcopy(dict(contract))
    for scheme in document.get("components", {}).get("securitySchemes", {}).values():
        if isinstance(scheme, dict) and scheme.get("type") == "oauth2":
            scheme.clear()
            scheme.update({"type": "http", "scheme": "bearer"})
    document.pop("webhooks", None)
    for item in document.get("paths", {}).values():
        for method in list(item):
            described = isinstance(item[method], dict) and "responses" in item[method]
            if described and item[method].get("operationId") not in ids:
                del item[method]
    for links in every_links(document):
        for name in [name for name, link in links.items() if not leads(document, ids, link)]:
            del links[name]
    document["servers"] = [{"url": base_url}]
    return document


def every_links(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The links of every response, the shared ones included."""
    responses = [*document.get("components", {}).get("responses", {}).values()]
    for item in document.get("paths", {}).values():
        for operation in item.values():
            if isinstance(operation, dict):
                responses += operation.get("responses", {}).values()
    for response in responses:
        if isinstance(response, dict) and isinstance(response.get("links"), dict):
            yield response["links"]


def leads(document: Mapping[str, Any], ids: Collection[str], link: Any) -> bool:
    """Whether *link* leads to an operation that is still there: the engine takes no other."""
    if isinstance(link, dict) and isinstance(link.get("$ref"), str):
        link = pointers.resolve(document, target(link["$ref"]))
    if not isinstance(link, dict):
        return False
    if "operationId" in link:
        return link["operationId"] in ids
    try:
        return isinstance(pointers.resolve(document, target(str(link.get("operationRef")))), dict)
    except (LookupError, ValueError):  # nowhere, or in another document
        return False
