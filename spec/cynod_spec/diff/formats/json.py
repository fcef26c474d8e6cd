"""JSON for programs; messages in both languages, everything else the same in each."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cynod_spec.base.location import SourceLocation
from cynod_spec.diff import Comparison
from cynod_spec.diff.changes import SEVERITIES, Change
from cynod_spec.diff.formats.grouping import Selection, in_order
from cynod_spec.output.json_text import json_text
from cynod_spec.source.document import Source


def render(comparison: Comparison, language: str, selection: Selection) -> str:
    """*comparison* as one object; ``message`` is in *language*, ``fr`` and ``en`` beside it.

    Programs read it, so that texts are never folded: ``texts`` says how many changes are of texts only, and
    each change says whether it is.
    """
    advice = comparison.advice
    changes = in_order(comparison, replace(selection, texts=True))
    told = {
        "old": _document(comparison.old, advice.old),
        "new": _document(comparison.new, advice.new),
        "version": {
            "suggested": advice.suggested or None,
            "part": advice.part,
            "sufficient": advice.sufficient,
        },
        "summary": {severity: comparison.count(severity) for severity in SEVERITIES},
        "texts": sum(change.rule.is_text for change in comparison.changes),
        "changes": [_change(change, language) for change in changes],
    }
    return json_text(told) + "\n"


def _document(source: Source, version: str) -> dict[str, str]:
    return {"file": source.file, "sha256": source.sha256, "version": version}


def _change(change: Change, language: str) -> dict[str, Any]:
    return {
        "rule": change.rule.id,
        "severity": change.severity,
        "direction": change.direction,
        "text": change.rule.is_text,
        "message": change.message(language),
        "fr": change.message("fr"),
        "en": change.message("en"),
        "operations": list(change.operations),
        "spots": [
            {
                "operation": location.operation,
                "callback": location.callback,
                "part": location.part,
                "name": location.name,
                "path": list(location.path),
            }
            for location in change.locations
        ],
        "old": _place(change.old),
        "new": _place(change.new),
    }


def _place(at: SourceLocation) -> dict[str, str | int]:
    return {"file": at.file, "pointer": at.pointer, "line": at.line, "column": at.column}
