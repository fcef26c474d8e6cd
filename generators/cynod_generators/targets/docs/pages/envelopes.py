"""Views of the envelopes: statuses, members, and an example body."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from cynod_generators.targets.docs.localized_site import LocalizedSite
from cynod_generators.targets.docs.samples.messages import Example, examples
from cynod_generators.targets.docs.schema_tables.tables import TableRow, Tables
from cynod_spec.model import Contract, Envelope, Response


@dataclass(frozen=True, slots=True)
class EnvelopeView:
    """An envelope: *case* names it, *example* is None when the document has none."""

    case: str
    title: str
    description: Markup
    statuses: tuple[int, ...]
    members: tuple[TableRow, ...]
    example: Example | None


def envelope_views(site: LocalizedSite) -> tuple[EnvelopeView, ...]:
    """The envelope of each case."""
    tables = Tables(site)
    return tuple(_view(envelope, site, tables) for envelope in site.contract.envelopes.values())


def _view(envelope: Envelope, site: LocalizedSite, tables: Tables) -> EnvelopeView:
    answers = [answer for answer in _answers(site.contract) if answer.case == envelope.case]
    bodies = [(answer, name) for answer in answers for name in answer.examples]
    fullest = max(bodies, key=lambda body: _shown(envelope, body[0].examples[body[1]]), default=None)
    return EnvelopeView(
        case=envelope.case,
        title=str(getattr(site.words, f"case_{envelope.case}")),
        description=site.described(envelope.at.pointer),
        statuses=tuple(sorted({answer.status for answer in answers})),
        members=tables.members(envelope.schema, envelope.case, "response"),
        example=_example(*fullest, site) if fullest else None,
    )


def _answers(contract: Contract) -> Iterator[Response]:
    for operation in contract.operations:
        yield from operation.responses
    yield from contract.general


def _example(answer: Response, name: str, site: LocalizedSite) -> Example:
    return examples({name: answer.examples[name]}, answer.summaries, answer.media_types, site)[0]


def _shown(envelope: Envelope, body: Any) -> int:
    """The number of members of *envelope* that the example *body* has."""
    return sum(_holds(body, member.path) for member in envelope.members)


def _holds(value: Any, path: tuple[str, ...]) -> bool:
    if not path:
        return True
    if path[0] == "*":
        return isinstance(value, list) and any(_holds(each, path[1:]) for each in value)
    return isinstance(value, Mapping) and path[0] in value and _holds(value[path[0]], path[1:])
