"""Views of an operation's answers: status, codes, headers, body, examples, following operations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from markupsafe import Markup

from cynod_generators.ir.build import plain
from cynod_generators.targets.docs.localized_site import LocalizedSite
from cynod_generators.targets.docs.schema_tables.tables import TableRow, Tables
from cynod_generators.targets.docs.text.highlighting import highlight
from cynod_generators.targets.docs.text.markdown import Anchor
from cynod_spec.model import Code, Response, Text
from cynod_spec.output.json_text import json_text

FORM: Final = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class CodeLine:
    """A code as a line of a list: its link and its title."""

    anchor: Anchor
    title: str


@dataclass(frozen=True, slots=True)
class FollowUp:
    """An operation that may follow, and the parameters that take a value of the answer."""

    anchor: Anchor
    description: Markup
    takes: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Example:
    """A named example, painted."""

    title: str
    body: Markup


@dataclass(frozen=True, slots=True)
class AnswerView:
    """What an operation answers with one status."""

    status: int
    case: str | None
    description: Markup
    codes: tuple[CodeLine, ...]
    headers: tuple[TableRow, ...]
    members: tuple[TableRow, ...]  # of the data of a success, or of a body without an envelope
    examples: tuple[Example, ...]
    following: tuple[FollowUp, ...]
    empty: bool


def answer(response: Response, site: LocalizedSite, tables: Tables) -> AnswerView:
    """The view of *response*."""
    outside = response.schema if response.case is None else None
    shown = response.data or outside
    scope = f"answer-{response.status}"
    return AnswerView(
        status=response.status,
        case=response.case,
        description=site.rich(response.description, response.at),
        codes=tuple(code_line(code, site) for code in response.codes),
        headers=tables.headers(response.headers, f"{scope}.header"),
        members=tables.members(shown, scope, "response") if shown else (),
        examples=examples(response.examples, response.summaries, response.media_types, site),
        following=_following(response, site),
        empty=response.schema is None,
    )


def code_line(code: Code, site: LocalizedSite) -> CodeLine:
    """*code* in a list."""
    return CodeLine(site.code(code), site.text(code.title))


def examples(
    values: Mapping[str, Any],
    summaries: Mapping[str, Text],
    media_types: tuple[str, ...],
    site: LocalizedSite,
) -> tuple[Example, ...]:
    """The *values*, written as the first of *media_types* and highlighted, each with its summary."""
    as_form = media_types[:1] == (FORM,)
    return tuple(
        Example(
            site.text(summaries.get(name, Text(""))),
            highlight(urlencode(value), "text")
            if as_form and isinstance(value, dict)
            else highlight(json_text(plain(value)), "json"),
        )
        for name, value in values.items()
    )


def _following(response: Response, site: LocalizedSite) -> tuple[FollowUp, ...]:
    known = {operation.id: operation for operation in site.contract.operations}
    return tuple(
        FollowUp(
            site.operation(known[link.operation]),
            site.rich(link.description, link.at),
            tuple(link.parameters.items()),
        )
        for link in response.links
        if link.operation in known
    )
