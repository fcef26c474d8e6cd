"""What introduces the contract: its actors, the families of its operations, the pages of its guide."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from cynod_spec.model import Actor, GuidePage, GuideSection, Server, Shown, Tag, Text
from cynod_spec.source.node import Node


def read_actors(promises: Node) -> tuple[Actor, ...]:
    """Who calls the application or is called by it, in the document's order."""
    return tuple(
        Actor(name, node.need("title").words(), node.text("description"), node.at)
        for name, node in promises.members("actors")
    )


def read_tags(root: Node) -> tuple[Tag, ...]:
    """The declared families of operations, in the document's order."""
    found = []
    for node in root.items("tags"):
        name, title, actors = node.need("name").string(), node.extension("title"), node.extension("actors")
        found.append(
            Tag(
                name=name,
                title=title.words() if title else Text(name, name),
                description=node.text("description"),
                actors=actors.strings() if actors else (),
                at=node.at,
            )
        )
    return tuple(found)


def read_servers(holder: Node) -> tuple[Server, ...]:
    """Where the application answers, as the document, a path or an operation says it."""
    return tuple(
        Server(node.need("url").string(), node.text("description"), dict(_variables(node)))
        for node in holder.items("servers")
    )


def _variables(server: Node) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Name → values of the variables of a server's URL; those that give no text are left to lint."""
    for name, node in server.members("variables"):
        default, listed = node.get("default"), node.get("enum")
        values = [default.value if default else None, *(listed.value if listed and listed.value else ())]
        texts = tuple(dict.fromkeys(value for value in values if isinstance(value, str)))
        if texts:
            yield name, texts


def read_guide(promises: Node) -> tuple[GuidePage, ...]:
    """The pages that a reader begins with. Raises DocumentError when two of them share an address."""
    pages: dict[str, GuidePage] = {}
    for node in promises.items("guide"):
        id = node.need("id", "the page's address").string()
        if id in pages:
            node.fail(f"a second page of the guide is called {id!r}", f"the first: {pages[id].at}")
        pages[id] = GuidePage(id, node.need("title").words(), node.text("text"), _sections(node), node.at)
    return tuple(pages.values())


def _sections(page: Node) -> tuple[GuideSection, ...]:
    sections: dict[str, GuideSection] = {}
    for node in page.items("sections"):
        section = _section(node)
        if section.id in sections:
            node.fail(
                f"a second section of the page is called {section.id!r}",
                f"the first: {sections[section.id].at}",
            )
        sections[section.id] = section
    return tuple(sections.values())


def _section(node: Node) -> GuideSection:
    shows = node.get("shows")
    value = shows.one_of(get_args(Shown)) if shows else None
    return GuideSection(
        id=node.need("id", "the section's anchor in its page").string(),
        title=node.need("title").words(),
        text=node.text("text"),
        shows=next((known for known in get_args(Shown) if known == value), None),
        at=node.at,
    )
