"""The operations of the contract: what each requires and what each does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from . import cursors
from .checks import ISSUE, MOVEMENT, REFUND, STATE, Rule
from .identity import Caller
from .ledger import Card, Entry, Item, Ledger, Operation, Refund, View, page, stamp


class Outcome(NamedTuple):
    """What an operation gives: its code, its data and, for a creation, its address."""

    code: str
    data: View
    location: str | None = None


@dataclass
class Call:
    """A call that passed all controls of form."""

    ledger: Ledger
    version: str
    caller: Caller | None
    path: dict[str, str] = field(default_factory=dict)
    query: dict[str, Any] = field(default_factory=dict)
    body: dict[str, Any] = field(default_factory=dict)

    @property
    def who(self) -> Caller:
        """Return the caller of a protected operation."""
        if self.caller is None:
            raise AssertionError("a protected operation has a caller")
        return self.caller

    @property
    def key(self) -> str:
        """Return the caller's consumer-key."""
        return self.who.partner.key


# Views


def money(amount: int, card: Card) -> View:
    """Show an amount in a card's currency."""
    return {"devise": card.currency, "valeur": amount}


def top_up_view(item: Operation) -> View:
    """Show a top-up."""
    view: View = {
        "dateCreation": stamp(item.moment),
        "statut": "ANNULEE" if item.returned else "EFFECTUEE",
        "montant": money(item.amount, item.card),
        "reference": item.reference,
        "carteId": item.card.id,
        "rechargeId": item.id,
    }
    return view if item.label is None else {"libelle": item.label, **view}


def payment_view(item: Operation) -> View:
    """Show a payment."""
    state = "EFFECTUE" if not item.returned else "PARTIELLEMENT_REMBOURSE"
    view: View = {
        "dateCreation": stamp(item.moment),
        "statut": "REMBOURSE" if item.returned == item.amount else state,
        "montantRembourse": money(item.returned, item.card),
        "montant": money(item.amount, item.card),
        "reference": item.reference,
        "carteId": item.card.id,
        "paiementId": item.id,
    }
    return view if item.label is None else {"libelle": item.label, **view}


def refund_view(item: Refund) -> View:
    """Show a refund."""
    view: View = {
        "dateCreation": stamp(item.moment),
        "montant": money(item.amount, item.payment.card),
        "paiementId": item.payment.id,
        "remboursementId": item.id,
    }
    return view if item.label is None else {"motif": item.label, **view}


def card_view(card: Card, whole: bool = False) -> View:
    """Show a card; its whole number at its issue alone."""
    return {
        "statut": card.state,
        "solde": money(card.balance, card),
        "dateCreation": stamp(card.moment),
        "partenaires": list(card.partners),
        "dateExpiration": card.last_day.isoformat(),
        "devise": card.currency,
        "titulaire": card.holder,
        "numeroCarte": card.number if whole else card.masked,
        "carteId": card.id,
    }


def entry_view(entry: Entry, card: Card, key: str) -> View:
    """Show an entry; another's shows its type, its amount and its date alone."""
    view: View = {"date": stamp(entry.moment), "montant": money(entry.amount, card), "type": entry.kind}
    if entry.owner == key:
        view |= {"operationId": entry.operation, "carteId": card.id, "transactionId": entry.id}
        if entry.reference is not None:
            view["reference"] = entry.reference
    return view


def listed(
    call: Call, name: str, items: Sequence[Item], keep: Callable[[Item], bool], view: Callable[[Item], View]
) -> Outcome:
    """Show a page of a list."""
    filters = sorted((k, v) for k, v in call.query.items() if k not in ("curseur", "limite"))
    scope = (name, filters, call.key)
    cursor = call.query.get("curseur")
    before = None if cursor is None else cursors.read(cursor, scope)
    taken, position = page(items, keep, before, call.query.get("limite", 20))
    following = None if position is None else cursors.write(position, scope)
    return Outcome("0000", {"curseurSuivant": following, name: [view(item) for item in taken]})


def within(call: Call) -> Callable[[Any], bool]:
    """Make the filter of a period and a reference: from is included, until is excluded."""
    since, until, reference = (call.query.get(name) for name in ("du", "au", "reference"))

    def keep(item: Any) -> bool:
        moment = item.moment * 1_000_000
        return (
            (since is None or moment >= since)
            and (until is None or moment < until)
            and (reference is None or item.reference == reference)
        )

    return keep


# Handlers


def read_balance(call: Call) -> Outcome:
    """Read a card's balance."""
    card = call.ledger.card_numbered(call.key, call.query["numeroCarte"])
    return Outcome(
        "0000",
        {
            "dateSolde": stamp(call.ledger.now()),
            "statut": card.state,
            "solde": money(card.balance, card),
            "numeroCarte": card.masked,
            "carteId": card.id,
        },
    )


def create_top_up(call: Call) -> Outcome:
    """Top a card up."""
    done = call.ledger.move(call.who.partner, True, call.body)
    return Outcome("0001", top_up_view(done), f"/recharges/{done.id}")


def list_top_ups(call: Call) -> Outcome:
    """List the partner's top-ups."""
    items = call.ledger.owned.get((call.key, "RECHARGE"), [])
    return listed(call, "recharges", items, within(call), top_up_view)


def read_top_up(call: Call) -> Outcome:
    """Read a top-up."""
    return Outcome("0000", top_up_view(call.ledger.top_up(call.key, call.path["rechargeId"])))


def cancel_top_up(call: Call) -> Outcome:
    """Cancel a top-up."""
    top_up = call.ledger.top_up(call.key, call.path["rechargeId"])
    call.ledger.cancel(top_up)
    return Outcome("0000", top_up_view(top_up))


def create_payment(call: Call) -> Outcome:
    """Pay with a card."""
    done = call.ledger.move(call.who.partner, False, call.body)
    return Outcome("0001", payment_view(done), f"/paiements/{done.id}")


def list_payments(call: Call) -> Outcome:
    """List the partner's payments."""
    items = call.ledger.owned.get((call.key, "PAIEMENT"), [])
    return listed(call, "paiements", items, within(call), payment_view)


def read_payment(call: Call) -> Outcome:
    """Read a payment."""
    return Outcome("0000", payment_view(call.ledger.payment(call.key, call.path["paiementId"])))


def create_refund(call: Call) -> Outcome:
    """Refund a payment."""
    payment = call.ledger.payment(call.key, call.path["paiementId"])
    done = call.ledger.refund(payment, call.body)
    return Outcome("0001", refund_view(done), f"/paiements/{payment.id}/remboursements/{done.id}")


def read_refund(call: Call) -> Outcome:
    """Read a refund."""
    payment = call.ledger.payment(call.key, call.path["paiementId"])
    return Outcome("0000", refund_view(call.ledger.refund_of(payment, call.path["remboursementId"])))


def list_entries(call: Call) -> Outcome:
    """List a card's entries; its cursor is judged before its card."""
    found = call.ledger.cards.get(call.query["carteId"])
    card = found if found is not None and found.open_to(call.key) else None
    outcome = listed(
        call,
        "transactions",
        card.entries if card is not None else [],
        within(call),
        lambda entry: entry_view(entry, card, call.key) if card is not None else {},
    )
    call.ledger.card(call.key, call.query["carteId"])
    return outcome


def who_am_i(call: Call) -> Outcome:
    """Show the partner."""
    partner = call.who.partner
    limits = {name: {"maximum": most, "minimum": least} for name, (least, most) in partner.limits.items()}
    return Outcome(
        "0000",
        {
            "quota": {"requetesParMinute": partner.quota},
            "limites": limits,
            "basic": partner.basic,
            "droits": list(call.who.scopes),
            "nom": partner.name,
            "cle": partner.key,
        },
    )


def issue_card(call: Call) -> Outcome:
    """Issue a card."""
    body = call.body
    card = call.ledger.issue(
        call.key,
        body["titulaire"],
        body["devise"],
        body["soldeInitial"],
        body["dateExpiration"],
        body.get("partenaires", []),
    )
    return Outcome("0001", card_view(card, whole=True), f"/cartes/{card.id}")


def list_cards(call: Call) -> Outcome:
    """List the cards the partner reaches."""
    return listed(call, "cartes", call.ledger.reachable(call.key), lambda _: True, card_view)


def read_card(call: Call) -> Outcome:
    """Read a card."""
    return Outcome("0000", card_view(call.ledger.card(call.key, call.path["carteId"])))


def set_card_state(call: Call) -> Outcome:
    """Block or unblock a card."""
    card = call.ledger.card(call.key, call.path["carteId"])
    call.ledger.set_blocked(card, call.body["statut"] == "BLOQUEE")
    return Outcome("0000", card_view(card))


def health(call: Call) -> Outcome:
    """Show the state of health."""
    return Outcome("0000", {"date": stamp(call.ledger.now()), "versionContrat": call.version, "statut": "OK"})


@dataclass(frozen=True)
class Route:
    """An operation: where it is, what it requires, what does it."""

    method: str
    path: str
    handler: Callable[[Call], Outcome] | None
    scope: str | None = None
    public: bool = False
    query: dict[str, bool] = field(default_factory=dict)
    body: Rule | None = None
    keyed: bool = False

    def match(self, segments: tuple[str, ...]) -> dict[str, str] | None:
        """Return the path parameters when a path is this route's."""
        parts = self.path[1:].split("/")
        if len(parts) != len(segments):
            return None
        found: dict[str, str] = {}
        for part, segment in zip(parts, segments, strict=True):
            if part.startswith("{") and segment:
                found[part[1:-1]] = segment
            elif part != segment:
                return None
        return found


_PAGE = {"curseur": False, "limite": False}
_PERIOD = {"du": False, "au": False, **_PAGE}
_OWN = {"reference": False, **_PERIOD}
_REFUNDS = "/paiements/{paiementId}/remboursements"

ROUTES = (
    Route("POST", "/oauth2/token", None),
    Route("POST", "/oauth2/revoke", None),
    Route("GET", "/get-solde-carte", read_balance, "solde:lire", query={"numeroCarte": True}),
    Route("POST", "/recharges", create_top_up, "recharge:ecrire", body=MOVEMENT, keyed=True),
    Route("GET", "/recharges", list_top_ups, "recharge:lire", query=_OWN),
    Route("GET", "/recharges/{rechargeId}", read_top_up, "recharge:lire"),
    Route("POST", "/recharges/{rechargeId}/annulation", cancel_top_up, "recharge:ecrire"),
    Route("POST", "/paiements", create_payment, "paiement:ecrire", body=MOVEMENT, keyed=True),
    Route("GET", "/paiements", list_payments, "paiement:lire", query=_OWN),
    Route("GET", "/paiements/{paiementId}", read_payment, "paiement:lire"),
    Route("POST", _REFUNDS, create_refund, "paiement:ecrire", body=REFUND, keyed=True),
    Route("GET", _REFUNDS + "/{remboursementId}", read_refund, "paiement:lire"),
    Route("GET", "/transactions", list_entries, "transaction:lire", query={"carteId": True, **_PERIOD}),
    Route("GET", "/partenaires/moi", who_am_i),
    Route("POST", "/cartes", issue_card, "core:carte:ecrire", body=ISSUE, keyed=True),
    Route("GET", "/cartes", list_cards, "core:carte:lire", query=_PAGE),
    Route("GET", "/cartes/{carteId}", read_card, "core:carte:lire"),
    Route("PUT", "/cartes/{carteId}/statut", set_card_state, "core:carte:ecrire", body=STATE),
    Route("GET", "/sante", health, public=True),
)
