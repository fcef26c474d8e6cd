"""Variables of servers that their URL does not use."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.lint.registry import Found, Subject, rule
from cynod_spec.lint.servers import names, servers, variables


@rule(
    "server-variable-unused",
    level="warning",
    says="the variable {name} does not stand in the URL {url} of its server",
    hint="write it in the URL as {{{name}}}, or drop it",
    good="- url: https://api.bikes.example/v2",
    bad="""
    - url: https://api.bikes.example/v2
      variables: {⟦region⟧: {default: eu}}
    """,
)
def server_variable_unused(subject: Subject) -> Iterator[Found]:
    """What is declared and stands nowhere is most often the other half of a misspelt name."""
    for server, url in servers(subject):
        for name, node in variables(server):
            if name not in names(url):
                yield node.at, {"url": url, "name": name}
