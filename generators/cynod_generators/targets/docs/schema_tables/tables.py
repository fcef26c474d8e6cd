"""Schemas as flat tables: a row for each member, key, item and alternative, with type, bounds and
description.

A value that contains itself has a row that leads to where it was described. So has one that is too deep to
read in its place: it is described further down in the same table.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from markupsafe import Markup

from cynod_generators.ir.schemas import SchemaQueries
from cynod_generators.targets.docs.localized_site import LocalizedSite
from cynod_generators.targets.docs.schema_tables import values
from cynod_generators.targets.docs.schema_tables.bounds import phrases
from cynod_generators.targets.docs.schema_tables.members import Described, SchemaPart, has_inner, inner
from cynod_generators.targets.docs.schema_tables.types import TypeNames
from cynod_generators.targets.docs.schema_tables.values import Value
from cynod_generators.targets.docs.text.markdown import Anchor
from cynod_generators.targets.docs.text.serialized_values import as_shown
from cynod_generators.targets.docs.text.slugs import slug
from cynod_spec.model import Header, Parameter, Schema
from cynod_spec.schema.directions import Direction

_NOTHING: Final = Markup("")
MAX_DEPTH: Final = 7  # levels of members in one part of a table: what is deeper has a part of its own
MAX_ROWS: Final = 1000  # of one table, after which nothing is described a second time
_MARKS: Final = (("readOnly", "read_only"), ("writeOnly", "write_only"), ("deprecated", "deprecated"))
_OTHER_DIRECTION: Final = {"request": "readOnly", "response": "writeOnly"}


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of a table. *prefix* and *name* are the path of what it describes, from the whole value.

    *place* is a parameter's; *label* says in words what is no member; *required* is None where it means
    nothing; *links* lead to where the same is described; *anchor* is the row's own place in the page;
    *level* counts the alternatives and conditions that it belongs to.
    """

    prefix: str
    name: str
    place: str
    required: bool | None
    kind: str
    bounds: tuple[Markup, ...]
    description: Markup
    label: Markup = _NOTHING
    marks: tuple[str, ...] = ()
    links: tuple[Anchor, ...] = ()
    anchor: str = ""
    level: int = 0
    sent: str = ""  # how a value of a parameter goes on the wire, where it is more than its own text


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where the walk is: the path of a value, and the pointers of schemas that describe what contains it.

    *shown* are those that describe the value itself and have had their rows; *anchor* is the nearest row's.
    """

    prefix: str = ""
    name: str = ""
    depth: int = 0
    above: frozenset[str] = frozenset()
    shown: frozenset[str] = frozenset()
    anchor: str = ""
    level: int = 0

    @property
    def path(self) -> str:
        """The whole path."""
        return self.prefix + self.name

    def at(self, part: SchemaPart) -> _Spot:
        """The place of *part* of the value here."""
        if part.step.startswith("."):
            prefix = f"{self.path}." if self.path else ""
            return replace(self, prefix=prefix, name=part.step[1:])
        return replace(self, name=self.name + part.step)


class Tables:
    """The tables of one page."""

    def __init__(self, site: LocalizedSite) -> None:
        self._edition = site
        self._schemas = SchemaQueries(site.contract)
        self._kinds = TypeNames(self._schemas, site.words)
        self._anchors: set[str] = set()

    def members(self, schema: Schema, scope: str, direction: Direction) -> tuple[TableRow, ...]:
        """What the values of *schema* hold, outermost first. *scope* begins the anchors of the rows."""
        return self._rows([(schema.value, schema.pointer)], scope, direction)

    def parameters(self, parameters: tuple[Parameter, ...]) -> tuple[TableRow, ...]:
        """A row for each of *parameters*, each followed by what it holds."""
        return tuple(row for each in parameters for row in self._parameter(each))

    def headers(self, headers: tuple[Header, ...], scope: str) -> tuple[TableRow, ...]:
        """A row for each of *headers*, each followed by what it holds."""
        return tuple(row for each in headers for row in self._of(each, scope, "response"))

    def _parameter(self, parameter: Parameter) -> Iterator[TableRow]:
        first, *others = self._of(parameter, parameter.place, "request")
        place = str(getattr(self._edition.words, f"in_{parameter.place}"))
        yield replace(first, place=place, sent=as_shown(self._edition.contract, parameter))
        yield from others

    def _of(self, named: Parameter | Header, scope: str, direction: Direction) -> Iterator[TableRow]:
        """The rows of a parameter or header: what the document says of it, then of its value."""
        schema = named.schema
        first, *others = self._rows([(schema.value, schema.pointer)], scope, direction, named.name)
        marks = first.marks
        if self._edition.sets(named.at, "deprecated"):
            marks = tuple(dict.fromkeys((*marks, self._edition.words.deprecated)))
        said = self._edition.rich(named.description, named.at)
        yield replace(first, required=named.required, description=said or first.description, marks=marks)
        yield from others

    def _rows(
        self, described_by: Described, scope: str, direction: Direction, name: str = ""
    ) -> tuple[TableRow, ...]:
        walk = _Walk(self._edition, self._schemas, self._kinds, self._anchors, scope, direction)
        return tuple(walk.rows(described_by, name))


class _Walk:
    """The rows of one table, in the making."""

    def __init__(
        self,
        site: LocalizedSite,
        schemas: SchemaQueries,
        kinds: TypeNames,
        anchors: set[str],
        scope: str,
        direction: Direction,
    ) -> None:
        self._edition = site
        self._schemas = schemas
        self._kinds = kinds
        self._anchors = anchors
        self._scope = scope
        self._direction = direction
        self._count = 0
        self._places: dict[str, str] = {}  # pointer of a schema → the anchor of the row that it describes
        self._linked: set[str] = set()  # anchors to which a row leads
        self._later: list[tuple[Value, _Spot, str]] = []  # what is too deep, and the anchor of its own part

    def rows(self, described_by: Described, name: str) -> Iterator[TableRow]:
        """The rows of the value that *described_by* describe; the first is about the value as a whole.

        Without a *name*, that one is left out where it says nothing.
        """
        words = self._edition.words
        whole = SchemaPart(described_by, label=Markup("" if name else words.whole))
        first, *others = self._of(whole, _Spot(name=name))
        while self._later:
            value, spot, anchor = self._later.pop(0)
            row = self._row(value, SchemaPart([], label=Markup(words.continued)), spot)
            others.append(replace(row, anchor=anchor))
            others += self._inside(value, replace(spot, prefix="", name=f"….{spot.name}", depth=0))
        says_nothing = first.kind == words.kind_object and not (first.bounds or first.marks)
        if name or not says_nothing or first.anchor in self._linked:
            yield first
        yield from others

    def _of(self, part: SchemaPart, spot: _Spot) -> Iterator[TableRow]:
        """The row of *part* at *spot*, and the rows of what is inside it."""
        words = self._edition.words
        value = values.read(self._schemas, part.described_by)
        own = [each[1] for each in value.all_parts if each[1] not in spot.shown and has_inner(each)]
        row = self._row(value, part, spot)
        if own and all(at in spot.above for at in own):
            yield replace(row, marks=(*row.marks, words.recursive), links=self._links(own, words.see_there))
        elif own and (spot.depth >= MAX_DEPTH or self._count >= MAX_ROWS):
            if not all(at in self._places for at in own):
                self._put_off(value, own, spot)
            yield replace(row, links=self._links(own, words.see_below))
        else:
            is_always_shown = part.is_always_shown or bool(row.bounds or row.marks or row.description)
            if is_always_shown:
                yield row
            anchor = row.anchor if is_always_shown else spot.anchor
            for at in own:
                self._places.setdefault(at, anchor)
            level = spot.level if part.step or spot.depth == 0 else spot.level + 1
            yield from self._inside(
                value, replace(spot, above=spot.above | {*own}, anchor=anchor, level=level)
            )

    def _inside(self, value: Value, spot: _Spot) -> Iterator[TableRow]:
        shown = spot.shown | {at for _, at in value.all_parts}
        deeper = replace(spot, depth=spot.depth + 1)
        for part in inner(value, spot.shown, self._edition):
            yield from self._of(part, replace(deeper.at(part), shown=frozenset() if part.step else shown))

    def _put_off(self, value: Value, own: list[str], spot: _Spot) -> None:
        """Describe *value* in a part of its own, further down."""
        anchor = self._anchor(f"{spot.path} more")
        self._places.update(dict.fromkeys(own, anchor))
        self._later.append((value, replace(spot, above=spot.above | {*own}, anchor=anchor), anchor))

    def _links(self, own: list[str], text: str) -> tuple[Anchor, ...]:
        """Links to where the schemas at the pointers *own* are described."""
        anchors = list(dict.fromkeys(self._places[at] for at in own))
        self._linked.update(anchors)
        return tuple(Anchor(f"#{anchor}", text) for anchor in anchors)

    def _row(self, value: Value, part: SchemaPart, spot: _Spot) -> TableRow:
        self._count += 1
        words = self._edition.words
        parts = [each for each in value.all_parts if each[1] not in spot.shown]
        is_member = part.required is not None
        flags = [keyword for keyword, _ in _MARKS if any(each.get(keyword) is True for each, _ in parts)]
        is_theirs = _OTHER_DIRECTION[self._direction] in flags
        return TableRow(
            prefix=spot.prefix,
            name=spot.name,
            place="",
            required=None if value.is_never or is_theirs else part.required,
            kind=words.never_present if value.is_never and is_member else self._kinds.of(value),
            bounds=(*part.bounds, *phrases(parts, words)),
            description=self._described(value),
            label=part.label,
            marks=tuple(self._marks(flags)),
            anchor=self._anchor(f"{spot.path} {part.key}"),
            level=spot.level,
        )

    def _marks(self, flags: list[str]) -> Iterator[str]:
        for keyword, word in _MARKS:
            if keyword in flags:
                other = f"_{self._direction}" if keyword == _OTHER_DIRECTION[self._direction] else ""
                yield str(getattr(self._edition.words, word + other))

    def _described(self, value: Value) -> Markup:
        found = (self._edition.described(at) for _, at in value.all_parts)
        return next((text for text in found if text), Markup(""))

    def _anchor(self, text: str) -> str:
        """A place in the page that no other row has, the same in every language."""
        base = chosen = f"{self._scope}.{slug(text)}"
        number = 1
        while chosen in self._anchors:
            number += 1
            chosen = f"{base}-{number}"
        self._anchors.add(chosen)
        return chosen
