"""URLs of servers to which no path can be added."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from cynod_spec.lint.registry import Found, Subject, rule
from cynod_spec.lint.servers import names, servers

_BRACES = re.compile(r"\{[^{}]+\}")


@rule(
    "server-url-invalid",
    says="the URL {url} of this server {problem}",
    hint="write it without a query and a fragment, and each variable once, as {{name}}",
    good="- url: https://api.bikes.example/v2",
    bad="""
    - url: https://api.bikes.example/v2
    - ⟦url⟧: https://api.bikes.example/v2?key=1
    """,
)
def server_url_invalid(subject: Subject) -> Iterator[Found]:
    """A path is added to the end of a server's URL, after its variables are filled in."""
    for server, url in servers(subject):
        for problem in _problems(url):
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
