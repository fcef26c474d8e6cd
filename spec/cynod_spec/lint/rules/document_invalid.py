"""Validity against OpenAPI itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cynod_spec.errors import DocumentError
from cynod_spec.lint.registry import Subject, rule
from cynod_spec.model import At


@rule(
    "document-invalid",
    says="not valid OpenAPI: {problem}",
    hint="see the OpenAPI specification for this object",
)
def document_invalid(subject: Subject) -> Iterator[tuple[At, dict[str, Any]]]:
    """The document is valid OpenAPI of its version; openapi-spec-validator is the authority."""
    import openapi_spec_validator as authority
    from openapi_spec_validator.validation.exceptions import DuplicateOperationIDError

    version = "".join(subject.contract.openapi.split(".")[:2])
    validator: Any = getattr(authority, f"OpenAPIV{version}SpecValidator", authority.OpenAPIV31SpecValidator)
    for error in _errors(validator(subject.source.value)):
        if isinstance(error, DuplicateOperationIDError):  # operation-id-unique tells where
            continue
        closest = _closest(error)
        place = [str(step) for step in closest.absolute_path]
        yield subject.source.place(place), {"problem": closest.message.splitlines()[0][:300]}


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
