"""Every mutant of the listed modules: where it is, which operator makes it, and its source."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property
from pathlib import Path
from typing import Any

import cosmic_ray.plugins
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code

from mutation import call_operators, sql_operators

ROOT = Path(__file__).parent.parent
MODULES = Path(__file__).with_name("modules.toml")
_OURS = {each.__name__: each for each in (*call_operators.OPERATORS, *sql_operators.OPERATORS)}
_THEIRS = "core/"  # before the names of Cosmic Ray's own operators
_LOGS = ("_log", "log", "logger", "logging")


@dataclass(frozen=True)
class Module:
    """A module that is mutated: its dotted name, its file and the source in it."""

    name: str
    path: Path
    source: str

    @classmethod
    def read(cls, name: str) -> Module:
        """The module *name* of the sandbox."""
        path = ROOT / "sandbox" / Path(*name.split(".")).with_suffix(".py")
        return cls(name, path, path.read_text(encoding="utf-8"))

    @cached_property
    def digest(self) -> str:
        """Of its source: a record of another source does not count."""
        return hashlib.sha256(self.source.encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Mutant:
    """One change: *operator*, at the place that is its number *occurrence* in the module, from 0."""

    module: Module
    operator: str
    occurrence: int
    start: tuple[int, int]  # line from 1, column from 0
    end: tuple[int, int]
    function: str  # that it is in, with its class; empty outside of any

    @property
    def name(self) -> str:
        """What tells it from all others, as long as its module stays as it is."""
        return f"{self.module.name}:{self.operator}:{self.occurrence}"

    @property
    def id(self) -> str:
        """Its key in a record."""
        return f"{self.name}:{self.module.digest}"

    @cached_property
    def source(self) -> str:
        """The module's source with this change."""
        made = mutate_code(self.module.source, operator(self.operator), self.occurrence)
        assert made is not None
        return str(made)

    @cached_property
    def change(self) -> tuple[str, str]:
        """The lines that differ, before and after, each without the space around it."""
        before, after = self.module.source.splitlines(), self.source.splitlines()
        opcodes = SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
        differing = [each for each in opcodes if each[0] != "equal"]
        first, last = differing[0], differing[-1]
        return _joined(before[first[1] : last[2]]), _joined(after[first[3] : last[4]])


@dataclass(frozen=True)
class ModuleList:
    """What ``modules.toml`` says: the modules to mutate, those that are left out and why, the operators."""

    mutated: tuple[str, ...]
    left_out: Mapping[str, str]
    operators: tuple[str, ...]

    @classmethod
    def read(cls, path: Path = MODULES) -> ModuleList:
        """The list in the file at *path*."""
        told = tomllib.loads(path.read_text(encoding="utf-8"))
        left_out = {name: each["reason"] for each in told["left_out"] for name in each["modules"]}
        theirs = tuple(_THEIRS + name for name in told["cosmic_ray_operators"])
        return cls(tuple(told["modules"]), left_out, (*theirs, *_OURS))


def operator(name: str) -> Any:
    """The operator with this *name*: one of this project's, or ``core/…`` for one of Cosmic Ray's."""
    made = cosmic_ray.plugins.get_operator(name) if name.startswith(_THEIRS) else _OURS[name]
    return made()


def mutants_of(module: Module, operators: Iterable[str]) -> Iterator[Mutant]:
    """Every mutant of *module* by *operators* that could be seen from outside."""
    nodes = [(node, _hidden(node)) for node in ast_nodes(get_ast(module.source))]
    for name in operators:
        made, occurrence = operator(name), 0
        for node, hidden in nodes:
            for start, end in made.mutation_positions(node):
                if not hidden and not _is_hidden_within(node, start):
                    yield Mutant(module, name, occurrence, start, end, _function(node))
                occurrence += 1


def drawn(mutants: Iterable[Mutant], sample: int | None, seed: str) -> list[Mutant]:
    """*sample* of *mutants*, or all, in an order that *seed* draws: a larger one begins with the smaller."""

    def key(mutant: Mutant) -> bytes:
        return hashlib.sha256(f"{seed} {mutant.name}".encode()).digest()

    return sorted(mutants, key=key)[:sample]


def _joined(lines: Sequence[str]) -> str:
    return "\n".join(line.strip() for line in lines)


def _hidden(node: Any) -> bool:
    """Whether nothing that is in *node* can be seen from outside: types, decorators, logs, ``repr``."""
    while node.parent is not None:
        parent = node.parent
        if parent.type in ("parameters", "lambdef") and node.type == "operator":  # the bare ``*`` and ``/``
            return True
        if parent.type in ("decorator", "import_from", "import_name", "tfpdef"):
            return True
        if parent.type == "annassign" and parent.children[1] is node:
            return True
        if parent.type == "param" and parent.annotation is node:
            return True
        if parent.type == "funcdef" and (parent.annotation is node or parent.name.value == "__repr__"):
            return True
        if parent.type == "if_stmt" and parent.children[1].get_code().strip() == "TYPE_CHECKING":
            return True
        if parent.type in ("atom_expr", "power") and parent.get_first_leaf().value in _LOGS:
            return True
        node = parent
    return False


def _is_hidden_within(node: Any, start: tuple[int, int]) -> bool:
    """Whether the change of *node* at *start* begins in something hidden: an operator may look at a whole."""
    leaf = node.get_leaf_for_position(start, include_prefixes=False) if hasattr(node, "children") else node
    return leaf is not None and _hidden(leaf)


def _function(node: Any) -> str:
    names = []
    while node is not None:
        if node.type in ("funcdef", "classdef"):
            names.append(node.name.value)
        node = node.parent
    return ".".join(reversed(names))
