"""Judges a target as the command line asks: the run, what is printed of it, its reports."""

from __future__ import annotations

import json
import os
import tempfile
from contextlib import ExitStack
from dataclasses import fields
from pathlib import Path

from cynod_conformance.base.common_options import CommonOptions
from cynod_conformance.cli.conform_options import ConformOptions
from cynod_conformance.cli.targets import deployment, own_sandbox
from cynod_conformance.experiment.scope import Scope
from cynod_conformance.report import console, html, junit, sarif, scripts
from cynod_conformance.report import json as json_report
from cynod_conformance.results.waivers import read_waivers
from cynod_conformance.runner.options import RunOptions
from cynod_conformance.runner.run import Run, conform
from cynod_conformance.text.messages import say
from cynod_spec import load_contract
from cynod_spec.base.errors import UsageError
from cynod_spec.build.parameters import check_supported
from cynod_spec.environment.provenance import announce
from cynod_spec.model import Contract
from cynod_spec.output import files
from cynod_spec.output.terminal import echo_line
from cynod_spec.workflows.lint import usable
from cynod_spec.workflows.model import Workflows
from cynod_spec.workflows.reading import beside


def judge(options: ConformOptions) -> int:
    """Run the suite, print and write what it found; gives the verdict's exit code."""
    files.check_folder(options.report_dir)  # a run is long, and its report is written at its end
    contract = load_contract(options.spec)
    check_supported(contract)
    workflows = scenarios(options, contract)
    announce(contract, *([workflows] if workflows else []))
    asked = run_options(options, contract, workflows)
    with ExitStack() as stack:
        storage = stack.enter_context(tempfile.TemporaryDirectory(prefix="cynod-"))
        os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", storage)
        own = options.use_sandbox
        config, receiver = own_sandbox(stack, options, contract) if own else deployment(stack, options)
        run = conform(contract, config, asked, console.ticker(), receiver)
    console.clear()
    page = write(run, options.report_dir)
    console.show(run, options.report_dir, verbose=options.verbose)
    echo_line("  " + say(options.language, "report", path=str(page)))
    return run.verdict.exit_code


def run_options(options: ConformOptions, contract: Contract, workflows: Workflows | None) -> RunOptions:
    """What the run is asked to do."""
    clauses, operations = frozenset(options.clauses), frozenset(options.operations)
    if options.replay:
        clauses, operations = replayed(options, contract)
    return RunOptions(
        **{each.name: getattr(options, each.name) for each in fields(CommonOptions)},
        scope=Scope(options.profile, options.risked_tier, clauses, operations, options.seed),
        jobs=options.parallel_jobs,
        waivers=read_waivers(options.waivers_file) if options.waivers_file else (),
        tidies=not options.use_sandbox,
        aimed=options.target_words,
        workflows=workflows,
    )


def scenarios(options: ConformOptions, contract: Contract) -> Workflows | None:
    """The workflows that are to be run, None when none are. Raises UsageError for those with an error."""
    if options.workflows is None:
        return None
    path = options.workflows or beside(contract.file)
    if path is None:
        raise UsageError(f"there are no workflows beside {contract.file}", "name them: --workflows FILE")
    return usable(path, contract)


def replayed(options: ConformOptions, contract: Contract) -> tuple[frozenset[str], frozenset[str]]:
    """The clause and operation of the failure that --replay names. Raises UsageError when there is none."""
    file = options.replay_from or ""
    try:
        report = json.loads(Path(file).read_text(encoding="utf-8"))
        found = [f for c in report["clauses"] for f in c["failures"] if f["id"] == options.replay]
    except (OSError, ValueError, KeyError, TypeError):
        raise UsageError(f"{file} is no report", "give a report.json") from None
    if not found:
        raise UsageError(f"{file} has no failure {options.replay}")
    names = {operation.key for operation in contract.operations} & {found[0]["operation"]}
    return frozenset({found[0]["clause"]}), frozenset(names)


def write(run: Run, folder: Path) -> Path:
    """Write every report into *folder*; returns the path of the page. Raises UsageError when it cannot."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for writer in (json_report, junit, sarif, scripts):
            writer.write(run, folder)
        return html.write(run, folder)
    except OSError as error:
        message = f"cannot write the report to {folder}: {error.strerror}"
        raise UsageError(message, "--report-dir DIR") from None
