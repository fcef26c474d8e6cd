"""``cynod spec rules``: what lint looks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cynod_spec.base.errors import UsageError
from cynod_spec.output.terminal import echo_line, echo_written

if TYPE_CHECKING:
    from cynod_spec.lint.registry import Rule


@click.command()
@click.argument("rule", required=False)
def rules(rule: str | None) -> None:
    """List the rules of lint, or print the page of RULE: its reason, a good and a bad example.

    \b
    Examples:
      cynod spec rules
      cynod spec rules code-orphan
    """
    from cynod_spec.lint.pages import page

    if rule is None:
        print_list()
        return
    found = next((each for each in _every() if each.id == rule), None)
    if found is None:
        raise UsageError(f"there is no rule {rule}", "`cynod spec rules` lists them")
    echo_written(page(found))


def print_list() -> None:
    """One line a rule: its id, its level, whether ``--fix`` mends it, its first sentence."""
    for each in _every():
        mended = "fix" if each.fixable else ""
        echo_line(f"{each.id:28} {each.level:8} {mended:4} {each.documentation.splitlines()[0]}")


def _every() -> tuple[Rule, ...]:
    """The rules about a contract, then those about workflows."""
    from cynod_spec.lint.catalogue import all_rules
    from cynod_spec.workflows.lint import workflow_rules

    return (*all_rules(), *workflow_rules())
