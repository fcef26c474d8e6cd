"""What every report says of the run itself: tools, times, and how to try a failure again."""

from __future__ import annotations

import datetime as dt
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from cynod_conformance.base.phases import LEDGER, LIVE
from cynod_conformance.report.story import commented
from cynod_conformance.results.status import Failure
from cynod_conformance.runner.run import Run
from cynod_conformance.text.messages import both, say
from cynod_spec.model import Text
from cynod_spec.output.bash import joined
from cynod_spec.output.control_characters import one_line

TOOLS = ("cynod", "schemathesis")


def tools() -> dict[str, str]:
    """Name → version of what judged."""
    return {**{name: tool(name) for name in TOOLS}, "python": platform.python_version()}


def tool(name: str) -> str:
    """The installed version of a distribution; empty when it is not installed as one."""
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def moment(when: dt.datetime) -> str:
    """A time in UTC, as RFC 3339 writes it."""
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")


def seconds(run: Run) -> str:
    """How long the run took, to a tenth of a second."""
    return f"{(run.ended - run.began).total_seconds():.1f}"


def repeats(run: Run) -> Text:
    """What another run with the same seed would send again."""
    options, seed = run.options, str(run.options.seed)
    live: list[str] = [LIVE] if options.explores and LIVE in options.phases else []
    live += [LEDGER] if options.reckons else []  # its sequences are the seed's, until its time is over
    if live:
        return both("seed-repeats-but", seed=seed, phases=", ".join(live))
    return both("seed-repeats", seed=seed)


def replay(run: Run, failure: Failure, folder: Path) -> str:
    """The command that tries *failure* again, from the report in *folder*."""
    scope = run.options.scope
    words = ["cynod", "conform", *(run.options.aimed or (run.base_url,))]
    words += ["--profile", scope.profile, "--tier", scope.tier, "--seed", str(run.options.seed)]
    words += ["--replay", failure.id, "--from", str(folder / "report.json")]
    return joined(words)


def command(run: Run, failure: Failure) -> str:
    """The command that tries the failed clause again, for what no ``curl`` line can show."""
    words = ["cynod", "conform", *(run.options.aimed or (run.base_url,))]
    words += ["--tier", run.options.scope.tier, "--fail-on", run.options.fail_on]
    return joined([*words, "--clause", failure.clause])


def lines(run: Run, failure: Failure, language: str) -> tuple[str, ...]:
    """What to paste into bash to see *failure*; comments tell each step, and what to look at at the end."""
    said = {"expected": failure.expected, "got": failure.got, "note": failure.note}
    comments = (
        f"# {say(language, key)}: {one_line(text.in_(language))}" for key, text in said.items() if text.fr
    )
    return (*(commented(failure, language) if failure.lines else (command(run, failure),)), *comments)
