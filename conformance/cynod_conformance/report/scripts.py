"""``curl/ID.sh``: each failure as a file of lines that show it again, to run with bash or to paste."""

from __future__ import annotations

from pathlib import Path

from cynod_conformance.environment import HOW
from cynod_conformance.inert import visible
from cynod_conformance.messages import say
from cynod_conformance.report.facts import lines
from cynod_conformance.run import Run
from cynod_conformance.status import Failure

FOLDER = "curl"


def path_of(folder: Path, failure: Failure) -> Path:
    """Where the lines of *failure* stand, in the report in *folder*."""
    return folder / FOLDER / f"{failure.id}.sh"


def write(run: Run, folder: Path) -> None:
    """Write a file for each failure into *folder*, in the place of those of an earlier run."""
    for old in (folder / FOLDER).glob("*.sh"):
        old.unlink()
    for result in run.results:
        for failure in result.failures:
            path = path_of(folder, failure)
            path.parent.mkdir(exist_ok=True)
            path.write_text(text(run, failure), encoding="utf-8")


def text(run: Run, failure: Failure) -> str:
    """The file of *failure*."""
    language = run.options.language
    heading = [
        "#!/usr/bin/env bash",
        comment(f"{failure.clause} · {failure.operation} [{failure.cell}]"),
        comment(f"{say(language, 'secrets-first')} {HOW}"),
    ]
    return "\n".join((*heading, *lines(run, failure, language))) + "\n"


def comment(said: str) -> str:
    """*said* as one line that bash passes over."""
    return "# " + " ".join(visible(said).split())
