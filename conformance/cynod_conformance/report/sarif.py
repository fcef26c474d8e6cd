"""``report.sarif``: each failure where the document promises otherwise (SARIF 2.1.0, OASIS).

One rule a clause, one result a failure. The rules speak the language of the run, and the other one under
``translations``; ``help`` holds both, for the viewers that know no translation.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cynod_conformance.report.facts import moment, replay, tool
from cynod_conformance.results.status import Failure, Result
from cynod_conformance.runner.run import Run
from cynod_conformance.text.messages import say
from cynod_spec.model import Clause
from cynod_spec.output import files, sarif

LEVELS = {"MUST": "error", "SHOULD": "warning"}
NAME, GUID = "cynod conform", "3f6b0b0e-5f0c-4f6e-9a53-4f1f1d7c7a10"  # the component that is translated


def as_sarif(run: Run, folder: Path) -> dict[str, Any]:
    """The log as JSON values; *folder* holds ``report.json``."""
    language = run.options.language
    other = "fr" if language == "en" else "en"
    rules = [rule(result.clause, language) for result in run.results]
    translated = [{"id": r.clause.id, **texts(r.clause, other)} for r in run.results]
    driver = {"name": NAME, "guid": GUID, "version": tool("cynod"), "language": language, "rules": rules}
    results = [
        found(run, index, result, failure, folder)
        for index, result in enumerate(run.results)
        for failure in result.failures
    ]
    translation = {
        "name": NAME,
        "language": other,
        "contents": ["localizedData"],
        "associatedComponent": {"guid": GUID},
        "rules": translated,
    }
    invocation = {
        "executionSuccessful": run.verdict.name != "error",
        "exitCode": run.verdict.exit_code,
        "startTimeUtc": moment(run.began),
        "endTimeUtc": moment(run.ended),
    }
    return sarif.log(driver, results, language=language, translations=[translation], invocations=[invocation])


def texts(clause: Clause, language: str) -> dict[str, Any]:
    """What a rule says in one language."""
    return {"fullDescription": {"text": clause.text.in_(language)}}


def rule(clause: Clause, language: str) -> dict[str, Any]:
    """A clause as a rule."""
    french, english = clause.text.fr, clause.text.in_("en")
    return {
        "id": clause.id,
        **texts(clause, language),
        "help": {"text": f"{french}\n\n{english}"},
        "defaultConfiguration": {"level": LEVELS.get(clause.level, "note")},
    }


def found(run: Run, index: int, result: Result, failure: Failure, folder: Path) -> dict[str, Any]:
    """A failure as a result; a waived one is suppressed, with the reason of its waiver."""
    language, clause = run.options.language, result.clause
    said = sarif.result(
        clause.id,
        LEVELS.get(clause.level, "note"),
        message(failure, replay(run, failure, folder), language),
        clause.at,
        logical={"fullyQualifiedName": failure.operation, "kind": "resource"},
        ruleIndex=index,
        partialFingerprints={"cynodFailure/v1": failure.id},
    )
    if result.status == "waived":
        reason = result.reason.in_(language)
        said["suppressions"] = [{"kind": "external", "status": "accepted", "justification": reason}]
    return said


def message(failure: Failure, again: str, language: str) -> str:
    """What a failure says, a line each: where, expected, got, the request, and how to try again."""
    lines = {
        "expected": failure.expected.in_(language),
        "got": failure.got.in_(language),
        "curl-line": failure.curl,
        "replay-line": again,
    }
    said = (f"{say(language, key)}: {line}" for key, line in lines.items())
    return "\n".join((f"{failure.operation} [{failure.case}]", *said))


def write(run: Run, folder: Path) -> Path:
    """Write ``report.sarif`` into *folder*; returns its path."""
    path = folder / "report.sarif"
    files.write_text(path, sarif.written(as_sarif(run, folder)))
    return path
