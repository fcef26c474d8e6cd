"""How the requests of an experiment are sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Barrier
from typing import Any

from cynod_conformance.base.outcomes import Outcome
from cynod_conformance.experiment.answer import SUCCESS, Answer
from cynod_conformance.experiment.callers import Callers
from cynod_conformance.experiment.memo import MemoKey
from cynod_conformance.experiment.request_builder import RequestBuilder
from cynod_conformance.http.errors import TransportError
from cynod_conformance.observe.exchange import Exchange, Request, Response
from cynod_conformance.text.phrase import Said
from cynod_spec.model import Operation

PROVEN = MemoKey[RequestBuilder | Outcome]("valid request to an operation, or why there is none")
USES_UP = ("cancel", "refund")  # effects that leave a resource on which they cannot be had again


def ignore(exchange: Exchange, after: float) -> None:
    """Do nothing with an abandoned exchange."""


@dataclass(frozen=True, eq=False)
class RequestSender(Callers):
    """Sends requests to the target, as any caller.

    ``language`` is what requests ask for that name no language; empty: they name none. ``on_abandoned`` sees
    each request whose answer was not awaited, and after how many seconds the connection was closed.
    """

    language: str = field(default="", kw_only=True)
    on_abandoned: Callable[[Exchange, float], None] = field(default=ignore, kw_only=True)

    def call(
        self,
        draft: RequestBuilder,
        *,
        authorization: str | None = "",
        method: str | None = None,
        path: str | None = None,
        headers: Iterable[tuple[str, str]] = (),
        identity: str = "",
        valid: bool = False,
        tags: Iterable[str] = (),
    ) -> Answer:
        """Send *draft*.

        ``authorization`` is the value of that header: "" stands for the operation's own caller, None sends
        none. ``identity`` is the name of the credential that it belongs to. ``method`` and ``path`` take the
        place of the draft's; *headers* replace those of the same names. ``valid`` says that the contract
        allows the request, ``tags`` what else is known of it. Raises NoAnswer without an answer.
        """
        operation = draft.operation
        if authorization == "":
            public = operation.public or operation.is_oauth
            identity = identity or ("" if public else self.caller(operation))
            authorization = None if public else self.bearer(operation)
        sent = list(draft.headers)
        if draft.media_type is not None:
            sent.append(("Content-Type", draft.media_type))
        if authorization is not None:
            sent.append(("Authorization", authorization))
        if self.language:
            sent.append(("Accept-Language", self.language))
        names = {n.lower() for n, _ in headers}
        sent = [*(p for p in sent if p[0].lower() not in names), *headers]
        changed = method is not None and method not in (operation.method, "HEAD")
        exchange = self.target.send_steadily(
            method or operation.method,
            self.target.url(path or draft.target),
            headers=tuple(sent),
            body=b"" if method in ("HEAD", "OPTIONS") else draft.content,
            operation=None if changed or _elsewhere(draft, path) else operation,
            identity=identity,
            valid=valid,
            tags=tags,
        )
        if exchange.response.status in SUCCESS and operation.effect in USES_UP:
            self.memo.forget(PROVEN.of(operation.id))  # the next control needs another resource
        return Answer(self.contract, exchange)

    def raw(self, method: str, target: str, *, operation: Operation | None = None, **more: Any) -> Answer:
        """Send a request that no operation describes."""
        exchange = self.target.send_steadily(method, self.target.url(target), operation=operation, **more)
        return Answer(self.contract, exchange)

    def try_raw(self, method: str, target: str, **more: Any) -> Answer | Said:
        """Like ``raw``, but a connection that the target closes is an answer too: its reason."""
        try:
            return Answer(self.contract, self.target.send(method, self.target.url(target), **more))
        except TransportError as error:
            return error.said

    def leave(self, draft: RequestBuilder, after: float) -> None:
        """Send *draft* as its own caller, and hang up after *after* seconds without the answer."""
        headers = [*draft.headers, ("Authorization", self.bearer(draft.operation))]
        if draft.media_type is not None:
            headers.append(("Content-Type", draft.media_type))
        request = Request(
            draft.operation.method, self.target.url(draft.target), tuple(headers), draft.content
        )
        self.hang_up(draft.operation, request, after)

    def hang_up(self, operation: Operation, request: Request, after: float) -> None:
        """Send *request*, and hang up after *after* seconds without the answer."""
        self.target.leave(request.method, request.url, request.headers, request.body, after)
        self.on_abandoned(Exchange("left", operation, request, Response(0, elapsed=after)), after)

    def oauth(self, exchange: Exchange) -> Answer:
        """An exchange of the token endpoint as an answer."""
        return Answer(self.contract, exchange)

    def at_once(self, calls: Sequence[Callable[[], Answer]]) -> list[Answer]:
        """Make the calls at the same time, each on its own connection. Raises what one of them raises."""
        ready = Barrier(len(calls))

        def released(call: Callable[[], Answer]) -> Answer:
            ready.wait()
            return call()

        with ThreadPoolExecutor(len(calls)) as pool:
            return [future.result() for future in [pool.submit(released, call) for call in calls]]


def _elsewhere(draft: RequestBuilder, target: str | None) -> bool:
    """Whether *target*, without its query, is another path than the draft's."""
    return target is not None and target.partition("?")[0] != draft.target.partition("?")[0]
