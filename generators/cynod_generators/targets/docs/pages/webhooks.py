"""The page of webhooks: the requests that the application sends, and how receivers verify them."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from cynod_generators.targets.docs.localized_site import LocalizedSite
from cynod_generators.targets.docs.samples.messages import Example, examples
from cynod_generators.targets.docs.samples.signature import VerificationView, headers, verification
from cynod_generators.targets.docs.schema_tables.tables import TableRow, Tables
from cynod_generators.targets.docs.text.slugs import allocate
from cynod_spec.model import Webhook


@dataclass(frozen=True, slots=True)
class WebhookView:
    """A webhook; *anchor* is its own in the page."""

    anchor: str
    name: str
    method: str
    title: str
    description: Markup
    parameters: tuple[TableRow, ...]
    members: tuple[TableRow, ...]
    examples: tuple[Example, ...]


@dataclass(frozen=True, slots=True)
class WebhooksView:
    """The page: the webhooks, and how to verify each kind of signature."""

    webhooks: tuple[WebhookView, ...]
    verifications: tuple[VerificationView, ...]


def webhooks_view(site: LocalizedSite) -> WebhooksView:
    """Every webhook, in the document's order."""
    webhooks = site.contract.webhooks
    anchors = allocate(webhook.name for webhook in webhooks)
    signed: dict[tuple[str, ...], Webhook] = {}
    for webhook in webhooks:
        if headers(webhook):
            signed.setdefault(headers(webhook), webhook)
    places = allocate(["verification"] * len(signed), anchors)
    tables = Tables(site)
    return WebhooksView(
        tuple(_view(each, anchor, site, tables) for each, anchor in zip(webhooks, anchors, strict=True)),
        tuple(verification(each, at, site) for each, at in zip(signed.values(), places, strict=True)),
    )


def _view(webhook: Webhook, anchor: str, site: LocalizedSite, tables: Tables) -> WebhookView:
    body = webhook.body
    return WebhookView(
        anchor=anchor,
        name=webhook.name,
        method=webhook.method,
        title=site.text(webhook.summary) or webhook.name,
        description=site.rich(webhook.description, webhook.at),
        parameters=tables.parameters(webhook.parameters),
        members=tables.members(body.schema, anchor, "response") if body else (),
        examples=examples(body.examples, body.summaries, body.media_types, site) if body else (),
    )
