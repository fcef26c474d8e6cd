"""Lets switches act on the requests of an application: once the caller is known, before any effect."""

from __future__ import annotations

import asyncio

from .._generated.calls import Call
from .._generated.contract import Operation
from .._generated.core import Application
from .._generated.messages import RawAnswer, RawRequest
from .._generated.oauth import OAuthRefusal
from .._generated.refusals import Fault, Refusal
from ..recording.annotations import annotate_request
from ..recording.record import current
from ..webhooks.delivery_faults import FAULT_KEY
from .switch_requests import HEADER, SwitchRequest, read
from .switch_store import SwitchStore
from .switches.switch import ExpiresTokens, SwitchContext
from .switches.webhook import requested_fault

_CHARGES = frozenset(("credit", "debit"))  # effects that a card's switch acts on


class SwitchInterceptor:
    """Applies to *application* the switches of a request's header, of its partner and of its card."""

    def __init__(self, application: Application, switch_store: SwitchStore, tokens: ExpiresTokens) -> None:
        self._application = application
        self._switch_store = switch_store
        self._tokens = tokens
        application.stages.read_body.before(self.before_body)
        application.stages.answer_oauth.after(self.after_grant)
        application.stages.run_handler.before(self.before_handler)

    async def before_body(self, request: RawRequest, operation: Operation) -> None:
        """Apply the switches of the header and of the partner, before the body is read."""
        annotate_request(request)
        context = self._context(request, operation)
        await self._act(context, self._asked(request, context))
        if request.principal is not None:
            await self._act(context, await self._set_for(request.principal.partner.key, context))

    async def after_grant(self, answer: RawAnswer, request: RawRequest, operation: Operation) -> RawAnswer:
        """Apply switches to a token that was granted."""
        if request.header(HEADER) is None or operation.effect != "token":
            return answer
        context = self._context(request, operation)
        for switch_request in self._asked(request, context):
            await switch_request.switch.granted(context, str(answer.json().get("access_token", "")))
        return answer

    async def before_handler(self, call: Call) -> None:
        """Apply the switches of the card, before the handler runs."""
        card = call.role("card") if call.operation.effect in _CHARGES else None
        if isinstance(card, str):
            authorization = call.headers.get("authorization", "")
            context = SwitchContext(
                call.contract, call.operation, call.principal, authorization, self._tokens
            )
            switch_store = self._switch_store
            cards = (
                switch_store.cards() if switch_store.is_fresh else await asyncio.to_thread(switch_store.cards)
            )
            await self._act(
                context,
                tuple(
                    switch_request
                    for switch_request in cards.get(card, ())
                    if switch_request.applies(context)
                ),
            )
        mishap = requested_fault.get()
        if mishap is not None:
            call.headers[FAULT_KEY] = mishap

    async def _act(self, context: SwitchContext, switch_requests: tuple[SwitchRequest, ...]) -> None:
        record = current.get()
        for switch_request in switch_requests:
            if record is not None:
                record.requested_switches.append(str(switch_request))
            await switch_request.switch.before(context, switch_request.value)

    def _asked(self, request: RawRequest, context: SwitchContext) -> tuple[SwitchRequest, ...]:
        """The switches in the request's header. Raises a refusal when they cannot be applied."""
        text = request.header(HEADER)
        if text is None:
            return ()
        try:
            switch_requests = read(text, self._application.contract)
        except ValueError as error:
            raise _refusal(context, str(error)) from None
        for switch_request in switch_requests:
            if not switch_request.applies(context):
                raise _refusal(context, f"{switch_request} does not apply to this operation")
        return switch_requests

    async def _set_for(self, partner: str, context: SwitchContext) -> tuple[SwitchRequest, ...]:
        if self._switch_store.is_fresh and partner not in self._switch_store.partners():
            return ()
        return await asyncio.to_thread(
            self._switch_store.take, partner, lambda switch_request: switch_request.applies(context)
        )

    def _context(self, request: RawRequest, operation: Operation) -> SwitchContext:
        authorization = request.header("authorization") or ""
        contract = self._application.contract
        return SwitchContext(contract, operation, request.principal, authorization, self._tokens)


def _refusal(context: SwitchContext, why: str) -> Exception:
    """The refusal of a request whose header asks for what cannot be applied."""
    if context.operation.is_oauth:
        return OAuthRefusal("invalid_request")
    fault = Fault(HEADER, "header", "value-invalid", "switch")
    return Refusal("request-invalid", [fault], debug=f"{HEADER}: {why}")
