"""The findings of lint as diagnostics."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lsprotocol import types

from cynod_spec.lint import Finding
from cynod_spec.lsp.positions import Lines
from cynod_spec.output.control_characters import one_line

SOURCE: Final = "cynod"
MAX_DIAGNOSTICS: Final = 1000  # of one file; an editor has no use for more
_SEVERITIES: Final = {
    "error": types.DiagnosticSeverity.Error,
    "warning": types.DiagnosticSeverity.Warning,
}
_UNUSED: Final = frozenset(("code-orphan", "component-unused", "scheme-unused", "scope-unused", "tag-unused"))


def diagnostics(found: list[Finding], lines: Lines) -> list[types.Diagnostic]:
    """*found* in one file, as the editor shows them; *lines* are those in which they were found."""
    shown = list(_each(found[:MAX_DIAGNOSTICS], lines))
    if len(found) > MAX_DIAGNOSTICS:
        said = f"{len(found) - MAX_DIAGNOSTICS:,} more findings: cynod spec lint lists them all"
        level = types.DiagnosticSeverity.Information
        shown.append(types.Diagnostic(lines.range(0, 0), said, level, source=SOURCE))
    return shown


def _each(found: list[Finding], lines: Lines) -> Iterator[types.Diagnostic]:
    for finding in found:
        yield types.Diagnostic(
            range=span(finding, lines),
            message="\n".join(one_line(part) for part in (finding.message, finding.hint) if part),
            severity=_SEVERITIES[finding.level],
            code=finding.rule,
            source=SOURCE,
            tags=[types.DiagnosticTag.Unnecessary] if finding.rule in _UNUSED else None,
        )


def span(finding: Finding, lines: Lines) -> types.Range:
    """What *finding* is about: a word of one line, or more."""
    start = lines.written_at(finding.at.line, finding.at.column)
    return lines.range(start, max(start, lines.written_at(*finding.end)))
