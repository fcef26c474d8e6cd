"""Parameters of operations, with the roles that the document gives them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import get_args

from cynod_spec.base.errors import DocumentError
from cynod_spec.build.responses import first_example, parameter_schema
from cynod_spec.build.serializations import read_serialization
from cynod_spec.model import Contract, Expression, Parameter, Place, Unsupported
from cynod_spec.source.node import Node


def read_parameters(item: Node, operation: Node, request: Mapping[str, Expression]) -> tuple[Parameter, ...]:
    """The parameters of *operation* and of its Path Item *item*; the operation's own come first."""
    found: dict[tuple[str, str], Parameter] = {}
    for holder in (item, operation):
        for written in holder.items("parameters"):
            parameter = _parameter(written.resolved(), request)
            found[parameter.place, parameter.name] = parameter
    return tuple(_apart(list(found.values())))


def check_supported(contract: Contract) -> None:
    """Raise DocumentError, with its place, for the first parameter that no command can write or read."""
    for parameter in contract.parameters():
        for problem in parameter.unsupported:
            raise DocumentError(
                f"the parameter {parameter.name}: {problem.message}", problem.hint, problem.at
            )


def _parameter(node: Node, request: Mapping[str, Expression]) -> Parameter:
    name = node.need("name").string()
    placed = node.need("in").one_of(tuple(known for known in get_args(Place) if known != "body"))
    place: Place = next(known for known in get_args(Place) if known == placed)
    required = node.get("required")
    own = node.extension("role")
    roles = (role for role, expression in request.items() if _points_to(expression, place, name))
    serialization, problems = read_serialization(node, name, place)
    return Parameter(
        name=name,
        place=place,
        required=required.boolean() if required else False,
        schema=parameter_schema(node),
        description=node.text("description"),
        role=next(roles, own.string() if own else None),
        example=first_example(node),
        serialization=serialization,
        unsupported=tuple(problems),
        at=node.at,
    )


def _points_to(expression: Expression, place: str, name: str) -> bool:
    if expression.side != "request" or expression.place != place:
        return False
    return expression.name == name or (place == "header" and expression.name.lower() == name.lower())


def _apart(parameters: list[Parameter]) -> Iterator[Parameter]:
    """*parameters*, those whose members another one claims marked as not supported."""
    in_query = [each for each in parameters if each.place == "query"]
    for parameter in parameters:
        clash = _clash(parameter, [each for each in in_query if each is not parameter])
        yield parameter if clash is None else replace(parameter, unsupported=(*parameter.unsupported, clash))


def _clash(parameter: Parameter, others: list[Parameter]) -> Unsupported | None:
    """Why the members of *parameter* cannot be told from *others* in a query; None when they can."""
    form = parameter.serialization
    if parameter.place != "query" or not form.is_spread:
        return None
    for other in others:
        theirs = other.serialization
        taken = next((name for name in form.shape.members if theirs.owns(name)), None)
        if taken is not None:
            return Unsupported(
                f"the member {taken} of {parameter.name} is written as the parameter {other.name} is",
                "rename one, or write style: deepObject",
                parameter.at,
            )
        if form.shape.additional is not None and theirs.is_spread and theirs.shape.additional is not None:
            return Unsupported(
                f"{parameter.name} and {other.name} both take members of any name",
                "write style: deepObject for one of them",
                parameter.at,
            )
    return None
