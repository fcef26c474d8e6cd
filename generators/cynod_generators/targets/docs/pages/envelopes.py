"""The four envelopes: their statuses, their members, and a real body each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from cynod_generators.targets.docs.localized_site import Edition
from cynod_generators.targets.docs.samples.messages import Example, examples
from cynod_generators.targets.docs.schema_tables.tables import Row, Tables
from cynod_spec.model import Contract, Envelope, Response


@dataclass(frozen=True, slots=True)
class EnvelopeView:
    """An envelope: *case* names it, *example* is None when the document has none."""

    case: str
    title: str
    description: Markup
    statuses: tuple[int, ...]
    members: tuple[Row, ...]
    example: Example | None


def envelope_views(edition: Edition) -> tuple[EnvelopeView, ...]:
    """The envelope of each case."""
    tables = Tables(edition)
    return tuple(_view(envelope, edition, tables) for envelope in edition.contract.envelopes.values())


def _view(envelope: Envelope, edition: Edition, tables: Tables) -> EnvelopeView:
    answers = [answer for answer in _answers(edition.contract) if answer.case == envelope.case]
    bodies = [(answer, name) for answer in answers for name in answer.examples]
    fullest = max(bodies, key=lambda body: _shown(envelope, body[0].examples[body[1]]), default=None)
    return EnvelopeView(
        case=envelope.case,
        title=str(getattr(edition.words, f"case_{envelope.case}")),
        description=edition.described(envelope.at.pointer),
        statuses=tuple(sorted({answer.status for answer in answers})),
        members=tables.members(envelope.schema, envelope.case, "response"),
        example=_example(*fullest, edition) if fullest else None,
    )


def _answers(contract: Contract) -> Iterator[Response]:
    for operation in contract.operations:
        yield from operation.responses
    yield from contract.general


def _example(answer: Response, name: str, edition: Edition) -> Example:
    return examples({name: answer.examples[name]}, answer.summaries, answer.media_types, edition)[0]


def _shown(envelope: Envelope, body: Any) -> int:
    """How many members of *envelope* the example *body* shows."""
    return sum(_holds(body, member.path) for member in envelope.members)


def _holds(value: Any, path: tuple[str, ...]) -> bool:
    if not path:
        return True
    if path[0] == "*":
        return isinstance(value, list) and any(_holds(each, path[1:]) for each in value)
    return isinstance(value, Mapping) and path[0] in value and _holds(value[path[0]], path[1:])
