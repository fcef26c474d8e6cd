"""``cynod spec lint``."""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cynod_spec.environment.parts import missing
from cynod_spec.environment.provenance import announce
from cynod_spec.output.terminal import echo_line, echo_written

if TYPE_CHECKING:
    from cynod_spec.base.errors import UsageError
    from cynod_spec.lint import Report
    from cynod_spec.lint.registry import Rule

_POLL_S = 0.3  # seconds between two looks at the files
_MAX_PASSES = 20  # of --fix over one file: a fix may make another one possible, and none may undo one


@click.command()
@click.argument("files", metavar="[FILE]...", nargs=-1)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "sarif", "github"]),
    default="text",
    show_default=True,
    help="sarif for code scanning, github for annotations in a workflow.",
)
@click.option("--rules", is_flag=True, help="List the rules and leave; `cynod spec rules` says more.")
@click.option("--fail-on", type=click.Choice(["error", "warning"]), default="error", show_default=True)
@click.option(
    "--fix", is_flag=True, help="Mend what can be mended in each FILE; its comments and style stay."
)
@click.option(
    "--authority/--no-authority",
    default=None,
    help="Ask openapi-spec-validator too (half a second). Default: when CI is set and it is installed.",
)
@click.option("--watch", is_flag=True, help="Check again whenever a file changes, until interrupted.")
@click.pass_context
def lint(
    ctx: click.Context,
    files: tuple[str, ...],
    form: str,
    rules: bool,
    fail_on: str,
    fix: bool,
    authority: bool | None,
    watch: bool,
) -> None:
    """Check each contract FILE, or the default one. Exit 1 when a rule finds an error.

    An Arazzo document is checked as one, against the contract that it names.

    A finding is accepted by `x-cynod-allow: [{rule: …, reason: …}]` on its node, or on a node above it.

    \b
    Examples:
      cynod spec lint
      cynod spec lint openapi.yaml --format sarif > lint.sarif
      cynod spec lint openapi.yaml --fix
      cynod spec lint v1/openapi.yaml v2/openapi.yaml
      cynod spec lint spec/workflows.arazzo.yaml
    """
    from cynod_spec.base.errors import UsageError
    from cynod_spec.cli.commands.rules import print_list
    from cynod_spec.environment.locating import default_contract
    from cynod_spec.lint.formats import render_all
    from cynod_spec.source.parsing import without_collector

    if rules:
        print_list()
        return
    named = tuple(dict.fromkeys(files)) or (default_contract(),)
    if authority is None:
        authority = bool(os.environ.get("CI")) and not missing("authority")
    watched: tuple[Path, ...] = ()
    try:
        while True:
            before = _states(watched)
            errors: list[UsageError] = []
            with without_collector():
                reports: list[tuple[str, Report, tuple[Rule, ...]]] = []
                for file in named:
                    try:
                        reports.append((file, *_judged(file, authority=authority, fix=fix)))
                    except UsageError as error:
                        errors.append(error)
                shown = render_all([(file, report.findings, asked) for file, report, asked in reports], form)
                if not watch:
                    gc.freeze()  # the process ends soon: nobody need look through the document again
            read = tuple(dict.fromkeys(path for _, report, _ in reports for path in report.files))
            if fix or watched != read:
                watched, before = read, _states(read)
            if watch:
                click.clear()
            announce(*(document for _, report, _ in reports for document in report.documents))
            if reports:
                echo_written(shown)
            _raise(errors)
            if not watch:
                break
            _wait(watched, before)
    except KeyboardInterrupt:
        if not watch:
            raise
        return
    found = (finding for _, report, _ in reports for finding in report.findings)
    if any(finding.level == "error" or fail_on == "warning" for finding in found):
        ctx.exit(1)


def _raise(errors: Sequence[UsageError]) -> None:
    """End the command with *errors*, if there are any, as one."""
    from cynod_spec.base.errors import UsageError

    if errors:
        raise UsageError("; ".join(map(str, errors)), errors[0].hint)


def _judged(file: str, *, authority: bool, fix: bool) -> tuple[Report, tuple[Rule, ...]]:
    """The report on *file*, which is mended first if *fix*, and the rules that were asked."""
    from cynod_spec.base.errors import WorkflowsDocument
    from cynod_spec.lint import judge
    from cynod_spec.lint.catalogue import all_rules

    try:
        report = judge(file, authority=authority)
    except WorkflowsDocument:
        from cynod_spec.workflows.lint import judge as judge_workflows
        from cynod_spec.workflows.lint import workflow_rules

        return judge_workflows(file), workflow_rules()
    if fix and any(finding.fix for finding in report.findings):
        report = _mended(file, report, authority=authority)
    return report, all_rules()


def _mended(file: str, report: Report, *, authority: bool) -> Report:
    """The report on *file* once every fix is written, those that an earlier fix makes possible as well."""
    from cynod_spec.lint import judge
    from cynod_spec.lint.fixing import apply_fixes

    count = 0
    for _ in range(_MAX_PASSES):
        written = apply_fixes(file, report.findings)
        if not written:
            break
        count += written
        report = judge(file, authority=authority)
    echo_line(f"{file}: mended {count}", err=True)
    return report


def _wait(files: Iterable[Path], before: list[tuple[int, int]]) -> None:
    """Until one of *files* is no longer as *before*."""
    while _states(files) == before:
        time.sleep(_POLL_S)


def _states(files: Iterable[Path]) -> list[tuple[int, int]]:
    states = []
    for file in files:
        try:
            found = file.stat()
        except OSError:
            states.append((0, 0))
        else:
            states.append((found.st_mtime_ns, found.st_size))
    return states
