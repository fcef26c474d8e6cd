"""Secrets in URLs."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.lint.registry import Found, Subject, rule


@rule(
    "credential-in-query",
    says="the {what} {name} is sent in the URL, which logs and histories keep",
    hint="send it in a header or in the body",
    good="- {name: cursor, in: query, description: La page suivante., schema: {type: string}}",
    bad="- {⟦name⟧: cursor, in: query, description: Le jeton., schema: {type: string, format: password}}",
)
def credential_in_query(subject: Subject) -> Iterator[Found]:
    """No secret stands in a URL (RFC 6750 §2.3, RFC 9110 §17.9)."""
    for name, written in subject.root.members("components", "securitySchemes"):
        scheme = written.resolved()
        if scheme.value.get("type") == "apiKey" and scheme.value.get("in") == "query":
            yield subject.below(scheme.at, "in"), {"what": "key of the security scheme", "name": name}
    for operation in subject.contract.operations:
        for parameter in operation.parameters:
            if parameter.place == "query" and parameter.schema.value.get("format") == "password":
                yield subject.below(parameter.at, "name"), {"what": "parameter", "name": parameter.name}
