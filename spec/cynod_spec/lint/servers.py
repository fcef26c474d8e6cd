"""The servers of a document, wherever they stand, and the URLs that they may mean."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cynod_spec.lint.registry import Subject
from cynod_spec.source.node import Node

_VARIABLE = re.compile(r"\{([^{}]*)\}")


def servers(subject: Subject) -> Iterator[tuple[Node, str]]:
    """Every Server Object with its URL: those of the document, of path items, of operations and of links."""
    for holder in subject.traversal.objects:
        written = [holder.get("server")] if holder.tokens[-2:-1] == ("links",) else []
        if isinstance(holder.value.get("servers"), list):
            written += holder.items("servers")
        for server in written:
            if server is not None and isinstance(server.value, dict):
                url = server.value.get("url")
                if isinstance(url, str):
                    yield server, url


def names(url: str) -> list[str]:
    """The names of the variables in *url*, in order."""
    return _VARIABLE.findall(url)


def with_defaults(server: Node, url: str) -> str:
    """*url* with the default of each variable that *server* declares."""

    def default(found: re.Match[str]) -> str:
        value = server.get("variables", found[1], "default")
        return value.value if value is not None and isinstance(value.value, str) else found[0]

    return _VARIABLE.sub(default, url)


def variables(server: Node) -> Iterator[tuple[str, Node]]:
    """The variables that *server* declares, by name."""
    declared = server.get("variables")
    if declared is not None and isinstance(declared.value, dict):
        yield from ((name, node) for name, node in declared.members() if isinstance(node.value, dict))


def values(variable: Node) -> Iterator[Node]:
    """The values that *variable* may have, as far as it says: its default, then those of its enumeration."""
    default = variable.get("default")
    if default is not None and isinstance(default.value, str):
        yield default
    listed = variable.get("enum")
    if listed is not None and isinstance(listed.value, list):
        yield from (item for item in listed.items() if isinstance(item.value, str))
