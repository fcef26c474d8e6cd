"""Servers whose URL ends with a slash."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.lint.fixes import Put
from cynod_spec.lint.registry import Found, Subject, rule


@rule(
    "server-slash",
    says="the server {url} ends with a slash, and every path begins with one",
    hint="drop the last slash: `//` is another path",
    good="- url: https://api.bikes.example/v2",
    bad="- ⟦url⟧: https://api.bikes.example/v2/",
    fixable=True,
)
def server_slash(subject: Subject) -> Iterator[Found]:
    """The address of an operation is the server's URL and the path, put together without thinking."""
    for server in subject.root.items("servers"):
        node = server.get("url")
        if node is not None and isinstance(node.value, str) and node.value[:-1] and node.value.endswith("/"):
            yield node.at, {"url": node.value}, Put(node.tokens, node.value.rstrip("/"))
