"""What can go wrong for a user: each error is one readable line, a hint, and its exit code."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cynod_spec.base.location import At


class CynodError(Exception):
    """A mistake that its user can understand and repair; no traceback belongs to it.

    *message* is one sentence, *hint* (possibly empty) says what to do, *at* is where the cause stands.
    """

    exit_code = 2

    def __init__(self, message: str, hint: str = "", at: At | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.at = at

    def __str__(self) -> str:
        return f"{self.at}: {self.message}" if self.at else self.message


class DocumentError(CynodError):
    """A document that cannot be read safely, or that is no contract. *rule* is its name in lint's reports."""

    def __init__(self, message: str, hint: str = "", at: At | None = None, rule: str = "document") -> None:
        super().__init__(message, hint, at)
        self.rule = rule


class WorkflowsDocument(DocumentError):  # noqa: N818 - it names what the document is
    """An Arazzo document where a contract was wanted."""


class UsageError(CynodError):
    """Wrong use or configuration of a command."""


class Unreachable(CynodError):  # noqa: N818 - it names what is the case, not who erred
    """A target that does not answer, so that nothing can be said about it."""

    exit_code = 3
