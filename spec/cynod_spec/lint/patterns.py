"""Regular expressions of schemas: where they stand, what binds them, and whether they are ECMA-262's."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any, Final

from cynod_spec.base.location import SourceLocation
from cynod_spec.lint.registry import Subject

MAX_STEPS: Final = 2_000  # of the search for the edges of one pattern

_PROPERTY = re.compile(r"\\[pP]\{[^}]*\}")
_GROUP_NAME = re.compile(r"\(\?<(?![=!])[^>]*>")
_ECMA_LETTERS: Final = frozenset("dDsSwWbBfnrtvcxupPk")  # after a backslash (ECMA-262 §22.2.1)
_ECMA_GROUPS = re.compile(r"\(\?(?::|=|!|<=|<!|<[A-Za-z_$])")
_QUANTIFIER = re.compile(r"(?:[*+?]|\{[0-9]+(?:,[0-9]*)?\})")
_ESCAPED = re.compile(r"\\.", re.DOTALL)
_FOREIGN_CLASS = re.compile(r"\[[:.=][a-z]+[:.=]\]")
_UNSUPPORTED: Final = (  # what the validator cannot read, and what to do about it
    (re.compile(r"\\k<"), r"write \1 for the first group, not \k<name>"),
    (re.compile(r"\[\^\]"), r"write [\s\S] for [^], any character"),
    (re.compile(r"\[\]"), "drop [], which matches nothing"),
    (re.compile(r"\\0"), r"write \x00 for \0"),
    (re.compile(r"\[[^\]]*\\b"), r"write \x08 for \b in a class"),
    (re.compile(r"\\u[dD][89a-fA-F]"), r"write \u{…} for the two halves of a character"),
    (re.compile(r"\\[pP]\{"), r"name a property that Unicode has, such as \p{L} or \p{Script=Latin}"),
)
_FOREIGN_GROUP = re.compile(r"\(\?(?:P[<=>]?|[a-zA-Z^-]+[:)]?|.|$)")


def patterns(subject: Subject) -> Iterator[tuple[SourceLocation, str]]:
    """Every pattern of a schema, for strings and for the names of members, with its place."""
    for node in subject.traversal.schemas:
        if isinstance(pattern := node.value.get("pattern"), str):
            yield node.place("pattern"), pattern
        if isinstance(node.value.get("patternProperties"), dict):
            yield from ((member.at, name) for name, member in node.members("patternProperties"))


def parsed(pattern: str) -> Any:
    """*pattern* as Python's own tree, its Unicode properties as letters; None when Python cannot read it."""
    readable = _GROUP_NAME.sub("(", _PROPERTY.sub(r"\\w", pattern))
    try:
        with _without_warnings():
            return import_module("re._parser").parse(readable)
    except (re.error, OverflowError, RecursionError):
        return None


def compiled(pattern: str) -> re.Pattern[str] | None:
    """*pattern* as one of Python's; None when Python cannot read it."""
    try:
        with _without_warnings():
            return re.compile(pattern)
    except (re.error, OverflowError, RecursionError):
        return None


@contextmanager
def _without_warnings() -> Iterator[None]:
    """Python warns of ``[[`` and ``&&`` in a class, which may mean something else in a later Python."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@dataclass(frozen=True, slots=True)
class Edges:
    """Whether the alternatives of a pattern are bound to the begin and to the end of a text.

    Each holds True when an alternative is bound there, and False when one is not.
    """

    begin: frozenset[bool]
    end: frozenset[bool]

    @property
    def are_bound(self) -> bool:
        """Whether each alternative matches whole texts only."""
        return False not in self.begin | self.end

    @property
    def are_mixed(self) -> bool:
        """Whether an anchor binds one alternative and not another."""
        return len(self.begin) > 1 or len(self.end) > 1


def edges(pattern: str) -> Edges | None:
    """How *pattern* is bound; None when that cannot be told."""
    tree = parsed(pattern)
    if tree is None:
        return None
    try:
        return Edges(_Search(is_end=False).edges(list(tree)), _Search(is_end=True).edges(list(tree)))
    except (_TooLong, RecursionError):
        return None


class _TooLong(Exception):  # noqa: N818 - it names what is the case
    """The search for the edges takes more than ``MAX_STEPS``."""


class _Search:
    """The search for one edge of a pattern."""

    def __init__(self, *, is_end: bool) -> None:
        self._is_end = is_end
        self._anchor = "AT_END" if is_end else "AT_BEGINNING"
        self._steps = 0

    def edges(self, items: Sequence[Any]) -> frozenset[bool]:
        """Whether the ways through *items* are bound at this edge: True for those that are, else False."""
        self._steps += 1
        if self._steps > MAX_STEPS:
            raise _TooLong
        if not items:
            return frozenset((False,))
        kind, value = items[-1] if self._is_end else items[0]
        rest = items[:-1] if self._is_end else items[1:]
        name = str(kind)
        if name == "AT":
            return frozenset((True,)) if str(value).startswith(self._anchor) else self.edges(rest)
        if name in ("ASSERT", "ASSERT_NOT"):
            return self.edges(rest)
        if name == "SUBPATTERN":
            return self.edges(self._joined(list(value[-1]), rest))
        if name == "BRANCH":
            ways = (self.edges(self._joined(list(branch), rest)) for branch in value[1])
            return frozenset().union(*ways)
        if name.endswith("_REPEAT"):
            found = self.edges(self._joined(list(value[2]), rest))
            return found if value[0] else found | self.edges(rest)
        return frozenset((False,))

    def _joined(self, inner: list[Any], rest: Sequence[Any]) -> list[Any]:
        return [*rest, *inner] if self._is_end else [*inner, *rest]


@cache
def _regex_format() -> Any:
    import jsonschema_rs

    return jsonschema_rs.Draft202012Validator({"format": "regex"}, validate_formats=True)


def is_ecma(pattern: str) -> bool:
    """Whether *pattern* is a regular expression of ECMA-262."""
    return bool(_regex_format().is_valid(pattern))


@cache
def is_supported(pattern: str) -> bool:
    """Whether the validator that servers and the suite use can read *pattern*."""
    import jsonschema_rs

    try:
        jsonschema_rs.Draft202012Validator({"pattern": pattern})
    except (jsonschema_rs.ValidationError, ValueError):
        return False
    return True


def instead(pattern: str) -> str:
    """What to write instead of the part of *pattern* that the validator cannot read."""
    return next((hint for part, hint in _UNSUPPORTED if part.search(pattern)), "make its repetitions smaller")


def foreign(pattern: str) -> str | None:
    """The first part of *pattern* that other languages know and ECMA-262 does not; None if there is none."""
    index, in_class, after_quantifier = 0, False, False
    while index < len(pattern):
        if escaped := _ESCAPED.match(pattern, index):
            letter = pattern[index + 1]
            if letter.isascii() and letter.isalpha() and letter not in _ECMA_LETTERS:
                return escaped[0]
            index, after_quantifier = escaped.end(), False
            continue
        if in_class:
            if found := _FOREIGN_CLASS.match(pattern, index):
                return found[0]
            in_class = pattern[index] != "]"
            index += 1
            continue
        if pattern.startswith("(?", index) and not _ECMA_GROUPS.match(pattern, index):
            found = _FOREIGN_GROUP.match(pattern, index)
            return found[0] if found else "(?"
        quantifier = _QUANTIFIER.match(pattern, index)
        if quantifier and after_quantifier and quantifier[0] == "+":
            return pattern[index - 1 : index + 1]
        after_quantifier = quantifier is not None
        in_class = pattern[index] == "["
        index = quantifier.end() if quantifier else index + 1
        if in_class and pattern.startswith("^", index):
            index += 1
    return None
