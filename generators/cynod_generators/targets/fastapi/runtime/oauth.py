"""The token endpoint (RFC 6749 §4.4) and the revocation endpoint (RFC 7009).

Faults are judged in the order form, client, suspension, then grant type and scope, or token.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import parse_qsl

from . import credentials, media
from .asking import Ask
from .contract import Contract, Operation
from .identity import IdentityStore, IssuedToken, Partner
from .logins import Caller, Logins
from .messages import RawAnswer, RawRequest, dump
from .refusals import Refusal
from .stages import AsyncStage, Stage

_FORM = "application/x-www-form-urlencoded"
MAX_QUICK_FORM_OCTETS = 16384
"""A longer form is read aside, one at a time: anybody may send one, and it may take a fifth of a second."""

_JUDGED = frozenset(("grant_type", "scope", "client_id", "client_secret", "token", "token_type_hint"))
_SECRET = ("client_secret", "token")


class OAuthRefusal(Exception):  # noqa: N818 - an outcome, not an error
    """A refusal in RFC 6749's own shape (§5.2): *error* is one of its words."""

    def __init__(self, error: str, status: int = 400, headers: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__(error)
        self.error = error
        self.status = status
        self.headers = headers


Form = dict[str, str]
"""The parameters of a form by name."""


@dataclass(frozen=True, slots=True)
class OAuthStages:
    """The steps of both endpoints, in the order in which faults are judged; see ``stages.py`` for hooks.

    All but ``answer`` and ``authenticate`` may run in worker threads. Each may raise OAuthRefusal.
    """

    answer: AsyncStage[[RawRequest, Operation, bytes], RawAnswer]
    """All of the steps below, given the octets of the body."""
    read_form: Stage[[RawRequest, bytes], Form]
    """The parameters that were sent."""
    authenticate: AsyncStage[[RawRequest, Form], Partner]
    """The partner whose key and secret were sent."""
    check_suspended: Stage[[Partner], None]
    """Refuses a suspended partner."""
    check_grant: Stage[[Form], None]
    """Refuses another grant than client credentials."""
    grant_scopes: Stage[[Partner, Form], tuple[str, ...]]
    """The scopes that the token gets."""
    issue_token: Stage[[Partner, tuple[str, ...]], IssuedToken]
    """A new token from the identity store."""
    revoke: Stage[[Partner, Form, Operation], RawAnswer]
    """The answer of the revocation endpoint to this partner."""
    revoke_token: Stage[[str, Partner], None]
    """Revokes a partner's token in the identity store, given its text."""
    refuse: Stage[[OAuthRefusal], RawAnswer]
    """The error answer of both endpoints."""


class OAuth:
    """Both endpoints over one identity store. *check_quota* counts a partner's requests."""

    def __init__(
        self,
        contract: Contract,
        identity: IdentityStore,
        logins: Logins,
        check_quota: Stage[[Partner], None],
        ask: Ask,
    ) -> None:
        self.contract = contract
        self.logins = logins
        self.stages = OAuthStages(
            answer=AsyncStage(self._answer),
            read_form=Stage(self._read_form),
            authenticate=AsyncStage(self._authenticate),
            check_suspended=Stage(self._check_suspended),
            check_grant=Stage(self._check_grant),
            grant_scopes=Stage(self._grant_scopes),
            issue_token=Stage(identity.issue),
            revoke=Stage(self._revoke),
            revoke_token=Stage(identity.revoke),
            refuse=Stage(self._refuse),
        )
        self._check_quota = check_quota
        self._ask = ask
        self._forms = ThreadPoolExecutor(1, thread_name_prefix="form")

    def close(self) -> None:
        """After the last request."""
        self._forms.shutdown(wait=False, cancel_futures=True)

    async def _answer(self, request: RawRequest, operation: Operation, raw: bytes) -> RawAnswer:
        if len(raw) > MAX_QUICK_FORM_OCTETS:
            loop = asyncio.get_running_loop()
            form = await loop.run_in_executor(self._forms, self.stages.read_form.run, request, raw)
        else:
            form = self.stages.read_form.run(request, raw)
        partner = await self.stages.authenticate.run(request, form)
        request.partner = partner.key
        return await self._ask(self._answer_partner, request, operation, form, partner)

    def _answer_partner(
        self, request: RawRequest, operation: Operation, form: Form, partner: Partner
    ) -> RawAnswer:
        """The answer to a request of *partner*, whose pair is right. Raises OAuthRefusal or Refusal."""
        self._check_quota.run(partner)
        if "address-refused" in operation.codes and not partner.may_call_from(request.client):
            raise Refusal("address-refused")
        self.stages.check_suspended.run(partner)
        if operation.effect == "revoke":
            return self.stages.revoke.run(partner, form, operation)
        self.stages.check_grant.run(form)
        scopes = self.stages.grant_scopes.run(partner, form)
        return _granted(self.stages.issue_token.run(partner, scopes))

    def _read_form(self, request: RawRequest, raw: bytes) -> Form:
        """The parameters of the form; empty and unknown ones count as not sent (RFC 6749 §3.2)."""
        given = media.sent(request.header("content-type"))
        if given is None or given[0] != _FORM or not media.is_utf8(given[1]):
            raise OAuthRefusal("invalid_request")
        try:
            pairs = parse_qsl(raw.decode("utf-8"), errors="strict", max_num_fields=100)
        except ValueError:
            raise OAuthRefusal("invalid_request") from None
        form: Form = {}
        for name, value in pairs:
            if name in _JUDGED:
                if name in form:
                    raise OAuthRefusal("invalid_request")
                form[name] = value
        request.secrets = tuple(form[name] for name in _SECRET if name in form)
        return form

    async def _authenticate(self, request: RawRequest, form: Form) -> Partner:
        """The partner whose pair stands in the header, or in the form, but not in both (§2.3)."""
        header = request.header("authorization")
        scheme, rest = credentials.scheme_of(header or "")
        if scheme == "basic":
            if "client_secret" in form:
                raise OAuthRefusal("invalid_request")
            pair = credentials.basic_pair(rest, form_encoded=True)
            if pair is not None and form.get("client_id", pair[0]) != pair[0]:
                raise OAuthRefusal("invalid_request")
        elif "client_id" in form and "client_secret" in form:
            pair = (form["client_id"], form["client_secret"])
        else:
            pair = None
        caller = Caller(request.client, request.has_left, request.delay)
        partner = await self.logins.verify(*pair, caller) if pair is not None else None
        if partner is None:
            raise OAuthRefusal("invalid_client", 401, (credentials.basic_challenge(self.contract.title),))
        return partner

    def _check_suspended(self, partner: Partner) -> None:
        """A suspended partner gets nothing, once its pair is known to be right."""
        if partner.suspended:
            raise OAuthRefusal("unauthorized_client")

    def _check_grant(self, form: Form) -> None:
        """Client credentials is the one grant."""
        if "grant_type" not in form:
            raise OAuthRefusal("invalid_request")
        if form["grant_type"] != "client_credentials":
            raise OAuthRefusal("unsupported_grant_type")

    def _grant_scopes(self, partner: Partner, form: Form) -> tuple[str, ...]:
        """The scopes asked for, all of them or none granted; without any, all that the partner holds."""
        if "scope" not in form:
            return partner.scopes
        asked = tuple(dict.fromkeys(form["scope"].split(" ")))
        if not set(asked) <= set(partner.scopes):
            raise OAuthRefusal("invalid_scope")
        return asked

    def _revoke(self, partner: Partner, form: Form, operation: Operation) -> RawAnswer:
        """200 whether there was such a token or not; another's stays alive (RFC 7009 §2)."""
        if "token" not in form:
            raise OAuthRefusal("invalid_request")
        self.stages.revoke_token.run(form["token"], partner)
        success = operation.success
        if success.media_type is None:
            return _json_answer(success.status, None)
        return _json_answer(success.status, success.example if success.example is not None else {})

    def _refuse(self, refusal: OAuthRefusal) -> RawAnswer:
        """The error answer of RFC 6749 §5.2."""
        answer = _json_answer(refusal.status, {"error": refusal.error})
        answer.code = refusal.error
        for name, value in refusal.headers:
            answer.add(name, value)
        return answer


def _granted(token: IssuedToken) -> RawAnswer:
    """The answer that hands out *token* (§5.1)."""
    return _json_answer(
        200,
        {
            "access_token": token.value,
            "token_type": "Bearer",
            "expires_in": token.lifetime,
            "scope": " ".join(token.scopes),
        },
    )


def _json_answer(status: int, body: object) -> RawAnswer:
    answer = RawAnswer(status)
    if body is not None:
        answer.add("Content-Type", "application/json")
        answer.body = dump(body)
    answer.add("Cache-Control", "no-store")
    answer.add("Pragma", "no-cache")
    return answer
