"""Two operations as one writes them by hand with FastAPI: the measure for the generated server.

The same storage, identity and idempotency keys as the sandbox's, pydantic in the place of the document's
schemas. ``python -m bench.handwritten URL`` prints one line of JSON, ``bench.servers.Server``, and serves.
"""

import hashlib
import json
import secrets
import sys
from typing import Annotated, Any

import uvicorn
from fastapi import Depends, FastAPI, Header, HTTPException, Query, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import insert, select

from cynod_sandbox._generated.contract import Contract
from cynod_sandbox._generated.identity import Principal
from cynod_sandbox._generated.refusals import Refusal
from cynod_sandbox._generated.server import listen, url
from cynod_sandbox.handlers.cards import add_card, new_number
from cynod_sandbox.handlers.common import state_of
from cynod_sandbox.handlers.payments import refunded
from cynod_sandbox.identity.store import SqlIdentity
from cynod_sandbox.provisioning.bootstrap import prepare_database
from cynod_sandbox.storage.database import IN_MEMORY, Database, now
from cynod_sandbox.storage.ledger import balance, post
from cynod_sandbox.storage.tables import card_grants, cards, effects, payments
from cynod_sandbox.storage.timestamps import instant
from cynod_spec.output.redaction import masked_number

CARDS = 20
STATES = {"active": "ACTIVE", "blocked": "BLOQUEE", "expired": "EXPIREE"}


class Money(BaseModel):
    """An amount in minor units and its currency."""

    model_config = ConfigDict(extra="forbid", strict=True)
    valeur: int = Field(ge=1, le=2**53 - 1)
    devise: str = Field(pattern="^[A-Z]{3}$")


class Payment(BaseModel):
    """What a partner sends to debit a card."""

    model_config = ConfigDict(extra="forbid", strict=True)
    carteId: str = Field(min_length=1, max_length=64)  # noqa: N815 - the contract's name
    reference: str = Field(pattern=r"^[A-Za-z0-9._:/-]{1,64}$")
    montant: Money
    libelle: str | None = Field(None, max_length=140)


def application(database: Database, identity: SqlIdentity) -> FastAPI:
    """Both operations on *database*."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)

    def caller(authorization: Annotated[str, Header()]) -> Principal:
        scheme, _, value = authorization.partition(" ")
        token = identity.find_token(value) if scheme.lower() == "bearer" else None
        if token is None or token.revoked or token.expired:
            raise HTTPException(401)
        partner = identity.partner(token.partner)
        if partner is None or partner.suspended:
            raise HTTPException(403)
        return Principal(partner, token.scopes, "bearer")

    def holding(scope: str) -> Any:
        def check(principal: Annotated[Principal, Depends(caller)]) -> Principal:
            if scope not in principal.scopes:
                raise HTTPException(403)
            return principal

        return Depends(check)

    @app.get("/get-solde-carte")
    def read_balance(
        numero: Annotated[str, Query(alias="numeroCarte", pattern="^[0-9]{10,19}$")],
        principal: Annotated[Principal, holding("solde:lire")],
    ) -> Response:
        with database.reading() as connection:
            card = connection.execute(
                select(cards)
                .join(card_grants, card_grants.c.card == cards.c.id)
                .where(cards.c.number == numero, card_grants.c.partner == principal.partner.key)
            ).one_or_none()
            if card is None:
                raise HTTPException(404)
            data = {
                "carteId": card.id,
                "numeroMasque": masked_number(card.number),
                "solde": {"valeur": balance(connection, card.id), "devise": card.currency},
                "statut": STATES[state_of(connection, card)],
                "dateSolde": instant(now()),
            }
        return JSONResponse(enveloped("0000", "Opération effectuée", data))

    @app.post("/paiements")
    def pay(
        payment: Payment,
        principal: Annotated[Principal, holding("paiement:ecrire")],
        key: Annotated[str, Header(alias="Idempotency-Key", pattern=r"^[A-Za-z0-9._:-]{8,128}$")],
    ) -> Response:
        partner = principal.partner.key
        text = json.dumps({"path": {}, "body": payment.model_dump()}, sort_keys=True)
        fingerprint = hashlib.sha256(text.encode()).hexdigest()
        with database.transaction() as connection:
            known = connection.execute(
                select(effects.c.fingerprint, effects.c.data, effects.c.location).where(
                    effects.c.partner == partner,
                    effects.c.operation == "debit payment",
                    effects.c.key == key,
                )
            ).one_or_none()
            if known is not None:
                if known.fingerprint != fingerprint:
                    raise HTTPException(422)
                return created(known.data, {"Idempotent-Replayed": "true"})
            card = connection.execute(
                select(cards)
                .join(card_grants, card_grants.c.card == cards.c.id)
                .where(cards.c.id == payment.carteId, card_grants.c.partner == partner)
            ).one_or_none()
            if card is None:
                raise HTTPException(404)
            if state_of(connection, card) != "active":
                raise HTTPException(409)
            if payment.montant.devise != card.currency or not 100 <= payment.montant.valeur <= 1_000_000:
                raise HTTPException(422)
            id, moment = f"pmt_{secrets.token_urlsafe(12)}", now()
            try:
                post(
                    connection, card.id, "payment", -payment.montant.valeur, partner, id, payment.reference,
                    created=moment,
                )  # fmt: skip
            except Refusal:
                raise HTTPException(409) from None
            connection.execute(
                insert(payments).values(
                    id=id,
                    card=card.id,
                    partner=partner,
                    reference=payment.reference,
                    amount=payment.montant.valeur,
                    currency=card.currency,
                    label=payment.libelle,
                    created=moment,
                )
            )
            row = connection.execute(
                select(payments).where(payments.c.id == id, payments.c.partner == partner)
            ).one()
            data = {
                "paiementId": row.id,
                "carteId": row.card,
                "reference": row.reference,
                "montant": {"valeur": row.amount, "devise": row.currency},
                "montantRembourse": {"valeur": refunded(connection, id), "devise": row.currency},
                "statut": "EFFECTUE",
                "dateCreation": instant(row.created),
            }
            connection.execute(
                insert(effects).values(
                    partner=partner,
                    operation="debit payment",
                    key=key,
                    fingerprint=fingerprint,
                    data=data,
                    location={"id": id},
                    created=now(),
                )
            )
        return created(data, {})

    return app


def enveloped(code: str, message: str, data: Any) -> dict[str, Any]:
    """The envelope of a success."""
    return {"success": True, "code": code, "message": message, "data": data}


def created(data: dict[str, Any], headers: dict[str, str]) -> Response:
    """The answer to a payment."""
    location = {"Location": f"/paiements/{data['paiementId']}"}
    return JSONResponse(enveloped("0001", "Ressource créée", data), 201, {**location, **headers})


def main() -> None:
    """Seed, say where and with what, serve."""
    database = Database(sys.argv[1] if len(sys.argv) > 1 else IN_MEMORY)
    planted = prepare_database(database, Contract.load(), needs_secrets=True)
    assert planted is not None
    identity = SqlIdentity(database)
    primary, numbers = planted.credentials["primary"].key, [new_number() for _ in range(CARDS)]
    with database.transaction() as connection:
        ids = [
            add_card(
                connection, number=number, holder="Bench", currency="XOF", expiry="2099-12-31", amount=10**12,
                issuer=planted.credentials["core"].key, partners=[primary],
            )
            for number in numbers
        ]  # fmt: skip
    partner = identity.partner(primary)
    assert partner is not None
    token = identity.issue(partner, partner.scopes)
    listener = listen("127.0.0.1", 0)
    at = url("127.0.0.1", listener, tls=False)
    print(json.dumps({"url": at, "token": token.value, "number": numbers[0], "cards": ids}), flush=True)
    config = uvicorn.Config(
        application(database, identity), http="httptools", access_log=False, log_level="error"
    )
    uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
