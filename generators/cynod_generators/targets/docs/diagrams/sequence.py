"""The geometry of a sequence diagram: two lifelines, and an arrow there and back for each step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

_HEAD: Final = 40  # the height of a participant's box
_TOP: Final = 74  # where the first step begins
_ROW: Final = 68  # the height of a step
_BACK: Final = 30  # from the call of a step to its answer
_TIP: Final = 8


@dataclass(frozen=True, slots=True)
class Sizes:
    """Widths of a drawing, in its units, and how many characters fit."""

    name: str  # its class in the style sheet, which gives the sizes of letters
    width: int
    box: int  # the width of a participant
    name_fits: int
    call_fits: int
    note_fits: int


WIDE: Final = Sizes("wide", 760, 220, 24, 62, 62)
NARROW: Final = Sizes("narrow", 352, 104, 12, 30, 38)


@dataclass(frozen=True, slots=True)
class Call:
    """A step as it is drawn: what is asked, what is answered, whether that is lost on its way."""

    asked: str
    answered: str
    is_lost: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A step in its place: baselines of its words, its two arrows and their tips."""

    number: int
    x: int  # where its words begin
    asked: str
    asked_y: int
    there: str
    there_tip: str
    answered: str
    answered_y: int
    back: str
    back_tip: str
    cross: str  # where a lost answer ends; empty for one that arrives


@dataclass(frozen=True, slots=True)
class Drawing:
    """Everything in its place. ``heads`` are the boxes of the participants: x, middle, name."""

    name: str
    width: int
    height: int
    box: int
    head: int
    heads: tuple[tuple[int, int, str], ...]
    lives: tuple[str, ...]
    rows: tuple[Row, ...]


def draw(caller: str, application: str, calls: Sequence[Call], sizes: Sizes) -> Drawing:
    """*calls* from *caller* to *application*, laid out with *sizes*."""
    left, right = 1 + sizes.box // 2, sizes.width - 1 - sizes.box // 2
    height = _TOP + _ROW * len(calls)
    names = [_cut(name, sizes.name_fits) for name in (caller, application)]
    return Drawing(
        name=sizes.name,
        width=sizes.width,
        height=height,
        box=sizes.box,
        head=_HEAD,
        heads=((1, left, names[0]), (sizes.width - 1 - sizes.box, right, names[1])),
        lives=tuple(f"M{x} {1 + _HEAD}V{height - 2}" for x in (left, right)),
        rows=tuple(_rows(calls, left, right, sizes)),
    )


def _rows(calls: Sequence[Call], left: int, right: int, sizes: Sizes) -> Iterator[Row]:
    for number, call in enumerate(calls, 1):
        y = _TOP + _ROW * (number - 1)
        back, end = y + _BACK, (left + right) // 2 if call.is_lost else left + 2
        yield Row(
            number=number,
            x=left + 10,
            asked=_cut(call.asked, sizes.call_fits),
            asked_y=y - 6,
            there=f"M{left} {y}H{right - 2}",
            there_tip=f"M{right - 1} {y}l-{_TIP} -4v8z",
            answered=_cut(call.answered, sizes.note_fits),
            answered_y=back - 6,
            back=f"M{right} {back}H{end}",
            back_tip="" if call.is_lost else f"M{left + 1} {back}l{_TIP} -4v8z",
            cross=f"M{end - 5} {back - 5}l10 10m0 -10l-10 10" if call.is_lost else "",
        )


def _cut(text: str, fits: int) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= fits else flat[: fits - 1] + "…"
