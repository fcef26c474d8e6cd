"""The layout of the overview diagram: actors on the left, the application and its families on the right."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_FAMILY_HEIGHT: Final = 62
_GAP: Final = 16
_FIRST_BASELINE: Final = 26  # from the top of a box
_LINE_HEIGHT: Final = 19


@dataclass(frozen=True, slots=True)
class CallMapSizes:
    """Widths of a drawing, in its units, and the number of characters that fit on a line."""

    name: str  # its CSS class, which sets font sizes
    width: int
    actor: int  # the width of an actor
    frame: int  # where the frame of the application begins
    inset: int
    pad: int
    actor_fits: int
    title_fits: int
    note_fits: int


WIDE: Final = CallMapSizes("wide", 760, 210, 350, 24, 20, 20, 36, 46)
NARROW: Final = CallMapSizes("narrow", 352, 112, 146, 9, 10, 13, 22, 30)


@dataclass(frozen=True, slots=True)
class CallMap:
    """What is drawn. Actors name the families they call by number; *notifies* is the family of webhooks."""

    title: str
    hosts: tuple[str, ...]
    families: tuple[tuple[str, str], ...]  # title, note
    actors: tuple[tuple[str, tuple[int, ...]], ...]  # title, numbers of families
    notifies: int | None


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle with the baseline and text of each line of its name, and of its notes."""

    x: int
    y: int
    width: int
    height: int
    margin: int  # left edge of its text
    lines: tuple[tuple[int, str], ...]
    notes: tuple[tuple[int, str], ...] = ()

    @property
    def middle(self) -> int:
        """The vertical coordinate of its middle."""
        return self.y + self.height // 2


@dataclass(frozen=True, slots=True)
class Arrow:
    """A curve from one side to the other; *notifies*: from the application to an actor."""

    path: str
    notifies: bool


@dataclass(frozen=True, slots=True)
class CallMapDrawing:
    """The drawing, laid out."""

    name: str
    width: int
    height: int
    frame: Box
    actors: tuple[Box, ...]
    families: tuple[Box, ...]
    arrows: tuple[Arrow, ...]


def draw(call_map: CallMap, sizes: CallMapSizes) -> CallMapDrawing:
    """*call_map* laid out with *sizes*."""
    families = tuple(_families(call_map, sizes))
    bottom = families[-1].y + _FAMILY_HEIGHT + max(sizes.inset, _GAP)
    frame = _box(sizes.frame, 1, sizes.width - sizes.frame - 1, bottom, call_map.title, call_map.hosts, sizes)
    order = sorted(call_map.actors, key=lambda actor: _mean([families[number].middle for number in actor[1]]))
    actors = tuple(_actors([title for title, _ in order], frame.height, sizes))
    return CallMapDrawing(
        name=sizes.name,
        width=sizes.width,
        height=max(frame.height, *(box.y + box.height for box in actors)) + 2,
        frame=frame,
        actors=actors,
        families=families,
        arrows=tuple(
            _arrow(
                box,
                families[number],
                notifies=number == call_map.notifies,
                offset=6 * (index - (len(numbers) - 1) / 2),
            )
            for box, (_, numbers) in zip(actors, order, strict=True)
            for index, number in enumerate(numbers)
        ),
    )


def _families(call_map: CallMap, sizes: CallMapSizes) -> Iterator[Box]:
    x, top = sizes.frame + sizes.inset, _FIRST_BASELINE + _LINE_HEIGHT * len(call_map.hosts) + 2 * _GAP
    for number, (title, note) in enumerate(call_map.families):
        y = top + number * (_FAMILY_HEIGHT + _GAP)
        yield _box(x, y, sizes.width - x - sizes.inset, _FAMILY_HEIGHT, title, (note,), sizes)


def _box(
    x: int, y: int, width: int, height: int, title: str, notes: tuple[str, ...], sizes: CallMapSizes
) -> Box:
    """A box with its title and notes at its top, each shortened to one line."""
    name = textwrap.shorten(title, sizes.title_fits, placeholder="…")
    small = [textwrap.shorten(note, sizes.note_fits, placeholder="…") for note in notes]
    return Box(
        *(x, y, width, height, x + sizes.pad),
        lines=((y + _FIRST_BASELINE, name),),
        notes=tuple(
            (y + _FIRST_BASELINE + _LINE_HEIGHT * (index + 1), note) for index, note in enumerate(small)
        ),
    )


def _actors(titles: list[str], height: int, sizes: CallMapSizes) -> Iterator[Box]:
    """A box for each actor, centred in an equal share of the *height*."""
    share = max(height // len(titles), _FAMILY_HEIGHT + 2 * _LINE_HEIGHT + _GAP)
    for number, title in enumerate(titles):
        lines = textwrap.wrap(title, sizes.actor_fits)[:3]
        tall = 34 + _LINE_HEIGHT * len(lines)
        y = share * number + (share - tall) // 2
        baselines = tuple((y + 31 + _LINE_HEIGHT * index, line) for index, line in enumerate(lines))
        yield Box(1, y, sizes.actor, tall, 1 + sizes.pad, baselines)


def _arrow(actor: Box, family: Box, *, notifies: bool, offset: float) -> Arrow:
    here, there = actor.middle + offset, family.middle
    left, right = actor.x + actor.width + 4, family.x - 4
    middle = (left + right) / 2
    if notifies:  # towards the actor
        return Arrow(
            f"M{right} {there} C{middle:g} {there} {middle:g} {here:g} {left} {here:g}", notifies=True
        )
    return Arrow(f"M{left} {here:g} C{middle:g} {here:g} {middle:g} {there} {right} {there}", notifies=False)


def _mean(values: list[int]) -> float:
    return sum(values) / max(1, len(values))
