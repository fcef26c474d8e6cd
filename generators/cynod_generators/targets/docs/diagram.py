"""The overview diagram: who calls which operations and who is notified, laid out from the contract."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from cynod_generators.targets.docs.addresses import WEBHOOKS, families
from cynod_generators.targets.docs.edition import Edition
from cynod_generators.targets.docs.markdown import Anchor

# Lengths, in the units of the drawing.
_WIDTH: Final = 760
_ACTOR: Final = 210
_FRAME: Final = 350  # where the frame of the application begins
_INSET: Final = 24
_BOX: Final = 62
_GAP: Final = 16
_HEAD: Final = 72
_LINE: Final = 19
_FITS: Final = {_ACTOR: 22, _WIDTH - _FRAME - 2 * _INSET: 38}  # characters on a line of a box


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle with its lines of text, the first one its name."""

    x: int
    y: int
    width: int
    height: int
    lines: tuple[tuple[int, str], ...]  # y of the baseline, text
    notes: tuple[tuple[int, str], ...]

    @property
    def middle(self) -> int:
        """The height of its middle."""
        return self.y + self.height // 2

    @property
    def right(self) -> int:
        """Where it ends."""
        return self.x + self.width


@dataclass(frozen=True, slots=True)
class Arrow:
    """A curve from one side to the other; *told* is one of notifications."""

    path: str
    told: bool


@dataclass(frozen=True, slots=True)
class ActorLine:
    """The same in words: an actor, what it calls, and what notifies it."""

    title: str
    description: Markup
    calls: tuple[Anchor, ...]
    told: tuple[Anchor, ...]


@dataclass(frozen=True, slots=True)
class Diagram:
    """The drawing and its alternative in words."""

    width: int
    height: int
    frame: Box
    actors: tuple[Box, ...]
    families: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    actor_lines: tuple[ActorLine, ...]


def diagram(edition: Edition) -> Diagram | None:
    """The diagram of the contract; None when the document names no actor."""
    contract = edition.contract
    if not contract.actors:
        return None
    names = families(contract)
    callers = {tag.name: tag.actors for tag in contract.tags}
    told = {actor for webhook in contract.webhooks for actor in callers.get(webhook.tag, ())}
    boxes = list(_families(names, edition))
    frame = Box(
        _FRAME, 1, _WIDTH - _FRAME - 1, boxes[-1].y + _BOX + _INSET, *_words(_heading(edition), _FRAME, 1, 26)
    )
    drawn = dict(zip([*names, None], boxes, strict=False))  # None: the notifications
    reach = {
        actor.name: [name for name in names if actor.name in callers.get(name, ())]
        + ([None] if actor.name in told else [])
        for actor in contract.actors
    }
    middles = {name: [drawn[each].middle for each in reached] for name, reached in reach.items()}
    order = sorted(reach, key=lambda name: sum(middles[name]) / max(1, len(middles[name])))
    placed = dict(_actors(order, frame.height, edition))
    return Diagram(
        width=_WIDTH,
        height=max(frame.height + 2, *(box.y + box.height + 2 for box in placed.values())),
        frame=frame,
        actors=tuple(placed.values()),
        families=tuple(boxes),
        arrows=tuple(
            _arrow(placed[actor], drawn[name], told=name is None, offset=6 * (index - (len(reached) - 1) / 2))
            for actor, reached in reach.items()
            for index, name in enumerate(reached)
        ),
        actor_lines=tuple(
            ActorLine(
                edition.text(actor.title),
                edition.rich(actor.description, actor.at),
                tuple(edition.tag(name) for name in reach[actor.name] if name is not None),
                (edition.page(WEBHOOKS, edition.words.webhooks),) if actor.name in told else (),
            )
            for actor in contract.actors
        ),
    )


def _heading(edition: Edition) -> tuple[str, list[str]]:
    return edition.text(edition.contract.words("/info/title")), [
        " · ".join(server.url.partition("://")[2] for server in edition.contract.servers)
    ]


def _families(names: Iterable[str], edition: Edition) -> Iterator[Box]:
    """A box for each family, then one for the notifications when there are any."""
    width = _WIDTH - _FRAME - 2 * _INSET
    y = _HEAD
    told = []
    for name in names:
        operations = [each for each in edition.contract.operations if each.tag == name]
        schemes = dict.fromkeys(scheme for each in operations for scheme in each.schemes)
        word = edition.words.operation if len(operations) == 1 else edition.words.operations
        note = f"{len(operations)} {word.lower()}" + (f" · {', '.join(schemes)}" if schemes else "")
        told.append((edition.tag(name).text, note))
    if edition.contract.webhooks:
        told.append((edition.words.webhooks, ", ".join(each.name for each in edition.contract.webhooks)))
    for title, note in told:
        x = _FRAME + _INSET
        yield Box(x, y, width - 1, _BOX, *_words((title, [note]), x, y, 26, fits=_FITS[width]))
        y += _BOX + _GAP


def _actors(order: list[str], height: int, edition: Edition) -> Iterator[tuple[str, Box]]:
    """A box for each actor, in *order*, in the middle of an equal share of the *height*."""
    titles = {actor.name: edition.text(actor.title) for actor in edition.contract.actors}
    share = max(height // len(order), _BOX + 2 * _LINE + _GAP)
    for number, name in enumerate(order):
        lines = textwrap.wrap(titles[name], _FITS[_ACTOR])[:3] or [name]
        tall = 34 + _LINE * len(lines)
        y = share * number + (share - tall) // 2
        baselines = tuple((y + 31 + _LINE * index, line) for index, line in enumerate(lines))
        yield name, Box(1, y, _ACTOR, tall, baselines, ())


def _words(
    text: tuple[str, list[str]], x: int, y: int, first: int, fits: int = 44
) -> tuple[tuple[tuple[int, str], ...], tuple[tuple[int, str], ...]]:
    """A title and its notes with their baselines, each cut to one line."""
    title, notes = text
    cut = [textwrap.shorten(each, fits + 8, placeholder="…") for each in notes]
    return ((y + first, textwrap.shorten(title, fits, placeholder="…")),), tuple(
        (y + first + _LINE * (index + 1), each) for index, each in enumerate(cut)
    )


def _arrow(actor: Box, family: Box, *, told: bool, offset: float) -> Arrow:
    here, there = actor.middle + offset, family.middle
    left, right = actor.right + 4, family.x - 4
    middle = (left + right) / 2
    if told:  # towards the actor
        return Arrow(f"M{right} {there} C{middle} {there} {middle} {here:g} {left} {here:g}", told=True)
    return Arrow(f"M{left} {here:g} C{middle} {here:g} {middle} {there} {right} {there}", told=False)
