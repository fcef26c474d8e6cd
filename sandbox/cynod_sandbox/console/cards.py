"""Cards: what is on them, what happened to it, blocked and unblocked."""

from __future__ import annotations

from collections.abc import Callable

from starlette.responses import Response

from .context import Visit
from .queries import Books


def show(visit: Visit) -> Response:
    """The newest cards."""
    magic = visit.desk.board.cards() if visit.desk.board is not None else {}
    return visit.page(
        "cards.html.j2", cards=Books(visit.desk.database).page(), magic=magic, state_of=_states(visit)
    )


def one(visit: Visit) -> Response:
    """One card and its entries."""
    books = Books(visit.desk.database)
    card = books.card(visit.path["id"])
    if card is None:
        return visit.missing()
    magic = visit.desk.board.cards().get(card.id, ()) if visit.desk.board is not None else ()
    kinds = visit.desk.contract.resources["entry"].types if "entry" in visit.desk.contract.resources else {}
    return visit.page(
        "card.html.j2",
        card=card,
        entries=books.entries(card),
        magic=magic,
        kind_of=lambda kind: kinds.get(kind, kind),
        state_of=_states(visit),
    )


def set_state(visit: Visit) -> Response:
    """Block the card, or let it be used again."""
    blocked = visit.form.get("blocked") == "1"
    books = Books(visit.desk.database)
    if books.card(visit.path["id"]) is None:
        return visit.missing()
    books.block(visit.path["id"], blocked)
    return visit.to(f"/cards/{visit.path['id']}", "said-blocked" if blocked else "said-unblocked")


def _states(visit: Visit) -> Callable[[str], str]:
    """What the contract calls a state on the wire."""
    resource = visit.desk.contract.resources.get("card")
    states = resource.states if resource is not None else {}
    return lambda state: states.get(state, state)
