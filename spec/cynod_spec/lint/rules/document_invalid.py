"""Validity against OpenAPI itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

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
    from jsonschema.exceptions import best_match
    from openapi_spec_validator.validation.exceptions import DuplicateOperationIDError

    version = "".join(subject.contract.openapi.split(".")[:2])
    validator: Any = getattr(authority, f"OpenAPIV{version}SpecValidator", authority.OpenAPIV31SpecValidator)
    for error in validator(subject.source.value).iter_errors():
        if isinstance(error, DuplicateOperationIDError):  # operation-id-unique tells where
            continue
        closest: Any = best_match([error])
        place = [str(step) for step in closest.absolute_path]
        yield subject.source.place(place), {"problem": " ".join(closest.message.split())[:300]}
