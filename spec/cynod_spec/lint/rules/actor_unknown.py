"""Actors that nobody introduces."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cynod_spec.lint.registry import Subject, rule
from cynod_spec.model import At


@rule(
    "actor-unknown",
    says="the tag {tag} names the actor {actor}, which is not declared",
    hint="declare it under x-cynod.actors, or drop it",
)
def actor_unknown(subject: Subject) -> Iterator[tuple[At, dict[str, Any]]]:
    """Whoever calls a family of operations has a title and a description that readers may see."""
    known = {actor.name for actor in subject.contract.actors}
    for tag in subject.contract.tags:
        for actor in tag.actors:
            if actor not in known:
                yield tag.at, {"tag": tag.name, "actor": actor}
