"""Copies of the shipped contract with one thing changed, as architects would change it: in the document."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import yaml

from cynod_spec.environment.locating import default_contract

ERRORS = ("functional", "authentication", "system")


class _Loader(yaml.CSafeLoader):
    """Timestamps stay strings."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


class _Dumper(yaml.CSafeDumper):
    """Quotes what YAML 1.2 would read as a number and YAML 1.1 would not, such as 0793."""


def _text(dumper: yaml.CSafeDumper, value: str) -> yaml.ScalarNode:
    style = "'" if value[:1].isdigit() else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(str, _text)


def load() -> dict[str, Any]:
    """The shipped document, nothing shared between its parts."""
    value = yaml.load(Path(default_contract()).read_text(encoding="utf-8"), Loader=_Loader)
    return json.loads(json.dumps(value))


def save(document: dict[str, Any], path: Path) -> Path:
    """Write *document* at *path* as YAML, without its translations."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = yaml.dump(document, Dumper=_Dumper, allow_unicode=True, sort_keys=False)
    path.write_text(text, encoding="utf-8")
    return path


def with_text_flag(document: dict[str, Any]) -> dict[str, Any]:
    """The flag of every envelope is the string "true" or "false" instead of a boolean."""
    copied = copy.deepcopy(document)
    flags = set()
    for envelope in _envelopes(copied):
        for name, member in envelope["properties"].items():
            if member.get("x-cynod", {}).get("member") == "flag":
                flags.add(name)
                member["const"] = str(member["const"]).lower()

    def change(body: dict[str, Any]) -> None:
        for flag in flags & body.keys():
            body[flag] = str(body[flag]).lower()

    _each_example(copied, change)
    return copied


def with_new_error_member(document: dict[str, Any], name: str, value: str) -> dict[str, Any]:
    """Every error envelope requires one more member, which is always *value*."""
    copied = copy.deepcopy(document)
    known: set[str] = set()
    for envelope in _envelopes(copied, *ERRORS):
        known |= envelope["properties"].keys()
        envelope["required"].append(name)
        envelope["properties"][name] = {"description": "Toujours le même.", "const": value}

    def change(body: dict[str, Any]) -> None:
        if known >= body.keys() and body.get("success") is False:
            body[name] = value

    _each_example(copied, change)
    return copied


def with_other_operations(document: dict[str, Any]) -> dict[str, Any]:
    """Two operations are new, with scopes and a code of their own; the cancellation of top-ups is gone."""
    copied = copy.deepcopy(document)
    _remove(copied, "cancel")
    read = _operation(copied, "read", "card")
    components = copied["components"]
    flow = components["securitySchemes"]["oauth2"]["flows"]["clientCredentials"]
    flow["scopes"] |= {"plafond:lire": "Lire le plafond d'une carte", "plafond:ecrire": "Fixer un plafond"}
    components["schemas"] |= {
        "Code3020": {
            "const": "3020",
            "title": "Plafond absent",
            "description": "La carte n'a pas de plafond.",
            "x-cynod": {
                "code": {
                    "name": "ceiling-absent",
                    "case": "functional",
                    "retryable": False,
                    "message": {"fr": "Plafond absent", "en": "No ceiling"},
                    "unprovokable": "Toute carte naît avec un plafond.",
                }
            },
        },
        "Plafond": {
            "description": "Le plafond d'une carte.",
            "type": "object",
            "x-cynod": {
                "resource": {"name": "ceiling", "members": {"card": "/carteId", "amount": "/plafond"}}
            },
            "required": ["carteId", "plafond"],
            "properties": {
                "carteId": {"$ref": "#/components/schemas/Identifiant"},
                "plafond": {"type": "integer", "minimum": 1, "maximum": 1_000_000},
            },
        },
        "FixationPlafond": {
            "description": "Le plafond voulu.",
            "type": "object",
            "required": ["plafond"],
            "additionalProperties": False,
            "properties": {"plafond": {"type": "integer", "minimum": 1, "maximum": 1_000_000}},
        },
    }
    components["responses"]["PlafondAbsent"] = _refusal(read, ["Code3000", "Code3020"])
    answer = _success(read, "Plafond", {"carteId": "crt_4fT9aQ", "plafond": 200_000})
    common = {"tags": read["tags"], "parameters": read["parameters"]}
    refusals = {status: body for status, body in read["responses"].items() if status != "200"}
    refusals["404"] = {"$ref": "#/components/responses/PlafondAbsent"}
    changes = _operation(copied, "set-state", "card")["responses"]
    copied["paths"]["/cartes/{carteId}/plafond"] = {
        "get": {
            **common,
            "operationId": "lirePlafond",
            "summary": "Lire le plafond d'une carte",
            "description": "Le plus grand paiement admis.",
            "security": [{"oauth2": ["plafond:lire"]}, {"basic": []}],
            "x-cynod": {
                "effect": "read",
                "resource": "ceiling",
                "request": {"card": "$request.path.carteId"},
                "answer": {"resource": "$response.body#/data"},
            },
            "responses": {"200": answer, **refusals},
        },
        "put": {
            **common,
            "operationId": "fixerPlafond",
            "summary": "Fixer le plafond d'une carte",
            "description": "Le plus grand paiement admis, désormais.",
            "security": [{"oauth2": ["plafond:ecrire"]}, {"basic": []}],
            "x-cynod": {
                "resource": "ceiling",
                "request": {"card": "$request.path.carteId", "amount": "$request.body#/plafond"},
                "answer": {"resource": "$response.body#/data"},
            },
            "requestBody": {
                "required": True,
                "content": {
                    "application/json": {
                        "schema": {"$ref": "#/components/schemas/FixationPlafond"},
                        "examples": {"plafond": {"value": {"plafond": 200_000}}},
                    }
                },
            },
            "responses": {"200": answer, **refusals, "400": changes["400"], "415": changes["415"]},
        },
    }
    return copied


def with_moved_code(document: dict[str, Any], name: str, status: str) -> dict[str, Any]:
    """The code with the stable *name* comes with *status* in every operation that lists it."""
    copied = copy.deepcopy(document)
    schema, value = next(
        (schema, each["const"])
        for schema, each in copied["components"]["schemas"].items()
        if each.get("x-cynod", {}).get("code", {}).get("name") == name
    )
    code = {"$ref": f"#/components/schemas/{schema}"}
    for operation in (operation for item in copied["paths"].values() for operation in item.values()):
        responses = operation["responses"]
        for old in [old for old, each in responses.items() if code in _codes(_resolved(copied, each))]:
            left, there = (_resolved(copied, responses.get(each, responses[old])) for each in (old, status))
            if status not in responses:
                _codes(there).clear()
                _examples(there).clear()
            _codes(left).remove(code)
            _codes(there).append(code)
            for told in [told for told, each in _examples(left).items() if value in each["value"].values()]:
                _examples(there)[told] = _examples(left).pop(told)
            responses |= {old: left, status: there}
            if not _codes(left):
                del responses[old]
    return copied


def _resolved(document: dict[str, Any], response: dict[str, Any]) -> dict[str, Any]:
    """A copy of *response*, or of the shared one that it refers to."""
    name = response.get("$ref", "").removeprefix("#/components/responses/")
    return copy.deepcopy(document["components"]["responses"][name] if name else response)


def _codes(response: dict[str, Any]) -> list[dict[str, Any]]:
    """The references to the codes that *response* allows: the very list, where it has one."""
    media: dict[str, Any] = next(iter(response.get("content", {}).values()), {})
    for part in media.get("schema", {}).get("allOf", []):
        if "code" in part.get("properties", {}):
            codes: list[dict[str, Any]] = part["properties"]["code"]["oneOf"]
            return codes
    return []


def _examples(response: dict[str, Any]) -> dict[str, Any]:
    """The examples of *response*: the very mapping."""
    examples: dict[str, Any] = next(iter(response["content"].values())).setdefault("examples", {})
    return examples


def _envelopes(document: dict[str, Any], *cases: str) -> Iterator[dict[str, Any]]:
    for schema in document["components"]["schemas"].values():
        case = schema.get("x-cynod", {}).get("envelope")
        if case and (not cases or case in cases):
            yield schema


def _each_example(node: Any, change: Callable[[dict[str, Any]], None]) -> None:
    """Apply *change* to every whole body that stands as an example anywhere below *node*."""
    if isinstance(node, list):
        for each in node:
            _each_example(each, change)
    elif isinstance(node, dict):
        for media in node.get("content", {}).values() if isinstance(node.get("content"), dict) else ():
            bodies = [example.get("value") for example in media.get("examples", {}).values()]
            for body in [*bodies, media.get("example")]:
                if isinstance(body, dict):
                    change(body)
        for each in node.values():
            _each_example(each, change)


def _operation(document: dict[str, Any], effect: str, resource: str) -> dict[str, Any]:
    for item in document["paths"].values():
        for operation in item.values():
            roles = operation.get("x-cynod", {})
            if (roles.get("effect"), roles.get("resource")) == (effect, resource):
                return operation
    raise LookupError(f"{effect} {resource}")


def _remove(document: dict[str, Any], effect: str) -> None:
    """Remove the operations with this *effect*, and the links to them."""
    gone = set()
    for path, item in list(document["paths"].items()):
        for method, operation in list(item.items()):
            if operation.get("x-cynod", {}).get("effect") == effect:
                gone.add(item.pop(method)["operationId"])
        if not item:
            del document["paths"][path]
    for item in document["paths"].values():
        for operation in item.values():
            for response in operation["responses"].values():
                links = response.get("links", {})
                for name in [name for name, link in links.items() if link["operationId"] in gone]:
                    del links[name]


def _success(read: dict[str, Any], schema: str, data: dict[str, Any]) -> dict[str, Any]:
    """The 200 answer of the operation *read*, with other data."""
    answer = copy.deepcopy(read["responses"]["200"])
    media = answer["content"]["application/json"]
    media["schema"]["allOf"][1]["properties"]["data"] = {"$ref": f"#/components/schemas/{schema}"}
    example = next(iter(media["examples"].values()))
    example["value"]["data"] = data
    media["examples"] = {"plafond": example}
    answer.pop("links", None)
    return answer


def _refusal(read: dict[str, Any], codes: list[str]) -> dict[str, Any]:
    """An answer shaped as the shared ones are, allowing *codes*."""
    listed = [{"$ref": f"#/components/schemas/{code}"} for code in codes]
    return {
        "description": "La carte est inconnue, ou n'a pas de plafond.",
        "headers": {
            name: header for name, header in read["responses"]["200"]["headers"].items() if name[:2] == "X-"
        },
        "content": {
            "application/json": {
                "schema": {
                    "allOf": [
                        {"$ref": "#/components/schemas/ErreurFonctionnelle"},
                        {"properties": {"code": {"oneOf": listed}}},
                    ],
                    "unevaluatedProperties": False,
                }
            }
        },
    }
