"""What the server writes on its standard error: one line a fault, nothing about what it refused."""

from __future__ import annotations

import logging
import os

from lsprotocol.types import LSPErrorCodes
from pygls.exceptions import JsonRpcException

from cynod_spec.output.terminal import line, lines


def to_stderr() -> None:
    """Let pygls log its warnings and errors there; with CYNOD_DEBUG, their tracebacks too."""
    handler = logging.StreamHandler()
    handler.setFormatter(_OneLine("%(levelname)s: %(message)s"))
    handler.addFilter(_is_fault)
    logger = logging.getLogger("pygls")
    logger.addHandler(handler)
    logger.propagate = False


def _is_fault(record: logging.LogRecord) -> bool:
    """Whether *record* tells of anything but a request that was refused with a sentence."""
    error = record.exc_info[1] if record.exc_info else None
    return not (isinstance(error, JsonRpcException) and error.code == LSPErrorCodes.RequestFailed)


class _OneLine(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        if os.environ.get("CYNOD_DEBUG"):
            return "\n".join(lines(super().format(record)))
        error = record.exc_info[1] if record.exc_info else None
        said = f"{record.levelname}: {record.getMessage()}"
        return line(said if error is None else f"{said}: {type(error).__name__}: {error}")
