"""Variables of servers that nothing describes."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.lint.registry import Found, Subject, rule
from cynod_spec.lint.servers import names, servers, variables


@rule(
    "server-variable-undeclared",
    says="the server {url} has the variable {name}, which is not declared",
    hint="describe it under `variables`, with its default: nobody can fill it in otherwise",
    good="- url: https://api.bikes.example/v2",
    bad="""
    - url: https://api.bikes.example/v2
    - ⟦url⟧: https://{region}.bikes.example/v2
    """,
)
def server_variable_undeclared(subject: Subject) -> Iterator[Found]:
    """Every variable of a server's URL has its description and its default (OpenAPI, Server Object)."""
    for server, url in servers(subject):
        declared = {name for name, _ in variables(server)}
        for name in dict.fromkeys(names(url)):
            if name not in declared:
                yield server.place("url"), {"url": url, "name": name}
