"""The geometry of the overview diagram: actors to the left, the application and its families to the right."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_BOX: Final = 62  # the height of a family
_GAP: Final = 16
_FIRST: Final = 26  # from the top of a box to its first baseline
_LINE: Final = 19


@dataclass(frozen=True, slots=True)
class Sizes:
    """Widths of a drawing, in its units, and how many characters fit on a line."""

    name: str  # its class in the style sheet, which gives the sizes of letters
    width: int
    actor: int  # the width of an actor
    frame: int  # where the frame of the application begins
    inset: int
    pad: int
    actor_fits: int
    title_fits: int
    note_fits: int


WIDE: Final = Sizes("wide", 760, 210, 350, 24, 20, 20, 36, 46)
NARROW: Final = Sizes("narrow", 352, 112, 146, 9, 10, 13, 22, 30)


@dataclass(frozen=True, slots=True)
class Scene:
    """What is drawn. Each actor reaches families by their numbers; *told* is the one that notifies."""

    title: str
    hosts: tuple[str, ...]
    families: tuple[tuple[str, str], ...]  # title, note
    actors: tuple[tuple[str, tuple[int, ...]], ...]  # title, numbers of families
    told: int | None


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle with its words: baseline and text of each line of its name, then of its notes."""

    x: int
    y: int
    width: int
    height: int
    margin: int  # where its words begin
    lines: tuple[tuple[int, str], ...]
    notes: tuple[tuple[int, str], ...] = ()

    @property
    def middle(self) -> int:
        """The height of its middle."""
        return self.y + self.height // 2


@dataclass(frozen=True, slots=True)
class Arrow:
    """A curve from one side to the other; *told* is one of notifications."""

    path: str
    told: bool


@dataclass(frozen=True, slots=True)
class Drawing:
    """Everything in its place."""

    name: str
    width: int
    height: int
    frame: Box
    actors: tuple[Box, ...]
    families: tuple[Box, ...]
    arrows: tuple[Arrow, ...]


def draw(scene: Scene, sizes: Sizes) -> Drawing:
    """*scene* laid out with *sizes*."""
    families = tuple(_families(scene, sizes))
    bottom = families[-1].y + _BOX + max(sizes.inset, _GAP)
    frame = _box(sizes.frame, 1, sizes.width - sizes.frame - 1, bottom, scene.title, scene.hosts, sizes)
    order = sorted(scene.actors, key=lambda actor: _mean([families[number].middle for number in actor[1]]))
    actors = tuple(_actors([title for title, _ in order], frame.height, sizes))
    return Drawing(
        name=sizes.name,
        width=sizes.width,
        height=max(frame.height, *(box.y + box.height for box in actors)) + 2,
        frame=frame,
        actors=actors,
        families=families,
        arrows=tuple(
            _arrow(
                box, families[number], told=number == scene.told, offset=6 * (index - (len(numbers) - 1) / 2)
            )
            for box, (_, numbers) in zip(actors, order, strict=True)
            for index, number in enumerate(numbers)
        ),
    )


def _families(scene: Scene, sizes: Sizes) -> Iterator[Box]:
    x, top = sizes.frame + sizes.inset, _FIRST + _LINE * len(scene.hosts) + 2 * _GAP
    for number, (title, note) in enumerate(scene.families):
        y = top + number * (_BOX + _GAP)
        yield _box(x, y, sizes.width - x - sizes.inset, _BOX, title, (note,), sizes)


def _box(x: int, y: int, width: int, height: int, title: str, notes: tuple[str, ...], sizes: Sizes) -> Box:
    """A box with its title and notes at its top, each cut to one line."""
    name = textwrap.shorten(title, sizes.title_fits, placeholder="…")
    small = [textwrap.shorten(note, sizes.note_fits, placeholder="…") for note in notes]
    return Box(
        *(x, y, width, height, x + sizes.pad),
        lines=((y + _FIRST, name),),
        notes=tuple((y + _FIRST + _LINE * (index + 1), note) for index, note in enumerate(small)),
    )


def _actors(titles: list[str], height: int, sizes: Sizes) -> Iterator[Box]:
    """A box for each actor, in the middle of an equal share of the *height*."""
    share = max(height // len(titles), _BOX + 2 * _LINE + _GAP)
    for number, title in enumerate(titles):
        lines = textwrap.wrap(title, sizes.actor_fits)[:3]
        tall = 34 + _LINE * len(lines)
        y = share * number + (share - tall) // 2
        baselines = tuple((y + 31 + _LINE * index, line) for index, line in enumerate(lines))
        yield Box(1, y, sizes.actor, tall, 1 + sizes.pad, baselines)


def _arrow(actor: Box, family: Box, *, told: bool, offset: float) -> Arrow:
    here, there = actor.middle + offset, family.middle
    left, right = actor.x + actor.width + 4, family.x - 4
    middle = (left + right) / 2
    if told:  # towards the actor
        return Arrow(f"M{right} {there} C{middle:g} {there} {middle:g} {here:g} {left} {here:g}", told=True)
    return Arrow(f"M{left} {here:g} C{middle:g} {here:g} {middle:g} {there} {right} {there}", told=False)


def _mean(values: list[int]) -> float:
    return sum(values) / max(1, len(values))
