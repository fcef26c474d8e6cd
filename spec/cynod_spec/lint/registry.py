"""What a rule is; each module of ``rules/`` registers its own."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from textwrap import dedent
from typing import Any, Literal, Protocol, TypeVar

from cynod_spec.base.errors import DocumentError
from cynod_spec.base.location import SourceLocation
from cynod_spec.base.pointer import split
from cynod_spec.lint.fixes import Fix
from cynod_spec.lint.texts import TextLocation, places
from cynod_spec.model import Contract
from cynod_spec.schema.directions import Direction, in_direction
from cynod_spec.schema.validation import Validators
from cynod_spec.source.document import Source
from cynod_spec.source.node import Node
from cynod_spec.source.traversal import Traversal, traverse

Level = Literal["error", "warning"]
Found = (
    tuple[SourceLocation, Mapping[str, Any]]
    | tuple[SourceLocation, Mapping[str, Any], Fix | None]
    | tuple[SourceLocation, Mapping[str, Any], Fix | None, Fix | None]
)
"""A place, the words that fill the rule's sentence, perhaps a fix, perhaps a guess at one."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a rule found: where, which sentence says so, what to do about it, how to mend it.

    ``fix`` is certain, and ``--fix`` writes it; ``guess`` is probable, and an editor offers it.
    ``end`` is the line and the column behind the last character that it is about; ``stumbled`` says that the
    rule could not go on, because of something that another rule reports.
    """

    rule: str
    level: Level
    at: SourceLocation
    message: str
    hint: str = ""
    fix: Fix | None = None
    end: tuple[int, int] = (0, 0)
    stumbled: bool = False
    guess: Fix | None = None

    def until(self, end: tuple[int, int]) -> Finding:
        """The same with its *end*; by hand, for ``dataclasses.replace`` is felt in thousands of findings."""
        return Finding(
            self.rule, self.level, self.at, self.message, self.hint, self.fix, end, self.stumbled, self.guess
        )


@dataclass(frozen=True)
class Written:
    """A document as it is written, for the rules that need no contract: it may be none."""

    source: Source

    @cached_property
    def root(self) -> Node:
        """The document as a tree of nodes with places."""
        return Node.root(self.source)

    @cached_property
    def traversal(self) -> Traversal:
        """Every mapping of the document, examples aside, and every schema among them."""
        return traverse(self.root)

    @cached_property
    def places(self) -> tuple[TextLocation, ...]:
        """Every text that partners read."""
        return tuple(places(self.root, self.traversal))


@dataclass(frozen=True)
class Subject(Written):
    """What rules look at: the contract, and the document behind it for rules about how it is written."""

    contract: Contract
    has_authority: bool = False

    @cached_property
    def validators(self) -> Validators:
        """The validators of its schemas."""
        return Validators(self.contract)

    @cached_property
    def request_validators(self) -> Validators:
        """Those of its schemas as they hold for requests."""
        return self._validators("request")

    @cached_property
    def response_validators(self) -> Validators:
        """Those of its schemas as they hold for responses, and for what webhooks bring."""
        return self._validators("response")

    def _validators(self, direction: Direction) -> Validators:
        directed = in_direction(self.contract, direction)
        return self.validators if directed is self.contract else Validators(directed)

    def node(self, at: SourceLocation) -> Node:
        """The node that stands at *at*."""
        tokens = split(at.pointer)
        found = self.root.get(*tokens)
        return found if found is not None else self.root

    def below(self, at: SourceLocation, *path: str) -> SourceLocation:
        """The place of the member along *path* below *at*; the nearest place above when it has none."""
        return self.source.place((*split(at.pointer), *path))


Check = Callable[[Any], Iterable[Found]]
"""What a rule does with its subject: a ``Subject``, or that of the package in which it stands."""


class _HasSource(Protocol):
    @property
    def source(self) -> Source: ...


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of lint, as :func:`rule` registers it.

    ``check`` yields locations with the words that fill the sentence ``says``, and perhaps a fix.

    ``good`` is a part of a document and ``bad`` what a careless hand made of it: ``⟦`` and ``⟧`` stand
    around each place that the rule reports. ``reported_in`` holds them when it lies outside that part.
    ``fixable``: some of its findings say how they can be mended.
    """

    id: str
    level: Level
    says: str
    hint: str
    good: str
    bad: str
    reported_in: str
    fixable: bool
    check: Check

    @property
    def documentation(self) -> str:
        """What the rule is for: its function's docstring."""
        return inspect.getdoc(self.check) or ""

    def finding(
        self, at: SourceLocation, words: Mapping[str, Any], fix: Fix | None = None, guess: Fix | None = None
    ) -> Finding:
        """A finding at *at*, in the rule's own sentence."""
        message, hint = self.says.format_map(words), self.hint.format_map(words)
        return Finding(self.id, self.level, at, message, hint, fix, guess=guess)

    def run(self, subject: _HasSource) -> Iterator[Finding]:
        """Its findings in *subject*; a document that it cannot read is one as well."""
        try:
            for at, words, *fixes in self.check(subject):
                yield self.finding(at, words, *fixes)
        except DocumentError as error:
            at = error.at or subject.source.at("")
            yield Finding(error.rule, "error", at, error.message, error.hint, stumbled=error.rule != self.id)


_RULES: dict[str, Rule] = {}
_Checked = TypeVar("_Checked", bound=Check)


def rule(
    id: str,
    *,
    says: str,
    hint: str,
    good: str,
    bad: str,
    reported_in: str = "",
    level: Level = "error",
    fixable: bool = False,
) -> Callable[[_Checked], _Checked]:
    '''Register the decorated function, alone in a module of ``lint/rules/``, as the rule *id*.

    The function is given the :class:`Subject` and yields, for each finding, a location and the words that
    fill *says* and *hint*; a fix may follow (``lint/fixes.py``), and then the rule is *fixable*. Its
    docstring is the rule's documentation. *good* is a part of a document that keeps the rule, *bad* the same
    part broken, with ``⟦`` and ``⟧`` around each place that is reported; both stand on the rule's page, and
    the test of all rules runs both. *reported_in* holds the marks where the place lies outside that part.
    Raises ValueError when another function has the same *id*.

    For example::

        @rule(
            "path-slash",
            says="the path {path} ends with a slash",
            hint="drop the slash: with it the path is another one",
            good="/alive:",
            bad="⟦/alive/⟧:",
        )
        def path_slash(subject: Subject) -> Iterator[Found]:
            """No path ends with a slash: callers would have to know which ones do."""
            for path, item in subject.root.members("paths"):
                if path.endswith("/"):
                    yield item.at, {"path": path}
    '''

    def register(check: _Checked) -> _Checked:
        if id in _RULES and _RULES[id].check is not check:
            raise ValueError(f"two rules are called {id}")
        _RULES[id] = Rule(id, level, says, hint, _part(good), _part(bad), _part(reported_in), fixable, check)
        return check

    return register


def _part(text: str) -> str:
    return dedent(text).strip("\n") if text[:1] == "\n" else text


def registered(package: str) -> tuple[Rule, ...]:
    """The rules of the modules of *package* imported so far, by id."""
    found = [id for id, each in _RULES.items() if each.check.__module__.startswith(f"{package}.")]
    return tuple(_RULES[id] for id in sorted(found))
