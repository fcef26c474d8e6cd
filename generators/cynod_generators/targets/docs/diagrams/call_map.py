"""The overview diagram: who calls which operations and who is notified, drawn and in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from cynod_generators.targets.docs.addresses import WEBHOOKS, families
from cynod_generators.targets.docs.diagrams.layout import NARROW, WIDE, Drawing, Scene, draw
from cynod_generators.targets.docs.localized_site import Edition
from cynod_generators.targets.docs.text.markdown import Anchor
from cynod_spec.model import Actor


@dataclass(frozen=True, slots=True)
class ActorLine:
    """An actor in words: what it calls, and what notifies it."""

    title: str
    description: Markup
    calls: tuple[Anchor, ...]
    told: tuple[Anchor, ...]


@dataclass(frozen=True, slots=True)
class Diagram:
    """The same thing drawn for a wide window and for a narrow one, and said in words."""

    drawings: tuple[Drawing, ...]
    actors: tuple[ActorLine, ...]


def diagram(edition: Edition) -> Diagram | None:
    """The diagram of the contract; None when the document names no actor, or nothing to call."""
    contract, names = edition.contract, families(edition.contract)
    shown = tuple(_families(names, edition))
    if not contract.actors or not shown:
        return None
    scene = Scene(
        title=edition.text(contract.words("/info/title")),
        hosts=tuple(server.url.partition("://")[2] for server in contract.servers),
        families=shown,
        actors=tuple(
            (edition.text(actor.title), tuple(_reached(actor, names, edition))) for actor in contract.actors
        ),
        told=len(names) if contract.webhooks else None,
    )
    return Diagram(
        drawings=(draw(scene, WIDE), draw(scene, NARROW)),
        actors=tuple(_in_words(actor, names, edition) for actor in contract.actors),
    )


def _families(names: list[str], edition: Edition) -> Iterator[tuple[str, str]]:
    """Title and note of each family, then of the notifications when there are any."""
    contract, words = edition.contract, edition.words
    for name in names:
        operations = [each for each in contract.operations if each.tag == name]
        schemes = dict.fromkeys(scheme for each in operations for scheme in each.schemes)
        count = f"{len(operations)} {(words.operation if len(operations) == 1 else words.operations).lower()}"
        yield edition.tag(name).text, " · ".join([count, *([", ".join(schemes)] if schemes else [])])
    if contract.webhooks:
        yield words.webhooks, ", ".join(webhook.name for webhook in contract.webhooks)


def _reached(actor: Actor, names: list[str], edition: Edition) -> Iterator[int]:
    """The numbers of the families that *actor* calls, then that of the notifications if it gets any."""
    contract = edition.contract
    callers = {tag.name: tag.actors for tag in contract.tags}
    yield from (number for number, name in enumerate(names) if actor.name in callers.get(name, ()))
    if any(actor.name in callers.get(webhook.tag, ()) for webhook in contract.webhooks):
        yield len(names)


def _in_words(actor: Actor, names: list[str], edition: Edition) -> ActorLine:
    reached = list(_reached(actor, names, edition))
    return ActorLine(
        title=edition.text(actor.title),
        description=edition.rich(actor.description, actor.at),
        calls=tuple(edition.tag(names[number]) for number in reached if number < len(names)),
        told=(edition.page(WEBHOOKS, edition.words.webhooks),) if len(names) in reached else (),
    )
