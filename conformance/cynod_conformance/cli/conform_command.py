"""``cynod conform``: judge a server, or list what can be judged."""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cynod_spec import load_contract
from cynod_spec.base.errors import UsageError
from cynod_spec.cli.command_line import Command, show_tracebacks
from cynod_spec.environment.locating import DEFAULT_CONTRACT
from cynod_spec.environment.parts import need
from cynod_spec.environment.provenance import announce
from cynod_spec.i18n.translations import LANGUAGES, asked_language
from cynod_spec.output.terminal import echo_all, echo_line, echo_written, line

if TYPE_CHECKING:
    from cynod_conformance.config.settings import Config
    from cynod_conformance.runner.run import Run
    from cynod_conformance.webhooks.receiver import Receiver
    from cynod_spec.model import Contract, Tier
    from cynod_spec.workflows.model import Workflows

SHORT_LIFE = 10  # seconds that a token of our own sandbox lives, so that its end can be waited for
JOBS = 4  # operations at a time, where a target may be strained
WEBHOOKS = ("--allow-private-webhooks", "--webhook-backoff", "0.3", "--webhook-timeout", "1.5")
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
    default=20.0,
    show_default=True,
    help="Seconds without a byte after which an answer is given up.",
)
@click.option(
    "--jobs",
    type=click.IntRange(1, 32),
    help="Operations that generated requests go to at a time; 4 where load may be put on, else 1.",
)
@click.option(
    "--cache-dir", type=click.Path(file_okay=False), help="Where generated requests are kept for other runs."
)
@click.option("--no-cache", is_flag=True, help="Generate anew, keep nothing.")
@click.option(
    "--report-dir",
    type=click.Path(file_okay=False),
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
    type=click.Choice(LANGUAGES),
    default="fr",
    show_default=True,
    help="Language of what is printed. That of this help is the locale's unless --lang is given.",
)
@click.option("--no-engine", is_flag=True, hidden=True)
@click.option("--fault", "faults", multiple=True, hidden=True)
@click.option("-v", "--verbose", is_flag=True, help="Every clause, and tracebacks of the suite's own errors.")
def conform(**given: Any) -> None:
    """Judge whether the server at URL is a CYNOD, clause by clause."""
    given["lang"] = asked_language(click.get_current_context()) or given["lang"]  # before the command, too
    if given["verbose"]:
        show_tracebacks(click.get_current_context())
    need(*parts(given))
    sys.exit(listed(given) if given["listing"] else exported(given) if given["env"] else judged(given))


def parts(given: dict[str, Any]) -> tuple[str, ...]:
    """This command as messages call it, and the extras that it needs."""
    if given["listing"]:
        return "`cynod conform --list`", "conform", "sandbox"
    if given["use_sandbox"]:
        return "`cynod conform --sandbox`", "conform", "sandbox", *(["tls"] if given["tls"] else [])
    return "`cynod conform`", "conform"


def listed(given: dict[str, Any]) -> int:
    """``--list``: 0 when every clause, check and fault has its counterpart, else 1."""
    from cynod_conformance.report.traceability import as_table, problems, rows
    from cynod_spec.output.json_text import json_text

    contract = load_contract(given["spec"])
    announce(contract)
    if given["form"] == "json":
        echo_written(json_text(rows(contract, given["lang"])) + "\n")
    else:
        echo_all(map(line, as_table(contract, given["lang"])))
    found = list(problems(contract))
    echo_all(map(line, found), err=True)
    return 1 if found else 0


def exported(given: dict[str, Any]) -> int:
    """``--env``: a line a variable, secrets included. Raises UsageError without a configuration."""
    from cynod_conformance.config.settings import read_config
    from cynod_conformance.reproduction.environment import exports

    if not given["config_file"]:
        raise UsageError("--env needs --config cynod.toml")
    for setting in exports(read_config(given["config_file"])):
        echo_written(setting + "\n")  # for eval: quoted for bash, which a mark would change
    return 0


def judged(given: dict[str, Any]) -> int:
    """Run the suite, print and write what it found; gives the verdict's exit code."""
    reads_url(given)
    if bool(given["url"]) == bool(given["use_sandbox"]):
        raise UsageError("give a URL, or --sandbox", "`cynod conform --help` shows examples")
    if given["faults"] and not given["use_sandbox"]:
        raise UsageError("--fault goes with --sandbox")
    if given["tls"] and not given["use_sandbox"]:
        raise UsageError("--tls goes with --sandbox", "a URL says itself whether it is https")

    from cynod_conformance.experiment.scope import Scope
    from cynod_conformance.report import console
    from cynod_conformance.results.waivers import read_waivers
    from cynod_conformance.runner.run import Options, conform
    from cynod_conformance.text.messages import say
    from cynod_spec.build.parameters import check_supported
    from cynod_spec.output import files

    files.check_folder(Path(given["report_dir"]))  # a run is long, and its report is written at its end
    contract = load_contract(given["spec"])
    check_supported(contract)
    workflows = scenarios(given, contract)
    announce(contract, *([workflows] if workflows else []))
    clauses, operations = frozenset(given["clauses"]), frozenset(given["operations"])
    if given["replay"]:
        clauses, operations = replayed(given, contract)
    options = Options(
        scope=Scope(given["profile"], tier_of(given), clauses, operations, given["seed"]),
        seed=given["seed"],
        max_time=given["max_time"],
        rate=given["rate"],
        max_requests=given["max_requests"],
        timeout=given["timeout"],
        language=given["lang"],
        fail_on=given["fail_on"],
        waivers=read_waivers(given["waivers_file"]) if given["waivers_file"] else (),
        engine=not given["no_engine"],
        jobs=jobs_of(given),
        cache=Path(given["cache_dir"]) if given["cache_dir"] else None,
        keeps=not given["no_cache"],
        tidies=not given["use_sandbox"],
        aimed=aimed(given),
        workflows=workflows,
    )
    with ExitStack() as stack:
        litter = stack.enter_context(tempfile.TemporaryDirectory(prefix="cynod-"))
        os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", litter)
        own = given["use_sandbox"]
        config, receiver = own_sandbox(stack, given, contract) if own else deployment(stack, given)
        run = conform(contract, config, options, console.ticker(), receiver)
    console.clear()
    page = write(run, Path(given["report_dir"]))
    console.show(run, Path(given["report_dir"]), verbose=given["verbose"])
    echo_line("  " + say(given["lang"], "report", path=str(page)))
    return run.verdict.exit_code


def own_sandbox(stack: ExitStack, given: dict[str, Any], contract: Contract) -> tuple[Config, Receiver]:
    """A sandbox of *contract* that runs while *stack* is open, as the options ask, and whom it notifies."""
    from cynod_conformance.config.settings import read_config
    from cynod_conformance.launch.certificate_authority import authority
    from cynod_conformance.launch.sandbox_process import sandbox
    from cynod_conformance.webhooks.receiver import receiving

    receiver = stack.enter_context(receiving("127.0.0.1:0"))
    wishes = [*WEBHOOKS, "--webhook-url", receiver.url, "--log-level", "warning", "--strict"]
    wishes += [f"--spec={contract.file}"]
    wishes += [word for name in given["faults"] for word in ("--fault", name)]
    if given["profile"] != "quick" and given["workflows"] is None:
        wishes += ["--token-ttl", str(SHORT_LIFE)]
    trusted = None
    if given["tls"]:
        files = stack.enter_context(authority())
        wishes += ["--tls-cert", files.chain, "--tls-key", files.key]
        trusted = files.authority
    config = read_config(stack.enter_context(sandbox(wishes)))
    if config.expiry_tolerance is None:
        config = replace(config, expiry_tolerance=1)
    token = contract.find("token")
    return replace(config, ca_file=trusted, token_url=config.base_url + token.path if token else ""), receiver


def deployment(stack: ExitStack, given: dict[str, Any]) -> tuple[Config, Receiver | None]:
    """What is known of the server at the URL, and the receiver that the configuration wants, if any."""
    from cynod_conformance.config.settings import Config, read_config
    from cynod_conformance.webhooks.receiver import receiving

    config = read_config(given["config_file"]) if given["config_file"] else Config()
    config = replace(config, base_url=given["url"], allow_http=config.allow_http or given["allow_http"])
    listen = config.webhook.listen
    return config, stack.enter_context(receiving(listen)) if listen else None


def reads_url(given: dict[str, Any]) -> None:
    """Take the word behind --workflows for the URL when it is one: ``conform --workflows URL``."""
    word = given["workflows"]
    if word and not given["url"] and word.startswith(("http://", "https://")):
        given["url"], given["workflows"] = word, ""


def scenarios(given: dict[str, Any], contract: Contract) -> Workflows | None:
    """The workflows that are to be run, None when none are. Raises UsageError for those with an error."""
    if given["workflows"] is None:
        return None
    for option in ("clauses", "operations", "replay"):
        if given[option]:
            raise UsageError(
                "--workflows chooses no clauses: it runs scenarios", "leave the other choice out"
            )
    from cynod_spec.workflows.lint import usable
    from cynod_spec.workflows.reading import beside

    path = given["workflows"] or beside(contract.file)
    if path is None:
        raise UsageError(f"there are no workflows beside {contract.file}", "name them: --workflows FILE")
    return usable(path, contract)


def write(run: Run, folder: Path) -> Path:
    """Write every report into *folder*; returns the path of the page. Raises UsageError when it cannot."""
    from cynod_conformance.report import html, json, junit, sarif, scripts

    try:
        folder.mkdir(parents=True, exist_ok=True)
        for writer in (json, junit, sarif, scripts):
            writer.write(run, folder)
        return html.write(run, folder)
    except OSError as error:
        raise UsageError(
            f"cannot write the report to {folder}: {error.strerror}", "--report-dir DIR"
        ) from None


def tier_of(given: dict[str, Any]) -> Tier:
    """The most that may be risked: what was asked for, else what the target can take."""
    if given["tier"]:
        chosen: Tier = given["tier"]
        return chosen
    if not given["use_sandbox"]:
        return "write"
    return "destructive" if given["profile"] == "quick" else "load"


def jobs_of(given: dict[str, Any]) -> int:
    """How many operations are called at a time: as asked for, else several where the tier allows a strain."""
    if given["jobs"]:
        return int(given["jobs"])
    return JOBS if tier_of(given) in ("destructive", "load") and not given["rate"] else 1


def aimed(given: dict[str, Any]) -> tuple[str, ...]:
    """The words of this command line that choose the target and what it is held against."""
    words = ["--sandbox"] if given["use_sandbox"] else [given["url"]]
    words += ["--tls"] if given["tls"] else []
    for name in given["faults"]:
        words += ["--fault", name]
    for option, value in (("--config", given["config_file"]), ("--spec", given["spec"])):
        words += [option, value] if value else []
    return (*words, *(["--allow-http"] if given["allow_http"] else []))


def replayed(given: dict[str, Any], contract: Any) -> tuple[frozenset[str], frozenset[str]]:
    """The clause and operation of the failure that --replay names. Raises UsageError when there is none."""
    import json

    if not given["replay_from"]:
        raise UsageError("--replay needs --from report.json")
    try:
        report = json.loads(Path(given["replay_from"]).read_text(encoding="utf-8"))
        found = [f for c in report["clauses"] for f in c["failures"] if f["id"] == given["replay"]]
    except (OSError, ValueError, KeyError, TypeError):
        raise UsageError(f"{given['replay_from']} is no report", "give a report.json") from None
    if not found:
        raise UsageError(f"{given['replay_from']} has no failure {given['replay']}")
    names = {operation.key for operation in contract.operations} & {found[0]["operation"]}
    return frozenset({found[0]["clause"]}), frozenset(names)
