"""Answers of an operation: each status with its codes, headers, result, example and what may follow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from markupsafe import Markup

from cynod_generators.ir.build import plain
from cynod_generators.targets.docs.localized_site import Edition
from cynod_generators.targets.docs.schema_tables.tables import Row, Tables
from cynod_generators.targets.docs.text.highlighting import highlight
from cynod_generators.targets.docs.text.markdown import Anchor
from cynod_spec.model import Code, Response, Text
from cynod_spec.output.json_text import json_text

FORM: Final = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class CodeLine:
    """A code in a list: its link and its title."""

    anchor: Anchor
    title: str


@dataclass(frozen=True, slots=True)
class Next:
    """An operation that may follow, and what its parameters take from the answer."""

    anchor: Anchor
    description: Markup
    takes: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Example:
    """A named example, painted."""

    title: str
    body: Markup


@dataclass(frozen=True, slots=True)
class Answer:
    """What an operation answers with one status."""

    status: int
    case: str | None
    description: Markup
    codes: tuple[CodeLine, ...]
    headers: tuple[Row, ...]
    members: tuple[Row, ...]  # of the data in a success, of the whole body outside the envelopes
    examples: tuple[Example, ...]
    following: tuple[Next, ...]
    empty: bool


def answer(response: Response, edition: Edition, tables: Tables) -> Answer:
    """The view of *response*."""
    outside = response.schema if response.case is None else None
    shown = response.data or outside
    scope = f"answer-{response.status}"
    return Answer(
        status=response.status,
        case=response.case,
        description=edition.rich(response.description, response.at),
        codes=tuple(code_line(code, edition) for code in response.codes),
        headers=tables.headers(response.headers, f"{scope}.header"),
        members=tables.members(shown, scope, "response") if shown else (),
        examples=examples(response.examples, response.summaries, response.media_types, edition),
        following=_following(response, edition),
        empty=response.schema is None,
    )


def code_line(code: Code, edition: Edition) -> CodeLine:
    """*code* in a list."""
    return CodeLine(edition.code(code), edition.text(code.title))


def examples(
    values: Mapping[str, Any], summaries: Mapping[str, Text], media_types: tuple[str, ...], edition: Edition
) -> tuple[Example, ...]:
    """The *values* painted as the first of *media_types* writes them, each under its summary."""
    as_form = media_types[:1] == (FORM,)
    return tuple(
        Example(
            edition.text(summaries.get(name, Text(""))),
            highlight(urlencode(value), "text")
            if as_form and isinstance(value, dict)
            else highlight(json_text(plain(value)), "json"),
        )
        for name, value in values.items()
    )


def _following(response: Response, edition: Edition) -> tuple[Next, ...]:
    known = {operation.id: operation for operation in edition.contract.operations}
    return tuple(
        Next(
            edition.operation(known[link.operation]),
            edition.rich(link.description, link.at),
            tuple(link.parameters.items()),
        )
        for link in response.links
        if link.operation in known
    )
