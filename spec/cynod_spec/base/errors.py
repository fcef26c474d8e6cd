"""What can go wrong for a user: each error is one readable line, a hint, and its exit code."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from cynod_spec.base.location import SourceLocation

DEBUG_VARIABLE: Final = "CYNOD_DEBUG"
"""The environment variable that asks for the tracebacks of internal errors."""


class ExitCode(IntEnum):
    """How every command of ``cynod`` ends."""

    HOLDS = 0
    FAILS = 1
    WRONG_USE = 2
    INCONCLUSIVE = 3
    INTERNAL_ERROR = 4


class CynodError(Exception):
    """A mistake that its user can understand and repair; no traceback belongs to it.

    *message* is one sentence, *hint* (possibly empty) says what to do, *at* is where the cause stands.
    """

    exit_code = ExitCode.WRONG_USE

    def __init__(self, message: str, hint: str = "", at: SourceLocation | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.at = at

    def __str__(self) -> str:
        return f"{self.at}: {self.message}" if self.at else self.message


class DocumentError(CynodError):
    """A document that cannot be read safely, or that is no contract. *rule* is its name in lint's reports."""

    def __init__(
        self, message: str, hint: str = "", at: SourceLocation | None = None, rule: str = "document"
    ) -> None:
        super().__init__(message, hint, at)
        self.rule = rule


class WorkflowsDocument(DocumentError):  # noqa: N818 - it names what the document is
    """An Arazzo document where a contract was wanted."""


class UsageError(CynodError):
    """Wrong use or configuration of a command."""


class TargetUnreachable(CynodError):  # noqa: N818 - it names what is the case, not who erred
    """The server to be judged does not answer, or did not start: nothing can be said about it."""

    exit_code = ExitCode.INCONCLUSIVE


class InternalError(CynodError):
    """An exception that no mistake of the user explains: *cause*.

    *shows_traceback*: whether its traceback was asked for.
    """

    exit_code = ExitCode.INTERNAL_ERROR

    def __init__(self, cause: Exception, *, shows_traceback: bool = False) -> None:
        message = f"internal error: {type(cause).__name__}: {cause}"
        super().__init__(message, f"run it again with {DEBUG_VARIABLE}=1 for the traceback")
        self.cause = cause
        self.shows_traceback = shows_traceback
