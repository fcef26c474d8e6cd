"""The overview diagram: which actors call which operations and which are notified, drawn and in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from cynod_generators.targets.docs.addresses import WEBHOOKS, families
from cynod_generators.targets.docs.diagrams.layout import NARROW, WIDE, CallMap, CallMapDrawing, draw
from cynod_generators.targets.docs.localized_site import LocalizedSite
from cynod_generators.targets.docs.text.markdown import Anchor
from cynod_spec.model import Actor


@dataclass(frozen=True, slots=True)
class ActorLine:
    """An actor in words: the families it calls, and the webhooks that notify it."""

    title: str
    description: Markup
    calls: tuple[Anchor, ...]
    notified_by: tuple[Anchor, ...]


@dataclass(frozen=True, slots=True)
class Diagram:
    """The diagram for wide and for narrow windows, and the same in words."""

    drawings: tuple[CallMapDrawing, ...]
    actors: tuple[ActorLine, ...]


def diagram(site: LocalizedSite) -> Diagram | None:
    """The diagram of the contract; None when the document names no actor or has no operation."""
    contract, names = site.contract, families(site.contract)
    shown = tuple(_families(names, site))
    if not contract.actors or not shown:
        return None
    call_map = CallMap(
        title=site.text(contract.words("/info/title")),
        hosts=tuple(server.url.partition("://")[2] for server in contract.servers),
        families=shown,
        actors=tuple(
            (site.text(actor.title), tuple(_reached_numbers(actor, names, site))) for actor in contract.actors
        ),
        notifies=len(names) if contract.webhooks else None,
    )
    return Diagram(
        drawings=(draw(call_map, WIDE), draw(call_map, NARROW)),
        actors=tuple(_in_words(actor, names, site) for actor in contract.actors),
    )


def _families(names: list[str], site: LocalizedSite) -> Iterator[tuple[str, str]]:
    """Title and note of each family, then of the webhooks if there are any."""
    contract, words = site.contract, site.words
    for name in names:
        operations = [each for each in contract.operations if each.tag == name]
        schemes = dict.fromkeys(scheme for each in operations for scheme in each.schemes)
        count = f"{len(operations)} {(words.operation if len(operations) == 1 else words.operations).lower()}"
        yield site.tag(name).text, " · ".join([count, *([", ".join(schemes)] if schemes else [])])
    if contract.webhooks:
        yield words.webhooks, ", ".join(webhook.name for webhook in contract.webhooks)


def _reached_numbers(actor: Actor, names: list[str], site: LocalizedSite) -> Iterator[int]:
    """The numbers of the families that *actor* calls, then that of the webhooks if it receives any."""
    contract = site.contract
    callers = {tag.name: tag.actors for tag in contract.tags}
    yield from (number for number, name in enumerate(names) if actor.name in callers.get(name, ()))
    if any(actor.name in callers.get(webhook.tag, ()) for webhook in contract.webhooks):
        yield len(names)


def _in_words(actor: Actor, names: list[str], site: LocalizedSite) -> ActorLine:
    reached = list(_reached_numbers(actor, names, site))
    return ActorLine(
        title=site.text(actor.title),
        description=site.rich(actor.description, actor.at),
        calls=tuple(site.tag(names[number]) for number in reached if number < len(names)),
        notified_by=(site.page(WEBHOOKS, site.words.webhooks),) if len(names) in reached else (),
    )
