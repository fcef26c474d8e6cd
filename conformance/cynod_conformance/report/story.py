"""How a failure is told: a sentence, then a table of its steps; consequences stand under their cause."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from cynod_conformance.reproduction.steps import Step
from cynod_conformance.results.status import Cause, Failure
from cynod_conformance.text.messages import both, say
from cynod_spec.model import Text
from cynod_spec.output.control_characters import one_line

MAX_CONSOLE_STEPS = 12  # that the console shows of one failure, the last ones


def where(failure: Failure) -> Text:
    """Which step broke the promise: "step 3 of 10, same key and body as step 1"; empty without steps."""
    if not failure.steps:
        return Text("")
    step = failure.steps[-1]
    number, count = step.numbers, str(step.last)
    place = both("step-of", number=number, count=count)
    if not step.sent.fr:
        return place
    return Text(f"{place.fr}, {step.sent.fr}", f"{place.en}, {step.sent.in_('en')}")


def follows(cause: Cause) -> Text:
    """From which clause another one follows, and why."""
    french, english = (both("follows", clause=cause.clause, why=cause.why.in_(each)) for each in ("fr", "en"))
    return Text(french.fr, english.en)


def step_line(step: Step, language: str) -> str:
    """A *step* on one line: who sent what, and what was received."""
    told = " · ".join(part for part in (step.caller, step.request, step.sent.in_(language)) if part)
    together = f" ({say(language, 'together')})" if step.together else ""
    waited = f"[{step.waited.in_(language)}] " if step.waited.fr else ""
    return f"{waited}{told}{together} → {step.received.in_(language)}"


def console_lines(failure: Failure, language: str) -> Iterator[str]:
    """The steps of *failure*, one a line; of many the last ones. The one that broke the promise is marked."""
    shown = failure.steps[-MAX_CONSOLE_STEPS:]
    if len(failure.steps) > len(shown):
        yield say(language, "earlier-steps", last=str(shown[0].number - 1))
    width = len(failure.steps[-1].numbers) if failure.steps else 0
    for step in shown:
        mark = "✗" if step.breaks else " "
        yield f"{mark} {step.numbers:>{width}}. {step_line(step, language)}"


def commented(failure: Failure, language: str) -> Iterator[str]:
    """The lines of *failure*, before those of each step a comment that tells it; a loop tells its first."""
    comments: dict[int, Step] = {}
    for step in failure.steps:
        first = comments.get(step.line, step)
        received = first.received if first.received == step.received else Text("…")
        comments[step.line] = replace(first, last=step.last, received=received)
    for index, line in enumerate(failure.lines):
        if told := comments.get(index):
            yield f"# {one_line(f'{told.numbers}. {step_line(told, language)}')}"
        yield line
