"""Lint of workflows: the rules of ``rules/`` over one Arazzo document and the contract that it names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from cynod_spec.base.errors import DocumentError, UsageError
from cynod_spec.base.location import SourceLocation
from cynod_spec.lint import Finding, Report, reported
from cynod_spec.lint.catalogue import all_rules, rules_of
from cynod_spec.lint.registry import Rule
from cynod_spec.lint.suppressions import unsuppressed
from cynod_spec.model import Contract
from cynod_spec.source.document import Fingerprint
from cynod_spec.source.reading import (
    SAVED,
    Unsaved,
    fingerprints,
    read_workflows,
    translations,
    workflow_translations,
)
from cynod_spec.workflows import rules
from cynod_spec.workflows.model import Workflows
from cynod_spec.workflows.subject import WorkflowSubject

_FIRST: Final = ("workflows-invalid", "source-unresolved")
"""The rules whose findings leave the others nothing to look at."""


def workflow_rules() -> tuple[Rule, ...]:
    """Every rule about workflows, by its id."""
    return rules_of(rules)


def judge(path: str | Path, contract: Contract | None = None, unsaved: Unsaved = SAVED) -> Report:
    """The rules over the workflows at *path*, held against *contract* or the one that they name.

    A file that *unsaved* names is read from there. A document that cannot be read has one finding: why.
    Raises UsageError when there is no such file.
    """
    files = {str(path), *map(str, workflow_translations(Path(path)))}
    documents = fingerprints(path, unsaved)
    try:
        source = read_workflows(path, unsaved)
        files.update(source.files)
        subject = WorkflowSubject(source, contract)
        found = list(_found(subject))
        if not any(each.rule in _FIRST for each in found):
            files |= {subject.contract.file, *map(str, translations(Path(subject.contract.file)))}
            documents = (*documents, Fingerprint(subject.contract.file, subject.contract.sha256))
            every = (*all_rules(), *workflow_rules())
            # what x-cynod-allow may say is the same for both kinds of document
            found = list(unsuppressed(subject, found, every))
    except DocumentError as error:
        at = error.at or SourceLocation(str(path), "", 1, 1)
        found = [Finding(error.rule, "error", at, error.message, error.hint)]
    return replace(reported(found, files, unsaved), documents=documents)


def _found(subject: WorkflowSubject) -> Iterator[Finding]:
    by_id = {rule.id: rule for rule in workflow_rules()}
    for id in _FIRST:
        first = list(by_id[id].run(subject))
        if first:
            yield from first
            return
    found = {finding for id, rule in by_id.items() if id not in _FIRST for finding in rule.run(subject)}
    yield from found


def usable(path: str, contract: Contract) -> Workflows:
    """The workflows at *path*, to be run against *contract*. Raises UsageError when lint finds an error."""
    errors = [each for each in judge(path, contract).findings if each.level == "error"]
    if errors:
        count = f"{len(errors)} errors" if len(errors) > 1 else "an error"
        raise UsageError(
            f"the workflows have {count}: {errors[0].at}: {errors[0].message}", f"`cynod spec lint {path}`"
        )
    return WorkflowSubject(read_workflows(path), contract).document
