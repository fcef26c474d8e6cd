"""What a name is, in Markdown, in both languages where the contract speaks both."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from cynod_spec.base import pointer as pointers
from cynod_spec.base.pointer import Tokens
from cynod_spec.lint.subjects import responses
from cynod_spec.lsp import vocabulary
from cynod_spec.lsp.analysis import Analysis
from cynod_spec.lsp.definition import declared
from cynod_spec.lsp.scalars import Scalar, scalar_at
from cynod_spec.lsp.symbols import Index, Symbol
from cynod_spec.model import Clause, Code, Expression, Header, Operation, Text
from cynod_spec.output.markdown import code as span
from cynod_spec.output.markdown import escaped, prose
from cynod_spec.schema.composition import member
from cynod_spec.source.references import target
from cynod_spec.source.writing import text

_MAX_SCHEMA_LINES: Final = 30  # of a schema
_MAX_TEXT_CHARS: Final = 100  # characters of a text in it
_MAX_REFERENCES: Final = 2  # references followed below the first
_MAX_SCHEMA_NODES: Final = 300  # of a schema that are looked at
_MORE: Final = "…"
_LEFT_OUT: Final = ("example", "examples")


def hover(analysis: Analysis, path: Path, index: int) -> tuple[str, int, int] | None:
    """What the file at *path* names at *index*, and the span of that name; None for nothing known."""
    leaf = scalar_at(analysis, path, index)
    if leaf is None:
        return None
    mention = Index(analysis).at(path, index)
    if mention is not None and (said := _symbol(analysis, mention.symbol, leaf)):
        return said, mention.start, mention.end
    said = _word(analysis, leaf)
    return (said, leaf.start, leaf.end) if said else None


def _symbol(analysis: Analysis, symbol: Symbol, leaf: Scalar) -> str:
    contract, name = analysis.contract, symbol.name
    if symbol.kind == "code":
        return _first(_code(analysis, each) for each in contract.codes if each.value == name[0])
    if symbol.kind == "code-name":
        return _first(_code(analysis, each) for each in contract.codes if each.name == name[0])
    if symbol.kind == "clause":
        return _first(_clause(each) for each in contract.clauses if each.id == name[0])
    if symbol.kind == "operation":
        return _first(_operation(each) for each in contract.operations if each.id == name[0])
    if symbol.kind == "scope":
        return _scope(analysis, name[0])
    if symbol.kind == "role":
        return _role(analysis, name[0], leaf)
    if symbol.kind == "component" and name[0] == "schemas":
        codes = (_code(analysis, each) for each in contract.codes if each.schema_name == name[1])
        return _first(codes) or _node(analysis, symbol)
    return _node(analysis, symbol)


def _first(found: Iterator[str]) -> str:
    return next(found, "")


def _code(analysis: Analysis, code: Code) -> str:
    statuses = sorted({each.status for each in responses(analysis.contract) if code in each.codes})
    answered = ", ".join(map(str, statuses)) or "no response allows it"
    lines = [f"**{escaped(code.value)}** · {span(code.name)} · {code.case} · HTTP {answered}", ""]
    lines += _both(code.message)
    lines.append("- " + ("retryable" if code.retryable else "not retryable"))
    lines += _both(code.provoke, "provoked by: ") or _both(code.unprovokable, "cannot be provoked: ")
    return "\n".join(lines)


def _clause(clause: Clause) -> str:
    kind = f"{clause.level} · {clause.layer} · tier {clause.tier} · {escaped(clause.source)}"
    head = f"**{escaped(clause.id)}** · {kind}"
    return "\n".join([head, "", *_both(clause.text), *_both(clause.unchecked, "not checked: ")])


def _operation(operation: Operation) -> str:
    acts = " ".join(part for part in (operation.effect, operation.resource) if part)
    lines = [f"**{operation.method} {escaped(operation.path)}** · {acts or 'no effect'}", ""]
    lines += _both(operation.summary)
    asked = ", ".join(span(scope) for scope in operation.scopes)
    return "\n".join([*lines, f"- scopes: {asked}" if asked else "- no scope"])


def _scope(analysis: Analysis, name: str) -> str:
    words = analysis.contract.security.scopes.get(name)
    if words is None:
        return ""
    asking = [each.key for each in analysis.contract.operations if name in each.scopes]
    return "\n".join([f"**{escaped(name)}** · scope", "", *_both(words), *_places(asking)])


def _role(analysis: Analysis, name: str, leaf: Scalar) -> str:
    """The role *name*: what plays it here, in the contract's words, and where else it stands."""
    where = leaf.where or ()
    here = pointers.join(where[: where.index("x-cynod")]) if "x-cynod" in where else ""
    lines: list[str] = []
    others: list[str] = []
    for operation in analysis.contract.operations:
        for expression in (operation.request.get(name), operation.answer.get(name)):
            if expression is not None and operation.at.pointer == here:
                lines += [f"- {span(expression.source)}", *_both(_played(analysis, operation, expression))]
            elif expression is not None:
                others.append(f"{operation.key}: {expression.source}")
    for resource in analysis.contract.resources.values():
        if name in resource.members:
            others.append(f"{resource.name}: {pointers.join(resource.members[name])}")
    others += sorted({f"header {header.name}" for header in _headers(analysis) if header.role == name})
    return "\n".join([f"**{escaped(name)}** · role", "", *lines, *_places(others)])


def _headers(analysis: Analysis) -> Iterator[Header]:
    yield from analysis.contract.general_headers
    for operation in analysis.contract.operations:
        for response in operation.responses:
            yield from response.headers


def _played(analysis: Analysis, operation: Operation, expression: Expression) -> Text:
    """The words for what *expression* of *operation* leads to."""
    if expression.place != "body":
        for parameter in operation.parameters:
            if (parameter.place, parameter.name.lower()) == (expression.place, expression.name.lower()):
                return parameter.description
        return Text("")
    bodies = [operation.body.schema] if operation.body and expression.side == "request" else []
    if expression.side == "response":
        bodies = [each.schema for each in operation.responses if each.schema and 200 <= each.status < 300]
    for body in bodies:
        for node in member(analysis.subject.node(body.at), expression.path, alternatives=True):
            if (words := node.resolved().text("description")).fr or (
                words := node.resolved().text("title")
            ).fr:
                return words
    return Text("")


def _node(analysis: Analysis, symbol: Symbol) -> str:
    """The node that gives *symbol*, its references followed, as short YAML."""
    where = next(iter(declared(analysis, symbol)), None)
    if where is None:
        return ""
    value = pointers.resolve(analysis.source.value, where)
    written = text(_Short(analysis.source.value).of(value), "yaml").rstrip().splitlines()
    if len(written) > _MAX_SCHEMA_LINES:
        written = [*written[:_MAX_SCHEMA_LINES], _MORE]
    return "\n".join(
        [span(pointers.join(where)), "", "```yaml", *(line.replace("```", "'''") for line in written), "```"]
    )


class _Short:
    """A part of a document for people: no examples, no extensions, references in place, cut when long."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document
        self._left = _MAX_SCHEMA_NODES

    def of(self, value: Any, depth: int = _MAX_REFERENCES, above: frozenset[Tokens] = frozenset()) -> Any:
        """*value*; what it refers to is followed to *depth*, but not back to a node of *above*."""
        self._left -= 1
        if self._left < 0:
            return _MORE
        if isinstance(value, str):
            return textwrap.shorten(value, _MAX_TEXT_CHARS, placeholder=_MORE) if "\n" in value else value
        if isinstance(value, list):
            return [self.of(each, depth, above) for each in value[: max(self._left, 1)]]
        if not isinstance(value, Mapping):
            return value
        if isinstance(value.get("$ref"), str):
            return self._referred(value, depth, above)
        return {
            key: self.of(each, depth, above)
            for key, each in value.items()
            if key not in _LEFT_OUT and not key.startswith("x-") and self._left > 0
        }

    def _referred(self, value: Mapping[str, Any], depth: int, above: frozenset[Tokens]) -> Any:
        tokens = target(value["$ref"])
        if not depth or tokens in above:
            return dict(value)
        found = self.of(pointers.resolve(self._document, tokens), depth - 1, above | {tokens})
        beside = {key: each for key, each in value.items() if key != "$ref"}
        return {**found, **beside} if isinstance(found, dict) else found


def _word(analysis: Analysis, leaf: Scalar) -> str:
    """What the vocabulary says of a word of ``x-cynod``; where a role's expression leads."""
    if leaf.where is None:
        return ""
    part = vocabulary.described(leaf.where)
    if part is None:
        return ""
    meaning = part.get("description", "") if leaf.is_key else vocabulary.words(part).get(leaf.value, "")
    if not meaning:
        return ""
    lines = [f"**{escaped(leaf.value)}** · x-cynod", "", meaning]
    if leaf.is_key and (words := vocabulary.words(part)):
        lines += ["", *(f"- `{word}`" + (f": {said}" if said else "") for word, said in words.items())]
    elif not leaf.is_key and leaf.where[-1] == "effect":
        lines += ["", *_places(each.key for each in analysis.contract.all(leaf.value))]
    return "\n".join(lines)


def _both(words: Text, lead: str = "") -> list[str]:
    """*words* in French, then in English, a line each."""
    told = [("fr", words.fr), ("en", words.en)]
    return [f"- {language}: {lead}{prose(said)}" for language, said in told if said]


def _places(listed: Iterable[str]) -> list[str]:
    return [f"- at {escaped(each)}" for each in listed]
