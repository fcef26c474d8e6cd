"""Another name for a component, a code's value, a scope, an operation or a tag, everywhere in the contract.

At a component's key, or at a reference to it, the component is renamed: what it is filed under. At the
value of a code (its ``const``) that value is: in examples, in the address of its page, and in sentences,
where an editor that can asks first. Roles and ids of clauses keep their names: programs ask for them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from cynod_spec.base.errors import CynodError
from cynod_spec.build import build
from cynod_spec.lint.subjects import SCOPE
from cynod_spec.lsp.analysis import Analysis
from cynod_spec.lsp.definition import declared
from cynod_spec.lsp.scalars import count_scalars
from cynod_spec.lsp.symbols import Index, Mention, Symbol
from cynod_spec.output.control_characters import HIDDEN
from cynod_spec.source import overlay
from cynod_spec.source.parsing import parse
from cynod_spec.source.reading import read

_NAME = re.compile(r"[A-Za-z0-9._-]+")  # OpenAPI 3.1 §4.8.7, of a component
_STEP = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LINE = re.compile(f"[^{HIDDEN}]+")
_NAMED: Final = {
    "component": "a component",
    "code": "a code",
    "scope": "a scope",
    "operation": "an operation",
    "tag": "a tag",
}
_ALLOWED: Final = {
    "component": (_NAME, "letters, digits, dots, hyphens and underscores"),
    "code": (_NAME, "letters, digits, dots, hyphens and underscores"),
    "scope": (SCOPE, 'visible ASCII characters other than " and \\ (RFC 6749 §3.3)'),
    "operation": (_NAME, "letters, digits, dots, hyphens and underscores"),
    "tag": (_LINE, "characters that can be seen, on one line"),
}


class Refused(Exception):  # noqa: N818 - what the editor shows: one sentence
    """Why a name stays as it is."""


@dataclass(frozen=True, slots=True)
class MentionEdit:
    """What is written instead of a mention; *is_prose*: in a sentence, where it might mean something else."""

    path: Path
    start: int
    end: int
    new: str
    is_prose: bool


def renamed_at(analysis: Analysis, path: Path, index: int) -> Mention:
    """The name at *index* of the file at *path*, if it can be another. Raises Refused."""
    mention = Index(analysis).at(path, index)
    if mention is None or mention.symbol.kind == "node" or not mention.start <= index <= mention.end:
        raise Refused("Nothing here has a name that could be changed.")
    if mention.symbol.kind not in _NAMED:
        raise Refused("Roles and ids of clauses keep their names: programs ask for them.")
    if not any(declared(analysis, mention.symbol)):
        raise Refused(f"The document does not declare {mention.symbol.name[-1]}.")
    if mention.is_step:
        text = analysis.text(path).text[mention.start : mention.end]
        at = text.index(mention.symbol.name[-1])
        start = mention.start + at
        return replace(mention, start=start, end=start + len(mention.symbol.name[-1]))
    return mention


def rename(analysis: Analysis, symbol: Symbol, new: str) -> list[MentionEdit]:
    """What gives *symbol* the name *new* everywhere. Raises Refused, with a sentence, when nothing can."""
    old = symbol.name[-1]
    named, (allowed, words) = _NAMED[symbol.kind], _ALLOWED[symbol.kind]
    if new == old:
        return []
    if not allowed.fullmatch(new):
        raise Refused(f"{new!r} cannot name {named}: it takes {words}.")
    other = replace(symbol, name=(*symbol.name[:-1], new))
    if any(declared(analysis, other)):
        raise Refused(f"{named.capitalize()} is called {new} already.")
    mentions = Index(analysis).all(symbol)
    for mention in mentions:
        if not mention.is_plain:
            place = analysis.lines(mention.path).position(mention.start)
            where = f"{mention.path.name}:{place.line + 1}"
            raise Refused(f"{old} is written with escapes at {where}; write it plainly there first.")
    changes = [_change(mention, new) for mention in mentions]
    _try(analysis, changes, other)
    return changes


def _change(mention: Mention, new: str) -> MentionEdit:
    if mention.is_step:
        new = f".{new}" if _STEP.fullmatch(new) else f"['{new}']"
    return MentionEdit(mention.path, mention.start, mention.end, new, mention.is_prose)


def _try(analysis: Analysis, changes: list[MentionEdit], new: Symbol) -> None:
    """Refuse what would leave a document that cannot be read, or the new name read as something else."""
    texts = dict(analysis.unsaved)
    is_other = False
    for path in {change.path for change in changes}:
        before = analysis.text(path).text
        texts[path] = applied(before, [each for each in changes if each.path == path])
        is_other = is_other or count_scalars(before) != count_scalars(texts[path])
    try:
        source = read(analysis.main, unsaved=texts)
        contract = build(source)
        for path in analysis.overlays:
            if path in texts:
                _apply(source.value, texts[path], path.name)
    except CynodError as error:
        raise Refused(f"With {new.name[-1]}, the contract could not be read: {error.message}") from None
    known = {
        "component": source.value.get("components", {}).get(new.name[0], {}),
        "code": {code.value for code in contract.codes},
        "scope": contract.security.scopes,
        "operation": {operation.id for operation in contract.operations},
        "tag": {tag.name for tag in contract.tags},
    }
    if is_other or new.name[-1] not in known[new.kind]:
        raise Refused(f"Written where the old name is, {new.name[-1]} would be read as something else.")


def _apply(document: object, text: str, name: str) -> None:
    overlay.apply(document, overlay.read(parse(text, name), name))


def applied(text: str, changes: list[MentionEdit]) -> str:
    """*text* after *changes*."""
    for change in sorted(changes, key=lambda each: each.start, reverse=True):
        text = text[: change.start] + change.new + text[change.end :]
    return text
