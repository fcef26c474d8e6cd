"""Each command hands its parameters on as one frozen object, whose fields are exactly these parameters."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields
from typing import Any

import click
import pytest

from cynod_conformance.cli.conform_command import conform
from cynod_conformance.cli.conform_options import ConformOptions
from cynod_generators.cli import docs, server
from cynod_generators.cli.generate_options import DocsOptions, ServerOptions
from cynod_sandbox.cli import sandbox
from cynod_sandbox.cli.limit_options import OPTIONS
from cynod_sandbox.cli.sandbox_options import SandboxOptions

LIMITS = {each.name for each in OPTIONS}
COMMANDS = [
    (conform, ConformOptions, []),
    (sandbox, SandboxOptions, []),
    (server, ServerOptions, ["--target", "fastapi", "-o", "x"]),
    (docs, DocsOptions, ["-o", "x"]),
]


@pytest.mark.parametrize(("command", "kind", "arguments"), COMMANDS)
def test_each_parameter_is_a_field(command: click.Command, kind: type[Any], arguments: list[str]) -> None:
    context = command.make_context(command.name, arguments)
    parameters = {name: value for name, value in context.params.items() if name not in LIMITS}
    if kind is SandboxOptions:
        parameters["limits"] = {name: context.params[name] for name in LIMITS}
    options = kind(**parameters)
    assert parameters.keys() == {each.name for each in fields(kind)}
    with pytest.raises(FrozenInstanceError):
        options.spec = "another"
