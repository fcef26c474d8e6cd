"""Servers whose URL ends with a slash."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.lint.fixes import Put
from cynod_spec.lint.registry import Found, Subject, rule
from cynod_spec.lint.servers import names, servers, with_defaults


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
    for server, url in servers(subject):
        whole = with_defaults(server, url)
        if len(whole) < 2 or not whole.endswith("/"):
            continue
        path = ("url",) if url.endswith("/") else ("variables", names(url)[-1], "default")
        node = server.get(*path)
        if node is not None:
            shorter = node.value.rstrip("/")
            yield node.at, {"url": whole}, Put(node.tokens, shorter) if shorter != node.value else None
