"""``cynod spec lint``."""

from __future__ import annotations

import click


@click.command()
@click.argument("file", required=False)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "sarif", "github"]),
    default="text",
    show_default=True,
    help="sarif for code scanning, github for annotations in a workflow.",
)
@click.option("--rules", is_flag=True, help="List the rules and leave.")
@click.option("--fail-on", type=click.Choice(["error", "warning"]), default="error", show_default=True)
@click.pass_context
def lint(ctx: click.Context, file: str | None, form: str, rules: bool, fail_on: str) -> None:
    """Check the contract FILE, or the one shipped with cynod. Exit 1 when a rule finds an error.

    \b
    Examples:
      cynod spec lint
      cynod spec lint openapi.yaml --format sarif > lint.sarif
      cynod spec lint --rules
    """
    from cynod_spec.lint import check
    from cynod_spec.lint.catalogue import all_rules
    from cynod_spec.lint.formats import render
    from cynod_spec.reading import shipped

    if rules:
        for rule in all_rules():
            click.echo(f"{rule.id:26} {rule.level:8} {rule.documentation.splitlines()[0]}")
        return
    file = file or shipped()
    findings = check(file)
    click.echo(render(findings, form, file), nl=False)
    if any(finding.level == "error" or fail_on == "warning" for finding in findings):
        ctx.exit(1)
