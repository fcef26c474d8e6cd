"""Servers without TLS."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from cynod_spec.lint.fixes import Put
from cynod_spec.lint.registry import Found, Subject, rule

_LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")


@rule(
    "server-insecure",
    says="the server {url} is not HTTPS",
    hint="write https://; plain HTTP is for this machine alone",
    good="- url: https://api.bikes.example/v2",
    bad="- ⟦url⟧: http://api.bikes.example/v2",
    fixable=True,
)
def server_insecure(subject: Subject) -> Iterator[Found]:
    """HTTPS is the only channel."""
    for server in subject.root.items("servers"):
        node = server.get("url")
        if node is None or not isinstance(node.value, str) or not node.value.startswith("http:"):
            continue
        if _host(node.value) not in _LOOPBACK:
            yield node.at, {"url": node.value}, Put(node.tokens, "https:" + node.value.removeprefix("http:"))


def _host(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None
