"""The one printer of errors: what went wrong and where, then a hint, on standard error.

.. code-block:: text

    error: cynod.toml: [target] has no 'base'
     hint: known there: base_url, allow_http

A line never holds a line break or a control character of what it quotes.
"""

from __future__ import annotations

from typing import Final

from cynod_spec.base.errors import CynodError
from cynod_spec.output.terminal import Styled, echo_all, echo_line, lines

ERROR: Final = "error: "
HINT: Final = " hint: "
"""How the two lines begin. Processes that start another command of ours find its error by them."""


def print_error(message: str, hint: str = "") -> None:
    """Print what went wrong and, where there is one, the *hint* that says what to do."""
    echo_line(Styled(ERROR, "red", bold=True), message, err=True)
    if hint:
        echo_line(Styled(HINT, "cyan"), hint, err=True)


def print_cynod_error(error: CynodError) -> None:
    """Print *error*: where it is (``file:line:column``), if known, what it is, and its hint."""
    print_error(str(error), error.hint)


def print_traceback(error: BaseException) -> None:
    """Print the traceback of *error*, each line behind a mark that tells it from lines of ours."""
    import traceback

    echo_all(lines("".join(traceback.format_exception(error))), err=True)


def printed_message(line: str) -> str | None:
    """What went wrong, from a *line* that another process printed with :func:`print_error`; else None."""
    return line.removeprefix(ERROR) if line.startswith(ERROR) else None
