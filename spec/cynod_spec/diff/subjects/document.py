"""The document as a whole: version of OpenAPI, texts, servers, tags, guide, actors, limits, languages."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.diff.changes import ApiLocation, Change
from cynod_spec.diff.emit import change, differ, texts
from cynod_spec.diff.subjects.both import Contracts, Documents
from cynod_spec.diff.subjects.servers import servers
from cynod_spec.model import GuidePage, GuideSection
from cynod_spec.source.node import Node

SPOT = ApiLocation()


def document(both: Documents) -> Iterator[Change]:
    """What any OpenAPI document says of itself."""
    old, new = both.old.need("openapi"), both.new.need("openapi")
    if old.value != new.value:
        words = {"before": str(old.value), "after": str(new.value)}
        yield change("openapi-version-changed", "contract", old, new, SPOT, **words)
    info = both.old.get("info"), both.new.get("info")
    if info[0] and info[1]:
        keys = ("title", "summary", "description", "termsOfService", "contact", "license")
        yield from texts(info[0], info[1], keys, "contract", SPOT)
    yield from texts(both.old, both.new, ("externalDocs",), "contract", SPOT)
    yield from servers(both)
    yield from _tags(both.old, both.new)


def _tags(old: Node, new: Node) -> Iterator[Change]:
    before, after = _named(old, "tags", "name"), _named(new, "tags", "name")
    for name, node in before.items():
        if name not in after:
            yield change("tag-removed", "contract", node, new.get("tags") or new, SPOT, name=name)
        else:
            yield from texts(node, after[name], ("summary", "description"), "contract", SPOT)
            titles = node.extension(), after[name].extension()
            if titles[0] and titles[1]:
                yield from texts(titles[0], titles[1], ("title", "actors"), "contract", SPOT)
    for name, node in after.items():
        if name not in before:
            yield change("tag-added", "contract", old.get("tags") or old, node, SPOT, name=name)


def _named(root: Node, key: str, name: str) -> dict[str, Node]:
    """The items of the list *key* by their member *name*."""
    listed = root.items(key) if root.get(key) else ()
    return {str(member.value): item for item in listed if (member := item.get(name)) is not None}


def limits(contracts: Contracts, both: Documents) -> Iterator[Change]:
    """The largest body, the languages of messages, the page that explains a code."""
    old, new = contracts.old, contracts.new
    places = both.old.need("x-cynod"), both.new.need("x-cynod")
    if old.max_body != new.max_body:
        rule = "body-limit-raised" if new.max_body > old.max_body else "body-limit-lowered"
        at = places[0].need("max-body"), places[1].need("max-body")
        words = {"before": str(old.max_body), "after": str(new.max_body)}
        yield change(rule, "request", at[0], at[1], SPOT, **words)
    yield from _retention(places)
    at = places[0].need("languages"), places[1].need("languages")
    for language in (*old.languages, *new.languages):
        if (language in old.languages) != (language in new.languages):
            rule = "language-added" if language in new.languages else "language-removed"
            yield change(rule, "response", at[0], at[1], SPOT, name=language)
    if old.languages[:1] != new.languages[:1]:
        words = {"before": "".join(old.languages[:1]), "after": "".join(new.languages[:1])}
        yield change("default-language-changed", "response", at[0], at[1], SPOT, **words)
    if old.documentation != new.documentation:
        at = (places[0].get("documentation") or places[0], places[1].get("documentation") or places[1])
        words = {"before": old.documentation, "after": new.documentation}
        yield change("code-page-moved", "response", at[0], at[1], SPOT, **words)


def _retention(places: tuple[Node, Node]) -> Iterator[Change]:
    """How long the application remembers; what a document does not promise it may forget at once."""
    named: dict[str, None] = {}
    for place in places:
        named.update(dict.fromkeys(name for name, _ in place.members("retention")))
    for name in named:
        found = places[0].get("retention", name), places[1].get("retention", name)
        before, after = (node.integer() if node is not None else 0 for node in found)
        if before != after:
            rule = "retention-lengthened" if after > before else "retention-shortened"
            at = (found[0] or places[0], found[1] or places[1])
            words = {"name": name, "before": str(before), "after": str(after)}
            yield change(rule, "contract", at[0], at[1], SPOT, **words)


def guide(contracts: Contracts, both: Documents) -> Iterator[Change]:
    """The pages and sections of the guide, and the actors."""
    old, new = contracts.old, contracts.new
    places = both.old.need("x-cynod"), both.new.need("x-cynod")
    before, after = _parts(old.guide), _parts(new.guide)
    for id, part in before.items():
        if id not in after:
            yield change("guide-removed", "contract", part.at, places[1], SPOT, name=id)
        elif any(differ(*pair) for pair in zip(_says(part), _says(after[id]), strict=True)):
            yield change("guide-changed", "contract", part.at, after[id].at, SPOT, name=id)
    for id, part in after.items():
        if id not in before:
            yield change("guide-added", "contract", places[0], part.at, SPOT, name=id)
    actors = {actor.name: actor for actor in old.actors}, {actor.name: actor for actor in new.actors}
    for name, actor in actors[0].items():
        if name not in actors[1]:
            yield change("actor-removed", "contract", actor.at, places[1], SPOT, name=name)
        else:
            now = actors[1][name]
            for key, words in (("title", now.title), ("description", now.description)):
                if differ(getattr(actor, key), words):
                    yield change("text-changed", "contract", actor.at, now.at, SPOT, key=key)
    for name, actor in actors[1].items():
        if name not in actors[0]:
            yield change("actor-added", "contract", places[0], actor.at, SPOT, name=name)


def _parts(pages: tuple[GuidePage, ...]) -> dict[str, GuidePage | GuideSection]:
    found: dict[str, GuidePage | GuideSection] = {}
    for page in pages:
        found[page.id] = page
        found.update({f"{page.id}#{section.id}": section for section in page.sections})
    return found


def _says(part: GuidePage | GuideSection) -> tuple[object, ...]:
    return part.title, part.text, part.shows if isinstance(part, GuideSection) else None
