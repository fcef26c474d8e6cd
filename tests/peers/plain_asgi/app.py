"""The ASGI application: it reads a request, refuses in the contract's order, and answers."""

from __future__ import annotations

import asyncio
import sys
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from . import oauth
from .checks import KEY, check_body, check_query, parse_json
from .contract import Contract
from .identity import Caller, Directory
from .ledger import Ledger
from .messages import Answer, Request, oauth_refused, refused, success
from .negotiation import accepts_json, language, media_type
from .operations import ROUTES, Call, Outcome, Route
from .refusal import Fault, OAuthRefusal, Refusal

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

HEAD_LIMIT = 16_384  # octets of target and headers
DRAIN_LIMIT = 32 * 1_048_576  # octets of a body read in vain before the answer is sent all the same
BODY_PATIENCE = 6.0  # seconds without a piece of body
SETTLEMENT = 0.012  # seconds an effect takes to settle, its key held


@dataclass(frozen=True)
class Kept:
    """What a consumed key replays."""

    fingerprint: tuple[dict[str, str], dict[str, Any]]
    outcome: Outcome


class Application:
    """The server, but for its sockets."""

    def __init__(self, contract: Contract, directory: Directory, ledger: Ledger) -> None:
        self.contract, self.directory, self.ledger = contract, directory, ledger
        self.base_url = ""
        self.kept: dict[tuple[str, str, str], Kept] = {}
        self.running: set[tuple[str, str, str]] = set()
        self.drains: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve one ASGI scope."""
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
            return
        request = Request(
            scope["method"],
            scope["raw_path"],
            scope["query_string"],
            [(bytes(k), bytes(v)) for k, v in scope["headers"]],
            scope["client"][0],
        )
        if not await self._read_body(request, receive):
            return
        request_id = request.request_id
        answer = await self._answer(request)
        headers = answer.wire_headers(request_id)
        if request.incomplete or request.oversized:
            headers.append((b"coNNection", b"close"))
        body = b"" if request.method == "HEAD" else answer.wire_body()
        try:
            await send({"type": "http.response.start", "status": answer.status, "headers": headers})
            half = len(body) // 2
            for piece in (body[:half], body[half:]):
                await send({"type": "http.response.body", "body": piece, "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        except Exception as error:  # noqa: BLE001 - the caller is gone
            print(f"answer not delivered: {type(error).__name__}", file=sys.stderr)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        """Follow the server's start and stop."""
        while True:
            kind = (await receive())["type"]
            await send({"type": kind + ".complete"})
            if kind == "lifespan.shutdown":
                return

    async def _read_body(self, request: Request, receive: Receive) -> bool:
        """Read the body, keeping no more than its limit; False when the caller left."""
        pieces: list[bytes] = []
        size = 0
        while True:
            try:
                message = await asyncio.wait_for(receive(), BODY_PATIENCE)
            except TimeoutError:
                request.incomplete = True
                return True
            if message["type"] == "http.disconnect":
                return False
            size += len(message.get("body", b""))
            if size <= self.contract.max_body:
                pieces.append(message.get("body", b""))
            else:
                request.oversized = True
                pieces.clear()
            if not message.get("more_body", False):
                request.body = b"".join(pieces)
                return True
            if size > DRAIN_LIMIT:
                task = asyncio.create_task(self._drain(receive))
                self.drains.add(task)
                task.add_done_callback(self.drains.discard)
                return True

    async def _drain(self, receive: Receive) -> None:
        """Read the rest of a body in vain."""
        while (await receive())["type"] != "http.disconnect":
            pass

    async def _answer(self, request: Request) -> Answer:
        """Answer, whatever happens."""
        try:
            return await self._route(request)
        except OAuthRefusal as refusal:
            return oauth_refused(refusal)
        except Refusal as refusal:
            return refused(self.contract, refusal, request)
        except Exception:  # noqa: BLE001 - the last resort
            traceback.print_exc()
            return refused(self.contract, Refusal("9999"), request)

    async def _route(self, request: Request) -> Answer:
        """Find the operation: path, then method; OPTIONS is answered before identity."""
        segments = request.segments()
        if segments is None:
            if request.method != "OPTIONS":
                raise Refusal("1010")
            return Answer(204, None, [("aLLow", "GET, HEAD, OPTIONS, POST, PUT")])
        matches = [(r, p) for r in ROUTES if (p := r.match(segments)) is not None]
        if not matches:
            raise Refusal("1010")
        methods = {route.method for route, _ in matches} | {"OPTIONS"}
        allow = ("aLLow", ", ".join(sorted(methods | ({"HEAD"} if "GET" in methods else set()))))
        wanted = "GET" if request.method == "HEAD" else request.method
        if wanted not in methods:
            raise Refusal("1011", headers=[allow])
        framing = {name.lower() for name, _ in request.headers} & {b"content-length", b"transfer-encoding"}
        if request.head_size > HEAD_LIMIT or request.incomplete or len(framing) > 1:
            if segments[0] == "oauth2":
                raise OAuthRefusal("invalid_request", "The request is too long or incomplete.")
            raise Refusal("1000")
        if wanted == "OPTIONS":
            return Answer(204, None, [allow])
        route, path = next((r, p) for r, p in matches if r.method == wanted)
        if route.handler is None:
            if request.oversized:
                raise Refusal("1013")
            return oauth.answer(self.directory, request, route.path)
        caller = None if route.public else self.directory.identify(request)
        notice: list[tuple[str, str]] = []
        if caller is not None and caller.basic:
            notice = [
                ("dePRECation", self.contract.deprecation),
                ("liNK", self.contract.deprecation_link),
            ]
        try:
            answer = await self._serve(request, route, path, caller)
        except Refusal as refusal:
            refusal.headers += notice
            raise
        answer.headers += notice
        return answer

    async def _serve(
        self, request: Request, route: Route, path: dict[str, str], caller: Caller | None
    ) -> Answer:
        """Control a request in the order of refusal, then do what it asks."""
        if caller is not None and route.scope is not None and route.scope not in caller.scopes:
            challenge = f'Bearer realm="CYNOD", error="insufficient_scope", scope="{route.scope}"'
            raise Refusal("2100", headers=[("WWW-authenticate", challenge)])
        if not accepts_json(request.header("accept")):
            raise Refusal("1012", [Fault("Accept", "header", "media")])
        if request.oversized:
            raise Refusal("1013")
        call = Call(self.ledger, self.contract.version, caller, path)
        key = request.header("idempotency-key")
        if route.body is not None:
            if media_type(request.header("content-type")) != "application/json":
                raise Refusal("1014", [Fault("Content-Type", "header", "media")])
            value = parse_json(request.body)
            if route.keyed and (key is None or not KEY.fullmatch(key)):
                reason = "missing" if key is None else "form"
                raise Refusal("1004", [Fault("Idempotency-Key", "header", reason)])
            call.body = check_body(route.body, value)
        call.query = check_query(request.query, route.query)
        if route.keyed and key is not None:
            outcome, replayed = await self._once(route, key, call)
        else:
            outcome, replayed = self._handle(route, call), False
        lang = language(request.header("accept-language"), self.contract.languages)
        answer = success(self.contract, outcome.code, outcome.data, lang)
        if outcome.location is not None:
            answer.headers.append(("loCATion", self.base_url + outcome.location))
        if replayed:
            answer.headers.append(("idempotent-REPLAYED", "true"))
        return answer

    def _handle(self, route: Route, call: Call) -> Outcome:
        """Run an operation; nothing else runs meanwhile."""
        if route.handler is None:
            raise AssertionError("an operation has a handler")
        return route.handler(call)

    async def _once(self, route: Route, key: str, call: Call) -> tuple[Outcome, bool]:
        """Run an effect once per partner, operation and key; a refusal leaves the key free."""
        slot = (call.key, f"{route.method} {route.path}", key)
        fingerprint = (call.path, call.body)
        kept = self.kept.get(slot)
        if kept is not None:
            if kept.fingerprint != fingerprint:
                raise Refusal("3010")
            return kept.outcome, True
        if slot in self.running:
            raise Refusal("3011")
        self.running.add(slot)
        try:
            await asyncio.sleep(SETTLEMENT)
            outcome = self._handle(route, call)
            self.kept[slot] = Kept(fingerprint, outcome)
        finally:
            self.running.discard(slot)
        return outcome, False
