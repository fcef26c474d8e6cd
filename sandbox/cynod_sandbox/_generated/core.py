"""From a request to an answer: one method a stage, in the contract's order of refusal.

``Application`` knows no framework. Each stage can be hooked before, after and around: ``stages.py`` says how,
``application_stages.py`` names them.
"""

from __future__ import annotations

import asyncio
import functools
import inspect
import logging
import secrets
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ParamSpec, TypeVar

from . import (
    answers,
    credentials,
    decoding,
    envelopes,
    headers,
    language,
    logs,
    media,
    pointers,
    prefixes,
    reading,
    tls,
)
from .application_stages import Stages
from .calls import Call, Result
from .contract import Contract, Operation
from .examples import ANSWERED, example
from .handling import Handler, HandlerSet
from .heads import Broken
from .identity import IdentityStore, Partner, Principal
from .login_queue import MAX_AT_ONCE
from .logins import Caller, Logins, MemoryThrottle, Throttle
from .messages import Disconnected, RawAnswer, RawRequest, dump
from .oauth import OAuth, OAuthRefusal
from .quotas import Buckets, Quotas
from .refusals import Fault, Refusal, Unimplemented
from .routing import Route, Routes
from .settings import Settings
from .stages import AsyncStage, HookPoint, Stage
from .validation import Validators

P = ParamSpec("P")
T = TypeVar("T")

THREADS = "handler"  # how the names of the threads begin in which handlers run

_log = logging.getLogger("cynod.server")
_MAX_TARGET_OCTETS = 8192  # of path and query
_MAX_HEADER_OCTETS = 16384  # of the value of one header
_LETTERS = str.maketrans("0123456789", "ghjkmnpqrs")  # no digits, which a log could take for a card number's


class Application:
    """A server of *contract*: *handlers* do the work, *identity* says who may call.

    *throttle* counts failed logins; without one, this process counts its own. ``stages`` is where hooks go
    (``application.stages.identify.around(hook)``): no method is replaced from outside, and none can be.
    """

    __slots__ = (
        "_login_threads",
        "_threads",
        "_warned",
        "answers",
        "contract",
        "handlers",
        "identity",
        "logins",
        "oauth",
        "quotas",
        "routes",
        "settings",
        "stages",
        "validators",
    )

    def __init__(
        self,
        contract: Contract,
        handlers: HandlerSet,
        identity: IdentityStore,
        settings: Settings | None = None,
        throttle: Throttle | None = None,
        buckets: Buckets | None = None,
    ) -> None:
        self.contract = contract
        self.handlers = handlers
        self.identity = identity
        self.settings = settings or Settings()
        self.routes = Routes(contract.operations)
        self.validators = Validators(contract.in_requests)
        is_one = contract.in_responses is contract.in_requests
        shown = self.validators if is_one else Validators(contract.in_responses)
        self.answers = answers.Answers(contract, shown)
        self._threads = ThreadPoolExecutor(self.settings.threads, thread_name_prefix=THREADS)
        self._login_threads = ThreadPoolExecutor(MAX_AT_ONCE, thread_name_prefix=f"{THREADS}-login")
        attempts = self.settings.login_attempts
        throttle = throttle or MemoryThrottle(attempts)
        self.logins = Logins(identity, throttle, attempts, self._login_threads, self.ask)
        self.quotas = Quotas(buckets)
        check_quota = Stage(self.quotas.check)
        self.oauth = OAuth(contract, identity, self.logins, check_quota, self.ask)
        self.stages = self._make_stages(check_quota)
        self._warned: set[str] = set()
        for operation in contract.operations:
            for parameter in operation.parameters:
                self.validators.compile(parameter.schema)
            if operation.body is not None and not operation.is_oauth:
                self.validators.compile(operation.body.schema)

    def _make_stages(self, check_quota: Stage[[Partner], None]) -> Stages:
        """The stages of this application, without hooks."""
        return Stages(
            tls_context=Stage(tls.server_context),
            exchange=HookPoint(),
            malformed=Stage(self._malformed),
            request_id=Stage(self._request_id),
            choose_language=Stage(self._choose_language),
            answer=AsyncStage(self._answer),
            check_head=Stage(self._check_head),
            match=Stage(self._match),
            answer_options=Stage(self._answer_options),
            match_method=Stage(self._match_method),
            answer_oauth=AsyncStage(self._answer_oauth),
            identify=AsyncStage(self._identify),
            identify_bearer=Stage(self._identify_bearer),
            find_token=Stage(self.identity.find_token),
            identify_basic=AsyncStage(self._identify_basic),
            check_address=Stage(self._check_address),
            check_quota=check_quota,
            check_suspended=Stage(self._check_suspended),
            authorize=Stage(self._authorize),
            negotiate=Stage(self._negotiate),
            read_body=AsyncStage(self._read_body),
            check_media_type=Stage(self._check_media_type),
            decode=Stage(self._decode),
            read_parameters=Stage(self._read_parameters),
            check_idempotency_key=Stage(self._check_idempotency_key),
            validate=Stage(self._validate),
            ignore_read_only=Stage(self._ignore_read_only),
            run_handler=AsyncStage(self._run_handler),
            find_handler=Stage(self._find_handler),
            check_refusal=Stage(self.answers.check_refusal),
            check_answer=Stage(self.answers.check),
            succeed=Stage(self._succeed),
            refuse=Stage(self._refuse),
            finish=Stage(self._finish),
            leave=Stage(self._leave),
            logins=self.logins.stages,
            oauth=self.oauth.stages,
        )

    def open(self) -> None:
        """Before the first request."""
        self.handlers.open()

    def close(self) -> None:
        """After the last request."""
        self.handlers.close()
        self._threads.shutdown(wait=False)
        self._login_threads.shutdown(wait=False)
        self.oauth.close()

    # The whole way

    async def __call__(self, request: RawRequest) -> RawAnswer:
        """The answer to *request*: always one, whatever happens, unless the caller went away. Logged."""
        began, answer = time.perf_counter(), None
        try:
            answer = await self.handle(request)
        finally:
            logs.answered(request, answer, began)
        return answer

    async def handle(self, request: RawRequest) -> RawAnswer:
        """The answer to *request*, a refusal included, as it leaves."""
        request.request_id = self.stages.request_id.run(request)
        request.language = self.stages.choose_language.run(request)
        try:
            answer = await self.stages.answer.run(request)
        except Refusal as refusal:
            answer = self.stages.refuse.run(request, refusal)
        except OAuthRefusal as refusal:
            answer = self.stages.oauth.refuse.run(refusal)
        except Disconnected:
            raise
        except Exception:  # noqa: BLE001 - the funnel: nothing leaves but through the catalogue
            answer = self._internal_error(request)
        return self._sent(request, answer)

    def _internal_error(self, request: RawRequest) -> RawAnswer:
        """The answer to *request* whose handling has raised the exception at hand, which is logged."""
        fields = {"request_id": request.request_id}
        _log.exception("internal error", extra={"fields": fields, "secrets": logs.secrets_of(request)})
        return self.stages.refuse.run(request, Refusal("internal"))

    def _sent(self, request: RawRequest, answer: RawAnswer) -> RawAnswer:
        """*answer* after the last two stages, in a form that HTTP can carry."""
        answer = self.stages.finish.run(request, answer)
        try:
            answer = self.stages.leave.run(request, answer)
        except Exception:  # noqa: BLE001 - nothing leaves but through the catalogue
            answer = self.stages.finish.run(request, self._internal_error(request))
        answer, dropped = answers.sendable(answer)
        for name in dropped:
            _log.error("request %s: no header name, left out: %r", request.request_id, name)
        return answer

    async def _answer(self, request: RawRequest) -> RawAnswer:
        """The answer to *request* when every stage lets it pass. Raises Refusal or OAuthRefusal."""
        stages = self.stages
        stages.check_head.run(request)
        route, path = stages.match.run(request)
        if request.method == "OPTIONS" and "OPTIONS" not in route.operations:
            return stages.answer_options.run(request, route)
        operation = stages.match_method.run(request, route)
        request.operation = operation
        if operation.is_oauth:
            return await stages.answer_oauth.run(request, operation)
        principal = None
        if not operation.public:
            principal = await stages.identify.run(request)
            request.principal, request.partner = principal, principal.partner.key
            await self._counted(principal.partner)
            stages.check_suspended.run(principal)
            stages.authorize.run(principal, operation.scopes)
        stages.negotiate.run(request, operation)
        raw = await stages.read_body.run(request, operation)
        stages.check_media_type.run(request, operation, raw)
        body = stages.decode.run(raw, operation)
        call = Call(
            contract=self.contract,
            operation=operation,
            principal=principal,
            language=request.language,
            request_id=request.request_id,
            body=body,
            checker=stages.check_answer.run,
        )
        repeated = stages.read_parameters.run(call, request, path)
        stages.check_idempotency_key.run(call)
        stages.validate.run(call, raw, repeated)
        stages.ignore_read_only.run(call)
        try:
            result = call.check(await stages.run_handler.run(call))
        except answers.WrongAnswer as wrong:
            fields = {"request_id": request.request_id}
            text = "operation %s answered what the document does not allow: %s"
            _log.error(text, operation.name, wrong, extra={"fields": fields})
            raise Refusal("internal") from None
        return stages.succeed.run(request, call, result)

    async def _answer_oauth(self, request: RawRequest, operation: Operation) -> RawAnswer:
        """The answer of the token or revocation endpoint (RFC 6749, RFC 7009)."""
        raw = await self.stages.read_body.run(request, operation)
        return await self.stages.oauth.answer.run(request, operation, raw)

    # The stages, in the order of refusal

    def _request_id(self, request: RawRequest) -> str:
        """The caller's own request id when it is valid, else a new one."""
        if self.contract.request_id is not None:
            name, schema = self.contract.request_id
            given = request.header(name)
            if given is not None and self.validators.is_valid(schema, given):
                return given
        return secrets.token_hex(16).translate(_LETTERS)

    def _choose_language(self, request: RawRequest) -> str:
        """The contract's language that the caller prefers."""
        return language.choose(request.header("accept-language"), self.contract.languages)

    def _check_head(self, request: RawRequest) -> None:
        """Refuse a target or a header that is too long to be looked at."""
        if len(request.path) + len(request.query) > _MAX_TARGET_OCTETS:
            raise Refusal(self.contract.refusal(414), debug="the request target is too long")
        if any(len(value) > _MAX_HEADER_OCTETS for _, value in request.headers):
            raise Refusal(self.contract.refusal(431), debug="a header is too long")

    def prefix(self, request: RawRequest) -> str:
        """The path below which the caller finds the server: what a trusted proxy says, else the setting."""
        return request.prefix or self.settings.root_path

    def _match(self, request: RawRequest) -> tuple[Route, dict[str, str]]:
        """The path that is asked for and its parameters, else ``unknown-path``."""
        segments = decoding.segments(request.path)
        for prefix in (request.prefix, self.settings.root_path):
            inside = prefixes.below(segments, prefix)
            if inside is not None and (found := self.routes.find(inside)) is not None:
                return found
        found = self.routes.find(segments)  # the proxy took the prefix off, or there is none
        if found is None:
            raise Refusal("unknown-path", debug="unknown-path: no such path")
        return found

    def _match_method(self, request: RawRequest, route: Route) -> Operation:
        """The operation that is asked for, else ``method-not-allowed``."""
        operation = route.operation(request.method)
        if operation is None:
            raise Refusal("method-not-allowed", headers={"Allow": route.allow})
        return operation

    def _answer_options(self, request: RawRequest, route: Route) -> RawAnswer:
        """What the path allows (RFC 9110 §9.3.7); to a preflight from a configured origin, CORS too."""
        answer = RawAnswer(204)
        answer.add("Allow", route.allow)
        headers.preflight(request, answer, route, self.settings.cors_origins)
        return answer

    async def _identify(self, request: RawRequest) -> Principal:
        """Who calls, from the ``Authorization`` header alone; else one of the identity refusals."""
        header = request.header("authorization")
        if header is None or not header.strip():
            raise Refusal("credentials-missing")
        scheme, rest = credentials.scheme_of(header)
        if scheme == "bearer":
            principal = await self.ask(self.stages.identify_bearer.run, rest)
        elif scheme == "basic" and self.contract.security.basic:
            principal = await self.stages.identify_basic.run(
                rest, Caller(request.client, request.has_left, request.delay)
            )
        else:
            raise Refusal("scheme-unsupported")
        self.stages.check_address.run(request, principal.partner)
        return principal

    def _identify_bearer(self, value: str) -> Principal:
        """The owner of the token *value*: revoked wins over expired."""
        token = self.stages.find_token.run(value) if value else None
        if token is None:
            raise Refusal("token-invalid")
        if token.revoked:
            raise Refusal("token-revoked")
        if token.expired:
            raise Refusal("token-expired")
        partner = token.owner or self.identity.partner(token.partner)
        if partner is None:
            raise Refusal("token-invalid")
        return Principal(partner, token.scopes, "bearer")

    async def _identify_basic(self, encoded: str, caller: Caller) -> Principal:
        """The partner of *caller* that has this pair, provided that HTTP Basic is open to it."""
        pair = credentials.basic_pair(encoded)
        partner = await self.logins.verify(*pair, caller) if pair is not None else None
        if partner is None:
            raise Refusal("basic-pair-wrong")
        if not partner.basic:
            raise Refusal("basic-not-enabled")
        return Principal(partner, partner.scopes, "basic")

    def _check_address(self, request: RawRequest, partner: Partner) -> None:
        """Refuse a partner that calls from an address that is not its own."""
        if not partner.may_call_from(request.client):
            raise Refusal("address-refused")

    def _check_suspended(self, principal: Principal) -> None:
        """Refuse a suspended partner, live tokens included."""
        if principal.partner.suspended:
            raise Refusal("partner-suspended")

    def _authorize(self, principal: Principal, scopes: tuple[str, ...]) -> None:
        """Refuse a caller that does not hold every one of *scopes*."""
        if not set(scopes) <= set(principal.scopes):
            raise Refusal("insufficient-scope")

    def _negotiate(self, request: RawRequest, operation: Operation) -> None:
        """Refuse a caller that does not take what the operation answers."""
        offered = operation.success.media_type
        if offered is not None and not media.acceptable(request.header("accept"), (offered,)):
            raise Refusal("not-acceptable", debug=f"not-acceptable: only {offered}")

    async def _read_body(self, request: RawRequest, operation: Operation) -> bytes:
        """The body, refused as soon as it is known to be too large; empty where none is declared."""
        limit = self.contract.max_body
        declared = request.header("content-length") or "0"
        if declared.isascii() and declared.isdigit() and int(declared[:20]) > limit:
            raise Refusal("body-too-large", debug=f"body-too-large: at most {limit} bytes")
        raw = bytearray()
        async for chunk in request.body:
            raw += chunk
            if len(raw) > limit:
                raise Refusal("body-too-large", debug=f"body-too-large: at most {limit} bytes")
        return bytes(raw) if operation.body is not None else b""

    def _check_media_type(self, request: RawRequest, operation: Operation, raw: bytes) -> None:
        """Refuse a body of a media type that the operation does not take, and one of none."""
        if operation.body is None:
            return
        header = request.header("content-type")
        if header is None and not raw and not operation.body.required:
            return
        given = media.sent(header)
        taken = [kind.partition(";")[0].strip().lower() for kind in operation.body.media_types]
        if given is None or given[0] not in taken or not media.is_utf8(given[1]):
            raise Refusal("media-type-unsupported", debug=f"media-type-unsupported: only {', '.join(taken)}")

    def _decode(self, raw: bytes, operation: Operation) -> Any:
        """The JSON value of the body, or None where there is none."""
        if operation.body is None or (not raw and not operation.body.required):
            return None
        try:
            return decoding.parse_json(raw)
        except decoding.Malformed as error:
            raise Refusal("json-malformed", debug=f"json-malformed: {error}") from None

    def _read_parameters(self, call: Call, request: RawRequest, path: dict[str, str]) -> list[str]:
        """Put the parameters of *request* into *call*; the names of query parameters that were sent twice."""
        return reading.parameters(call, request, path, self.validators)

    def _check_idempotency_key(self, call: Call) -> None:
        """Refuse a key that is missing where one is required, or malformed."""
        for parameter in call.operation.parameters:
            if parameter.role == "key":
                value = call.key
                absent = value is None and parameter.required
                if absent or (value is not None and not self.validators.is_valid(parameter.schema, value)):
                    fault = Fault(parameter.name, parameter.place, "idempotency-key-invalid", "pattern")
                    raise Refusal("idempotency-key-invalid", [fault], debug=reading.debug([fault]))

    def _validate(self, call: Call, raw: bytes, repeated: list[str]) -> None:
        """Refuse parameters and bodies that the document's schemas refuse.

        An absent one wins over an invalid one, which wins over a cursor; all faults are listed.
        *repeated*: the names of query parameters that were sent more than once.
        """
        faults = reading.faults(self.validators, call, raw, repeated, self.contract.request_id)
        for code in ("required-absent", "value-invalid", "cursor-invalid"):
            if any(fault.code == code for fault in faults):
                raise Refusal(code, faults, debug=reading.debug(faults))

    def _ignore_read_only(self, call: Call) -> None:
        """Take out of the body what the document calls ``readOnly``: a caller does not decide it."""
        body = call.operation.body
        if body is not None and self.contract.in_requests is not self.contract.document:
            pointers.remove(call.body, self.validators.read_only(body.schema, call.body))

    def _find_handler(self, operation: Operation) -> Handler | None:
        """The handler of *operation*, or None."""
        return self.handlers.find(operation)

    async def _run_handler(self, call: Call) -> Result:
        """What the handler of the operation gives, or the document's example without one."""
        handler = self.stages.find_handler.run(call.operation)
        if handler is None:
            return self._unimplemented(call)
        try:
            if inspect.iscoroutinefunction(handler):
                given = await handler(call)
            else:
                given = await self._in_thread(handler, call)
                if inspect.isawaitable(given):
                    given = await given
        except Unimplemented:
            return self._unimplemented(call)
        except Refusal as refusal:
            self.stages.check_refusal.run(call.operation, refusal)
            raise
        return given if isinstance(given, Result) else Result(given)

    def _unimplemented(self, call: Call) -> Result:
        """The example that stands in for a handler; an internal error when the settings say so."""
        operation = call.operation
        if self.settings.unimplemented == "error":
            raise Refusal("internal", debug="internal: not implemented")
        if operation.id not in self._warned and operation.effect not in ANSWERED:
            self._warned.add(operation.id)
            _log.warning("operation %s has no handler: answering with the contract's example", operation.name)
        return example(call)

    def _succeed(self, request: RawRequest, call: Call, result: Result) -> RawAnswer:
        """The success answer that carries *result*."""
        success = call.operation.success
        if result.code is None and not success.codes:
            answer = RawAnswer(success.status)
            if success.media_type is not None:
                answer.add("Content-Type", success.media_type)
                answer.body = dump(result.data)
        else:
            code = self.contract.code(result.code or success.codes[0])
            status = success.status if code.name in success.codes else code.status
            answer = RawAnswer(status, code=code.value)
            answer.add("Content-Type", success.media_type or self.contract.media_type)
            answer.body = dump(self.envelope(code.name, request.language, data=result.data))
        headers.of_success(answer, call, result)
        if call.principal is not None and call.principal.scheme == "basic":
            headers.deprecation(answer, self.contract.security, self.prefix(request))
        return answer

    def _refuse(self, request: RawRequest, refusal: Refusal) -> RawAnswer:
        """The error answer that carries *refusal*: the one funnel of all errors."""
        code = self.contract.codes.get(refusal.code)
        if code is None:
            _log.error(
                "request %s: refused with %r, which the contract lacks", request.request_id, refusal.code
            )
            code = self.contract.code("internal")
        operation = request.operation
        if operation and code.name not in operation.codes | answers.GENERAL:
            _log.warning("operation %s does not list the code %s", operation.name, code.name)
        answer = RawAnswer(code.status, code=code.value)
        answer.add("Content-Type", self.contract.media_type)
        documentation = prefixes.rooted(self.contract.documentation, self.prefix(request))
        body = envelopes.error(
            self.contract, code, request.language, refusal.fields, refusal.debug, documentation
        )
        answer.body = dump(body)
        for name, value in refusal.headers:
            answer.add(name, value)
        scopes = operation.scopes if operation is not None else ()
        headers.of_refusal(answer, code, self.contract, scopes)
        return answer

    def envelope(self, code: str, language: str, data: Any = None, debug: str = "") -> dict[str, Any]:
        """The envelope of the code whose role name is *code*."""
        found = self.contract.code(code)
        if found.case == "success":
            return envelopes.success(self.contract, found, language, data)
        return envelopes.error(self.contract, found, language, debug=debug)

    def _finish(self, request: RawRequest, answer: RawAnswer) -> RawAnswer:
        """The answer with what every answer carries."""
        if self.contract.request_id is not None:
            answer = answer.with_header(self.contract.request_id[0], request.request_id)
        headers.of_every_answer(request, answer, self.settings.cors_origins)
        return answer

    def malformed(self, broken: Broken) -> RawAnswer:
        """The answer to what never becomes a request: no HTTP, too large, or not received in time."""
        return self.stages.malformed.run(broken)

    def _leave(self, _request: RawRequest, answer: RawAnswer) -> RawAnswer:
        """*answer* as it is: the stage is there for hooks."""
        return answer

    def _malformed(self, broken: Broken) -> RawAnswer:
        """The answer to what never becomes a request: no HTTP, too large, or not received in time."""
        began = time.perf_counter()
        request = RawRequest("", "", headers=list(broken.headers), client=broken.client, secure=broken.secure)
        request.request_id = self.stages.request_id.run(request)
        request.language = self.stages.choose_language.run(request)
        code = self.contract.refusal(broken.fault.status)
        refused = self.stages.refuse.run(request, Refusal(code, debug=f"{code}: {broken.fault.why}"))
        answer = self._sent(request, refused)
        logs.answered(request, answer, began)
        return answer

    # Threads

    async def ask(self, function: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
        """What *function* gives, which asks the identity store: in a worker thread where that may wait."""
        if self.identity.blocking:
            return await self._in_thread(function, *arguments, **named)
        return function(*arguments, **named)

    async def _counted(self, partner: Partner) -> None:
        """The stage ``check_quota``, in a worker thread where it may wait for a count that others share."""
        if self.quotas.blocks(partner):
            await self._in_thread(self.stages.check_quota.run, partner)
        else:
            self.stages.check_quota.run(partner)

    async def _in_thread(self, function: Callable[P, T], *arguments: P.args, **named: P.kwargs) -> T:
        run = functools.partial(function, *arguments, **named)
        return await asyncio.get_running_loop().run_in_executor(self._threads, run)
