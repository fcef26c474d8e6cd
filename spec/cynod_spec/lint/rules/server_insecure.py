"""Servers without TLS."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from cynod_spec.lint.fixes import Put
from cynod_spec.lint.registry import Found, Subject, rule
from cynod_spec.lint.servers import names, servers, values, with_defaults
from cynod_spec.network.addresses import is_loopback
from cynod_spec.source.node import Node


@rule(
    "server-insecure",
    says="the server {url} is not HTTPS",
    hint="write https://; plain HTTP is for this machine only",
    good="- url: https://api.bikes.example/v2",
    bad="- ⟦url⟧: http://api.bikes.example/v2",
    fixable=True,
)
def server_insecure(subject: Subject) -> Iterator[Found]:
    """HTTPS is the only channel, at every server and for every value that its variables may have."""
    for server, url in servers(subject):
        written = server.get("url")
        if written is not None and _is_insecure(with_defaults(server, url)) and not url.startswith("{"):
            scheme, _, rest = url.partition(":")
            fix = Put(written.tokens, "https:" + rest) if scheme.lower() == "http" else None
            yield written.at, {"url": url}, fix
        for value in _beginnings(server, url):
            whole = value.value + with_defaults(server, url)[len(_default(server, url)) :]
            if _is_insecure(whole):
                yield value.at, {"url": whole}


def _beginnings(server: Node, url: str) -> Iterator[Node]:
    """The values of the variable with which *url* begins, each once."""
    if not url.startswith("{") or not names(url):
        return
    variable = server.get("variables", names(url)[0])
    seen: set[str] = set()
    if variable is not None and isinstance(variable.value, dict):
        for value in values(variable):
            if value.value not in seen:
                seen.add(value.value)
                yield value


def _default(server: Node, url: str) -> str:
    """What stands for the variable with which *url* begins once defaults are filled in."""
    first = url[: url.index("}") + 1]
    return with_defaults(server, first)


def _is_insecure(url: str) -> bool:
    if not url.lower().startswith("http:"):
        return False
    try:
        host = urlsplit(url).hostname
    except ValueError:
        return True
    return host is None or not is_loopback(host)
