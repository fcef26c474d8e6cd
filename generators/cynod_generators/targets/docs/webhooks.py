"""The requests that the application sends."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from cynod_generators.targets.docs.answers import Example, examples
from cynod_generators.targets.docs.edition import Edition
from cynod_generators.targets.docs.slugs import allocate
from cynod_generators.targets.docs.tables import Row, Tables


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
    tables = Tables(edition)
    webhooks = edition.contract.webhooks
    return tuple(
        WebhookView(
            anchor=anchor,
            name=webhook.name,
            method=webhook.method,
            title=edition.text(webhook.summary) or webhook.name,
            description=edition.rich(webhook.description, webhook.at),
            parameters=tables.parameters(webhook.parameters),
            members=tables.members(webhook.body.schema) if webhook.body else (),
            examples=examples(webhook.body.examples, webhook.body.summaries, edition) if webhook.body else (),
        )
        for webhook, anchor in zip(webhooks, allocate(each.name for each in webhooks), strict=True)
    )
