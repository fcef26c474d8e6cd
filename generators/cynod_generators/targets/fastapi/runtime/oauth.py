"""The token endpoint (RFC 6749 §4.4) and the revocation endpoint (RFC 7009).

Faults are judged in the order form, client, suspension, then grant type and scope, or token.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qsl

from . import credentials, media
from .asking import Ask
from .contract import Contract, Operation
from .identity import IdentityStore, IssuedToken, Partner
from .logins import Caller, Logins
from .messages import RawAnswer, RawRequest, dump
from .quotas import Quotas
from .refusals import Refusal

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


class OAuth:
    """Both endpoints over one identity store; an instance may replace each step."""

    def __init__(
        self, contract: Contract, identity: IdentityStore, logins: Logins, quotas: Quotas, ask: Ask
    ) -> None:
        self.contract = contract
        self.identity = identity
        self.logins = logins
        self.quotas = quotas
        self._ask = ask
        self._forms = ThreadPoolExecutor(1, thread_name_prefix="form")

    async def answer(self, request: RawRequest, operation: Operation, raw: bytes) -> RawAnswer:
        """The answer to a request whose body is *raw*. Raises OAuthRefusal or Refusal."""
        if len(raw) > MAX_QUICK_FORM_OCTETS:
            loop = asyncio.get_running_loop()
            form = await loop.run_in_executor(self._forms, self.read_form, request, raw)
        else:
            form = self.read_form(request, raw)
        partner = await self.authenticate(request, form)
        request.partner = partner.key
        return await self._ask(self.answer_partner, request, operation, form, partner)

    def close(self) -> None:
        """After the last request."""
        self._forms.shutdown(wait=False, cancel_futures=True)

    def answer_partner(
        self, request: RawRequest, operation: Operation, form: dict[str, str], partner: Partner
    ) -> RawAnswer:
        """The answer to a request of *partner*, whose pair is right. Raises OAuthRefusal or Refusal."""
        self.quotas.check(partner)
        if "address-refused" in operation.codes and not partner.may_call_from(request.client):
            raise Refusal("address-refused")
        self.check_suspended(partner)
        if operation.effect == "revoke":
            return self.revoke(partner, form, operation)
        self.check_grant(form)
        scopes = self.grant_scopes(partner, form)
        return self.granted(self.identity.issue(partner, scopes))

    def read_form(self, request: RawRequest, raw: bytes) -> dict[str, str]:
        """The parameters of the form; empty and unknown ones count as not sent (RFC 6749 §3.2)."""
        given = media.sent(request.header("content-type"))
        if given is None or given[0] != _FORM or not media.is_utf8(given[1]):
            raise OAuthRefusal("invalid_request")
        try:
            pairs = parse_qsl(raw.decode("utf-8"), errors="strict", max_num_fields=100)
        except ValueError:
            raise OAuthRefusal("invalid_request") from None
        form: dict[str, str] = {}
        for name, value in pairs:
            if name in _JUDGED:
                if name in form:
                    raise OAuthRefusal("invalid_request")
                form[name] = value
        request.secrets = tuple(form[name] for name in _SECRET if name in form)
        return form

    async def authenticate(self, request: RawRequest, form: dict[str, str]) -> Partner:
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

    def check_suspended(self, partner: Partner) -> None:
        """A suspended partner gets nothing, once its pair is known to be right."""
        if partner.suspended:
            raise OAuthRefusal("unauthorized_client")

    def check_grant(self, form: dict[str, str]) -> None:
        """Client credentials is the one grant."""
        if "grant_type" not in form:
            raise OAuthRefusal("invalid_request")
        if form["grant_type"] != "client_credentials":
            raise OAuthRefusal("unsupported_grant_type")

    def grant_scopes(self, partner: Partner, form: dict[str, str]) -> tuple[str, ...]:
        """The scopes asked for, all of them or none granted; without any, all that the partner holds."""
        if "scope" not in form:
            return partner.scopes
        asked = tuple(dict.fromkeys(form["scope"].split(" ")))
        if not set(asked) <= set(partner.scopes):
            raise OAuthRefusal("invalid_scope")
        return asked

    def granted(self, token: IssuedToken) -> RawAnswer:
        """The answer that hands out *token* (§5.1)."""
        return _answer(
            200,
            {
                "access_token": token.value,
                "token_type": "Bearer",
                "expires_in": token.lifetime,
                "scope": " ".join(token.scopes),
            },
        )

    def revoke(self, partner: Partner, form: dict[str, str], operation: Operation) -> RawAnswer:
        """200 whether there was such a token or not; another's stays alive (RFC 7009 §2)."""
        if "token" not in form:
            raise OAuthRefusal("invalid_request")
        self.identity.revoke(form["token"], partner)
        success = operation.success
        if success.media_type is None:
            return _answer(success.status, None)
        return _answer(success.status, success.example if success.example is not None else {})

    def refuse(self, refusal: OAuthRefusal) -> RawAnswer:
        """The error answer of RFC 6749 §5.2."""
        answer = _answer(refusal.status, {"error": refusal.error})
        answer.code = refusal.error
        for name, value in refusal.headers:
            answer.add(name, value)
        return answer


def _answer(status: int, body: object) -> RawAnswer:
    answer = RawAnswer(status)
    if body is not None:
        answer.add("Content-Type", "application/json")
        answer.body = dump(body)
    answer.add("Cache-Control", "no-store")
    answer.add("Pragma", "no-cache")
    return answer
