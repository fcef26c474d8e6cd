"""What oasdiff and we say of one pair of documents, and where the two differ."""

from __future__ import annotations

import json
import re
import subprocess
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cynod_spec.diff import Comparison, compare
from cynod_spec.diff.changes import Change
from cynod_spec.source.reading import read

ERROR = 3  # oasdiff's level `error`; 2 is a warning, 1 an information

Weaker = Mapping[tuple[str, str], str]
"""What oasdiff calls breaking and we do not: its check and our rule for the same operation → why."""
Stricter = Mapping[str, str]
"""What we call breaking and oasdiff does not: our rule → why."""

WEBHOOK = "webhook:"  # what oasdiff writes before the name of one
_PARAMETER = re.compile(r"\{[^{}]*\}")


@dataclass(frozen=True)
class Verdict:
    """What both say of one pair; *single* when there is one change between its documents."""

    name: str
    ours: Comparison
    theirs: list[dict[str, Any]]
    single: bool = False

    @property
    def errors(self) -> set[str]:
        """The checks of oasdiff that call it breaking."""
        return {finding["id"] for finding in self.theirs if finding["level"] == ERROR}

    @property
    def breaking(self) -> set[str]:
        """Our rules that call it breaking."""
        return {change.rule.id for change in self.ours.changes if change.severity == "breaking"}

    def differences(self) -> list[tuple[str, list[str]]]:
        """Checks of oasdiff that call breaking what we do not, each with our rules for that operation."""
        found = []
        for finding in self.theirs:
            if finding["level"] == ERROR:
                ours = [change for change in self.ours.changes if _about(change, finding)]
                if not any(change.severity == "breaking" for change in ours):
                    found.append((finding["id"], [change.rule.id for change in ours]))
        return found

    def missed(self, weaker: Weaker) -> list[str]:
        """Those of them that no written reason explains."""
        return [
            f"{self.name}: {check}, ours: {rules}"
            for check, rules in self.differences()
            if not any((check, rule) in weaker for rule in rules)
        ]

    def explained(self, weaker: Weaker) -> set[tuple[str, str]]:
        """The written reasons that explain them."""
        return {
            (check, rule) for check, rules in self.differences() for rule in rules if (check, rule) in weaker
        }

    def stricter(self) -> set[str]:
        """Our rules that call breaking what oasdiff, for the same operation, does not."""
        errors = [finding for finding in self.theirs if finding["level"] == ERROR]
        return {
            change.rule.id
            for change in self.ours.changes
            if change.severity == "breaking" and not any(_about(change, finding) for finding in errors)
        }


def judged(program: Path, name: str, old: Path, new: Path, *, single: bool = False) -> Verdict:
    """Both verdicts of the documents *old* and *new*. Raises what our reader raises, for what it refuses."""
    ours = compare(read(old), read(new))
    command = [str(program), "changelog", "--format", "json", str(old), str(new)]
    done = subprocess.run(command, cwd=old.parent, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, f"{name}: {done.stderr}"
    return Verdict(name, ours, json.loads(done.stdout or "[]"), single)


def counted(verdicts: list[Verdict], rules_of: Callable[[Verdict], set[str]]) -> Counter[str]:
    """How often each rule is given."""
    return Counter(rule for verdict in verdicts for rule in rules_of(verdict))


def table(verdicts: list[Verdict], weaker: Weaker, stricter: Stricter, found: Counter[str]) -> str:
    """How often both agree, and each difference with its reason."""
    theirs = sum(bool(verdict.errors) for verdict in verdicts)
    ours = sum(bool(verdict.breaking) for verdict in verdicts)
    lines = [f"{len(verdicts)} pairs; oasdiff calls {theirs} breaking, we {ours}"]
    explained = Counter(key for verdict in verdicts for key in verdict.explained(weaker))
    lines += [
        f"weaker    {count:4} {check}, {rule}: {weaker[check, rule]}"
        for (check, rule), count in sorted(explained.items())
    ]
    lines += [
        f"stricter  {count:4} {rule}: {stricter.get(rule, '?')}" for rule, count in sorted(found.items())
    ]
    return "\n".join(lines)


def _about(change: Change, finding: Mapping[str, Any]) -> bool:
    """Whether both may be about one operation; what names none may be about any."""
    path = str(finding.get("path", "")).removeprefix(WEBHOOK)
    operation = f"{finding.get('operation', '')} {path}".strip()
    named = {_without_names(each) for each in change.operations}
    return not operation or not named or _without_names(operation) in named


def _without_names(operation: str) -> str:
    return _PARAMETER.sub("{}", operation)
