"""``cynod spec diff``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cynod_spec.environment.provenance import announce
from cynod_spec.output.terminal import echo_written

if TYPE_CHECKING:  # the diff is read only when it is asked for
    from cynod_spec.diff.changes import Severity


@click.command()
@click.argument("old", required=False)
@click.argument("new", required=False)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "markdown", "html", "github"]),
    default="text",
    show_default=True,
    help="markdown and html make a changelog, github annotations in a workflow.",
)
@click.option(
    "--fail-on",
    type=click.Choice(["breaking", "risky", "none"]),
    default="breaking",
    show_default=True,
    help="Exit 1 when a change is this severe, or more.",
)
@click.option(
    "--severity",
    type=click.Choice(["breaking", "risky", "safe"]),
    default="safe",
    show_default=True,
    help="Show the changes that are this severe, or more. The exit code and the version count them all.",
)
@click.option("--texts", is_flag=True, help="Show each change of texts and examples too, not only how many.")
@click.option(
    "--lang", type=click.Choice(["fr", "en"]), default="en", show_default=True, help="Language of the texts."
)
@click.option("--rules", is_flag=True, help="List the rules and leave.")
@click.pass_context
def diff(
    ctx: click.Context,
    old: str | None,
    new: str | None,
    form: str,
    fail_on: str,
    severity: Severity,
    texts: bool,
    lang: str,
    rules: bool,
) -> None:
    """Tell what changed from OLD to NEW for a partner, and which version that asks for.

    OLD and NEW are files, or documents of a git revision with what they refer to. What partners send must
    not be asked more of, what they receive must not promise less: that is breaking. Exit 1 when such a
    change is found.

    Changes stand by severity and operation; one that several operations share stands once. What differs in
    texts and examples only is counted: see --texts. JSON holds everything.

    \b
    Examples:
      cynod spec diff HEAD:spec/openapi.yaml spec/openapi.yaml
      cynod spec diff v1.0.0:spec/openapi.yaml spec/openapi.yaml --format html --lang fr > changelog.html
      cynod spec diff main:spec/openapi.yaml spec/openapi.yaml --format github --fail-on risky
      cynod spec diff old.yaml new.yaml --severity breaking
      cynod spec diff old.yaml new.yaml --texts
      cynod spec diff --rules
    """
    if rules:
        from cynod_spec.diff.formats.table import table

        echo_written(table(lang))
        return
    if old is None or new is None:
        raise click.UsageError(f"Missing argument '{'OLD' if old is None else 'NEW'}'.", ctx)
    from cynod_spec.diff import compare
    from cynod_spec.diff.formats import render
    from cynod_spec.diff.formats.grouping import Selection
    from cynod_spec.diff.revision import read_named

    former, later = read_named(old), read_named(new)
    announce(former, later)
    comparison = compare(former, later)
    echo_written(render(comparison, form, lang, Selection(severity, texts)))
    severe = {"breaking": ("breaking",), "risky": ("breaking", "risky"), "none": ()}[fail_on]
    if any(change.severity in severe for change in comparison.changes):
        ctx.exit(1)
