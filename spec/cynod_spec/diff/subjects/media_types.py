"""Media types as HTTP compares them (RFC 9110 §8.3.1), and the ranges that cover several (§12.5.1)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

_PARAMETER: Final = re.compile(r'\s*([^=\s]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^\s]*)\s*')
_SPLIT: Final = re.compile(r';(?=(?:[^"]*"[^"]*")*[^"]*$)')
_WITHOUT_CASE: Final = ("charset",)  # RFC 9110 §8.3.2; values of other parameters are their definition's
_MULTIPART: Final = "multipart/"
FORM_MEDIA_TYPE: Final = "application/x-www-form-urlencoded"


def media_type(written: str) -> str:
    """*written* in the form in which those that mean the same are equal.

    Type, subtype and names of parameters are in lower case, parameters in order, quotes only where needed.
    ``charset=utf-8`` is left out of JSON, which is in UTF-8 always (RFC 8259 §8.1).
    """
    kind, *written_parameters = _SPLIT.split(written)
    kind = kind.strip().lower()
    parameters = sorted(found for text in written_parameters if (found := _parameter(text)))
    if is_json(kind):
        parameters = [each for each in parameters if each != "charset=utf-8"]
    return ";".join((kind, *parameters))


def _parameter(text: str) -> str:
    found = _PARAMETER.fullmatch(text)
    if found is None:
        return text.strip()
    name, value = found[1].lower(), found[2]
    if value[:1] == '"':
        bare = re.sub(r"\\(.)", r"\1", value[1:-1])
        value = bare if re.fullmatch(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+", bare) else value
    return f"{name}={value.lower() if name in _WITHOUT_CASE else value}"


def is_json(kind: str) -> bool:
    """Whether the media type *kind*, without parameters, is JSON."""
    return kind == "application/json" or kind.endswith("+json")


def is_xml(kind: str) -> bool:
    """Whether *kind*, a media type of ``media_type``, is XML (RFC 7303)."""
    bare = kind.partition(";")[0]
    return bare in ("application/xml", "text/xml") or bare.endswith("+xml")


def has_parts(kind: str) -> bool:
    """Whether *kind*, a media type of ``media_type``, consists of parts with encodings of their own."""
    return kind.startswith(_MULTIPART) or kind.partition(";")[0] == FORM_MEDIA_TYPE


def cover(kind: str, others: Iterable[str]) -> str | None:
    """The most specific of *others* that is a range with *kind* in it; None where there is none."""
    found = [other for other in others if other != kind and _covers(other, kind)]
    return max(found, key=len, default=None)


def _covers(other: str, kind: str) -> bool:
    lead, star, rest = other.partition("*")
    if not star or ";" in other:
        return False
    if other == "*/*":
        return True
    return lead.endswith("/") and not rest and kind.startswith(lead)
