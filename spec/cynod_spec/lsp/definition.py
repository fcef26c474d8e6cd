"""Where a name is given: the node that a reference, a scope, a clause or an overlay's target leads to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from cynod_spec.base import pointer as pointers
from cynod_spec.base.pointer import Tokens, split
from cynod_spec.lsp.analysis import Analysis
from cynod_spec.lsp.symbols import Symbol

Span = tuple[Path, int, int]  # a file, and from which character up to which


def definitions(analysis: Analysis, symbol: Symbol) -> list[Span]:
    """The places that give *symbol*; none when nothing in the contract does."""
    return [span(analysis, where) for where in declared(analysis, symbol)]


def declared(analysis: Analysis, symbol: Symbol) -> Iterator[Tokens]:
    """The tokens of the nodes that give *symbol*."""
    contract, name = analysis.contract, symbol.name
    if symbol.kind == "component":
        yield from _present(analysis, ("components", *name))
    elif symbol.kind == "clause":
        yield from _present(analysis, ("x-cynod", "clauses", *name))
    elif symbol.kind == "node":
        yield from _present(analysis, name)
    elif symbol.kind == "code":
        yield from ((*split(code.at.pointer), "const") for code in contract.codes if code.value == name[0])
    elif symbol.kind == "code-name":
        yield from (split(code.at.pointer) for code in contract.codes if code.name == name[0])
    elif symbol.kind == "operation":
        yield from (split(each.at.pointer) for each in contract.operations if each.id == name[0])
    elif symbol.kind == "tag":
        yield from (split(tag.at.pointer) for tag in contract.tags if tag.name == name[0])
    elif symbol.kind == "scope":
        for scheme in contract.security.schemes:
            for flow in ("clientCredentials", "authorizationCode", "implicit", "password"):
                yield from _present(analysis, (*split(scheme.at.pointer), "flows", flow, "scopes", *name))


def span(analysis: Analysis, where: Tokens) -> Span:
    """Where the node at *where* of the document is written: its key, or the beginning of an item."""
    at = analysis.source.place(where)
    path = Path(at.file)
    lines = analysis.lines(path)
    _, column = analysis.text(path).end(at.line, at.column)
    return path, lines.written_at(at.line, at.column), lines.written_at(at.line, column)


def _present(analysis: Analysis, where: Tokens) -> Iterator[Tokens]:
    try:
        pointers.resolve(analysis.source.value, where)
    except LookupError:
        return
    yield where
