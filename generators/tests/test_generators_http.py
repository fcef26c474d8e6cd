"""The unedited stub over real HTTP: statuses, codes and headers as the contract promises them."""

from __future__ import annotations

import base64
import json
import re
import socket
import time
from pathlib import Path
from urllib.parse import urljoin

import pytest

from cynod_spec.model import Contract, Operation
from cynod_spec.schema.validation import Validators

from .conftest import Answer, Client, partners, start

pytestmark = pytest.mark.slow


def _writing(client: Client) -> Operation:
    return client.operation("credit")


def _set(body: dict[str, object], path: tuple[str, ...], value: object) -> dict[str, object]:
    changed: dict[str, object] = json.loads(json.dumps(body))
    node: dict[str, object] = changed
    for token in path[:-1]:
        below = node[token]
        assert isinstance(below, dict)
        node = below
    if value is ...:
        del node[path[-1]]
    else:
        node[path[-1]] = value
    return changed


def _example(operation: Operation) -> dict[str, object]:
    assert operation.body is not None
    value = next(iter(operation.body.examples.values()))
    assert isinstance(value, dict)
    return value


def _challenge(answer: Answer) -> str:
    return ", ".join(answer.headers.get_all("WWW-Authenticate") or [])


def _fields(client: Client, answer: Answer) -> list[tuple[str, str]]:
    envelope = client.contract.envelopes["functional"]
    fields, field, place = (envelope.member(role) for role in ("fields", "field", "place"))
    assert fields is not None
    assert field is not None
    assert place is not None
    value = answer.json
    for token in fields.path:
        value = value[token]
    return [(item[field.path[-1]], item[place.path[-1]]) for item in value]


def test_every_operation_answers_its_success_as_the_contract_says(client: Client) -> None:
    validators = Validators(client.contract)
    for operation in client.contract.operations:
        if operation.is_oauth:
            continue
        answer = client.call(operation)
        success = operation.success
        assert answer.status == success.status, (operation.key, answer.body)
        assert success.schema is not None
        assert not validators.errors(success.schema, answer.json), operation.key
        assert answer.headers["Content-Type"] == success.media_types[0]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Date"]
        assert "Server" not in answer.headers
        if not operation.public:
            assert answer.headers["Cache-Control"] == "no-store"
        if success.status == 201:
            location = urljoin(operation.path, answer.headers["Location"])
            again = client.send("GET", location, {"Authorization": f"Bearer {client.token()}"})
            assert again.status == 200, location


def test_every_refusal_is_valid_for_its_operation(client: Client) -> None:
    validators = Validators(client.contract)
    for operation in client.contract.operations:
        if operation.is_oauth or operation.public:
            continue
        for answer in (
            client.call(operation, who=None),
            client.call(operation, who=None, headers={"Authorization": client.basic("suspended")}),
            client.call(operation, headers={"Accept": "text/html"}),
            client.call(operation, raw=b"{", headers={"Content-Type": "application/json"}),
        ):
            if answer.status < 400:
                continue
            response = operation.response(answer.status)
            assert response is not None, (operation.key, answer.status)
            assert response.schema is not None
            assert not validators.errors(response.schema, answer.json), (operation.key, answer.body)


def test_unknown_paths(client: Client) -> None:
    path = _writing(client).path
    for target in (
        "/nowhere",
        "/",
        path + "/",
        path.upper(),
        "/%00",
        "/%ff",
        "/a%",
        "/docs",
        "/openapi.json",
    ):
        answer = client.send("GET", target)
        assert (answer.status, client.code(answer)) == (404, "unknown-path"), target


def test_methods(client: Client) -> None:
    path = _writing(client).path
    declared = {operation.method for operation in client.contract.operations if operation.path == path}
    allowed = declared | {"OPTIONS"} | ({"HEAD"} if "GET" in declared else set())
    for method in ("DELETE", "PATCH", "TRACE", "INVENTED"):
        answer = client.send(method, path)
        if method == "INVENTED" and answer.status == 400:
            continue  # a parser that knows no such method
        assert (answer.status, client.code(answer)) == (405, "method-not-allowed"), method
        assert set(answer.headers["Allow"].split(", ")) == allowed
    answer = client.send("OPTIONS", path)
    assert (answer.status, answer.body) == (204, b"")
    assert set(answer.headers["Allow"].split(", ")) == allowed
    assert "Content-Length" not in answer.headers


def test_head_is_get_without_its_body(client: Client) -> None:
    for effect in ("whoami", "health"):
        operation = client.operation(effect)
        head, get = client.call(operation, method="HEAD"), client.call(operation)
        assert head.status == get.status == 200
        assert head.body == b""
        for name in ("Content-Type", "Content-Length", "Cache-Control"):
            assert head.headers[name] == get.headers[name]
    assert client.call(client.operation("whoami"), who=None, method="HEAD").status == 401


@pytest.mark.parametrize(
    ("header", "code", "challenge"),
    [
        (None, "credentials-missing", "^Bearer realm=[^,]*$"),
        ("", "credentials-missing", "^Bearer "),
        ("Bearer", "token-invalid", 'error="invalid_token"'),
        ("Bearer ", "token-invalid", 'error="invalid_token"'),
        ("Bearer nonsense", "token-invalid", 'error="invalid_token"'),
        ("bEaReR nonsense", "token-invalid", 'error="invalid_token"'),
        ("Digest x", "scheme-unsupported", "^Bearer "),
        ("Basic", "basic-pair-wrong", '^Basic realm=.*charset="UTF-8".*Bearer'),
        ("Basic !!!", "basic-pair-wrong", "^Basic"),
        ("Basic " + base64.b64encode(b"\xff\xfe").decode(), "basic-pair-wrong", "^Basic"),
        ("Basic " + base64.b64encode(b"nocolon").decode(), "basic-pair-wrong", "^Basic"),
        ("Basic " + base64.b64encode(b"full:wrong").decode(), "basic-pair-wrong", "^Basic"),
        ("Basic " + base64.b64encode(b"nobody:wrong").decode(), "basic-pair-wrong", "^Basic"),
        ("basic " + base64.b64encode(b"limited:limited-secret").decode(), "basic-not-enabled", "^Basic"),
    ],
)
def test_identity(client: Client, header: str | None, code: str, challenge: str) -> None:
    answer = client.call(client.operation("whoami"), who=None, headers={"Authorization": header})
    assert (answer.status, client.code(answer)) == (401, code)
    assert re.search(challenge, _challenge(answer)), _challenge(answer)


def test_basic_carries_all_scopes_and_says_that_it_is_deprecated(client: Client) -> None:
    answer = client.call(
        client.operation("whoami"), who=None, headers={"Authorization": client.basic("full")}
    )
    assert answer.status == 200
    security = client.contract.security
    assert answer.headers["Deprecation"] == f"@{security.deprecated_at}"
    assert answer.headers["Link"] == f'<{security.deprecation_link}>; rel="deprecation"'
    assert "Deprecation" not in client.call(client.operation("whoami")).headers


def test_forbidden(client: Client) -> None:
    whoami = client.operation("whoami")
    for who, code in (("suspended", "partner-suspended"), ("elsewhere", "address-refused")):
        answer = client.call(whoami, who=None, headers={"Authorization": client.basic(who)})
        assert (answer.status, client.code(answer)) == (403, code)
    for operation in client.contract.operations:
        for scope in operation.scopes:
            others = [s for s in client.contract.security.scopes if s != scope]
            token = client.token("full", " ".join(others))
            answer = client.call(operation, headers={"Authorization": f"Bearer {token}"})
            assert (answer.status, client.code(answer)) == (403, "insufficient-scope"), operation.key
            assert 'error="insufficient_scope"' in _challenge(answer)
            assert scope in _challenge(answer)


def test_public_operations_ignore_credentials(client: Client) -> None:
    answer = client.call(client.operation("health"), who=None, headers={"Authorization": "Bearer nonsense"})
    assert answer.status == 200


def test_the_order_of_refusal(client: Client) -> None:
    """Each request has every fault from one stage on; the first stage answers."""
    operation = _writing(client)
    key = operation.parameter("key")
    assert key is not None
    limit = client.contract.max_body
    other = next(s for s in client.contract.security.scopes if s not in operation.scopes)
    narrow = {"Authorization": f"Bearer {client.token('full', other)}"}
    html = {"Accept": "text/html"}
    text = {"Content-Type": "text/plain"}
    none: dict[str, str | None] = {key.name: None}
    suspended = {"Authorization": client.basic("suspended")}
    faults: list[tuple[str, dict[str, str | None], bytes]] = [
        ("credentials-missing", {"Authorization": None, **html, **text, **none}, b"{"),
        ("partner-suspended", {**suspended, **html, **text, **none}, b"{"),
        ("insufficient-scope", {**narrow, **html, **text, **none}, b"{"),
        ("not-acceptable", {**html, **text, **none}, b"{" + b" " * limit),
        ("body-too-large", {**text, **none}, b"{" + b" " * limit),
        ("media-type-unsupported", {**text, **none}, b"{"),
        ("media-type-unsupported", {"Content-Type": None, **none}, b"{"),
        ("media-type-unsupported", {"Content-Type": "application/json; charset=latin-1", **none}, b"{"),
        ("json-malformed", none, b"{"),
        ("json-malformed", none, b""),
        ("idempotency-key-invalid", none, b"{}"),
        ("idempotency-key-invalid", {key.name: "é"}, b"{}"),
        ("required-absent", {}, b"{}"),
        ("value-invalid", {}, b"[]"),
    ]
    for code, headers, raw in faults:
        answer = client.call(operation, headers=headers, raw=raw)
        assert client.code(answer) == code, (code, answer.body)


def test_a_body_declared_too_large_is_refused_at_once(client: Client) -> None:
    operation = _writing(client)
    with socket.create_connection(("127.0.0.1", client.port), timeout=10) as sock:
        head = (
            f"POST {operation.path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {client.token()}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {10**12}\r\n\r\n"
        )
        sock.sendall(head.encode())
        assert b" 413 " in sock.recv(65536)


def test_a_chunked_body_is_counted(client: Client) -> None:
    operation = _writing(client)
    with socket.create_connection(("127.0.0.1", client.port), timeout=10) as sock:
        head = (
            f"POST {operation.path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {client.token()}\r\n"
            "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        sock.sendall(head.encode())
        chunk = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
        for _ in range(client.contract.max_body // 0x10000 + 1):
            sock.sendall(chunk)
        assert b" 413 " in sock.recv(65536)


def test_validation_names_every_field(client: Client) -> None:
    operation = _writing(client)
    body = _example(operation)
    amount, card = operation.request["amount"].path, operation.request["card"].path
    pointer = "/" + "/".join(amount)
    wrong: list[object] = [0, -1, 1500.5, 2**53, 10**30, "1500", None, True, [], {}]
    for value in wrong:
        answer = client.call(operation, body=_set(body, amount, value))
        assert client.code(answer) == "value-invalid", value
        assert _fields(client, answer) == [(pointer, "body")]
    for text in ("a\x00b", "\ud800", "", 3):
        answer = client.call(operation, body=_set(body, operation.request["reference"].path, text))
        assert client.code(answer) == "value-invalid", text
    answer = client.call(operation, body=_set(_set(body, amount, ...), card, 3))
    assert client.code(answer) == "required-absent"
    assert (pointer, "body") in _fields(client, answer)
    answer = client.call(operation, body=_set(body, ("unheard-of",), 1))
    assert client.code(answer) == "value-invalid"
    assert _fields(client, answer) == [("/unheard-of", "body")]
    raw = json.dumps(_set(body, amount, 1)).replace(": 1", ": NaN").encode()
    assert client.code(client.call(operation, raw=raw)) == "json-malformed"
    deep = b"[" * 20000 + b"]" * 20000
    assert client.code(client.call(operation, raw=deep)) == "json-malformed"
    assert b"4821999" not in client.call(operation, body=_set(body, card, [48219991234])).body


def test_parameters(client: Client) -> None:
    listing = client.operation("list", "entry")
    card, limit = (listing.parameter(role) for role in ("card", "limit"))
    assert card is not None
    assert limit is not None
    required = [(card.name, "x")]
    assert client.code(client.call(listing, query=[])) == "required-absent"
    for value in ("0", "101", "abc", "1.0", " 1", "١", "", "9" * 5000):
        answer = client.call(listing, query=[*required, (limit.name, value)])
        assert client.code(answer) == "value-invalid", value
        assert _fields(client, answer) == [(limit.name, "query")]
    answer = client.call(listing, query=[*required, (limit.name, "5"), (limit.name, "5")])
    assert client.code(answer) == "value-invalid"
    for query in ([("unknown", "1"), ("unknown", "2")], [(limit.name, "1")], [(limit.name, "100")]):
        assert client.call(listing, query=[*required, *query]).status == 200


def test_language(client: Client) -> None:
    operation = client.operation("whoami")
    code = client.contract.code("credentials-missing")
    message = client.contract.envelopes["authentication"].member("message")
    assert message is not None
    for header, language in ((None, "fr"), ("en-GB, fr;q=0.5", "en"), ("xx", "fr"), ("en;q=x", "fr")):
        answer = client.call(operation, who=None, headers={"Accept-Language": header})
        assert answer.json[message.path[0]].startswith(code.message.in_(language))


def test_request_ids(client: Client) -> None:
    operation = client.operation("whoami")
    assert client.call(operation, headers={"X-Request-Id": "mine-1"}).headers["X-Request-Id"] == "mine-1"
    seen = set()
    for value in (None, "", "a b", "é", "x" * 129, "a%0d%0ab"):
        given = client.call(operation, headers={"X-Request-Id": value}).headers["X-Request-Id"]
        assert given != value
        assert re.fullmatch(r"[A-Za-z0-9._-]{1,128}", given)
        seen.add(given)
    assert len(seen) == 6


def test_cors_is_for_configured_origins_alone(client: Client) -> None:
    path = _writing(client).path
    asked = {"Access-Control-Request-Method": "POST"}
    answer = client.send("OPTIONS", path, {"Origin": "https://app.example", **asked})
    assert answer.status == 204
    assert answer.headers["Access-Control-Allow-Origin"] == "https://app.example"
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]
    answer = client.send("OPTIONS", path, {"Origin": "https://evil.example", **asked})
    assert not [name for name in answer.headers if name.lower().startswith("access-control")]


@pytest.mark.parametrize(
    "octets", [b"GARBAGE\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"GET /\xff HTTP/1.1\r\nHost: x\r\n\r\n"]
)
def test_what_is_no_http_leaves_through_the_catalogue(client: Client, octets: bytes) -> None:
    with socket.create_connection(("127.0.0.1", client.port), timeout=10) as sock:
        sock.sendall(octets)
        received = b""
        while block := sock.recv(65536):
            received += block
    head, _, body = received.partition(b"\r\n\r\n")
    code = client.contract.code("request-invalid")
    assert head.startswith(f"HTTP/1.1 {code.status} ".encode())
    member = client.contract.envelopes["functional"].member("code")
    assert member is not None
    assert json.loads(body)[member.path[0]] == code.value


def test_a_long_target_or_header_is_refused_and_the_server_goes_on(client: Client) -> None:
    for answer in (
        client.send("GET", "/" + "a" * 9000),
        client.send("GET", "/", {"X-Long": "a" * 20000}),
    ):
        assert client.code(answer) == "request-invalid"
    with socket.create_connection(("127.0.0.1", client.port), timeout=10) as sock:
        sock.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 200000)
        assert b" 400 " in sock.recv(65536)
    assert client.call(client.operation("health")).status == 200


def test_tokens_expire(generated: Path, contract: Contract) -> None:
    (generated / "short.toml").write_text(partners(contract))
    process, port = start(generated, "--partners", "short.toml", "--token-ttl", "1")
    try:
        client = Client(contract, port)
        token = client.token()
        time.sleep(1.2)  # the token's whole life
        answer = client.call(client.operation("whoami"), headers={"Authorization": f"Bearer {token}"})
        assert client.code(answer) == "token-expired"
        assert 'error="invalid_token"' in _challenge(answer)
    finally:
        process.terminate()
        assert process.wait(timeout=20) == 0


def test_failed_logins_make_a_caller_wait(generated: Path, contract: Contract) -> None:
    (generated / "few.toml").write_text(partners(contract))
    process, port = start(generated, "--partners", "few.toml", "--login-attempts", "2")
    try:
        client = Client(contract, port)
        grant = {"grant_type": "client_credentials"}
        wrong = {"Authorization": "Basic " + base64.b64encode(b"full:wrong").decode()}
        assert [client.form("token", grant, **wrong).status for _ in range(3)] == [401, 401, 429]
        waits = (
            client.form("token", grant, Authorization=client.basic("full")),
            client.call(client.operation("whoami"), who=None, headers=wrong),
        )
        for answer in waits:
            assert client.code(answer) == "too-many-requests"
            assert 1 <= int(answer.headers["Retry-After"]) <= 60
        assert client.token("other")
    finally:
        process.terminate()
        assert process.wait(timeout=20) == 0
