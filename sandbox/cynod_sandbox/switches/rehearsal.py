"""Puts the switches into an application: before any effect, once the caller is known."""

from __future__ import annotations

import asyncio

from .._generated.calls import Call
from .._generated.contract import Operation
from .._generated.core import Application
from .._generated.messages import RawAnswer, RawRequest
from .._generated.oauth import OAuthRefusal
from .._generated.refusals import Fault, Refusal
from ..traffic.notes import note
from ..traffic.record import current
from ..webhooks.delivery_faults import NOTE
from .board import Board
from .units.switch import ExpiresTokens, Moment
from .units.webhook import wanted
from .wishes import HEADER, Wish, read

_CHARGES = frozenset(("credit", "debit"))  # the effects that a card's switch acts on


class Rehearsal:
    """The switches of *application*: those of the request's header, of its partner, of its card."""

    def __init__(self, application: Application, board: Board, tokens: ExpiresTokens) -> None:
        self._application = application
        self._board = board
        self._tokens = tokens
        application.stages.read_body.before(self.before_body)
        application.stages.answer_oauth.after(self.after_grant)
        application.stages.run_handler.before(self.before_handler)

    async def before_body(self, request: RawRequest, operation: Operation) -> None:
        """Act as the header and the partner's setting ask, before the body is read."""
        note(request)
        moment = self._moment(request, operation)
        await self._act(moment, self._asked(request, moment))
        if request.principal is not None:
            await self._act(moment, await self._set_for(request.principal.partner.key, moment))

    async def after_grant(self, answer: RawAnswer, request: RawRequest, operation: Operation) -> RawAnswer:
        """Act on the token that the token endpoint grants."""
        if request.header(HEADER) is None or operation.effect != "token":
            return answer
        moment = self._moment(request, operation)
        for wish in self._asked(request, moment):
            await wish.switch.granted(moment, str(answer.json().get("access_token", "")))
        return answer

    async def before_handler(self, call: Call) -> None:
        """Act as the card's switch asks, before the handler runs."""
        card = call.role("card") if call.operation.effect in _CHARGES else None
        if isinstance(card, str):
            authorization = call.headers.get("authorization", "")
            moment = Moment(call.contract, call.operation, call.principal, authorization, self._tokens)
            board = self._board
            cards = board.cards() if board.is_fresh else await asyncio.to_thread(board.cards)
            await self._act(moment, tuple(wish for wish in cards.get(card, ()) if wish.applies(moment)))
        mishap = wanted.get()
        if mishap is not None:
            call.headers[NOTE] = mishap

    async def _act(self, moment: Moment, wishes: tuple[Wish, ...]) -> None:
        record = current.get()
        for wish in wishes:
            if record is not None:
                record.rehearsed.append(str(wish))
            await wish.switch.before(moment, wish.value)

    def _asked(self, request: RawRequest, moment: Moment) -> tuple[Wish, ...]:
        """What the request's own header asks for; refused, with the reason, when that cannot be."""
        text = request.header(HEADER)
        if text is None:
            return ()
        try:
            wishes = read(text, self._application.contract)
        except ValueError as error:
            raise _refusal(moment, str(error)) from None
        for wish in wishes:
            if not wish.applies(moment):
                raise _refusal(moment, f"{wish} does not apply to this operation")
        return wishes

    async def _set_for(self, partner: str, moment: Moment) -> tuple[Wish, ...]:
        if self._board.is_fresh and partner not in self._board.partners():
            return ()
        return await asyncio.to_thread(self._board.take, partner, lambda wish: wish.applies(moment))

    def _moment(self, request: RawRequest, operation: Operation) -> Moment:
        authorization = request.header("authorization") or ""
        contract = self._application.contract
        return Moment(contract, operation, request.principal, authorization, self._tokens)


def _refusal(moment: Moment, why: str) -> Exception:
    """What refuses a request whose header cannot be obeyed."""
    if moment.operation.is_oauth:
        return OAuthRefusal("invalid_request")
    fault = Fault(HEADER, "header", "value-invalid", "switch")
    return Refusal("request-invalid", [fault], debug=f"{HEADER}: {why}")
