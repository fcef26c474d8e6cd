"""Builds ``contract.json`` from a contract: everything that a generated server needs, as plain JSON."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from cynod_generators.emit.python_literals import allocate
from cynod_generators.ir.schemas import SchemaQueries
from cynod_generators.ir.webhooks import notices
from cynod_spec.base.errors import CynodError
from cynod_spec.build.parameters import check_supported
from cynod_spec.model import Case, Code, Contract, Envelope, Expression, Member, Operation, Resource
from cynod_spec.schema.directions import in_direction, schema_in
from cynod_spec.schema.sample import sample
from cynod_spec.schema.validation import Validators

# Role names of the codes that the server itself answers.
_ALWAYS = (
    "request-invalid",
    "required-absent",
    "value-invalid",
    "json-malformed",
    "unknown-path",
    "method-not-allowed",
    "not-acceptable",
    "body-too-large",
    "media-type-unsupported",
    "credentials-missing",
    "token-invalid",
    "token-expired",
    "token-revoked",
    "scheme-unsupported",
    "insufficient-scope",
    "address-refused",
    "partner-suspended",
    "internal",
)
_WITH_BASIC = ("basic-pair-wrong", "basic-not-enabled")
_WITH_ROLE = {"key": "idempotency-key-invalid", "cursor": "cursor-invalid"}
_CASES: tuple[Case, ...] = ("success", "functional", "authentication", "system")

# Attributes of the class that generated handlers inherit from.
RESERVED = frozenset(("find", "open", "close"))


def build(contract: Contract) -> dict[str, Any]:
    """The intermediate representation of *contract*. Raises CynodError when no server can be made of it."""
    _check_roles(contract)
    check_supported(contract)
    received, sent = in_direction(contract, "response"), in_direction(contract, "request")
    schemas = SchemaQueries(received)
    validators = Validators(received)
    names = allocate(contract.operations, RESERVED)
    request_id = next((h for h in contract.general_headers if h.role == "request-id"), None)
    return {
        "title": contract.title,
        "version": contract.version,
        "languages": list(contract.languages),
        "documentation": contract.documentation,
        "max_body": contract.max_body,
        "retention": asdict(contract.retention),
        "media_type": _error_media_type(contract),
        "request_id": {"name": request_id.name, "schema": request_id.schema.pointer} if request_id else None,
        "security": {
            "scopes": list(contract.security.scopes),
            "basic": contract.security.has_basic,
            "deprecated_at": contract.security.deprecated_at,
            "deprecation_link": contract.security.deprecation_link,
        },
        "codes": {code.name: _code(code, contract) for code in contract.codes},
        "envelopes": {
            case: _envelope(envelope, schemas, validators)
            for case in _CASES
            if (envelope := contract.envelopes.get(case)) is not None
        },
        "operations": [
            _operation(operation, names[operation.id], contract, received, schemas, validators)
            for operation in contract.operations
        ],
        "resources": {r.name: _resource(r, received, schemas) for r in contract.resources.values()},
        "webhooks": plain(notices(received, schemas)),
        "document": plain(contract.document),
        "in_requests": None if sent is contract else plain(sent.document),
        "in_responses": None if received is contract else plain(received.document),
    }


def plain(value: Any) -> Any:
    """*value* as JSON: NaN and infinity are left out, keys become texts."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items() if not _unreal(item)}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value if not _unreal(item)]
    return value if isinstance(value, (str, int, float, bool)) else None


def _unreal(value: Any) -> bool:
    return isinstance(value, float) and not math.isfinite(value)


def _check_roles(contract: Contract) -> None:
    wanted = list(_ALWAYS)
    if contract.security.has_basic:
        wanted += _WITH_BASIC
    for role, code in _WITH_ROLE.items():
        if any(role in operation.request for operation in contract.operations):
            wanted.append(code)
    known = {code.name for code in contract.codes}
    absent = [name for name in wanted if name not in known]
    if absent:
        raise CynodError(
            f"{contract.file}: a server needs codes with these role names, which the document lacks: "
            + ", ".join(absent),
            "name a code so under x-cynod.code.name",
        )
    for case in _CASES:
        if case not in contract.envelopes:
            raise CynodError(
                f"{contract.file}: no schema is the envelope of the case {case}",
                f"x-cynod: {{envelope: {case}}}",
            )


def _error_media_type(contract: Contract) -> str:
    for responses in (contract.general, *(operation.responses for operation in contract.operations)):
        for response in responses:
            if response.case not in (None, "success") and response.media_types:
                return response.media_types[0]
    return "application/json"


def _code(code: Code, contract: Contract) -> dict[str, Any]:
    fallback = {"success": 200, "functional": 400, "authentication": 401, "system": 500}
    return {
        "value": code.value,
        "case": code.case,
        "status": code.status or fallback[code.case],
        "message": {language: code.message.in_(language) for language in contract.languages},
    }


def _envelope(envelope: Envelope, schemas: SchemaQueries, validators: Validators) -> list[dict[str, Any]]:
    return [
        {
            "path": list(member.path),
            "role": member.role,
            "required": member.required,
            "value": _constant(member, envelope, schemas, validators),
        }
        for member in envelope.members
    ]


def _constant(member: Member, envelope: Envelope, schemas: SchemaQueries, validators: Validators) -> Any:
    """The value of a member that is the same in every answer; None for any other member.

    For the list of faulty fields, the value where there are none: an empty list, if the schema allows it.
    """
    if member.role == "fields":
        return [] if validators.is_valid(member.schema, []) else None
    if member.role not in (None, "flag") or any(m.path[:-1] == member.path for m in envelope.members):
        return None
    given, value = schemas.constant(member.schema)
    if not given and member.required:
        raise CynodError(
            f"the envelope's member {'/'.join(member.path)} plays no role and has no constant value",
            "give it const, default or example, or a role under x-cynod.member",
            member.at,
        )
    return plain(value)


def _operation(
    operation: Operation,
    name: str,
    contract: Contract,
    received: Contract,
    schemas: SchemaQueries,
    validators: Validators,
) -> dict[str, Any]:
    body = operation.body
    return {
        "id": operation.id,
        "name": name,
        "method": operation.method,
        "path": operation.path,
        "effect": operation.effect,
        "resource": operation.resource,
        "public": operation.public,
        "scopes": list(operation.scopes),
        "parameters": [
            {
                "name": parameter.name,
                "place": parameter.place,
                "required": parameter.required,
                "role": parameter.role,
                "schema": parameter.schema.pointer,
                "serialization": parameter.serialization.as_json(),
                "default": plain(schemas.default(parameter.schema)),
            }
            for parameter in operation.parameters
        ],
        "body": {
            "required": body.required,
            "media_types": list(body.media_types),
            "schema": body.schema.pointer,
        }
        if body
        else None,
        "request": {role: _expression(expression) for role, expression in operation.request.items()},
        "answer": {
            role: list(_inside(contract, e)) for role, e in operation.answer.items() if e.place == "body"
        },
        "success": _success(operation, received, schemas, validators),
        "codes": sorted({code.name for code in operation.codes}),
    }


def _expression(expression: Expression) -> dict[str, Any]:
    return {"place": expression.place, "name": expression.name, "path": list(expression.path)}


def _data_path(contract: Contract) -> tuple[str, ...]:
    member = contract.envelopes["success"].member("data")
    return member.path if member else ()


def _inside(contract: Contract, expression: Expression) -> tuple[str, ...]:
    """The path of *expression* inside the data member of the success envelope."""
    data = _data_path(contract)
    if expression.path[: len(data)] != data:
        raise CynodError(f"{expression.source} does not lead into the data of an answer", "", expression.at)
    return expression.path[len(data) :]


def _success(
    operation: Operation, contract: Contract, schemas: SchemaQueries, validators: Validators
) -> dict[str, Any]:
    """The success answer of *operation*; *contract* has the schemas as they hold for responses."""
    try:
        response = operation.success
    except LookupError:
        raise CynodError(
            f"{operation.key} has no answer for success", "add a 2xx response", operation.at
        ) from None
    in_envelope = response.case is not None
    schema = response.data if in_envelope else response.schema
    example = None
    if schema is not None:
        schema = schema_in(contract, schema)
        example = next(
            (
                part
                for whole in response.examples.values()
                if (part := _at(whole, _data_path(contract) if in_envelope else ())) is not None
                and validators.is_valid(schema, plain(part))
            ),
            None,
        )
        if example is None:
            example = sample(contract, schema)
    named = (
        [_inside(contract, e) for e in operation.answer.values() if e.place == "body"] if in_envelope else []
    )
    return {
        "status": response.status,
        "codes": [code.name for code in response.codes],
        "media_type": response.media_types[0] if response.media_types else None,
        "headers": [
            {
                "name": header.name,
                "role": header.role,
                "required": header.required,
                "schema": header.schema.pointer,
                "serialization": header.serialization.as_json() if header.serialization else None,
                "example": plain(header.example),
            }
            for header in response.headers
        ],
        "schema": schema.pointer if schema is not None else None,
        "example": plain(example),
        "fill": plain(schemas.unnamed(schema, named)) if schema is not None and in_envelope else [],
    }


def _at(value: Any, path: tuple[str, ...]) -> Any:
    for token in path:
        if not isinstance(value, Mapping) or token not in value:
            return None
        value = value[token]
    return value


def _resource(resource: Resource, received: Contract, schemas: SchemaQueries) -> dict[str, Any]:
    """*resource* as answers show it; *received* has the schemas as they hold for responses."""
    schema = schema_in(received, resource.schema)
    extension = resource.schema.value.get("x-cynod")
    own = extension.get("resource") if isinstance(extension, Mapping) else None
    types = own.get("types") if isinstance(own, Mapping) else None
    return {
        "members": {
            role: {"path": list(path), "required": schemas.requires(schema, path)}
            for role, path in resource.members.items()
        },
        "states": {state.name: state.value for state in resource.states},
        "types": plain(types) if isinstance(types, Mapping) else {},
        "fill": plain(schemas.unnamed(schema, resource.members.values())),
    }
