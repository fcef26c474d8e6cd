"""Actors that nobody introduces."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cynod_spec.base.suggestions import did_you_mean
from cynod_spec.lint.registry import Found, Subject, rule

_DECLARE: Final = "declare it under x-cynod.actors, or drop it"


@rule(
    "actor-unknown",
    says="the tag {tag} names the actor {actor}, which is not declared",
    hint="{meant}",
    good="- {name: Access, x-cynod: {actors: [shop]}}",
    bad="- {name: Access, x-cynod: {actors: [⟦stranger⟧]}}",
)
def actor_unknown(subject: Subject) -> Iterator[Found]:
    """Whoever calls a family of operations has a title and a description that readers may see."""
    known = {actor.name for actor in subject.contract.actors}
    for tag in subject.contract.tags:
        for index, actor in enumerate(tag.actors):
            if actor not in known:
                yield (
                    subject.below(tag.at, "x-cynod", "actors", str(index)),
                    {"tag": tag.name, "actor": actor, "meant": did_you_mean(actor, known, _DECLARE)},
                )
