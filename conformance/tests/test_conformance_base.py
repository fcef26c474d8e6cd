"""Where a run sends requests: below the base URL, to a token endpoint that was named, and nowhere else."""

from __future__ import annotations

import json
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from cynod_conformance.base.outcomes import AssertionFailed, NoAnswer
from cynod_conformance.config.oauth_endpoints import oauth_endpoints
from cynod_conformance.config.settings import Config
from cynod_conformance.http.target import Target
from cynod_conformance.probes.http import here
from cynod_spec import load_contract
from cynod_spec.base.errors import UsageError
from cynod_spec.model import Contract, Server, Text

BASE = "https://api.example/api/v1"


def led_to(location: str, base: str = BASE, asked: str = f"{BASE}/cards") -> str:
    def fail(expected: Any, got: Any) -> None:
        raise AssertionFailed(expected, got, None)  # type: ignore[arg-type]  # nobody looks at the exchange

    answer: Any = SimpleNamespace(fail=fail, exchange=SimpleNamespace(request=SimpleNamespace(url=asked)))
    return here(SimpleNamespace(target=SimpleNamespace(base_url=base)), answer, location)  # type: ignore[arg-type]  # no more of it is read


@pytest.mark.parametrize(
    "location",
    [
        *(
            "cards/c1",
            "/api/v1/cards/c1",
            "//api.example/api/v1/cards/c1",
            "HTTPS://API.example:443/api/v1/cards/c1",
        ),
        *("https://api.example/api/v1/x/../cards/c1", "https://api.example/%61pi/v1/cards/c1"),
    ],
)
def test_a_location_is_compared_by_rfc_3986(location):
    assert led_to(location) == f"{BASE}/cards/c1"


@pytest.mark.parametrize(
    "location",
    [
        *(
            "/cards/c1",
            "../cards/c1",
            "https://api.example/api/v10/cards/c1",
            "http://api.example/api/v1/cards/c1",
        ),
        *(
            "https://api.example:8443/api/v1/c",
            "https://evil.example/api/v1/cards/c1",
            "//evil.example/api/v1/c",
        ),
        *(
            "https://api.example@evil.example/api/v1/c",
            "https://u@api.example/api/v1/c",
            "https://[/",
            "a b",
            "\x00",
        ),
    ],
)
def test_nothing_is_sent_outside_the_base_url(location):
    with pytest.raises(AssertionFailed):
        led_to(location)


def test_the_base_url_is_kept_in_every_target():
    target = Target("HTTPS://API.example:443/api/v1/")
    assert target.base_url == BASE
    assert target.url("/cards?a=/x") == f"{BASE}/cards?a=/x"
    assert target.url("/") == f"{BASE}/"
    assert target.servers == ("https://api.example",)


def test_a_token_endpoint_elsewhere_is_asked_there_only():
    target = Target(BASE, elsewhere={"/token": "https://auth.example/oauth/token"})
    assert target.url("/token") == "https://auth.example/oauth/token"
    assert target.url("/token?x=1") == "https://auth.example/oauth/token?x=1"
    assert target.url("/token/") == f"{BASE}/token/"
    assert set(target.servers) == {"https://auth.example", "https://api.example"}
    with pytest.raises(NoAnswer, match=r"https://evil\.example"):
        target.send("GET", "https://evil.example/token")


def placed(contract: Contract, *urls: str) -> Contract:
    """*contract*, whose OAuth 2.0 endpoints have servers of their own."""
    servers = tuple(Server(url, Text("")) for url in urls)
    changed = tuple(replace(o, servers=servers) if o.is_oauth else o for o in contract.operations)
    return replace(contract, operations=changed)


@pytest.fixture(scope="module")
def contract() -> Contract:
    return load_contract()


def test_a_document_alone_does_not_choose_who_is_sent_secrets(contract):
    moved = placed(contract, "https://auth.example")
    with pytest.raises(
        UsageError, match=r"on https://auth\.example: secrets go only where you say"
    ) as caught:
        oauth_endpoints(moved, Config(base_url=BASE))
    assert "token_url" in caught.value.hint
    assert oauth_endpoints(contract, Config(base_url=BASE)) == {}


@pytest.mark.parametrize("url", ["/v2", "https://{place}.example/x"])
def test_a_server_beside_the_document_s_own_is_no_other_host(contract, url):
    root = replace(contract, servers=(Server("https://here.example", Text("")),))
    assert oauth_endpoints(placed(root, "https://HERE.example:443/other"), Config()) == {}
    server = Server(url, Text(""), {"place": ("here", "there")})
    changed = tuple(replace(o, servers=(server,)) if o.is_oauth else o for o in root.operations)
    assert oauth_endpoints(replace(root, operations=changed), Config()) == {}


def test_the_configuration_says_where(contract):
    token, revoke = contract.find("token"), contract.find("revoke")
    assert token is not None
    assert revoke is not None
    moved = placed(contract, "https://auth.example")
    there = f"https://auth.example/x{token.path}"
    found = {token.path: there, revoke.path: f"https://auth.example/x{revoke.path}"}
    assert oauth_endpoints(moved, Config(token_url=there)) == found
    config = Config(token_url="https://auth.example/t", revocation_url="https://auth.example/r")
    assert oauth_endpoints(moved, config) == {
        token.path: "https://auth.example/t",
        revoke.path: "https://auth.example/r",
    }
    with pytest.raises(UsageError, match="secrets go only"):
        oauth_endpoints(moved, Config(token_url="https://auth.example/t"))


def test_a_server_s_url_has_an_address_for_each_value_of_its_variables():
    server = Server("https://{a}.example/{b}", Text(""), {"a": ("x", "y"), "b": ("1",), "c": ("no",)})
    assert server.addresses == ("https://x.example/1", "https://y.example/1")
    many = Server(
        "/".join(f"{{v{n}}}" for n in range(8)), Text(""), {f"v{n}": ("a", "b", "c") for n in range(8)}
    )
    assert len(many.addresses) == 64
    assert json.dumps(many.addresses[0]) == '"a/a/a/a/a/a/a/a"'
