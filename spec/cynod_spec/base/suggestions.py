"""The name that was probably meant: "did you mean" for names, JSON pointers and files that do not exist."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from itertools import islice
from typing import Any, Final

from cynod_spec.base import pointer as pointers
from cynod_spec.base.pointer import Tokens

MAX_NAME_CHARACTERS: Final = 120  # of a name that is compared; a longer one is no slip of the hand
MAX_NAMES: Final = 3000  # that one name is compared with letter by letter, some microseconds each
MAX_NAMES_FOLDED: Final = 20_000  # likewise but for case and hyphens
MAX_SUGGESTIONS: Final = 200  # that are looked for within :func:`limited`: a document may hold many slips
MIN_RATIO: Final = 0.75  # of the letters that must agree, as difflib counts them


_left: ContextVar[list[int] | None] = ContextVar("suggestions left", default=None)


@contextmanager
def limited() -> Iterator[None]:
    """Meanwhile no more than MAX_SUGGESTIONS names are compared with others; then nothing is suggested."""
    token = _left.set([MAX_SUGGESTIONS])
    try:
        yield
    finally:
        _left.reset(token)


def _is_spent() -> bool:
    left = _left.get()
    if left is None:
        return False
    left[0] -= 1
    return left[0] < 0


def closest(name: str, known: Iterable[str]) -> str:
    """The name among *known* that *name* was probably meant to be; empty when none resembles it.

    Case, hyphens and underscores do not count as differences, so that ``topup`` finds ``top-up``.
    """
    if not 0 < len(name) <= MAX_NAME_CHARACTERS or _is_spent():
        return ""
    listed = [each for each in islice(known, MAX_NAMES_FOLDED) if each != name]
    plain = _plain(name)
    for each in listed:
        if _plain(each) == plain:
            return each
    if len(listed) > MAX_NAMES:
        return ""
    by_plain = {_plain(each): each for each in reversed(listed) if len(each) <= MAX_NAME_CHARACTERS}
    found = difflib.get_close_matches(plain, by_plain, 1, MIN_RATIO)
    return by_plain[found[0]] if found else ""


def slip(name: str, known: Iterable[str]) -> str:
    """The name among *known* that *name* is but for a slip of the hand; empty when there is none.

    A slip is a letter too many, too few, or two of them swapped; in a name of more than four letters also
    another letter, in one of more than seven a second slip. Unlike :func:`closest`, this leaves alone what is
    likely to be a name of its own.
    """
    found = closest(name, known)
    return found if found and _is_slip(_plain(name), _plain(found)) else ""


def _is_slip(name: str, other: str) -> bool:
    if name == other:
        return True
    shorter = min(len(name), len(other))
    if shorter <= 4:  # "rate" is no slip of "date"
        return _slips(name, other) == 1 and (len(name) != len(other) or sorted(name) == sorted(other))
    return _slips(name, other) <= (1 if shorter <= 7 else 2)


def _slips(name: str, other: str) -> int:
    """How many slips lie between the two: the optimal string alignment distance."""
    before: list[int] = []
    above = list(range(len(other) + 1))
    for row, letter in enumerate(name, 1):
        current = [row]
        for column, wanted in enumerate(other, 1):
            cost = min(above[column] + 1, current[-1] + 1, above[column - 1] + (letter != wanted))
            if row > 1 and column > 1 and letter == other[column - 2] and name[row - 2] == wanted:
                cost = min(cost, before[column - 2] + 1)
            current.append(cost)
        before, above = above, current
    return above[-1]


def did_you_mean(name: str, known: Iterable[str], otherwise: str = "") -> str:
    """The question for the user when one of *known* resembles *name*; else *otherwise*."""
    found = closest(name, known)
    return question(found) if found else otherwise


def question(name: str) -> str:
    """The question whether *name* was meant."""
    return f"did you mean {name!r}?"


def closest_place(document: Any, tokens: Tokens) -> Tokens | None:
    """The existing place of *document* that *tokens* were probably meant to lead to; None when none is near.

    At the first token that leads nowhere, another name of the same mapping is tried; what follows must then
    lead somewhere. Else the components are searched for the last token.
    """
    value = document
    for index, token in enumerate(tokens):
        try:
            value = pointers.child(value, token)
        except LookupError:
            other = closest(token, value) if isinstance(value, dict) else ""
            tried = (*tokens[:index], other, *tokens[index + 1 :])
            if other and _exists(document, tried):
                return tried
            return _component(document, tokens[-1])
    return tokens


def _component(document: Any, name: str) -> Tokens | None:
    """The only component of *document* that is called *name*."""
    sections = document.get("components") if isinstance(document, dict) else None
    found = [
        ("components", section, name)
        for section, named in (sections.items() if isinstance(sections, dict) else ())
        if isinstance(named, dict) and name in named
    ]
    return found[0] if len(found) == 1 else None


def _exists(document: Any, tokens: Tokens) -> bool:
    try:
        pointers.resolve(document, tokens)
    except LookupError:
        return False
    return True


def _plain(name: str) -> str:
    return name.casefold().replace("-", "").replace("_", "")
