"""The token and revocation endpoints of the unedited stub (RFC 6749, RFC 7009)."""

from __future__ import annotations

import base64

import pytest

from .conftest import Answer, Client

GRANT = {"grant_type": "client_credentials"}


def _refused(answer: Answer, status: int, error: str) -> None:
    assert (answer.status, answer.json.get("error")) == (status, error), answer.body
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Cache-Control"] == "no-store"
    if status == 401:
        assert answer.headers["WWW-Authenticate"].startswith("Basic realm=")


def test_a_token(client: Client) -> None:
    answer = client.form("token", GRANT, Authorization=client.basic("full"), Accept="text/html")
    assert answer.status == 200
    assert set(answer.json) == {"access_token", "token_type", "expires_in", "scope"}
    assert answer.json["token_type"] == "Bearer"
    assert 1 <= answer.json["expires_in"] <= 3600
    assert set(answer.json["scope"].split()) == set(client.contract.security.scopes)
    assert len(answer.json["access_token"]) >= 43
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Pragma"] == "no-cache"


def test_ways_to_present_the_pair(client: Client) -> None:
    pair = {"client_id": "full", "client_secret": "full-secret"}
    basic = client.basic("full")
    assert client.form("token", {**GRANT, **pair}).status == 200
    assert client.form("token", {**GRANT, "client_id": "full"}, Authorization=basic).status == 200
    encoded = "Basic " + base64.b64encode(b"full:full%2Dsecret").decode()
    assert client.form("token", GRANT, Authorization=encoded).status == 200
    _refused(client.form("token", {**GRANT, **pair}, Authorization=basic), 400, "invalid_request")
    _refused(
        client.form("token", {**GRANT, "client_id": "other"}, Authorization=basic), 400, "invalid_request"
    )
    _refused(client.form("token", {**GRANT, "client_id": "full"}), 401, "invalid_client")
    operation = client.operation("token")
    query = operation.path + "?grant_type=client_credentials&client_id=full&client_secret=full-secret"
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    _refused(client.send("POST", query, form, b"grant_type=client_credentials"), 401, "invalid_client")


@pytest.mark.parametrize(
    "header", ["Basic", "Basic !!", "Bearer x", "Basic " + base64.b64encode(b"full:no").decode()]
)
def test_failed_authentication(client: Client, header: str) -> None:
    for effect in ("token", "revoke"):
        _refused(client.form(effect, GRANT, Authorization=header), 401, "invalid_client")
    wrong = {**GRANT, "client_id": "full", "client_secret": "no"}
    _refused(client.form("token", wrong), 401, "invalid_client")


def test_the_form(client: Client) -> None:
    basic = {"Authorization": client.basic("full")}
    path = client.operation("token").path
    for content_type in ("application/json", "text/plain", ""):
        answer = client.send("POST", path, {**basic, "Content-Type": content_type}, b"{}")
        _refused(answer, 400, "invalid_request")
    repeated = [("grant_type", "client_credentials")] * 2
    _refused(client.form("token", repeated, **basic), 400, "invalid_request")
    _refused(client.form("token", {}, **basic), 400, "invalid_request")
    _refused(client.form("token", {"grant_type": "password"}, **basic), 400, "unsupported_grant_type")
    assert client.form("token", {**GRANT, "unknown": "1", "scope": ""}, **basic).status == 200
    assert client.form("token", [("a", "1"), ("a", "2"), *GRANT.items()], **basic).status == 200


def test_scopes(client: Client) -> None:
    basic = {"Authorization": client.basic("full")}
    one = next(iter(client.contract.security.scopes))
    answer = client.form("token", {**GRANT, "scope": one}, **basic)
    assert answer.json["scope"] == one
    for scope in ("unheard-of", f"{one} unheard-of", f"{one}  {one}"):
        _refused(client.form("token", {**GRANT, "scope": scope}, **basic), 400, "invalid_scope")


def test_order_of_faults(client: Client) -> None:
    suspended = {"Authorization": client.basic("suspended")}
    _refused(
        client.form("token", {"grant_type": "no", "scope": "no"}, **suspended), 400, "unauthorized_client"
    )
    _refused(client.form("revoke", {}, **suspended), 400, "unauthorized_client")
    wrong = {"client_id": "suspended", "client_secret": "no"}
    _refused(client.form("token", {"grant_type": "no", **wrong}), 401, "invalid_client")
    both = {"grant_type": "no", "scope": "no"}
    _refused(client.form("token", both, Authorization=client.basic("full")), 400, "unsupported_grant_type")


def test_revocation(client: Client) -> None:
    whoami = client.operation("whoami")
    full, other = {"Authorization": client.basic("full")}, {"Authorization": client.basic("other")}
    token = client.form("token", GRANT, **full).json["access_token"]
    bearer: dict[str, str | None] = {"Authorization": f"Bearer {token}"}
    assert client.form("revoke", {"token": token}, **other).status == 200
    assert client.call(whoami, headers=bearer).status == 200
    assert client.form("revoke", {"token": "unknown"}, **full).status == 200
    assert client.form("revoke", {"token": token, "token_type_hint": "access_token"}, **full).status == 200
    answer = client.call(whoami, headers=bearer)
    assert (answer.status, client.code(answer)) == (401, "token-revoked")
    _refused(client.form("revoke", {}, **full), 400, "invalid_request")
    _refused(client.form("revoke", {"token": token}), 401, "invalid_client")


def test_other_errors_have_our_envelopes(client: Client) -> None:
    path = client.operation("token").path
    answer = client.send("GET", path)
    assert (answer.status, client.code(answer)) == (405, "method-not-allowed")
    big = b"a" * (client.contract.max_body + 1)
    answer = client.send("POST", path, {"Content-Type": "application/x-www-form-urlencoded"}, big)
    assert (answer.status, client.code(answer)) == (413, "body-too-large")
