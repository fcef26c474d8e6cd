"""``cynod spec``: what architects ask of a contract."""

from __future__ import annotations

import click

from cynod_spec.cli.commands.bundle import bundle
from cynod_spec.cli.commands.clauses import clauses
from cynod_spec.cli.commands.codes import codes
from cynod_spec.cli.commands.diff import diff
from cynod_spec.cli.commands.lint import lint
from cynod_spec.cli.commands.lsp import lsp
from cynod_spec.cli.commands.overlay import overlay
from cynod_spec.cli.commands.rules import rules
from cynod_spec.cli.commands.workflows import workflows


@click.group()
def spec() -> None:
    """Read the contract: lint it, compare it, bundle it, list its clauses, codes, scenarios and rules.

    \b
    Examples:
      cynod spec lint spec/openapi.yaml
      cynod spec diff HEAD:spec/openapi.yaml spec/openapi.yaml
      cynod spec clauses --format json
      cynod spec codes --lang en
      cynod spec workflows
    """


for _command in (lint, rules, diff, bundle, overlay, clauses, codes, workflows, lsp):
    spec.add_command(_command)
