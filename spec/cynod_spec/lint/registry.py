"""What a rule is; each module of ``rules/`` registers its own."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from cynod_spec.errors import DocumentError
from cynod_spec.model import At, Contract
from cynod_spec.node import Node
from cynod_spec.source import Source
from cynod_spec.validation import Validators

Level = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a rule found: where, which sentence says so, and what to do about it."""

    rule: str
    level: Level
    at: At
    message: str
    hint: str = ""


@dataclass(frozen=True)
class Subject:
    """What rules look at: the contract, and the document behind it for rules about how it is written."""

    source: Source
    contract: Contract

    @cached_property
    def root(self) -> Node:
        """The document as a tree of nodes with places."""
        return Node.root(self.source)

    @cached_property
    def validators(self) -> Validators:
        """The validators of its schemas."""
        return Validators(self.contract)


Check = Callable[[Subject], Iterable[tuple[At, Mapping[str, Any]]]]


@dataclass(frozen=True, slots=True)
class Rule:
    """``check`` yields places with the words that fill the sentence ``says``."""

    id: str
    level: Level
    says: str
    hint: str
    check: Check

    @property
    def documentation(self) -> str:
        """What the rule is for: its function's docstring."""
        return inspect.getdoc(self.check) or ""

    def run(self, subject: Subject) -> Iterator[Finding]:
        """Its findings in *subject*; a document that it cannot read is one as well."""
        try:
            for at, words in self.check(subject):
                yield Finding(
                    self.id, self.level, at, self.says.format_map(words), self.hint.format_map(words)
                )
        except DocumentError as error:
            yield Finding(error.rule, "error", error.at or subject.source.at(""), error.message, error.hint)


_RULES: dict[str, Rule] = {}


def rule(id: str, *, level: Level = "error", says: str, hint: str = "") -> Callable[[Check], Check]:
    """Register the decorated check as the rule *id*."""

    def register(check: Check) -> Check:
        if id in _RULES and _RULES[id].check is not check:
            raise ValueError(f"two rules are called {id}")
        _RULES[id] = Rule(id, level, says, hint, check)
        return check

    return register


def registered() -> tuple[Rule, ...]:
    """The rules of the modules imported so far, by id."""
    return tuple(_RULES[id] for id in sorted(_RULES))
