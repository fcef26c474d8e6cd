"""``report.sarif``: each failure where the document promises otherwise (SARIF 2.1.0, OASIS).

One rule a clause, one result a failure. The rules speak the language of the run, and the other one under
``translations``; ``help`` holds both, for the viewers that know no translation.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

from cynod_conformance.messages import say
from cynod_conformance.report.facts import moment, replay, tool
from cynod_conformance.run import Run
from cynod_conformance.status import Failure, Result
from cynod_spec.model import At, Clause
from cynod_spec.output import files

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS = {"MUST": "error", "SHOULD": "warning"}
NAME, GUID = "cynod conform", "3f6b0b0e-5f0c-4f6e-9a53-4f1f1d7c7a10"  # the component that is translated


def as_sarif(run: Run, folder: Path) -> dict[str, Any]:
    """The log as JSON values; *folder* holds ``report.json``."""
    language = run.options.language
    other = "fr" if language == "en" else "en"
    rules = [rule(result.clause, language) for result in run.results]
    translated = [{"id": r.clause.id, **texts(r.clause, other)} for r in run.results]
    driver = {"name": NAME, "guid": GUID, "version": tool("cynod"), "language": language, "rules": rules}
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": driver},
                "language": language,
                "translations": [
                    {
                        "name": NAME,
                        "language": other,
                        "contents": ["localizedData"],
                        "associatedComponent": {"guid": GUID},
                        "rules": translated,
                    }
                ],
                "invocations": [
                    {
                        "executionSuccessful": run.verdict.name != "error",
                        "exitCode": run.verdict.exit_code,
                        "startTimeUtc": moment(run.began),
                        "endTimeUtc": moment(run.ended),
                    }
                ],
                "columnKind": "unicodeCodePoints",
                "results": [
                    found(run, index, result, failure, folder)
                    for index, result in enumerate(run.results)
                    for failure in result.failures
                ],
            }
        ],
    }


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
    said: dict[str, Any] = {
        "ruleId": clause.id,
        "ruleIndex": index,
        "level": LEVELS.get(clause.level, "note"),
        "message": {"text": message(failure, replay(run, failure, folder), language)},
        "locations": [
            {
                "physicalLocation": place(clause.at),
                "logicalLocations": [{"fullyQualifiedName": failure.operation, "kind": "resource"}],
            }
        ],
        "partialFingerprints": {"cynodFailure/v1": failure.id},
    }
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
    return "\n".join((f"{failure.operation} [{failure.cell}]", *said))


def place(at: At) -> dict[str, Any]:
    """Where the document promises it: relative to the working folder when the document stands below it."""
    path, here = Path(at.file).absolute(), Path.cwd()
    address = quote(path.relative_to(here).as_posix()) if path.is_relative_to(here) else path.as_uri()
    return {
        "artifactLocation": {"uri": address},
        "region": {"startLine": at.line, "startColumn": at.column},
    }


def write(run: Run, folder: Path) -> Path:
    """Write ``report.sarif`` into *folder*; returns its path."""
    path = folder / "report.sarif"
    text = json.dumps(as_sarif(run, folder), ensure_ascii=False, indent=1)
    files.write_text(path, text + "\n")
    return path
