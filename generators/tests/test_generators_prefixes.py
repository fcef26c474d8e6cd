"""A server that a proxy publishes below a path: what it understands, and what it says of its addresses."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest

from cynod_generators.targets.fastapi.runtime import forwarding, prefixes
from cynod_generators.targets.fastapi.runtime.forwarding import Forwarded, Proxies
from cynod_spec.model import Contract, Operation

from .conftest import Answer, Client, partners, start

PREFIX = "/api/v1"


@pytest.mark.parametrize(
    ("text", "prefix"),
    [
        ("", ""),
        ("/", ""),
        ("/api", "/api"),
        (" /api/v1/ ", "/api/v1"),
        ("/caf%C3%A9", "/caf%C3%A9"),
        ("/a.b/~c", "/a.b/~c"),
    ],
)
def test_a_prefix_is_an_absolute_path(text: str, prefix: str) -> None:
    assert prefixes.read_prefix(text) == prefix


@pytest.mark.parametrize(
    "text",
    [
        *(
            "api",
            "//evil.example",
            "/a//b",
            "/a/../b",
            "/.",
            "/%2e%2e/x",
            "/a%2Fb",
            "/a%5Cb",
            "/a\\b",
            "/a%00",
        ),
        *(
            "/a?b",
            "/a#b",
            "/a b",
            "/a\r\nX: y",
            "/a%",
            "/a%zz",
            "/é",
            "/%FF",
            "/a, /b",
            "/a,/b",
            "https://x/a",
        ),
        "/" + "a" * prefixes.MAX_PREFIX_CHARS,
    ],
)
def test_anything_else_is_none(text: str) -> None:
    assert prefixes.read_prefix(text) is None


@pytest.mark.parametrize(
    ("path", "target", "reference"),
    [
        ("/cards", "/cards/c1", "cards/c1"),
        ("/payments/{id}/refunds", "/payments/p1/refunds/r1", "../p1/refunds/r1"),
        ("/payments/{id}", "/payments/p1", "p1"),
        ("/payments/{id}/refunds", "/refunds/r1", "../../refunds/r1"),
        ("/v2/cards", "/v2/cards/c1", "cards/c1"),
        ("/cards/new", "/cards/c:1", "./c:1"),
        ("/a", "/", "./"),
        ("/a/b", "/", "../"),
    ],
)
def test_a_location_is_relative_to_the_request(path: str, target: str, reference: str) -> None:
    assert prefixes.relative(path, target) == reference
    for above in ("", "/api", "/api/v1"):
        assert urljoin(f"https://h{above}{path}", reference) == f"https://h{above}{target}"


@pytest.mark.parametrize(
    ("reference", "below"),
    [
        ("/errors/{code}", "/api/v1/errors/{code}"),
        ("https://docs.example/{code}", "https://docs.example/{code}"),
        ("//docs.example/x", "//docs.example/x"),
        ("errors", "errors"),
        ("", ""),
    ],
)
def test_a_reference_to_the_root_of_the_server_gets_the_prefix(reference: str, below: str) -> None:
    assert prefixes.rooted(reference, PREFIX) == below
    assert prefixes.rooted(reference, "") == reference


@pytest.mark.parametrize(
    ("peer", "lines", "prefix"),
    [
        ("10.0.0.1", ["/api/v1"], "/api/v1"),
        ("10.0.0.1", ["/api/v1/"], "/api/v1"),
        ("10.0.0.1", [], ""),
        ("10.0.0.1", ["//evil.example"], ""),
        ("10.0.0.1", ["/a", "/b"], ""),
        ("10.0.0.1", ["/a, /b"], ""),
        ("192.0.2.9", ["/api/v1"], None),
    ],
)
def test_only_a_trusted_proxy_names_the_prefix(peer: str, lines: list[str], prefix: str | None) -> None:
    seen: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope.get(forwarding.PREFIX))

    headers = [(b"x-forwarded-prefix", line.encode()) for line in lines]
    scope = {"type": "http", "client": (peer, 1), "scheme": "http", "headers": headers}
    asyncio.run(Forwarded(app, Proxies(["10.0.0.1"]))(scope, None, None))  # type: ignore[arg-type]  # not called
    assert seen == [prefix]


@pytest.fixture(scope="module")
def behind(generated: Path, contract: Contract) -> Iterator[Client]:
    """A server below a prefix that believes X-Forwarded-Prefix of this machine."""
    (generated / "partners.toml").write_text(partners(contract))
    arguments = ("--partners", "partners.toml", "--root-path", PREFIX + "/", "--trusted-proxy", "127.0.0.1")
    process, port = start(generated, *arguments)
    try:
        yield Client(contract, port)
    finally:
        process.terminate()
        process.communicate(timeout=20)


def asked(client: Client, operation: Operation, above: str, **headers: str) -> Answer:
    """The answer to a valid call of *operation*, asked for below *above*."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    if not operation.public:
        sent["Authorization"] = f"Bearer {client.token()}"
    return client.send(operation.method, above + operation.path, sent)


def test_a_proxy_may_take_the_prefix_off_or_leave_it(behind: Client) -> None:
    health = behind.operation("health")
    for above in ("", PREFIX, "/%61pi/v1"):
        assert asked(behind, health, above).status == health.success.status, above
    for above in ("/api", "/API/v1", PREFIX + PREFIX, PREFIX + "/", "/api%2Fv1"):
        answer = asked(behind, health, above)
        assert behind.code(answer) == "unknown-path", above
    for nowhere in (PREFIX, PREFIX + "/", "/"):
        assert behind.code(behind.send("GET", nowhere, {})) == "unknown-path"


def test_a_trusted_proxy_names_another_prefix(behind: Client) -> None:
    health = behind.operation("health")
    assert asked(behind, health, "/shop", X_Forwarded_Prefix="/shop").status == health.success.status
    assert asked(behind, health, PREFIX, X_Forwarded_Prefix="/shop").status == health.success.status
    assert behind.code(asked(behind, health, "/shop")) == "unknown-path"
    assert behind.code(asked(behind, health, "/shop", X_Forwarded_Prefix="/shop, /x")) == "unknown-path"


@pytest.mark.slow
def test_its_locations_lead_to_what_was_made(behind: Client) -> None:
    made = [each for each in behind.contract.operations if not each.is_oauth and each.success.status == 201]
    assert made
    for operation in made:
        reference = behind.call(operation).headers["Location"]
        where = urljoin(f"http://h{PREFIX}{operation.path}", reference)
        assert where.startswith(f"http://h{PREFIX}/"), reference
        target = where.removeprefix("http://h")
        read = behind.send("GET", target, {"Authorization": f"Bearer {behind.token()}"})
        assert read.status == 200, target


@pytest.mark.slow
@pytest.mark.parametrize("text", ["api", "//x", "/../x", "/a b"])
def test_what_is_no_path_is_wrong_use(generated: Path, text: str) -> None:
    with pytest.raises(AssertionError, match="is no path: such as /api/v1"):
        start(generated, "--root-path", text)
