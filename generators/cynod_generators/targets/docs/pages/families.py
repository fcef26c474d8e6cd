"""The page of a family of operations: a tag."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from cynod_generators.targets.docs.localized_site import LocalizedSite
from cynod_generators.targets.docs.text.markdown import Anchor


@dataclass(frozen=True, slots=True)
class OperationLine:
    """An operation in a list."""

    method: str
    path: str
    anchor: Anchor
    scopes: tuple[str, ...]
    is_deprecated: bool


@dataclass(frozen=True, slots=True)
class FamilyView:
    """A tag: its texts, its callers, its operations."""

    title: str
    description: Markup
    actors: tuple[str, ...]
    operations: tuple[OperationLine, ...]


def family_view(name: str, site: LocalizedSite) -> FamilyView:
    """The view of the tag *name*, which the document may not declare."""
    contract = site.contract
    tag = next((tag for tag in contract.tags if tag.name == name), None)
    titles = {actor.name: site.text(actor.title) for actor in contract.actors}
    return FamilyView(
        title=site.tag(name).text,
        description=site.rich(tag.description, tag.at) if tag else Markup(""),
        actors=tuple(titles[actor] for actor in tag.actors if actor in titles) if tag else (),
        operations=tuple(
            OperationLine(
                each.method,
                each.path,
                site.operation(each),
                each.scopes,
                site.sets(each.at, "deprecated"),
            )
            for each in contract.operations
            if each.tag == name
        ),
    )
