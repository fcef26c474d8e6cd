"""Validation of bodies and query parameters, field by field, against the contract's bounds."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import unquote_to_bytes

from .refusal import Fault, Refusal

MAX_AMOUNT = 2**53 - 1
Report = Callable[[str, str], None]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_INSTANT = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:[.]([0-9]{1,9}))?Z")
_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,17}")


class Rule:
    """A rule reads a value, reports what is wrong at a pointer, and returns the value to use."""

    def read(self, value: Any, pointer: str, report: Report) -> Any:
        """Check one value."""
        raise NotImplementedError


@dataclass(frozen=True)
class Text(Rule):
    """A string, bounded in code points, of a given form."""

    shortest: int = 0
    longest: int = MAX_AMOUNT
    form: re.Pattern[str] | None = None

    def read(self, value: Any, pointer: str, report: Report) -> Any:
        """Check a string."""
        if not isinstance(value, str):
            report(pointer, "null" if value is None else "type")
        elif not self.shortest <= len(value) <= self.longest:
            report(pointer, "bounds")
        elif self.form is not None and not self.form.fullmatch(value):
            report(pointer, "form")
        return value


@dataclass(frozen=True)
class Day(Rule):
    """A day of RFC 3339."""

    def read(self, value: Any, pointer: str, report: Report) -> Any:
        """Check a day, calendar included."""
        if not isinstance(value, str):
            report(pointer, "null" if value is None else "type")
            return value
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            report(pointer, "form")
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            report(pointer, "form")
            return value


@dataclass(frozen=True)
class Integer(Rule):
    """An integer between two bounds."""

    least: int
    most: int

    def read(self, value: Any, pointer: str, report: Report) -> Any:
        """Check an integer; 1500.0 is one."""
        if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
            report(pointer, "null" if value is None else "type")
        elif (isinstance(value, Decimal) and not value.is_finite()) or not self.least <= value <= self.most:
            report(pointer, "bounds")
        elif value != int(value):
            report(pointer, "type")
        else:
            return int(value)
        return value


@dataclass(frozen=True)
class Choice(Rule):
    """One of a few strings."""

    values: tuple[str, ...]

    def read(self, value: Any, pointer: str, report: Report) -> Any:
        """Check membership."""
        if not isinstance(value, str):
            report(pointer, "null" if value is None else "type")
        elif value not in self.values:
            report(pointer, "choice")
        return value


@dataclass(frozen=True)
class Several(Rule):
    """An array of distinct items."""

    item: Rule
    most: int

    def read(self, value: Any, pointer: str, report: Report) -> Any:
        """Check an array and each of its items."""
        if not isinstance(value, list):
            report(pointer, "null" if value is None else "type")
            return value
        if len(value) > self.most:
            report(pointer, "bounds")
        texts = [item for item in value if isinstance(item, str)]
        if len(set(texts)) < len(texts):
            report(pointer, "twice")
        return [self.item.read(item, f"{pointer}/{i}", report) for i, item in enumerate(value[:1000])]


@dataclass(frozen=True)
class Record(Rule):
    """A closed object."""

    required: dict[str, Rule]
    optional: dict[str, Rule] = field(default_factory=dict)

    def read(self, value: Any, pointer: str, report: Report) -> Any:
        """Check the members: those missing, those given, those unknown."""
        if not isinstance(value, dict):
            report(pointer, "null" if value is None else "type")
            return value
        rules = self.required | self.optional
        for name in self.required:
            if name not in value:
                report(f"{pointer}/{name}", "missing")
        kept: dict[str, Any] = {}
        for name, item in value.items():
            if name in rules:
                kept[name] = rules[name].read(item, f"{pointer}/{name}", report)
            else:
                report(pointer + "/" + name.replace("~", "~0").replace("/", "~1"), "unknown")
        return kept


KEY = re.compile(r"[A-Za-z0-9._:-]{8,128}")
IDENTIFIER = Text(1, 64)
CURRENCY = Text(3, 3, re.compile(r"[A-Z]{3}"))
REFERENCE = Text(1, 64, re.compile(r"[A-Za-z0-9._:/-]{1,64}"))
LABEL = Text(1, 140, re.compile(r"[^\x00-\x1f\x7f-\x9f\ud800-\udfff]+"))
CONSUMER_KEY = Text(1, 64, re.compile(r"[A-Za-z0-9._~-]+"))
AMOUNT = Record({"valeur": Integer(1, MAX_AMOUNT), "devise": CURRENCY})
MOVEMENT = Record({"carteId": IDENTIFIER, "reference": REFERENCE, "montant": AMOUNT}, {"libelle": LABEL})
REFUND = Record({"montant": AMOUNT}, {"motif": LABEL})
ISSUE = Record(
    {"titulaire": LABEL, "devise": CURRENCY, "soldeInitial": Integer(0, MAX_AMOUNT), "dateExpiration": Day()},
    {"partenaires": Several(CONSUMER_KEY, 50)},
)
STATE = Record({"statut": Choice(("ACTIVE", "BLOQUEE"))})


def _number(text: str) -> Decimal:
    """Read a fractional or exponent number exactly; beyond measure is infinite."""
    try:
        return Decimal(text)
    except InvalidOperation:
        return Decimal("Infinity")


def _integer(text: str) -> int | Decimal:
    """Read an integer; one too long to be an amount is infinite."""
    return int(text) if len(text) < 40 else Decimal("Infinity")


def _constant(text: str) -> None:
    """Refuse NaN and the infinities."""
    raise ValueError("not JSON")


def parse_json(body: bytes) -> Any:
    """Read a body, or refuse it with 1003."""
    try:
        return json.loads(
            body.decode("utf-8"), parse_float=_number, parse_int=_integer, parse_constant=_constant
        )
    except (ValueError, RecursionError):
        raise Refusal("1003", [Fault("", "body", "json")]) from None


def _judge(faults: list[Fault]) -> None:
    """Raise 1001 when something is missing, else 1002 when something is wrong."""
    if any(fault.reason == "missing" for fault in faults):
        raise Refusal("1001", faults)
    if faults:
        raise Refusal("1002", faults)


def check_body(rule: Rule, value: Any) -> dict[str, Any]:
    """Check a whole body."""
    faults: list[Fault] = []
    checked: dict[str, Any] = rule.read(value, "", lambda at, why: faults.append(Fault(at, "body", why)))
    _judge(faults)
    return checked


def instant(text: str) -> int | None:
    """Read an instant, in nanoseconds since the epoch; None when it is none."""
    match = _INSTANT.fullmatch(text)
    if match is None:
        return None
    hour, minute, second = int(match[2]), int(match[3]), int(match[4])
    leap = (hour, minute, second) == (23, 59, 60)
    if hour > 23 or minute > 59 or (second > 59 and not leap):
        return None
    try:
        day = datetime.strptime(match[1], "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        return None
    seconds = (day - _EPOCH) // timedelta(seconds=1) + hour * 3600 + minute * 60 + second
    return seconds * 10**9 + int((match[5] or "0").ljust(9, "0"))


def _limit(text: str) -> int | None:
    """Read a page size."""
    number = int(text) if _INTEGER.fullmatch(text) else 0
    return number if 1 <= number <= 100 else None


def _matching(rule: re.Pattern[str]) -> Callable[[str], str | None]:
    """Make a reader of strings of a form."""
    return lambda text: text if rule.fullmatch(text) else None


PARAMETERS: dict[str, Callable[[str], Any]] = {
    "numeroCarte": _matching(re.compile(r"[0-9]{10,19}")),
    "carteId": lambda text: text,
    "reference": _matching(re.compile(r"[A-Za-z0-9._:/-]{1,64}")),
    "du": instant,
    "au": instant,
    "curseur": lambda text: text,
    "limite": _limit,
}


def check_query(query: bytes, declared: dict[str, bool]) -> dict[str, Any]:
    """Read the declared parameters (name to required) of a query; the others are ignored."""
    given: dict[str, list[str | None]] = {}
    for piece in query.split(b"&"):
        name, _, value = piece.replace(b"+", b" ").partition(b"=")
        key = unquote_to_bytes(name).decode("utf-8", "replace")
        if key in declared:
            try:
                text: str | None = unquote_to_bytes(value).decode("utf-8")
            except UnicodeDecodeError:
                text = None
            given.setdefault(key, []).append(text)
    faults: list[Fault] = []
    read: dict[str, Any] = {}
    for key, required in declared.items():
        values = given.get(key)
        if values is None:
            if required:
                faults.append(Fault(key, "query", "missing"))
            continue
        result = PARAMETERS[key](values[0]) if values[0] is not None else None
        if len(values) > 1:
            faults.append(Fault(key, "query", "twice"))
        elif result is None:
            faults.append(Fault(key, "query", "form"))
        read[key] = result
    _judge(faults)
    return read
