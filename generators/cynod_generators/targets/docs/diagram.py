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
from cynod_spec.model import Actor, Contract

# Lengths, in the units of the drawing.
_WIDTH: Final = 760
_ACTOR: Final = 210  # the width of an actor
_FRAME: Final = 350  # where the frame of the application begins
_INSET: Final = 24
_BOX: Final = 62  # the height of a family
_GAP: Final = 16
_HEAD: Final = 72  # the height of the frame's own words
_LINE: Final = 19
_PAD: Final = 20
# Characters on a line.
_ACTOR_FITS: Final = 20
_TITLE_FITS: Final = 36
_NOTE_FITS: Final = 46
_TOLD: Final = None  # stands for the notifications among the names of families


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle with its words: (height of the baseline, text) of each line of its name and of its note."""

    x: int
    y: int
    width: int
    height: int
    lines: tuple[tuple[int, str], ...]
    notes: tuple[tuple[int, str], ...] = ()

    @property
    def margin(self) -> int:
        """Where its words begin."""
        return self.x + _PAD

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
    """The diagram of the contract; None when the document names no actor, or nothing to call."""
    contract = edition.contract
    names = families(contract)
    boxes = list(_families(names, edition))
    if not contract.actors or not boxes:
        return None
    frame = _frame(boxes[-1].y + _BOX + _INSET, edition)
    drawn = dict(zip([*names, _TOLD], boxes, strict=False))
    reach = _reach(names, contract)
    middles = {name: [drawn[each].middle for each in reached] for name, reached in reach.items()}
    order = sorted(reach, key=lambda name: sum(middles[name]) / max(1, len(middles[name])))
    placed = dict(_actors(order, frame.height, edition))
    return Diagram(
        width=_WIDTH,
        height=max(frame.height, *(box.y + box.height for box in placed.values())) + 2,
        frame=frame,
        actors=tuple(placed.values()),
        families=tuple(boxes),
        arrows=tuple(
            _arrow(
                placed[actor], drawn[name], told=name is _TOLD, offset=6 * (index - (len(reached) - 1) / 2)
            )
            for actor, reached in reach.items()
            for index, name in enumerate(reached)
        ),
        actor_lines=tuple(_in_words(actor, reach[actor.name], edition) for actor in contract.actors),
    )


def _reach(names: list[str], contract: Contract) -> dict[str, list[str | None]]:
    """Actor → the families that it calls, then ``_TOLD`` when it is notified."""
    callers = {tag.name: tag.actors for tag in contract.tags}
    told = {actor for webhook in contract.webhooks for actor in callers.get(webhook.tag, ())}
    return {
        actor.name: [
            *(name for name in names if actor.name in callers.get(name, ())),
            *([_TOLD] if actor.name in told else []),
        ]
        for actor in contract.actors
    }


def _in_words(actor: Actor, reached: list[str | None], edition: Edition) -> ActorLine:
    return ActorLine(
        title=edition.text(actor.title),
        description=edition.rich(actor.description, actor.at),
        calls=tuple(edition.tag(name) for name in reached if name is not None),
        told=(edition.page(WEBHOOKS, edition.words.webhooks),) if _TOLD in reached else (),
    )


def _frame(height: int, edition: Edition) -> Box:
    """The application itself, with its name and where it answers."""
    title = edition.text(edition.contract.words("/info/title"))
    hosts = " · ".join(server.url.partition("://")[2] for server in edition.contract.servers)
    return _box(_FRAME, 1, _WIDTH - _FRAME - 1, height, title, hosts)


def _families(names: Iterable[str], edition: Edition) -> Iterator[Box]:
    """A box for each family, then one for the notifications when there are any."""
    contract, words = edition.contract, edition.words
    shown = []
    for name in names:
        operations = [each for each in contract.operations if each.tag == name]
        schemes = dict.fromkeys(scheme for each in operations for scheme in each.schemes)
        count = f"{len(operations)} {(words.operation if len(operations) == 1 else words.operations).lower()}"
        shown.append(
            (edition.tag(name).text, " · ".join([count, *([", ".join(schemes)] if schemes else [])]))
        )
    if contract.webhooks:
        shown.append((words.webhooks, ", ".join(webhook.name for webhook in contract.webhooks)))
    for index, (title, note) in enumerate(shown):
        y = _HEAD + index * (_BOX + _GAP)
        yield _box(_FRAME + _INSET, y, _WIDTH - _FRAME - 2 * _INSET, _BOX, title, note)


def _box(x: int, y: int, width: int, height: int, title: str, note: str) -> Box:
    """A box whose title and note stand at its top, each cut to one line."""
    name = textwrap.shorten(title, _TITLE_FITS, placeholder="…")
    small = textwrap.shorten(note, _NOTE_FITS, placeholder="…")
    return Box(x, y, width, height, ((y + 26, name),), ((y + 26 + _LINE, small),))


def _actors(order: list[str], height: int, edition: Edition) -> Iterator[tuple[str, Box]]:
    """A box for each actor, in *order*, in the middle of an equal share of the *height*."""
    titles = {actor.name: edition.text(actor.title) for actor in edition.contract.actors}
    share = max(height // len(order), _BOX + 2 * _LINE + _GAP)
    for number, name in enumerate(order):
        lines = textwrap.wrap(titles[name], _ACTOR_FITS)[:3] or [name]
        tall = 34 + _LINE * len(lines)
        y = share * number + (share - tall) // 2
        baselines = tuple((y + 31 + _LINE * index, line) for index, line in enumerate(lines))
        yield name, Box(1, y, _ACTOR, tall, baselines)


def _arrow(actor: Box, family: Box, *, told: bool, offset: float) -> Arrow:
    here, there = actor.middle + offset, family.middle
    left, right = actor.right + 4, family.x - 4
    middle = (left + right) / 2
    if told:  # towards the actor
        return Arrow(f"M{right} {there} C{middle} {there} {middle} {here:g} {left} {here:g}", told=True)
    return Arrow(f"M{left} {here:g} C{middle} {here:g} {middle} {there} {right} {there}", told=False)
