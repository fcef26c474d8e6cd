"""The verdict on a terminal: first the word, then what was violated, by group, with a line to paste."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import groupby
from pathlib import Path

from cynod_conformance.report import scenarios
from cynod_conformance.report.facts import repeats, seconds
from cynod_conformance.report.scripts import path_of
from cynod_conformance.report.story import console_lines, follows, where
from cynod_conformance.results.status import Failure, Result
from cynod_conformance.runner.run import Run
from cynod_conformance.text.messages import say
from cynod_spec.output.control_characters import folded, one_line
from cynod_spec.output.terminal import Styled, echo_all, echo_line, lines

COLOURS = {"conformant": "green", "non_conformant": "red", "inconclusive": "yellow", "error": "magenta"}
SHOWN = ("failed", "error", "inconclusive", "waived")


def show(run: Run, folder: Path, *, verbose: bool = False) -> None:
    """Print the run, whose reports stand in *folder*."""
    language = run.options.language
    chosen = run.options.scope.clauses
    open_ = [
        r
        for r in run.results
        if r.status in SHOWN or (r.status == "not_exercised" and (r.judged or r.clause.id in chosen))
    ]
    scenarios.show(run.scenarios, folder, language)
    causes = [r for r in open_ if r.caused_by is None]
    for group, members in groupby(causes, key=lambda r: r.clause.group):
        echo_line(Styled(group, bold=True))
        for result in members:
            show_clause(result, folder, language)
            show_consequences(result, open_, folder, language)
    if verbose:
        for result in run.results:
            if result not in open_:
                status, reason = say(language, result.status), result.reason.in_(language)
                echo_line(f"  {result.clause.id:8} {status} {counted(result)} {reason}")
        if run.detail:
            echo_all(lines(run.detail), err=True)
    word = say(language, run.verdict.name)
    echo_line(Styled(headline(run, word), COLOURS[run.verdict.name], bold=True))
    if run.verdict.because:
        echo_line("  " + say(language, "because", ids=" ".join(run.verdict.because)))
    seen, listed = run.recorder.coverage.listed(run.contract)
    phases = ", ".join(f"{t.phase} {t.requests} (+{t.new})" for t in run.recorder.coverage.taught())
    echo_line(f"  {say(language, 'listed-answers', seen=str(seen), of=str(listed))} · {phases}")
    if run.options.tidies and run.leftovers:
        kinds = Counter(each.resource for each in run.leftovers)
        shown = ", ".join(f"{kind} × {count}" for kind, count in kinds.items())
        echo_line("  " + say(language, "left-behind", what=shown))
    echo_line(
        "  "
        + say(
            language,
            "footing",
            target=run.base_url,
            version=run.contract.version,
            seed=str(run.options.seed),
            sent=str(run.sent),
            seconds=seconds(run),
        )
    )
    echo_line("  " + repeats(run).in_(language))


def headline(run: Run, word: str) -> str:
    """The verdict, and how much stands behind it."""
    language = run.options.language
    if run.options.workflows is not None:
        held = sum(each.status == "passed" for each in run.scenarios)
        return say(language, "scenarios-headline", verdict=word, held=str(held), all=str(len(run.scenarios)))
    checked, musts = str(run.verdict.checked), str(run.verdict.musts)
    return say(language, "headline", verdict=word, checked=checked, musts=musts)


def counted(result: Result) -> str:
    """How many cases were exercised."""
    return f"{result.exercised}/{result.expected}" if result.expected else ""


def show_clause(result: Result, folder: Path, language: str) -> None:
    """One clause that did not simply pass, and its failures."""
    clause = result.clause
    colour = "red" if result.status == "failed" else "yellow"
    head = Styled(f"{clause.id} {say(language, result.status)}", colour)
    echo_line("  ", head, f" ({clause.level}) {folded(clause.text.in_(language))}")
    if result.reason.fr:
        echo_line(f"      {result.reason.in_(language)}")
    for number, failure in enumerate(result.failures):
        show_failure(failure, folder, language, tells=not number)


def show_consequences(cause: Result, results: Sequence[Result], folder: Path, language: str) -> None:
    """The failed clauses among *results* that follow from *cause*, a line each, and where to see them."""
    for result in results:
        if result.caused_by is not None and result.caused_by.clause == cause.clause.id:
            head = Styled(f"{result.clause.id} {say(language, result.status)}", "red")
            why = follows(result.caused_by).in_(language)
            echo_line("      ↳ ", head, f" ({result.clause.level}) {why}")
            echo_line(f"          bash {path_of(folder, result.failures[0])}")


def show_failure(failure: Failure, folder: Path, language: str, *, tells: bool) -> None:
    """One failure: what was expected and received, its steps if it *tells* them, and how to see it again."""
    place = where(failure).in_(language)
    echo_line(f"      {failure.operation} [{failure.case}]")
    if place:
        echo_line(f"        {folded(place)}")
    echo_line(f"        {say(language, 'expected')}: {failure.expected.in_(language)}")
    echo_line(f"        {say(language, 'got')}: {failure.got.in_(language)}")
    if failure.note.fr:
        echo_line(f"        {say(language, 'note')}: {failure.note.in_(language)}")
    if tells and len(failure.steps) > 1:
        for line in console_lines(failure, language):
            echo_line(f"          {line}")
    if len(failure.steps) < 2:
        echo_line(f"        {failure.curl}")
    echo_line(f"        {say(language, 'whole-sequence')}: bash {path_of(folder, failure)}")
    echo_line(f"        {say(language, 'replay')}: --replay {failure.id}")


def ticker() -> Callable[[str], None]:
    """A progress line on a terminal; nothing anywhere else."""
    if not sys.stderr.isatty():
        return lambda text: None

    def tick(text: str) -> None:
        sys.stderr.write(f"\r\x1b[2K{one_line(text)[:78]}")
        sys.stderr.flush()

    return tick


def clear() -> None:
    """Take the progress line away."""
    if sys.stderr.isatty():
        sys.stderr.write("\r\x1b[2K")
        sys.stderr.flush()
