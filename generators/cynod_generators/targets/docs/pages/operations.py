"""The page of an operation."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from cynod_generators.targets.docs.localized_site import LocalizedSite
from cynod_generators.targets.docs.samples.curl import curl
from cynod_generators.targets.docs.samples.messages import AnswerView, Example, answer, examples
from cynod_generators.targets.docs.schema_tables.tables import TableRow, Tables
from cynod_generators.targets.docs.text.highlighting import highlight
from cynod_generators.targets.docs.text.markdown import Anchor
from cynod_spec.model import Operation


@dataclass(frozen=True, slots=True)
class OperationView:
    """Everything a caller needs to know of one operation."""

    method: str
    path: str
    title: str
    id: str
    family: Anchor
    description: Markup
    is_deprecated: bool
    public: bool
    scopes: tuple[str, ...]
    schemes: tuple[tuple[str, Markup], ...]
    parameters: tuple[TableRow, ...]
    media_types: tuple[str, ...]
    body_required: bool
    members: tuple[TableRow, ...]
    body_examples: tuple[Example, ...]
    sample: Markup
    answers: tuple[AnswerView, ...]


def operation_view(operation: Operation, site: LocalizedSite) -> OperationView:
    """The view of *operation*."""
    tables = Tables(site)
    body = operation.body
    schemes = [scheme for scheme in site.contract.security.schemes if scheme.name in operation.schemes]
    return OperationView(
        method=operation.method,
        path=operation.path,
        title=site.operation(operation).text,
        id=operation.id,
        family=site.tag(operation.tag),
        description=site.rich(operation.description, operation.at),
        is_deprecated=site.sets(operation.at, "deprecated"),
        public=operation.public and not schemes,
        scopes=operation.scopes,
        schemes=tuple((scheme.name, site.rich(scheme.description, scheme.at)) for scheme in schemes),
        parameters=tables.parameters(operation.parameters),
        media_types=body.media_types if body else (),
        body_required=body.required if body else False,
        members=tables.members(body.schema, "body", "request") if body else (),
        body_examples=examples(body.examples, body.summaries, body.media_types, site) if body else (),
        sample=highlight(curl(site.contract, operation, site.words), "bash"),
        answers=tuple(answer(response, site, tables) for response in operation.responses),
    )
