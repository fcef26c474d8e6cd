"""``cynod conform``: judge a server, or list what can be judged."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from cynod_conformance.base.common_options import READ_TIMEOUT_S
from cynod_conformance.cli.conform_options import ConformOptions
from cynod_spec import load_contract
from cynod_spec.base.errors import ExitCode, UsageError
from cynod_spec.cli.command_line import Command, options_as, show_tracebacks
from cynod_spec.environment.locating import DEFAULT_CONTRACT
from cynod_spec.environment.parts import need
from cynod_spec.environment.provenance import announce
from cynod_spec.i18n.translations import LANGUAGES, asked_language
from cynod_spec.output.terminal import echo_all, echo_written, line

EXAMPLES = """\b
Examples:
  cynod conform --sandbox                            its own sandbox
  cynod conform URL --config cynod.toml              a deployment
  cynod conform URL --profile protocol               an unedited stub
  cynod conform --sandbox --workflows                business scenarios
  cynod conform --list                               clauses, checks, faults
  eval "$(cynod conform --env --config cynod.toml)"  before the curl lines

\b
cynod.toml:
  [credentials.primary]
  consumer_key = "…"
  consumer_secret = "env:CYNOD_SECRET"
  [credentials.core]      # when present, the suite issues its own cards
  [fixtures.cartes]       # otherwise
  active = "…"

Exit codes: 0 conformant, 1 not conformant, 2 wrong use, 3 inconclusive, 4 the suite's own error.
"""


@click.command(name="conform", epilog=EXAMPLES, cls=Command)
@click.argument("url", required=False)
@click.option("--sandbox", "use_sandbox", is_flag=True, help="Start a sandbox and judge it.")
@click.option("--tls", is_flag=True, help="Of --sandbox: over TLS, under an authority made for the run.")
@click.option("--list", "listing", is_flag=True, help="Print clauses, checks and faults instead.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", help="Of --list.")
@click.option("--spec", type=click.Path(), help=f"The document. Default: {DEFAULT_CONTRACT}.")
@click.option("--config", "config_file", type=click.Path(), help="Credentials and fixtures (cynod.toml).")
@click.option(
    "--profile",
    type=click.Choice(["full", "quick", "protocol"]),
    default="full",
    show_default=True,
    help="quick: a share of each check's cases, drawn by --seed; protocol: what a bare stub must pass.",
)
@click.option(
    "--tier",
    type=click.Choice(["read", "write", "destructive", "load"]),
    help="The most that may be risked; write for a URL, load for --sandbox (destructive when quick).",
)
@click.option("--clause", "clauses", multiple=True, help="Only this clause; may be repeated.")
@click.option("--operation", "operations", multiple=True, help="Only this operation; may be repeated.")
@click.option(
    "--seed", type=click.IntRange(0), default=0, show_default=True, help="Draws the generated requests."
)
@click.option("--max-time", type=click.FloatRange(0, min_open=True), help="Seconds that the run may take.")
@click.option("--rate", type=click.FloatRange(0), default=0.0, help="Requests a second; 0 for no limit.")
@click.option("--max-requests", type=click.IntRange(0), default=0, help="In all; 0 for no limit.")
@click.option(
    "--timeout",
    type=click.FloatRange(0, min_open=True),
    default=READ_TIMEOUT_S,
    show_default=True,
    help="Seconds without a byte after which an answer is given up; a whole exchange has 1.5 times as long.",
)
@click.option(
    "--jobs",
    type=click.IntRange(1, 32),
    help="Operations that generated requests go to at a time; 4 where load may be put on, else 1.",
)
@click.option(
    "--cache-dir",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where generated requests are kept for other runs.",
)
@click.option("--no-cache", is_flag=True, help="Generate anew, keep nothing.")
@click.option(
    "--report-dir",
    type=click.Path(file_okay=False, path_type=Path),
    default="cynod-report",
    show_default=True,
    help="Folder of the report.",
)
@click.option("--waivers", "waivers_file", type=click.Path(), help="Failures accepted until a date (TOML).")
@click.option("--replay", help="Try the failure with this id again; needs --from.")
@click.option("--from", "replay_from", type=click.Path(), help="The report.json that holds it.")
@click.option("--env", is_flag=True, help="Print the variables of the reports' curl lines, for eval.")
@click.option(
    "--workflows",
    is_flag=False,
    flag_value="",
    type=click.Path(),
    metavar="[FILE]",
    help="Run the business scenarios of FILE (Arazzo) instead; else those beside the document.",
)
@click.option(
    "--fail-on",
    type=click.Choice(["must", "should"]),
    default="must",
    show_default=True,
    help="Level of the clauses whose failure makes the target not conformant.",
)
@click.option("--allow-http", is_flag=True, help="Send secrets over plain http beyond this machine.")
@click.option(
    "--lang",
    "language",
    type=click.Choice(LANGUAGES),
    default="fr",
    show_default=True,
    help="Language of what is printed. That of this help is the locale's unless --lang is given.",
)
@click.option("--no-engine", is_flag=True, hidden=True)
@click.option("--fault", "faults", multiple=True, hidden=True)
@click.option("-v", "--verbose", is_flag=True, help="Every clause, and tracebacks of the suite's own errors.")
@options_as(ConformOptions)
@click.pass_context
def conform(context: click.Context, options: ConformOptions) -> None:
    """Judge whether the server at URL is a CYNOD, clause by clause."""
    asked = asked_language(context)  # `--lang` before the command, too
    options = replace(options, language=asked or options.language)
    if options.verbose:
        show_tracebacks(context)
    need(*options.needed)
    if options.listing:
        code = listed(options)
    elif options.env:
        code = exported(options)
    else:
        code = judged(options.with_url())
    context.exit(code)


def listed(options: ConformOptions) -> int:
    """``--list``: 0 when every clause, check and fault has its counterpart, else 1."""
    from cynod_conformance.report.traceability import as_table, problems, rows
    from cynod_spec.output.json_text import json_text

    contract = load_contract(options.spec)
    announce(contract)
    if options.form == "json":
        echo_written(json_text(rows(contract, options.language)) + "\n")
    else:
        echo_all(map(line, as_table(contract, options.language)))
    found = list(problems(contract))
    echo_all(map(line, found), err=True)
    return ExitCode.FAILS if found else ExitCode.HOLDS


def exported(options: ConformOptions) -> int:
    """``--env``: a line a variable, secrets included. Raises UsageError without a configuration."""
    from cynod_conformance.config.settings import read_config
    from cynod_conformance.reproduction.environment import exports

    if not options.config_file:
        raise UsageError("--env needs --config cynod.toml")
    for setting in exports(read_config(options.config_file)):
        echo_written(setting + "\n")  # for eval: quoted for bash, which a mark would change
    return ExitCode.HOLDS


def judged(options: ConformOptions) -> int:
    """The verdict's exit code, once the target is judged. Raises UsageError for options that do not fit."""
    options.check()
    from cynod_conformance.cli.judging import judge

    return judge(options)
