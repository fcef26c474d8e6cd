"""URLs of servers that are none, or to which no path can be added."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from cynod_spec.lint.registry import Found, Subject, rule
from cynod_spec.lint.servers import names, servers, with_defaults
from cynod_spec.network.urls import DEFAULT_PORTS

_SCHEMES: Final = ("", *DEFAULT_PORTS)
_NEVER_IN_A_URL = re.compile(r"[\x00-\x20\x7f\"<>\\^`|]")  # RFC 3986 §2
_BRACES = re.compile(r"\{[^{}]+\}")


@rule(
    "server-url-invalid",
    says="the URL {url} of this server {problem}",
    hint="write scheme, host, port and path only, and each variable once, as {{name}}",
    good="- url: https://api.bikes.example/v2",
    bad="""
    - url: https://api.bikes.example/v2
    - ⟦url⟧: https://api.bikes.example/v2?key=1
    """,
)
def server_url_invalid(subject: Subject) -> Iterator[Found]:
    """A path is added to the end of a server's URL, after its variables are filled in."""
    for server, url in servers(subject):
        problems = list(_problems(url)) or list(_problems_filled(with_defaults(server, url)))
        for problem in problems:
            yield server.place("url"), {"url": url, "problem": problem}


def _problems(url: str) -> Iterator[str]:
    bare = _BRACES.sub("", url)
    if "{" in bare or "}" in bare:
        yield "has a brace without its other half, or a variable without a name"
    if "?" in bare:
        yield "has a query"
    if "#" in bare:
        yield "has a fragment"
    for name, count in Counter(names(url)).items():
        if count > 1:
            yield f"has the variable {name} {count} times"


def _problems_filled(url: str) -> Iterator[str]:
    """What is wrong with *url*, whose variables have their defaults; nothing of one that lacks some."""
    if _BRACES.search(url):
        return
    found = _NEVER_IN_A_URL.search(url)
    if found:
        yield "has a blank" if found[0] == " " else f"has the character {found[0]!r}, which no URL has"
        return
    try:
        parts = urlsplit(url)
        has_port = parts.port != 0
    except ValueError:
        yield "has a host or a port that is none"
        return
    if parts.scheme.lower() not in _SCHEMES:
        yield f"has the scheme {parts.scheme}, which is not that of HTTP"
    elif "@" in parts.netloc:
        yield "holds the name of a user, or a password"
    elif not has_port:
        yield "has the port 0"
    elif parts.scheme and not parts.hostname:
        yield "has no host"
