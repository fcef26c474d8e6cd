"""The names of a contract, and every place that mentions one: what hover, definition and rename ask."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final, Literal
from urllib.parse import quote

from cynod_spec.base.pointer import Tokens, escape
from cynod_spec.lsp.analysis import Analysis
from cynod_spec.lsp.scalars import Scalar, scalar_at, scalars
from cynod_spec.source.operations import path_item
from cynod_spec.source.overlay import STEP
from cynod_spec.source.references import target

Kind = Literal["component", "code", "code-name", "scope", "clause", "operation", "tag", "role", "node"]
_WORD = re.compile(r"[\w:-]*\w")
_ROLES: Final = (("x-cynod", "request"), ("x-cynod", "answer"))
_EXPRESSIONS: Final = (("x-cynod", "request"), ("x-cynod", "answer"))
_MEMBERS: Final = ("x-cynod", "resource", "members")
_NAMES: Final = frozenset(("properties", "patternProperties", "$defs", "schemas", "parameters", "headers"))


@dataclass(frozen=True, slots=True)
class Symbol:
    """A name: section and name of a component, the value of a code…; the tokens of any other node."""

    kind: Kind
    name: Tokens


@dataclass(frozen=True, slots=True)
class Mention:
    """*symbol* is named in the file at *path*, from *start* up to *end*.

    *is_step*: as a step of a JSONPath, its dot or brackets included; *is_prose*: by a word of a sentence;
    *is_plain* is False when the characters there are not the name's own, such as an escape.
    """

    symbol: Symbol
    path: Path
    start: int
    end: int
    is_step: bool = False
    is_prose: bool = False
    is_plain: bool = True

    def is_in(self, path: Path, start: int, end: int) -> bool:
        """Whether it stands in the file at *path* between *start* and *end*."""
        return self.path == path and start <= self.start <= self.end <= end


class Index:
    """Every mention of every name in one state of a contract."""

    def __init__(self, analysis: Analysis) -> None:
        self.analysis = analysis

    def at(self, path: Path, index: int) -> Mention | None:
        """What the file at *path* mentions at *index*: the narrowest, when one stands in another.

        All of a reference mentions what it leads to.
        """
        leaf = scalar_at(self.analysis, path, index)
        found = list(self.of(leaf)) if leaf is not None else []
        around = [mention for mention in found if mention.start <= index <= mention.end]
        if leaf is not None and leaf.tokens[-1:] == ("$ref",):
            around = around or found
        return min(around, key=lambda each: each.end - each.start, default=None)

    def all(self, symbol: Symbol) -> list[Mention]:
        """Every mention of *symbol*, file by file, in the order of the text."""
        found = []
        for path in self.analysis.files:
            listed = (each for leaf in scalars(self.analysis, path) for each in self.of(leaf))
            found += sorted((each for each in listed if each.symbol == symbol), key=lambda each: each.start)
        return found

    def of(self, leaf: Scalar) -> Iterator[Mention]:
        """What *leaf* mentions."""
        if leaf.path in self.analysis.workflows:
            if leaf.tokens[-1:] == ("operationId",) and not leaf.is_key:
                name = leaf.value.rpartition(".")[2] if leaf.value.startswith("$") else leaf.value
                yield self._inside(leaf, Symbol("operation", (name,)), name)
        elif leaf.where is None:
            if leaf.path in self.analysis.overlays and leaf.tokens[2:] == ("target",) and not leaf.is_key:
                yield from self._target(leaf)
        elif leaf.is_key:
            yield from self._key(leaf, leaf.where)
        else:
            yield from self._value(leaf, leaf.where)

    def _key(self, leaf: Scalar, where: Tokens) -> Iterator[Mention]:
        if (symbol := _named(where)) is not None:
            yield self._inside(leaf, symbol, leaf.value)
        elif where[-3:-1] in _EXPRESSIONS or where[-4:-1] == _MEMBERS:
            yield self._inside(leaf, Symbol("role", (leaf.value,)), leaf.value)
        elif where[-3:-2] == ("security",) and where[-2].isdigit():
            yield self._inside(leaf, Symbol("component", ("securitySchemes", leaf.value)), leaf.value)

    def _value(self, leaf: Scalar, where: Tokens) -> Iterator[Mention]:
        is_literal = _is_literal(where)
        if where[-1] == "$dynamicRef":  # read as one, see ``identifiers.py``
            where = (*where[:-1], "$ref")
        if (where[-1] == "$ref" and not is_literal) or where[-3:-1] == ("discriminator", "mapping"):
            yield from self._reference(leaf, where)
        elif where[-1] == "const" and where[:2] == ("components", "schemas") and len(where) == 4:
            if leaf.value in self._values:
                yield self._inside(leaf, Symbol("code", (leaf.value,)), leaf.value)
        elif where[-1] == "operationId" and _names_operation(where):
            yield self._inside(leaf, Symbol("operation", (leaf.value,)), leaf.value)
        elif where[-3:] == ("x-cynod", "code", "name") or where[:2] == ("x-cynod", "refusals"):
            yield self._inside(leaf, Symbol("code-name", (leaf.value,)), leaf.value)
        elif where[-2:] == ("x-cynod", "role"):
            yield self._inside(leaf, Symbol("role", (leaf.value,)), leaf.value)
        elif where[-4:-3] == ("security",) and where[-3].isdigit():
            yield self._inside(leaf, Symbol("scope", (leaf.value,)), leaf.value)
        elif (where[-2:-1] == ("tags",) and len(where) > 2) or where[:1] + where[2:] == ("tags", "name"):
            yield self._inside(leaf, Symbol("tag", (leaf.value,)), leaf.value)
        elif self._states_code(leaf, where, is_literal=is_literal):
            yield self._inside(leaf, Symbol("code", (leaf.value,)), leaf.value)
        elif leaf.value in self._pages:
            yield self._inside(leaf, Symbol("code", (self._pages[leaf.value],)), self._pages[leaf.value])
        else:
            yield from self._prose(leaf, is_literal=is_literal)

    def _reference(self, leaf: Scalar, where: Tokens) -> Iterator[Mention]:
        written = leaf.value
        if where[-1] != "$ref" and "#" not in written:
            yield self._inside(leaf, Symbol("component", ("schemas", written)), written)
            return
        if leaf.path in self.analysis.documents and where[-1] == "$ref":
            found = self.analysis.source.value
            try:
                for token in where:
                    found = found[int(token) if isinstance(found, list) else token]
            except (LookupError, TypeError, ValueError):
                return
            written = str(found)
        try:
            tokens = target(written)
        except ValueError:
            return
        by_name = leaf.value.partition("#")[2].startswith("/components/")  # not by an anchor or an $id
        symbol = _named(tokens[:3]) if by_name else None
        if symbol is not None and symbol.kind == "component":
            yield self._inside(leaf, symbol, escape(symbol.name[1]))
        else:
            yield Mention(Symbol("node", tokens), leaf.path, leaf.start, leaf.end)

    def _target(self, leaf: Scalar) -> Iterator[Mention]:
        """The steps of a JSONPath, and the node to which it leads."""
        text = self._written(leaf)
        base = text.find("$")
        tokens: list[str] = []
        end = base + 1
        while base >= 0 and (step := STEP.match(text, end)) is not None:
            tokens.append(next(group for group in step.groups() if group is not None))
            if (symbol := _named(tuple(tokens))) is not None:
                yield Mention(symbol, leaf.path, leaf.start + end, leaf.start + step.end(), is_step=True)
            end = step.end()
        where = self.analysis.target(leaf.path, leaf.tokens[1])
        if where is not None:
            yield Mention(Symbol("node", where), leaf.path, leaf.start, leaf.end)

    def _states_code(self, leaf: Scalar, where: Tokens, *, is_literal: bool) -> bool:
        """Whether *leaf* is the code of an example, or a constant of the member that holds codes."""
        if leaf.value not in self._values:
            return False
        for path in self._members:
            if is_literal and where[-len(path) :] == path:
                return True
            is_constant = where[-1] == "const" or where[-2:-1] == ("enum",)
            if not is_literal and is_constant and path[-1] in where[-4:]:
                return True
        return False

    def _prose(self, leaf: Scalar, *, is_literal: bool) -> Iterator[Mention]:
        """The names among the words of *leaf*; in an example, scopes alone."""
        for word in _WORD.finditer(self._written(leaf)):
            kind: Kind | None = self._words.get(word[0])
            start, name = word.start(), word[0]
            if kind is None and name.startswith("code:"):
                start, name, kind = start + 5, name[5:], "code-name"
            if kind is None or (is_literal and kind != "scope"):
                continue
            start += leaf.start
            symbol = Symbol(kind, (name,))
            yield Mention(symbol, leaf.path, start, start + len(name), is_prose=not is_literal)

    def _inside(self, leaf: Scalar, symbol: Symbol, name: str) -> Mention:
        """The mention of *symbol* by *name* within *leaf*."""
        text = self._written(leaf)
        at = text.rfind(name) if symbol.kind != "component" or leaf.is_key else _step(text, name)
        if at < 0:
            return Mention(symbol, leaf.path, leaf.start, leaf.end, is_plain=False)
        return Mention(symbol, leaf.path, leaf.start + at, leaf.start + at + len(name))

    def _written(self, leaf: Scalar) -> str:
        return self.analysis.text(leaf.path).text[leaf.start : leaf.end]

    @cached_property
    def _values(self) -> frozenset[str]:
        return frozenset(code.value for code in self.analysis.contract.codes)

    @cached_property
    def _pages(self) -> dict[str, str]:
        """The address of each code's page → the code."""
        template = self.analysis.contract.documentation
        if "{code}" not in template:
            return {}
        return {template.replace("{code}", quote(value, safe="")): value for value in self._values}

    @cached_property
    def _members(self) -> frozenset[Tokens]:
        """Where the code stands in the envelopes."""
        found = (envelope.member("code") for envelope in self.analysis.contract.envelopes.values())
        return frozenset(member.path for member in found if member is not None)

    @cached_property
    def _words(self) -> dict[str, Kind]:
        contract = self.analysis.contract
        return {
            **dict.fromkeys(self._values, "code"),
            **dict.fromkeys(contract.security.scopes, "scope"),
            **dict.fromkeys((clause.id for clause in contract.clauses), "clause"),
        }


def _named(where: Tokens) -> Symbol | None:
    """The name that the key at *where* is, or None."""
    if where[:1] == ("components",) and len(where) == 3:
        return Symbol("component", where[1:])
    if where[:2] == ("x-cynod", "clauses") and len(where) == 3:
        return Symbol("clause", where[2:])
    if where[:2] == ("components", "securitySchemes") and where[3:4] == ("flows",) and len(where) == 7:
        return Symbol("scope", where[6:]) if where[5] == "scopes" else None
    return None


def _names_operation(where: Tokens) -> bool:
    """Whether the ``operationId`` at *where* is an operation's own or a link's."""
    return path_item(where[:-1]) is not None or where[-3:-2] == ("links",)


def _is_literal(where: Tokens) -> bool:
    """Whether *where* lies in an example or a default: data, in which a ``$ref`` refers to nothing."""
    for place, token in enumerate(where):
        above = where[place - 1] if place else ""
        if above in _NAMES:
            continue
        if token in ("example", "default") or (
            token == "value" and where[place - 2 : place - 1] == ("examples",)
        ):
            return True
        if token == "examples" and where[place + 1 : place + 2] and where[place + 1].isdigit():
            return True
    return False


def _step(text: str, name: str) -> int:
    """Where *name* stands in the pointer *text* as its third step, or is the whole of it; -1 when nowhere."""
    found = re.search(r"(?:^['\"]?|/[^/]+/[^/]+/)(" + re.escape(name) + r")(?=/|['\"]?$)", text)
    return found.start(1) if found else -1
