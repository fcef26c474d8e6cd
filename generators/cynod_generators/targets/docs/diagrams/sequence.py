"""The layout of a sequence diagram: two lifelines, and a call and an answer for each step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

_HEAD_HEIGHT: Final = 40
_FIRST_STEP_Y: Final = 74
_STEP_HEIGHT: Final = 68
_ANSWER_OFFSET: Final = 30  # between the call and the answer of a step
_TIP_LENGTH: Final = 8


@dataclass(frozen=True, slots=True)
class SequenceSizes:
    """Widths of a drawing, in its units, and the number of characters that fit."""

    name: str  # its CSS class, which sets font sizes
    width: int
    box: int  # the width of a participant
    name_fits: int
    call_fits: int
    note_fits: int


WIDE: Final = SequenceSizes("wide", 760, 220, 24, 62, 62)
NARROW: Final = SequenceSizes("narrow", 352, 104, 12, 30, 38)


@dataclass(frozen=True, slots=True)
class SequenceMessage:
    """A step: the text of its call, the text of its answer, and whether that answer is lost."""

    asked: str
    answered: str
    is_lost: bool


@dataclass(frozen=True, slots=True)
class SequenceRow:
    """A step, laid out: baselines of its texts, its two arrows and their tips."""

    number: int
    x: int  # left edge of its texts
    asked: str
    asked_y: int
    there: str
    there_tip: str
    answered: str
    answered_y: int
    back: str
    back_tip: str
    cross: str  # marks the end of a lost answer; else empty


@dataclass(frozen=True, slots=True)
class SequenceDrawing:
    """The drawing, laid out. ``heads`` are the boxes of the participants: x, middle, name."""

    name: str
    width: int
    height: int
    box: int
    head: int
    heads: tuple[tuple[int, int, str], ...]
    lives: tuple[str, ...]
    rows: tuple[SequenceRow, ...]


def draw(
    caller: str, application: str, calls: Sequence[SequenceMessage], sizes: SequenceSizes
) -> SequenceDrawing:
    """*calls* from *caller* to *application*, laid out with *sizes*."""
    left, right = 1 + sizes.box // 2, sizes.width - 1 - sizes.box // 2
    height = _FIRST_STEP_Y + _STEP_HEIGHT * len(calls)
    names = [_cut(name, sizes.name_fits) for name in (caller, application)]
    return SequenceDrawing(
        name=sizes.name,
        width=sizes.width,
        height=height,
        box=sizes.box,
        head=_HEAD_HEIGHT,
        heads=((1, left, names[0]), (sizes.width - 1 - sizes.box, right, names[1])),
        lives=tuple(f"M{x} {1 + _HEAD_HEIGHT}V{height - 2}" for x in (left, right)),
        rows=tuple(_rows(calls, left, right, sizes)),
    )


def _rows(
    calls: Sequence[SequenceMessage], left: int, right: int, sizes: SequenceSizes
) -> Iterator[SequenceRow]:
    for number, call in enumerate(calls, 1):
        y = _FIRST_STEP_Y + _STEP_HEIGHT * (number - 1)
        back, end = y + _ANSWER_OFFSET, (left + right) // 2 if call.is_lost else left + 2
        yield SequenceRow(
            number=number,
            x=left + 10,
            asked=_cut(call.asked, sizes.call_fits),
            asked_y=y - 6,
            there=f"M{left} {y}H{right - 2}",
            there_tip=f"M{right - 1} {y}l-{_TIP_LENGTH} -4v8z",
            answered=_cut(call.answered, sizes.note_fits),
            answered_y=back - 6,
            back=f"M{right} {back}H{end}",
            back_tip="" if call.is_lost else f"M{left + 1} {back}l{_TIP_LENGTH} -4v8z",
            cross=f"M{end - 5} {back - 5}l10 10m0 -10l-10 10" if call.is_lost else "",
        )


def _cut(text: str, fits: int) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= fits else flat[: fits - 1] + "…"
