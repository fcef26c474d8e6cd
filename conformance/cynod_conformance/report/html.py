"""``report.html``: one page for people, in both languages, that needs nothing but itself.

Whatever the target said was redacted when it was put down; it is made visible and escaped before it reaches
the page, whose policy lets no script run but its own, and loads nothing.
"""

from __future__ import annotations

import base64
import hashlib
import re
from importlib import resources
from pathlib import Path

from jinja2 import Environment
from markupsafe import Markup

from cynod_conformance.report import facts, page
from cynod_conformance.report.story import follows
from cynod_conformance.reproduction.environment import HOW
from cynod_conformance.runner.run import Run
from cynod_conformance.text.messages import both
from cynod_spec.output import files
from cynod_spec.output.control_characters import multi_line
from cynod_spec.output.html_templates import html_environment

QUOTED = re.compile(r"`([^`]+)`")


def write(run: Run, folder: Path) -> Path:
    """Write ``report.html`` into *folder*; returns its path."""
    path = folder / "report.html"
    files.write_text(path, render(run, folder))
    return path


def render(run: Run, folder: Path) -> str:
    """The page of *run*, whose ``report.json`` stands in *folder*."""
    style, script = asset("page.css"), asset("page.js")
    groups, open_, seen = page.failed(run), page.left_open(run), page.coverage(run)
    return (
        environment()
        .get_template("report.html.j2")
        .render(
            run=run,
            style=Markup(style),
            script=Markup(script),
            script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
            scenario_ids=frozenset(each.id for each in run.scenarios),
            groups=groups,
            open_groups=open_,
            anchored=page.anchored(groups, open_),
            counts=page.counts(run),
            levels=list(dict.fromkeys(r.clause.level for r in run.results)),
            layers=list(dict.fromkeys(r.clause.layer for r in run.results)),
            coverage=seen,
            listed=run.recorder.coverage.listed(run.contract),
            taught=list(run.recorder.coverage.taught()),
            columns=page.columns(seen),
            latencies=run.recorder.latencies.rows(),
            tools=facts.tools(),
            began=facts.moment(run.began),
            ended=facts.moment(run.ended),
            seconds=facts.seconds(run),
            repeats=facts.repeats(run),
            how=HOW,
            follows=follows,
            lines=lambda failure: facts.lines(run, failure, run.options.language),
            replay=lambda failure: facts.replay(run, failure, folder),
        )
    )


def environment() -> Environment:
    """Jinja2 with every expression made visible and escaped, and no name unknown."""
    made = html_environment("cynod_conformance.report")
    made.globals["both"] = both
    made.filters["prose"] = lambda text: prose(multi_line(text))
    return made


def prose(text: str) -> Markup:
    """A sentence of the contract, with what it quotes in a face of its own."""
    return Markup(QUOTED.sub(r"<code>\1</code>", str(Markup.escape(text))))


def asset(name: str) -> str:
    """A file that stands in the page as it is."""
    return (resources.files(__package__) / "templates" / name).read_text(encoding="utf-8").strip()
