"""Reads a TOML file into a typed model. A generated server has a copy of this module.

A model is a ``msgspec.Struct`` that forbids unknown fields. Every mistake is one readable line that names the
file, the table and the setting; no value of the file is ever quoted, for it may be a secret.

.. code-block:: python

    class Shop(Struct, forbid_unknown_fields=True):
        '''A shop.'''

        name: Annotated[str, Meta(description="What is written above its door.")]

    shop = checked(load(Path("shop.toml"), "the shop"), Shop, "shop.toml")
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import msgspec

Model = TypeVar("Model", bound=msgspec.Struct)
Location = tuple[str | int, ...]
"""Where a value is: names of tables and settings, and positions in lists, from 0."""

# What msgspec says: <problem> - at `$.table.setting`; tests hold it to these forms.
_ERROR = re.compile(r"(?P<problem>.*?)(?: - at `\$(?P<location>[^`]*)`)?", re.DOTALL)
_STEP = re.compile(r"\.(?P<name>[^.\[]+)|\[(?P<position>\d+)\]")
_UNKNOWN = re.compile(r"Object contains unknown field `(?P<name>.*)`", re.DOTALL)
_MISSING = re.compile(r"Object missing required field `(?P<name>.*)`")
_PATTERN = re.compile(r"Expected `str` matching regex (?P<quote>['\"])(?P<pattern>.*)(?P=quote)", re.DOTALL)
_EXPECTED = re.compile(r"Expected `(?P<kinds>[^`]+)`(?P<bound>.*?)(?:, got `[^`]+`)?", re.DOTALL)
_KINDS = {
    "array": "a list",
    "bool": "true or false",
    "date": "a date",
    "int": "a whole number",
    "object": "a table",
    "str": "a text",
}


class InvalidFile(ValueError):  # noqa: N818 - it names what the file is
    """A file that cannot be read into its model: *message* is one line, *hint* says what to do."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


def load(path: Path, called: str) -> dict[str, Any]:
    """The tables of the file at *path*, which messages call *called*. Raises InvalidFile."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InvalidFile(
            f"cannot read {called} {path}: {error.strerror or error}", "name another file"
        ) from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InvalidFile(f"{path} is no TOML: {error}") from None


def checked(tables: Mapping[str, Any], model: type[Model], file: str) -> Model:
    """*tables*, those of *file*, as a *model*. Raises InvalidFile for the first mistake."""
    try:
        return msgspec.convert(tables, model, builtin_types=(dt.datetime, dt.date, dt.time), str_keys=True)
    except msgspec.ValidationError as error:
        raise _invalid(str(error), model, file) from None


def place(location: Location) -> str:
    """*location* as it is written in the file: ``[target] base_url``, ``[[partners]] 2: quota``."""
    if len(location) > 1 and isinstance(location[1], int):
        table, rest = f"[[{location[0]}]] {location[1] + 1}", location[2:]
        table += ":" if rest else ""
    else:
        *tables, setting = location
        table, rest = f"[{'.'.join(map(str, tables))}]" if tables else "", (setting,)
    return " ".join(filter(None, (table, *map(_step, rest))))


def _step(step: str | int) -> str:
    return step if isinstance(step, str) else str(step + 1)


def _invalid(said: str, model: type[msgspec.Struct], file: str) -> InvalidFile:
    """What msgspec *said*, in the words of the file's reader."""
    parts = _ERROR.fullmatch(said)
    assert parts is not None  # it matches any text
    problem, location = parts["problem"], tuple(_steps(parts["location"] or ""))
    if found := _UNKNOWN.fullmatch(problem):
        known = ", ".join(_schema_at(model, location).get("properties", ()))
        return InvalidFile(f"{file}: {_table(location)} has no {found['name']!r}", f"known there: {known}")
    if found := _MISSING.fullmatch(problem):
        name = found["name"]
        return InvalidFile(f"{file}: {_table(location)} lacks {name}", _description(model, (*location, name)))
    if found := _PATTERN.fullmatch(problem):
        message = f"{file}: {place(location)} must be a text that matches {found['pattern']}"
        return InvalidFile(message, _description(model, location))
    if found := _EXPECTED.fullmatch(problem):
        kinds = " or ".join(_KINDS.get(kind, kind) for kind in found["kinds"].split(" | "))
        hint = f"write {_table(location)}" if found["kinds"] == "object" else _description(model, location)
        return InvalidFile(f"{file}: {place(location)} must be {kinds}{found['bound']}", hint)
    return InvalidFile(f"{file}: {place(location)}: {problem}" if location else f"{file}: {problem}")


def _steps(location: str) -> Iterator[str | int]:
    for step in _STEP.finditer(location):
        yield step["name"] if step["position"] is None else int(step["position"])


def _table(location: Location) -> str:
    """The table at *location*, as the file and messages name it."""
    if not location:
        return "the file"
    return place(location) if isinstance(location[-1], int) else f"[{'.'.join(map(str, location))}]"


def _description(model: type[msgspec.Struct], location: Location) -> str:
    """What *model* says of the setting at *location*, or of the one whose list it is in."""
    while location and isinstance(location[-1], int):
        location = location[:-1]
    described: str = _schema_at(model, location).get("description", "")
    return described


def _schema_at(model: type[msgspec.Struct], location: Location) -> dict[str, Any]:
    """The JSON Schema of what is at *location*; an empty one where *model* does not say."""
    (root,), components = msgspec.json.schema_components([model])
    found = _followed(root, components)
    for step in location:
        below = found.get("items", {}) if isinstance(step, int) else found.get("properties", {}).get(step, {})
        found = _followed(below, components)
    return found


def _followed(schema: dict[str, Any], components: Mapping[str, Any]) -> dict[str, Any]:
    """*schema*, with what it refers to."""
    reference = schema.get("$ref", "")
    return {**components[reference.rpartition("/")[2]], **schema} if reference else schema
