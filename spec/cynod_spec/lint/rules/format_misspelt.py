"""Formats that are nearly a known one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cynod_spec.base.suggestions import slip
from cynod_spec.lint.registry import Found, Subject, rule

_FORMATS: Final = frozenset(  # of JSON Schema 2020-12 §7.3, and of OpenAPI's registry of formats
    (
        *("date-time", "date", "time", "duration", "email", "idn-email", "hostname", "idn-hostname"),
        *("ipv4", "ipv6", "uri", "uri-reference", "iri", "iri-reference", "uuid", "uri-template"),
        *("json-pointer", "relative-json-pointer", "regex", "int8", "int16", "int32", "int64", "uint8"),
        *("uint16", "uint32", "uint64", "single-int", "double-int", "float", "double", "decimal"),
        *("decimal128", "byte", "binary", "base64url", "password", "char", "commonmark", "html"),
        *("http-date", "media-range", "sf-binary", "sf-boolean", "sf-decimal", "sf-integer", "sf-string"),
        *("sf-token", "date-time-local", "time-local", "unixtime"),
    )
)


@rule(
    "format-misspelt",
    level="warning",
    says="nobody knows the format {form!r}, and validators ignore it",
    hint="did you mean {meant!r}? A format that is meant is accepted by x-cynod-allow",
    good="schema: {type: string, format: uri-reference}",
    bad="schema: {type: string, ⟦format⟧: uri-referense}",
)
def format_misspelt(subject: Subject) -> Iterator[Found]:
    """No format is a known one but for a slip."""
    for schema in subject.traversal.schemas:
        form = schema.value.get("format")
        if isinstance(form, str) and form not in _FORMATS and (meant := slip(form, _FORMATS)):
            yield schema.place("format"), {"form": form, "meant": meant}
