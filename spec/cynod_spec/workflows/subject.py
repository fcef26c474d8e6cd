"""What rules about workflows look at: an Arazzo document, and the contract whose operations it calls."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import unquote, urlsplit

from cynod_spec import load_contract
from cynod_spec.base.errors import DocumentError
from cynod_spec.base.location import SourceLocation
from cynod_spec.base.pointer import split
from cynod_spec.model import Contract
from cynod_spec.schema.validation import Validators
from cynod_spec.source.document import Source
from cynod_spec.source.node import Node
from cynod_spec.source.traversal import Traversal, traverse
from cynod_spec.workflows.model import Action, Criterion, Step, Workflow, Workflows
from cynod_spec.workflows.reading import build


@dataclass(frozen=True)
class WorkflowSubject:
    """A document, valid in structure when ``document`` is asked for; *given* is its contract, if known."""

    source: Source
    given: Contract | None = None

    @cached_property
    def root(self) -> Node:
        """The document as a tree of nodes with places."""
        return Node.root(self.source)

    @cached_property
    def traversal(self) -> Traversal:
        """Every mapping of the document."""
        return traverse(self.root)

    @cached_property
    def document(self) -> Workflows:
        """Its model."""
        return build(self.source)

    @cached_property
    def contract(self) -> Contract:
        """The contract that it names. Raises DocumentError with the place where it does."""
        if self.given is not None:
            return self.given
        described = self.document.sources[0]
        at = self.below(described.at, "url")
        try:
            return load_contract(str(self._beside(described.url, at)))
        except DocumentError as error:
            message = f"{described.url!r} cannot be read as a contract: {error}"
            raise DocumentError(message, error.hint, at, "source-unresolved") from None

    def _beside(self, url: str, at: SourceLocation) -> Path:
        """The file in the document's folder that *url* names; nothing else is read, nothing is fetched."""
        folder = Path(self.source.file).parent
        hint = "name a file in the document's folder by its relative path; nothing is fetched"
        try:
            parts = urlsplit(url)
            path = (folder / unquote(parts.path)).resolve()
            is_inside = path.is_relative_to(folder.resolve()) and path.is_file()
        except (OSError, ValueError, RuntimeError):
            is_inside = False
        else:
            is_inside = is_inside and not (parts.scheme or parts.netloc or parts.query)
        if not is_inside:
            message = f"the source {url!r} is no file in the document's folder"
            raise DocumentError(message, hint, at, "source-unresolved")
        return folder / unquote(urlsplit(url).path)

    @cached_property
    def validators(self) -> Validators:
        """The validators of the contract's schemas as they hold for requests."""
        return Validators(self.contract, "request")

    @cached_property
    def contract_root(self) -> Node:
        """The contract's document as nodes; their places are not known here."""
        return Node.root(Source(self.contract.file, "", self.contract.document))

    def below(self, at: SourceLocation, *path: str) -> SourceLocation:
        """The place of the member along *path* below *at*; the nearest place above when it has none."""
        return self.source.place((*split(at.pointer), *path))

    def criteria(self) -> Iterator[tuple[Workflow, Step, Criterion]]:
        """Every criterion with its step: of its success, and of what follows it."""
        for workflow, step in self.document.steps():
            yield from ((workflow, step, each) for each in step.criteria)
            for action in actions(workflow, step):
                yield from ((workflow, step, each) for each in action.criteria)


def actions(workflow: Workflow, step: Step) -> tuple[Action, ...]:
    """Everything that may follow *step*."""
    return (*workflow.successes(step), *workflow.failures(step))
