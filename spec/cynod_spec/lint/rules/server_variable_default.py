"""Defaults of server variables that are not among their values."""

from __future__ import annotations

from collections.abc import Iterator

from cynod_spec.lint.registry import Found, Subject, rule
from cynod_spec.lint.servers import servers, variables


@rule(
    "server-variable-default",
    says="the default {default} of the variable {name} is none of its values",
    hint="list it under `enum`, or choose one of {values}",
    good="- url: https://api.bikes.example/v2",
    bad="""
    - url: https://api.bikes.example/v2
    - url: https://{region}.bikes.example/v2
      variables: {region: {⟦default⟧: us, enum: [eu, af]}}
    """,
)
def server_variable_default(subject: Subject) -> Iterator[Found]:
    """The default of a variable is one of its values, where these are listed."""
    for server, _ in servers(subject):
        for name, node in variables(server):
            default, listed = node.get("default"), node.value.get("enum")
            if default is not None and isinstance(listed, list) and default.value not in listed:
                known = ", ".join(str(value) for value in listed)
                yield default.at, {"default": default.value, "name": name, "values": known or "them"}
