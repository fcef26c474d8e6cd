"""``report.json``: everything a run found, under ``report.schema.json``; its words are English always."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cynod_conformance.report import scenarios
from cynod_conformance.report.facts import lines, moment, tools
from cynod_conformance.reproduction.steps import Step
from cynod_conformance.results.status import Cause, Failure
from cynod_conformance.runner.run import Run
from cynod_spec.output import files
from cynod_spec.output.json_text import json_text

SCHEMA_VERSION = 1


def as_json(run: Run) -> dict[str, Any]:
    """The report as JSON values."""
    clauses = [
        {
            "id": r.clause.id,
            "level": r.clause.level,
            "layer": r.clause.layer,
            "tier": r.clause.tier,
            "status": r.status,
            "judged": r.judged,
            "exercised": r.exercised,
            "expected": r.expected,
            "missing": list(r.missing),
            "reason": r.reason.in_("en"),
            "caused_by": cause_as_json(r.caused_by),
            "text": {"fr": r.clause.text.fr, "en": r.clause.text.en},
            "failures": [failed(run, failure) for failure in r.failures],
        }
        for r in run.results
    ]
    return {
        "schema": SCHEMA_VERSION,
        "contract": {"version": run.contract.version, "sha256": run.contract.sha256},
        "target": run.base_url,
        "tools": tools(),
        "seed": run.options.seed,
        "profile": run.options.scope.profile,
        "tier": run.options.scope.tier,
        "start": moment(run.began),
        "end": moment(run.ended),
        "requests": run.sent,
        "verdict": run.verdict.name,
        "because": list(run.verdict.because),
        "checked": {"must": run.verdict.checked, "of": run.verdict.musts},
        "clauses": clauses,
        "workflows": scenarios.as_json(run.scenarios),
        "leftovers": [
            {"resource": each.resource, "id": run.recorder.redactor.text(each.id)} for each in run.leftovers
        ],
        "coverage": run.recorder.coverage.as_json(run.contract),
        "latency": [each.as_json() for each in run.recorder.latencies.rows()],
    }


def failed(run: Run, failure: Failure) -> dict[str, Any]:
    """A failure as JSON values."""
    return {
        "id": failure.id,
        "clause": failure.clause,
        "operation": failure.operation,
        "cell": failure.case,
        "expected": failure.expected.en,
        "got": failure.got.en,
        "note": failure.note.in_("en"),
        "steps": [step_as_json(step) for step in failure.steps],
        "request": failure.request,
        "response": failure.response,
        "curl": failure.curl,
        "lines": list(lines(run, failure, "en")),
    }


def cause_as_json(cause: Cause | None) -> dict[str, Any] | None:
    """From which clause another one follows, as JSON values; None where it follows from none."""
    if cause is None:
        return None
    return {"clause": cause.clause, "failure": cause.failure, "why": cause.why.in_("en")}


def step_as_json(step: Step) -> dict[str, Any]:
    """A step of a failure's story as JSON values."""
    return {
        "number": step.number,
        "last": step.last,
        "caller": step.caller,
        "request": step.request,
        "sent": step.sent.in_("en"),
        "received": step.received.in_("en"),
        "waited": step.waited.in_("en"),
        "together": step.together,
        "breaks": step.breaks,
    }


def write(run: Run, folder: Path) -> Path:
    """Write ``report.json`` into *folder*; returns its path."""
    path = folder / "report.json"
    files.write_text(path, json_text(as_json(run), indent=1) + "\n")
    return path
