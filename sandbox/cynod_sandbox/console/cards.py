"""Pages of cards: list, one card with its entries, block and unblock."""

from __future__ import annotations

from collections.abc import Callable

from starlette.responses import Response

from .context import RequestContext
from .queries import CardQueries


def show(context: RequestContext) -> Response:
    """The list of the newest cards."""
    triggers = context.services.switch_store.cards() if context.services.switch_store is not None else {}
    return context.page(
        "cards.html.j2",
        cards=CardQueries(context.services.database).page(),
        triggers=triggers,
        state_of=_states(context),
    )


def one(context: RequestContext) -> Response:
    """One card and its entries."""
    queries = CardQueries(context.services.database)
    card = queries.card(context.path["id"])
    if card is None:
        return context.missing()
    triggers = (
        context.services.switch_store.cards().get(card.id, ())
        if context.services.switch_store is not None
        else ()
    )
    kinds = (
        context.services.contract.resources["entry"].types
        if "entry" in context.services.contract.resources
        else {}
    )
    return context.page(
        "card.html.j2",
        card=card,
        entries=queries.entries(card),
        triggers=triggers,
        kind_of=lambda kind: kinds.get(kind, kind),
        state_of=_states(context),
    )


def set_state(context: RequestContext) -> Response:
    """Block or unblock the card, as the form says."""
    blocked = context.form.get("blocked") == "1"
    queries = CardQueries(context.services.database)
    if queries.card(context.path["id"]) is None:
        return context.missing()
    queries.block(context.path["id"], blocked)
    return context.to(f"/cards/{context.path['id']}", "said-blocked" if blocked else "said-unblocked")


def _states(context: RequestContext) -> Callable[[str], str]:
    """A function from a state's stable name to its value in the contract."""
    resource = context.services.contract.resources.get("card")
    states = resource.states if resource is not None else {}
    return lambda state: states.get(state, state)
