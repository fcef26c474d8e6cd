"""Validity against OpenAPI itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cynod_spec.base.errors import DocumentError
from cynod_spec.environment.parts import need
from cynod_spec.lint.registry import Found, Subject, rule
from cynod_spec.openapi.validity import Problem, is_quick, problems


@rule(
    "document-invalid",
    says="not valid OpenAPI: {problem}",
    hint="see the OpenAPI specification for this object",
    good="- {name: Access, x-cynod:",
    bad="- {name: Access, ⟦colour⟧: blue, x-cynod:",
)
def document_invalid(subject: Subject) -> Iterator[Found]:
    """The document is valid OpenAPI of its version.

    A validator in Rust judges it; with ``--authority`` openapi-spec-validator has the last word. One
    operationId for two operations, one parameter given twice, defaults and patterns are left to the rules
    ``operation-id-unique``, ``parameter-duplicate``, ``default-invalid`` and ``pattern-invalid``.
    """
    found: list[Problem] = []
    if is_quick(subject.source):
        found = list(problems(subject.source, is_whole=False, validators=subject.validators))
    if not found and (subject.has_authority or not is_quick(subject.source)):
        found = list(_authority(subject))
    for tokens, problem in found:
        yield subject.source.place(tokens), {"problem": problem}


def _authority(subject: Subject) -> Iterator[Problem]:
    need("`--authority`" if subject.has_authority else f"OpenAPI {subject.contract.openapi}", "authority")
    import openapi_spec_validator as authority
    from openapi_spec_validator.validation.exceptions import (
        DuplicateOperationIDError,
        ParameterDuplicateError,
    )

    version = "".join(subject.contract.openapi.split(".")[:2])
    validator: Any = getattr(authority, f"OpenAPIV{version}SpecValidator", authority.OpenAPIV31SpecValidator)
    for error in _errors(validator(subject.source.value)):
        if not isinstance(error, DuplicateOperationIDError | ParameterDuplicateError):
            closest = _closest(error)
            yield tuple(str(step) for step in closest.absolute_path), closest.message.splitlines()[0][:300]


def _errors(validator: Any) -> Iterator[Any]:
    """What the authority finds; it stumbles over a document after it has said why that one is invalid."""
    found = 0
    try:
        for error in validator.iter_errors():
            found += 1
            yield error
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        if not found:
            said = f"openapi-spec-validator cannot read it: {type(error).__name__} {error}"
            raise DocumentError(said, rule="document-invalid") from None


def _closest(error: Any) -> Any:
    """The finding behind *error* that says most: alternatives hide theirs in its context."""
    while error.context:
        error = max(error.context, key=lambda inner: len(inner.absolute_path))
    return error
