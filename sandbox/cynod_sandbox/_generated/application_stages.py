"""The stages of a request to an ``Application``, in the contract's order of refusal.

What a hook is, and a worked example: ``stages.py``. Each line gives what a stage takes and what it gives.
"""

from __future__ import annotations

import ssl
from collections.abc import Awaitable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .calls import Call, Result
from .contract import Operation
from .handling import Handler
from .heads import Broken
from .identity import IssuedToken, Partner, Principal
from .logins import Caller, LoginStages
from .messages import RawAnswer, RawRequest
from .oauth import OAuthStages
from .refusals import Refusal
from .routing import Route
from .stages import AsyncStage, HookPoint, Stage

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send


@dataclass(frozen=True, slots=True)
class Stages:
    """Where hooks go into an application: ``application.stages.identify.around(hook)``."""

    # Below HTTP

    tls_context: Stage[[Path, Path], ssl.SSLContext]
    """What the server shows and accepts over TLS, from the files of its certificates and of its key."""
    exchange: HookPoint[[Scope, Receive, Send], Awaitable[None]]
    """One request and its answer as ASGI messages; not where the application is called directly."""
    malformed: Stage[[Broken], RawAnswer]
    """The answer to what never becomes a request."""

    # The order of refusal

    request_id: Stage[[RawRequest], str]
    """The id that the answer carries: the caller's own, or a new one."""
    choose_language: Stage[[RawRequest], str]
    """The language of the answer."""
    answer: AsyncStage[[RawRequest], RawAnswer]
    """All stages from ``check_head`` to ``succeed``. Raises Refusal or OAuthRefusal."""
    check_head: Stage[[RawRequest], None]
    """Refuses a target or a header that is too long."""
    match: Stage[[RawRequest], tuple[Route, dict[str, str]]]
    """The path that is asked for, and its parameters; refuses an unknown one."""
    answer_options: Stage[[RawRequest, Route], RawAnswer]
    """The answer to OPTIONS."""
    match_method: Stage[[RawRequest, Route], Operation]
    """The operation that is asked for; refuses a method that the path does not have."""
    answer_oauth: AsyncStage[[RawRequest, Operation], RawAnswer]
    """The answer of the token or the revocation endpoint; its steps are those of ``oauth``."""
    identify: AsyncStage[[RawRequest], Principal]
    """Who calls; refuses credentials that are missing or wrong."""
    identify_bearer: Stage[[str], Principal]
    """The owner of a token, given its text; in a worker thread where the store may wait."""
    find_token: Stage[[str], IssuedToken | None]
    """The token with this text, as the identity store has it."""
    identify_basic: AsyncStage[[str, Caller], Principal]
    """The partner with the pair of these Basic credentials, given in base64."""
    check_address: Stage[[RawRequest, Partner], None]
    """Refuses a partner that calls from an address that is not its own."""
    check_quota: Stage[[Partner], None]
    """Counts one more request, of any endpoint; refuses what goes beyond the partner's quota."""
    check_suspended: Stage[[Principal], None]
    """Refuses a suspended partner."""
    authorize: Stage[[Principal, tuple[str, ...]], None]
    """Refuses a caller that does not hold every scope."""
    negotiate: Stage[[RawRequest, Operation], None]
    """Refuses a caller that does not accept what the operation answers."""
    read_body: AsyncStage[[RawRequest, Operation], bytes]
    """The octets of the body; refuses one that is too large."""
    check_media_type: Stage[[RawRequest, Operation, bytes], None]
    """Refuses a body of a media type that the operation does not take."""
    decode: Stage[[bytes, Operation], Any]
    """The JSON value of the body; refuses what is no JSON."""
    read_parameters: Stage[[Call, RawRequest, dict[str, str]], list[str]]
    """Puts the parameters into the call; gives the names of query parameters that were sent twice."""
    check_idempotency_key: Stage[[Call], None]
    """Refuses an idempotency key that is missing or malformed."""
    validate: Stage[[Call, bytes, list[str]], None]
    """Refuses what the document's schemas refuse; it has the raw body and the names that were sent twice."""
    ignore_read_only: Stage[[Call], None]
    """Takes out of the body what the document calls ``readOnly``."""
    run_handler: AsyncStage[[Call], Result]
    """What the handler gives, or the document's example without one."""
    find_handler: Stage[[Operation], Handler | None]
    """The handler of an operation: a hook that gives another function works in the handler's own thread."""
    check_refusal: Stage[[Operation, Refusal], None]
    """Holds a handler's refusal against the document. Raises WrongAnswer."""
    check_answer: Stage[[Call, Result], None]
    """Holds a handler's result against the document. Raises WrongAnswer."""

    # The answer

    succeed: Stage[[RawRequest, Call, Result], RawAnswer]
    """The success answer that carries a result."""
    refuse: Stage[[RawRequest, Refusal], RawAnswer]
    """The error answer that carries a refusal."""
    finish: Stage[[RawRequest, RawAnswer], RawAnswer]
    """The answer with the headers that every answer carries."""
    leave: Stage[[RawRequest, RawAnswer], RawAnswer]
    """The answer as it leaves, errors included; what its hooks raise becomes the internal error."""

    # Pairs and tokens

    logins: LoginStages
    """What the identity store is asked about pairs of consumer key and secret."""
    oauth: OAuthStages
    """The steps of the token endpoint and of the revocation endpoint."""
