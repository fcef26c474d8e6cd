"""The server's log: one line a request and an event, as JSON or text, on standard error.

Nothing secret is written: the formatter masks card numbers, credentials and tokens in whatever it is
given, tracebacks included, and what a record names under ``secrets`` wherever it stands.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, TextIO

from . import credentials
from .control_characters import json_escaped, one_line
from .messages import RawAnswer, RawRequest

FORMATS = ("text", "json")
LEVELS = ("debug", "info", "warning", "error")
HIDDEN = "***"

_requests = logging.getLogger("cynod.request")
_NUMBER = re.compile(r"[0-9](?:[ -]?[0-9]){9,}")
_SCHEME = re.compile(r"\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{4,}", re.IGNORECASE)
_NAMED = re.compile(
    r"""((?:authorization|secret|token|password)[\w-]*["']?\s*[=:]\s*["']?)(?:\w+\s+\*{3}|[^\s"',;&)}\]]+)""",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\s\"=]+")
_IN_URL = re.compile(r"(://[^\s/:@]*):[^\s/@]+@")


def configure(form: str, level: str, stream: TextIO = sys.stderr) -> None:
    """Send every record of *level* and above to *stream* in the format *form*, warnings of Python too."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines() if form == "json" else TextLines())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    logging.captureWarnings(True)


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


def masked(text: str, secrets: Iterable[str] = ()) -> str:
    """*text* without *secrets*, credentials and tokens, card numbers down to their last four digits."""
    for secret in secrets:
        text = text.replace(secret, HIDDEN)
    text = _SCHEME.sub(rf"\1 {HIDDEN}", text)
    text = _NAMED.sub(rf"\1{HIDDEN}", text)
    text = _IN_URL.sub(rf"\1:{HIDDEN}@", text)
    return _NUMBER.sub(lambda found: HIDDEN + found[0][-4:], text)


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
        moment, level, logger, message = (values.pop(name) for name in ("time", "level", "logger", "message"))
        rest = " ".join(f"{name}={_field(value)}" for name, value in values.items() if value is not None)
        line = one_line(" ".join(filter(None, (moment, level.upper(), logger, message, rest))))
        if not exception:
            return line
        return "\n".join((line, *(f"  | {one_line(each)}" for each in exception.splitlines())))


def _field(value: Any) -> str:
    """*value* as a word; between quotes when another field could begin in it."""
    text = str(value)
    return text if _WORD.fullmatch(text) else json.dumps(text, ensure_ascii=False)
