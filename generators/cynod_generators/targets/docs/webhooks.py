"""The requests that the application sends."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from cynod_generators.targets.docs.answers import Example, examples
from cynod_generators.targets.docs.edition import Edition
from cynod_generators.targets.docs.slugs import allocate
from cynod_generators.targets.docs.tables import Row, Tables
from cynod_spec.model import Webhook


@dataclass(frozen=True, slots=True)
class WebhookView:
    """A webhook; *anchor* is its place in the page."""

    anchor: str
    name: str
    method: str
    title: str
    description: Markup
    parameters: tuple[Row, ...]
    members: tuple[Row, ...]
    examples: tuple[Example, ...]


def webhook_views(edition: Edition) -> tuple[WebhookView, ...]:
    """Every webhook, in the document's order."""
    webhooks = edition.contract.webhooks
    anchors = allocate(webhook.name for webhook in webhooks)
    return tuple(_view(each, anchor, edition) for each, anchor in zip(webhooks, anchors, strict=True))


def _view(webhook: Webhook, anchor: str, edition: Edition) -> WebhookView:
    tables, body = Tables(edition), webhook.body
    return WebhookView(
        anchor=anchor,
        name=webhook.name,
        method=webhook.method,
        title=edition.text(webhook.summary) or webhook.name,
        description=edition.rich(webhook.description, webhook.at),
        parameters=tables.parameters(webhook.parameters),
        members=tables.members(body.schema) if body else (),
        examples=examples(body.examples, body.summaries, body.media_types, edition) if body else (),
    )
