"""``curl/ID.sh``: each failure as a file of lines that show it again, to run with bash or to paste."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from cynod_conformance.report.facts import lines
from cynod_conformance.reproduction.environment import HOW
from cynod_conformance.results.scenario_result import ScenarioResult, StepResult
from cynod_conformance.results.status import Failure
from cynod_conformance.runner.run import Run
from cynod_conformance.text.messages import say
from cynod_spec.output import files
from cynod_spec.output.control_characters import one_line

FOLDER = "curl"
UNFIT = re.compile(r"[^A-Za-z0-9._-]")  # for a file's name


def path_of(folder: Path, failure: Failure) -> Path:
    """Where the lines of *failure* stand, in the report in *folder*."""
    return folder / FOLDER / f"{UNFIT.sub('-', failure.id)}.sh"


def write(run: Run, folder: Path) -> None:
    """Write a file for each failure into *folder*, in the place of those of an earlier run."""
    for old in (folder / FOLDER).glob("*.sh"):
        old.unlink()
    for result in run.results:
        for failure in result.failures:
            put(path_of(folder, failure), text(run, failure))
    for scenario in run.scenarios:
        for step in scenario.steps:
            if step.lines:
                what = f"{scenario.id} · {step.id} · {step.operation}"
                put(script_of(folder, scenario, step), filed(what, step.lines, run.options.language))


def put(path: Path, content: str) -> None:
    """Write *content* to *path*, whose folder is made when it is not there."""
    path.parent.mkdir(exist_ok=True)
    files.write_text(path, content)


def script_of(folder: Path, scenario: ScenarioResult, step: StepResult) -> Path:
    """Likewise for a *step* of a *scenario* that failed."""
    return folder / FOLDER / UNFIT.sub("-", f"workflow.{scenario.id}.{step.id}.sh")


def text(run: Run, failure: Failure) -> str:
    """The file of *failure*."""
    what = f"{failure.clause} · {failure.operation} [{failure.case}]"
    return filed(what, lines(run, failure, run.options.language), run.options.language)


def filed(what: str, shown: Sequence[str], language: str) -> str:
    """A file of the lines *shown* that show *what*."""
    secrets = comment(f"{say(language, 'secrets-first')} {HOW}")
    return "\n".join(("#!/usr/bin/env bash", comment(what), secrets, *shown)) + "\n"


def comment(said: str) -> str:
    """*said* as one line that bash passes over."""
    return "# " + one_line(said)
