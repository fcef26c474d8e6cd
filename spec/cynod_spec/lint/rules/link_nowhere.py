"""Links that lead nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cynod_spec.base.pointer import split
from cynod_spec.base.suggestions import did_you_mean
from cynod_spec.lint.registry import Found, Subject, rule
from cynod_spec.lint.subjects import (
    below,
    responses,
)
from cynod_spec.model import Response


@rule(
    "link-nowhere",
    says="the link {link} leads nowhere: {what}",
    hint="{meant}name an operation, one of its parameters, and a place in this answer",
    good="parameters: {passId: '$response.body#/data/passId'}",
    bad="⟦parameters⟧: {passId: '$response.body#/data/id'}",
)
def link_nowhere(subject: Subject) -> Iterator[Found]:
    """A link names an operation, and takes its parameters from members that the answer has."""
    operations = {operation.id: operation for operation in subject.contract.operations}
    for response in responses(subject.contract):
        for link in response.links:
            target = operations.get(link.operation)
            if target is None:
                meant = did_you_mean(link.operation, operations)
                words = {"link": link.name, "what": f"no operation is called {link.operation}"}
                words["meant"] = meant and f"{meant} "
                yield subject.below(link.at, "operationId"), words
                continue
            known = {parameter.name for parameter in target.parameters}
            for name, expression in link.parameters.items():
                bare = name.partition(".")[2] if name.partition(".")[0] in _PLACES else name
                what = ""
                meant = ""
                if bare not in known:
                    what, meant = f"{target.key} has no parameter {name}", did_you_mean(bare, known)
                elif not _answers(subject, response, expression):
                    what = f"the answer has no {expression}"
                if what:
                    words = {"link": link.name, "what": what, "meant": meant and f"{meant} "}
                    yield subject.below(link.at, "parameters"), words


_PLACES: Final = ("path", "query", "header", "cookie")
_BODY: Final = "$response.body#"


def _answers(subject: Subject, response: Response, expression: str) -> bool:
    if not expression.startswith(_BODY) or response.schema is None:
        return True
    try:
        path = split(expression.removeprefix(_BODY))
    except ValueError:
        return False
    return next(below(subject, response.schema, path), None) is not None
