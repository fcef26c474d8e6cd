"""The server's log: one line a request and an event, as JSON or text, on standard error.

Nothing secret is written: the formatter masks card numbers, credentials and tokens in whatever it is
given, tracebacks included, and what a record names under ``secrets`` wherever it stands.

Nothing that a caller sends can look like a line of the log: control characters are escaped, and each line of
a traceback begins with ``CONTINUED``.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, TextIO

from . import credentials
from .control_characters import json_escaped, one_line
from .messages import RawAnswer, RawRequest
from .redaction import masked

FORMATS = ("text", "json")
LEVELS = ("debug", "info", "warning", "error")
CONTINUED = "  | "
MAX_TEXT_CHARS = 32_768  # of one value of a record; the rest of it is left out

_requests = logging.getLogger("cynod.request")
_server = logging.getLogger("cynod.server")
_PLAIN_WORD = re.compile(r"[^\s\"=]+")


def configure(form: str, level: str, stream: TextIO = sys.stderr) -> None:
    """Send every record of *level* and above to *stream* in the format *form*.

    Warnings of Python and exceptions that nobody catches become records too: Python prints them unescaped.
    """
    handler = _Handler(stream)
    handler.setFormatter(JsonLines() if form == "json" else TextLines())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    logging.captureWarnings(True)
    sys.excepthook = _uncaught
    sys.unraisablehook = lambda given: _uncaught(given.exc_type, given.exc_value, given.exc_traceback)
    threading.excepthook = lambda given: _uncaught(given.exc_type, given.exc_value, given.exc_traceback)


def answered(request: RawRequest, answer: RawAnswer | None, began: float) -> None:
    """Log *request*, whose reading began at *began* (``time.perf_counter``); no answer: its caller left."""
    if not _requests.isEnabledFor(logging.INFO):
        return
    operation = request.operation
    fields = {
        "request_id": request.request_id,
        "method": request.method or None,
        "path": operation.path if operation else None,
        "operation": operation.id if operation else None,
        "status": answer.status if answer else None,
        "code": (answer.code or None) if answer else None,
        "duration_ms": round((time.perf_counter() - began) * 1000, 3),
        "partner": request.partner or None,
        "client": request.client or None,
    }
    _requests.info("answered" if answer else "abandoned", extra={"fields": fields})


def secrets_of(request: RawRequest) -> tuple[str, ...]:
    """What *request* holds that no line may show."""
    scheme, rest = credentials.scheme_of(request.header("authorization") or "")
    pair = credentials.basic_pair(rest) if scheme == "basic" else None
    return tuple(filter(None, (rest, *(pair or ())[1:], *request.secrets)))


class _Lines(logging.Formatter):
    """What both formats share: the record as named values, masked."""

    def values(self, record: logging.LogRecord) -> dict[str, Any]:
        """The record's values in the order of the line; None where there is none."""
        secrets: tuple[str, ...] = getattr(record, "secrets", ())
        fields: dict[str, Any] = getattr(record, "fields", {})
        values = {"logger": record.name, "message": record.getMessage(), **fields}
        if record.exc_info:
            values["exception"] = self.formatException(record.exc_info)
        texts = "\0".join(value for value in values.values() if isinstance(value, str))
        if masked(texts, secrets) != texts:  # seldom: one look at all of them is enough otherwise
            values = {n: masked(v, secrets) if isinstance(v, str) else v for n, v in values.items()}
        values = {n: _shortened(v) if isinstance(v, str) else v for n, v in values.items()}
        moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        return {"time": moment.replace("+00:00", "Z"), "level": record.levelname.lower(), **values}


class JsonLines(_Lines):
    """One JSON object a record."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        return json_escaped(json.dumps(self.values(record), ensure_ascii=False, default=str))


class TextLines(_Lines):
    """For people: time, level, message, then what else there is; a traceback on lines of its own, indented.

    No line begins with a text from outside, nor holds a character that acts on the reader's terminal.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        values = self.values(record)
        exception = values.pop("exception", None)
        first = [one_line(str(values.pop(name))) for name in ("time", "level", "logger", "message")]
        first[1] = first[1].upper()
        rest = [f"{name}={_word(value)}" for name, value in values.items() if value is not None]
        line = " ".join(filter(None, (*first, *rest)))
        below = exception.split("\n") if exception else ()
        return "\n".join((line, *(f"{CONTINUED}{one_line(each)}" for each in below)))


class _Handler(logging.StreamHandler[TextIO]):
    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the library's name
        """A record that cannot be formatted or written: told without its text, which nothing has escaped."""
        with suppress(OSError, ValueError):
            kind = getattr(sys.exc_info()[0], "__name__", "error")
            self.stream.write(f"a record of {one_line(record.name)} could not be written: {kind}\n")
            self.flush()


def _uncaught(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    """Log an exception that nobody caught; an end that somebody asked for is none."""
    if error is None or issubclass(kind, SystemExit | KeyboardInterrupt):
        return
    _server.critical("uncaught exception", exc_info=(kind, error, trace))


def _word(value: Any) -> str:
    """*value* as one word of a line: in quotes when it could be taken for more of the line."""
    text = one_line(str(value))
    return text if _PLAIN_WORD.fullmatch(text) else json.dumps(text, ensure_ascii=False)


def _shortened(text: str) -> str:
    left_out = len(text) - MAX_TEXT_CHARS
    return f"{text[:MAX_TEXT_CHARS]}… ({left_out} characters left out)" if left_out > 0 else text
