"""Members that may stand in neither direction."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.lint.registry import Found, Subject, rule


@rule(
    "directions-contradicted",
    says="what is both readOnly and writeOnly stands in no request and in no response",
    hint="keep the one that is meant",
    good="old_total: {type: integer,",
    bad="old_total: {readOnly: true, ⟦writeOnly⟧: true, type: integer,",
)
def directions_contradicted(subject: Subject) -> Iterator[Found]:
    """A member may be sent or answered (OpenAPI: not both ``readOnly`` and ``writeOnly``)."""
    for schema in subject.traversal.schemas:
        if schema.value.get("readOnly") is True and schema.value.get("writeOnly") is True:
            yield schema.place("writeOnly"), {}
