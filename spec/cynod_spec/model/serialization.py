"""Parameter values as text and back: the styles of OpenAPI 3.1 (RFC 6570), and ``content``.

Percent-encoding is RFC 3986's: everything but unreserved characters, outside headers, which carry their
values as they are (OpenAPI 3.1.1, appendix D). What a style leaves undefined is not written: null, an empty
list and an empty object stand for an absent parameter, and nested values raise Unwritable.

Every generated server carries a copy of this module: it imports nothing of this project.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import quote, unquote, unquote_plus

Kind = Literal["scalar", "array", "object"]
ParseJson = Callable[[str], Any]
"""Gives the value of a JSON text. Raises ValueError for any other text."""

DEFAULT_STYLES = {"query": "form", "cookie": "form", "path": "simple", "header": "simple"}
STYLES = {
    "query": ("form", "spaceDelimited", "pipeDelimited", "deepObject"),
    "cookie": ("form",),
    "path": ("simple", "label", "matrix"),
    "header": ("simple",),
}  # OpenAPI 3.1 §4.8.12.3
DELIMITED = {"spaceDelimited": " ", "pipeDelimited": "|"}  # what stands between items, percent-encoded

_EXPLODED = {"form": "&", "simple": ",", "label": ".", "matrix": ";"}  # between exploded parts, RFC 6570
_PREFIXES = {"label": ".", "matrix": ";"}
_NAMED = frozenset(("form", "matrix", *DELIMITED))  # the styles that write the parameter's name
_COMMA = re.compile(r"%2c", re.IGNORECASE)
_INTEGER = re.compile(r"-?[0-9]{1,400}")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,400})(\.[0-9]{1,400})?([eE][+-]?[0-9]{1,4})?")
_EXACT_FLOAT = 2**53  # whole numbers below it are exact as floats
_MEMBER = re.compile(r"\[([^\[\]]*)\]")  # behind the name of a deepObject


class Unwritable(ValueError):  # noqa: N818 - an outcome, not an error
    """A value that the style of its parameter has no text for."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What a schema says of the values of a parameter, as far as reading a text needs it.

    ``types`` are JSON Schema's names: of the value, or of the items of a list. ``members`` maps each
    declared member of an object to its types; ``additional`` holds those of the members that are not
    declared, None where the schema does not ask for any.
    """

    kind: Kind = "scalar"
    types: tuple[str, ...] = ("string",)
    members: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    additional: tuple[str, ...] | None = None

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> Shape:
        """The shape that ``as_json`` gave *value* for."""
        additional = value["additional"]
        return cls(
            value["kind"],
            tuple(value["types"]),
            {name: tuple(types) for name, types in value["members"].items()},
            None if additional is None else tuple(additional),
        )

    def types_of(self, member: str) -> tuple[str, ...]:
        """The types of the member with this name, declared or not."""
        return self.members.get(member, self.additional or ("string",))

    @property
    def choices(self) -> Iterator[tuple[str, ...]]:
        """The types, in the schema's order, wherever some text may be a string or another type."""
        for types in (self.types, *self.members.values(), self.additional or ()):
            if "string" in types and len(types) > 1:
                yield types


@dataclass(frozen=True, slots=True)
class Serialization:
    """How the values of one parameter are written.

    ``media_type`` is that of its ``content``; empty where ``style`` and ``explode`` say how.
    """

    name: str
    place: str  # path, query, header or cookie
    style: str
    explode: bool
    media_type: str
    shape: Shape

    @classmethod
    def of(cls, name: str, place: str, value: Mapping[str, Any]) -> Serialization:
        """The serialization that ``as_json`` gave *value* for."""
        return cls(
            name, place, value["style"], value["explode"], value["media_type"], Shape.of(value["shape"])
        )

    def as_json(self) -> dict[str, Any]:
        """What ``of`` reads: all but name and place, as plain JSON."""
        shape = self.shape
        return {
            "style": self.style,
            "explode": self.explode,
            "media_type": self.media_type,
            "shape": {
                "kind": shape.kind,
                "types": list(shape.types),
                "members": {name: list(types) for name, types in shape.members.items()},
                "additional": None if shape.additional is None else list(shape.additional),
            },
        }

    @property
    def kind(self) -> Kind:
        """Scalar, array or object; what ``content`` holds is one text, a scalar."""
        return "scalar" if self.media_type else self.shape.kind

    @property
    def is_plain(self) -> bool:
        """Whether its text is its value's own, percent-encoded where its place asks for that."""
        return not self.media_type and self.kind == "scalar" and self.style not in _PREFIXES

    @property
    def is_deep(self) -> bool:
        """Whether each member is a query parameter ``name[member]``."""
        return not self.media_type and self.style == "deepObject"

    @property
    def is_spread(self) -> bool:
        """Whether each member is a query parameter or cookie of its own, without the parameter's name."""
        return self.kind == "object" and self.style == "form" and self.explode

    @property
    def is_repeated(self) -> bool:
        """Whether each item is a query parameter with the parameter's name."""
        return self.kind == "array" and self.style == "form" and self.explode

    def owns(self, name: str) -> bool:
        """Whether a query parameter called *name* (decoded) is a part of this one, or a misspelt part."""
        if self.is_spread:
            return name in self.shape.members
        if self.is_deep:
            return name == self.name or name.startswith(self.name + "[")
        return name == self.name


def is_json(media_type: str) -> bool:
    """Whether *media_type* is JSON's or one that is written as JSON (RFC 6839)."""
    return media_type.partition(";")[0].strip().lower().endswith(("/json", "+json"))


# Writing


def scalar_text(value: Any) -> str:
    """*value*, a text, number or boolean, as a text before any encoding. Raises Unwritable for any other."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if not math.isfinite(value):
            raise Unwritable("no number of JSON")
        return str(int(value)) if value.is_integer() and abs(value) < _EXACT_FLOAT else repr(value)
    if isinstance(value, int):
        return str(value)
    raise Unwritable("a list, an object or null where a text, a number or a boolean is needed")


def write(form: Serialization, value: Any) -> str | None:
    """*value* as it stands at its place: ``a=1&a=2``, a path segment, a header's value, ``sid=3``.

    None where nothing stands for it (null, an empty list, an empty object). Raises Unwritable for a value
    that has no text in this style.
    """
    if form.media_type:
        text = _json_text(value) if is_json(form.media_type) else scalar_text(value)
        return _placed(form, text if form.place == "header" else _encoded(text))
    if value is None:
        return None
    if isinstance(value, Mapping):
        members = {str(name): scalar_text(each) for name, each in value.items() if each is not None}
        return _written_object(form, members) if members else None
    if isinstance(value, list | tuple):
        return _written_array(form, [scalar_text(each) for each in value]) if value else None
    if form.is_deep:
        raise Unwritable("deepObject writes objects only")
    return _placed(form, _item(form, scalar_text(value)) if form.place != "header" else scalar_text(value))


def _json_text(value: Any) -> str:
    try:
        return json.dumps(value, allow_nan=False, separators=(",", ":"))
    except ValueError:
        raise Unwritable("no number of JSON") from None


def _written_array(form: Serialization, items: Sequence[str]) -> str:
    if form.is_deep:
        raise Unwritable("deepObject writes objects only")
    encoded = [_item(form, each, is_part=True) for each in items]
    if not form.explode or form.style in DELIMITED:
        return _placed(form, _delimiter(form).join(encoded))
    if form.style in _NAMED:
        encoded = [_named(form, each) for each in encoded]
    return _whole(form, _EXPLODED[form.style].join(encoded))


def _written_object(form: Serialization, members: Mapping[str, str]) -> str:
    encoded = [
        (_item(form, name, is_part=True, is_name=True), _item(form, each, is_part=True))
        for name, each in members.items()
    ]
    if form.is_deep:
        if any("[" in name or "]" in name for name in members):
            raise Unwritable("a member's name with a bracket")
        return "&".join(f"{_encoded(form.name)}%5B{name}%5D={each}" for name, each in encoded)
    if not form.explode or form.style in DELIMITED:
        return _placed(form, _delimiter(form).join(part for pair in encoded for part in pair))
    return _whole(form, _EXPLODED[form.style].join(f"{name}={each}" for name, each in encoded))


def _delimiter(form: Serialization) -> str:
    return _encoded(DELIMITED[form.style]) if form.style in DELIMITED else ","


def _item(form: Serialization, text: str, *, is_part: bool = False, is_name: bool = False) -> str:
    """*text* encoded for its place; *is_part*: other items or members stand beside it."""
    if is_name and form.explode and form.place in ("path", "header") and "=" in text:
        raise Unwritable("a member's name with =")
    if form.place == "header":
        if is_part and ("," in text or text != text.strip() or not text):
            raise Unwritable("an item of a header that is empty, or has a comma or outer spaces")
        return text
    separator = DELIMITED.get(form.style) or (form.style == "label" and form.explode and ".") or ""
    if is_part and separator and separator in text:
        raise Unwritable(f"an item with {separator!r}, which stands between items")
    return _encoded(text)


def _placed(form: Serialization, text: str) -> str:
    """*text*, already encoded, with the name where the style or the place asks for it."""
    named = form.place in ("query", "cookie") or (form.style == "matrix" and not form.media_type)
    return _whole(form, _named(form, text) if named else text)


def _named(form: Serialization, text: str) -> str:
    name = _encoded(form.name)
    return name if form.style == "matrix" and not text else f"{name}={text}"


def _whole(form: Serialization, text: str) -> str:
    whole = ("" if form.media_type else _PREFIXES.get(form.style, "")) + text
    if form.place == "path" and whole in ("", ".", ".."):
        raise Unwritable("a path segment that is empty or only dots")  # RFC 3986 §5.2.4 removes it
    return whole


def _encoded(text: str) -> str:
    return quote(text, safe="", errors="surrogatepass")


# Reading


@dataclass(frozen=True, slots=True)
class Reading:
    """What a request says of one parameter: ``values``, the likeliest first, and the ``fault`` of its text.

    Several values: a text may be a string or a number, and a comma that its sender encoded may stand
    between items or in one. The first that the schema takes is meant, the first of all when it takes none.
    """

    values: tuple[Any, ...]  # empty when the text is malformed
    fault: str = ""  # repeated (the values are those of the first) or malformed


def typed(text: str, types: Iterable[str]) -> Any:
    """*text* as the JSON value that one of *types* expects; text itself when it is none."""
    for kind in types:
        if kind == "integer" and _INTEGER.fullmatch(text):
            return int(text)
        if kind == "number" and _NUMBER.fullmatch(text):
            number = float(text)
            if math.isfinite(number):
                return int(text) if text.lstrip("-").isdigit() else number
        if kind == "boolean" and text in ("true", "false"):
            return text == "true"
    return text


def read_query(forms: Sequence[Serialization], query: str, parse_json: ParseJson) -> dict[str, Reading]:
    """The parameters *forms* that the raw *query* holds, by name; other parts of it are ignored."""
    sent: dict[str, list[str]] = {}
    for piece in query.split("&"):
        if piece:
            name, _, text = piece.partition("=")
            sent.setdefault(unquote_plus(name, errors="replace"), []).append(text)
    return _read_named(forms, sent, _from_query, parse_json)


def read_cookies(
    forms: Sequence[Serialization], header: str | None, parse_json: ParseJson
) -> dict[str, Reading]:
    """The parameters *forms* that the ``Cookie`` *header* holds, by name."""
    sent: dict[str, list[str]] = {}
    for piece in (header or "").split(";"):
        name, sign, text = piece.strip().partition("=")
        if sign:
            sent.setdefault(unquote(name, errors="replace"), []).append(text)
    return _read_named(forms, sent, _from_url, parse_json)


def read_header(form: Serialization, text: str, parse_json: ParseJson) -> Reading:
    """What the value *text* of a header says; several lines of it are joined by commas (RFC 9110 §5.3)."""
    if form.kind == "scalar":
        return _scalar(form, text.strip(" \t"), parse_json)
    parts = [part for each in text.split(",") if (part := each.strip(" \t"))]  # RFC 9110 §5.6.1.2
    return _of_parts(form, [parts])


def read_path(form: Serialization, segment: str, parse_json: ParseJson) -> Reading:
    """What the raw path *segment* says."""
    prefix = "" if form.media_type else _PREFIXES.get(form.style, "")
    if not segment.startswith(prefix):
        segment = _from_url(segment)
        if not segment.startswith(prefix):
            return Reading((), "malformed")
    text = segment[len(prefix) :]
    if form.style == "matrix" and not form.media_type:
        return _matrix(form, text, parse_json)
    if form.kind == "scalar":
        return _scalar(form, _from_url(text), parse_json)
    return _of_parts(form, _splits(text, "." if form.style == "label" and form.explode else ",", _from_url))


def _from_query(text: str) -> str:
    return unquote_plus(text, errors="replace")


def _from_url(text: str) -> str:
    return unquote(text, errors="replace")


Decode = Callable[[str], str]


def _read_named(
    forms: Sequence[Serialization], sent: Mapping[str, list[str]], decode: Decode, parse_json: ParseJson
) -> dict[str, Reading]:
    found: dict[str, Reading] = {}
    for form in forms:
        if form.is_deep:
            reading = _deep(form, sent, decode)
        elif form.is_spread:
            reading = _spread(form, [each for each in forms if each is not form], sent, decode)
        elif form.name in sent:
            reading = _named_texts(form, sent[form.name], decode, parse_json)
        else:
            continue
        if reading is not None:
            found[form.name] = reading
    return found


def _named_texts(form: Serialization, texts: Sequence[str], decode: Decode, parse_json: ParseJson) -> Reading:
    if form.is_repeated:
        return _of_texts(form, [[decode(text) for text in texts]])
    if form.kind == "scalar":
        found = _scalar(form, decode(texts[0]), parse_json)
    elif form.style in DELIMITED:
        found = _of_parts(form, [decode(texts[0]).split(DELIMITED[form.style])])
    else:
        found = _of_parts(form, _splits(texts[0], ",", decode))
    return Reading(found.values, "repeated") if len(texts) > 1 else found


def _spread(
    form: Serialization, others: Sequence[Serialization], sent: Mapping[str, list[str]], decode: Decode
) -> Reading | None:
    names = [name for name in sent if form.owns(name)]
    if form.shape.additional is not None:
        names += [
            name for name in sent if not form.owns(name) and not any(each.owns(name) for each in others)
        ]
    if not names:
        return None
    fault = "repeated" if any(len(sent[name]) > 1 for name in names) else ""
    return Reading(_of_texts(form, [{name: decode(sent[name][0]) for name in names}]).values, fault)


def _deep(form: Serialization, sent: Mapping[str, list[str]], decode: Decode) -> Reading | None:
    members: dict[str, str] = {}
    fault = ""
    for name, texts in sent.items():
        if not form.owns(name):
            continue
        member = _MEMBER.fullmatch(name, len(form.name))
        if member is None:
            return Reading((), "malformed")
        if len(texts) > 1:
            fault = "repeated"
        members[member[1]] = decode(texts[0])
    return Reading(_of_texts(form, [members]).values, fault) if members else None


def _matrix(form: Serialization, text: str, parse_json: ParseJson) -> Reading:
    pieces = [piece.partition("=") for piece in text.split(";")]
    if form.kind == "object" and form.explode:
        return _of_parts(form, [[_from_url("".join(piece)) for piece in pieces]])
    if any(_from_url(name) != form.name for name, _, _ in pieces):
        return Reading((), "malformed")
    if form.kind == "array" and form.explode:
        return _of_texts(form, [[_from_url(each) for _, _, each in pieces]])
    if len(pieces) > 1:
        return Reading((), "repeated")
    if form.kind == "scalar":
        return _scalar(form, _from_url(pieces[0][2]), parse_json)
    return _of_parts(form, _splits(pieces[0][2], ",", _from_url))


def _splits(text: str, separator: str, decode: Decode) -> list[list[str]]:
    """The decoded parts of *text*; a second way to part it where its sender encoded every comma."""
    found = [[decode(part) for part in text.split(separator)]]
    if separator == "," and "," not in text and _COMMA.search(text):
        found.append(decode(text).split(","))
    return found


def _scalar(form: Serialization, text: str, parse_json: ParseJson) -> Reading:
    if not form.media_type or not is_json(form.media_type):
        return _of_texts(form, [text])
    try:
        return Reading((parse_json(text),))
    except (ValueError, RecursionError):
        return Reading((), "malformed")


def _of_parts(form: Serialization, splits: Iterable[list[str]]) -> Reading:
    """A list or an object from its parts, parted in each way of *splits*."""
    if form.kind == "array":
        return _of_texts(form, splits)
    pair_up = _equated if form.explode and form.style not in DELIMITED else _alternating
    members = [found for parts in splits if (found := pair_up(parts)) is not None]
    return _of_texts(form, members) if members else Reading((), "malformed")


def _equated(parts: Sequence[str]) -> dict[str, str] | None:
    """The members that *parts* such as ``a=1`` name; None when one is no such part or stands twice."""
    pairs = [part.partition("=") for part in parts]
    found = {name: text for name, _, text in pairs}
    return found if len(found) == len(parts) and all(sign for _, sign, _ in pairs) else None


def _alternating(parts: Sequence[str]) -> dict[str, str] | None:
    """The members whose names and values follow one another in *parts*; None when they do not pair up."""
    found = dict(zip(parts[::2], parts[1::2], strict=False))
    return found if len(found) * 2 == len(parts) else None


def _of_texts(form: Serialization, found: Iterable[Any]) -> Reading:
    """The values that each of *found*, texts in a list, in an object or by themselves, may mean."""
    return Reading(tuple(value for each in found for value in _meanings(form.shape, each)))


def _meanings(shape: Shape, found: Any) -> Iterator[Any]:
    """*found* typed, and as it is where it may be a string as well: first what the schema names first."""
    choices = list(shape.choices)
    if choices and choices[0][0] == "string":
        yield found
    yield _typed_all(shape, found)
    if choices and choices[0][0] != "string":
        yield found


def _typed_all(shape: Shape, found: Any) -> Any:
    if isinstance(found, str):
        return typed(found, shape.types)
    if isinstance(found, list):
        return [typed(each, shape.types) for each in found]
    return {name: typed(each, shape.types_of(name)) for name, each in found.items()}
