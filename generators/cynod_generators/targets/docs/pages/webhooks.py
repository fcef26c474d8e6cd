"""The requests that the application sends, and how their receivers verify them."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from cynod_generators.targets.docs.localized_site import Edition
from cynod_generators.targets.docs.samples.messages import Example, examples
from cynod_generators.targets.docs.samples.signature import VerificationView, headers, verification
from cynod_generators.targets.docs.schema_tables.tables import Row, Tables
from cynod_generators.targets.docs.text.slugs import allocate
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


@dataclass(frozen=True, slots=True)
class WebhooksView:
    """The page: the webhooks, and how those of each kind of signature are verified."""

    webhooks: tuple[WebhookView, ...]
    verifications: tuple[VerificationView, ...]


def webhooks_view(edition: Edition) -> WebhooksView:
    """Every webhook, in the document's order."""
    webhooks = edition.contract.webhooks
    anchors = allocate(webhook.name for webhook in webhooks)
    signed: dict[tuple[str, ...], Webhook] = {}
    for webhook in webhooks:
        if headers(webhook):
            signed.setdefault(headers(webhook), webhook)
    places = allocate(["verification"] * len(signed), anchors)
    tables = Tables(edition)
    return WebhooksView(
        tuple(_view(each, anchor, edition, tables) for each, anchor in zip(webhooks, anchors, strict=True)),
        tuple(verification(each, at, edition) for each, at in zip(signed.values(), places, strict=True)),
    )


def _view(webhook: Webhook, anchor: str, edition: Edition, tables: Tables) -> WebhookView:
    body = webhook.body
    return WebhookView(
        anchor=anchor,
        name=webhook.name,
        method=webhook.method,
        title=edition.text(webhook.summary) or webhook.name,
        description=edition.rich(webhook.description, webhook.at),
        parameters=tables.parameters(webhook.parameters),
        members=tables.members(body.schema, anchor, "response") if body else (),
        examples=examples(body.examples, body.summaries, body.media_types, edition) if body else (),
    )
