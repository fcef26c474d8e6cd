"""Who calls through proxies: what of ``X-Forwarded-For`` is believed, and what is not."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from cynod_generators.targets.fastapi.runtime import forwarding
from cynod_generators.targets.fastapi.runtime.forwarding import Forwarded, Proxies, plain_address
from cynod_generators.targets.fastapi.runtime.settings import SettingsError

PROXY = "10.0.0.1"
TRUSTED = (PROXY, "10.0.1.0/24", "2001:db8:1::/48")


@pytest.mark.parametrize(
    ("lists", "caller"),
    [
        ([], PROXY),
        ([""], PROXY),
        (["192.0.2.1"], "192.0.2.1"),
        ([" 192.0.2.1 "], "192.0.2.1"),
        (["192.0.2.1:4711"], "192.0.2.1"),
        (["2001:db8::7"], "2001:db8::7"),
        (["2001:DB8:0:0::7"], "2001:db8::7"),
        (["[2001:db8::7]"], "2001:db8::7"),
        (["[2001:db8::7]:443"], "2001:db8::7"),
        (["::ffff:192.0.2.1"], "192.0.2.1"),
        # read from the right, through trusted proxies and no further
        (["192.0.2.66, 192.0.2.1"], "192.0.2.1"),
        (["192.0.2.66", "192.0.2.1"], "192.0.2.1"),
        (["192.0.2.1, 10.0.1.7"], "192.0.2.1"),
        (["192.0.2.1, 2001:db8:1::9, 10.0.1.7"], "192.0.2.1"),
        (["192.0.2.1, 10.0.2.7"], "10.0.2.7"),
        (["10.0.1.8, 10.0.1.7"], "10.0.1.8"),
        (["192.0.2.1,, ,"], "192.0.2.1"),
        # what a stranger wrote is not looked at
        (["<script>, 192.0.2.1"], "192.0.2.1"),
        (["'; DROP TABLE cards, 127.0.0.1, 192.0.2.1"], "192.0.2.1"),
        # an element that is no address ends the search at the last one that is vouched for
        (["unknown"], PROXY),
        (["_hidden, 10.0.1.7"], "10.0.1.7"),
        (["192.0.2.1, unknown"], PROXY),
        (["192.0.2.1 2026-01-01 INFO"], PROXY),
        (["192.0.2"], PROXY),
        (["192.0.2.1.5"], PROXY),
        (["192.0.2.256"], PROXY),
        (["192.0.2.01"], PROXY),
        (["0x7f.1"], PROXY),
        (["3232235777"], PROXY),
        (["192.0.2.1:port"], PROXY),
        (["192.0.2.1:123456"], PROXY),
        (["[192.0.2.1"], PROXY),
        (["[2001:db8::7]x"], PROXY),
        (["[::1"], PROXY),
        (["fe80::1%eth0"], PROXY),
        (["fe80::1%\x1b[31m"], PROXY),
        (["\u0661\u0669\u0662.0.2.1"], PROXY),
        (["192.0.2.1\x00"], PROXY),
        (['"192.0.2.1"'], PROXY),
        (["for=192.0.2.1"], PROXY),
        (["0" * 60 + "192.0.2.1"], PROXY),
        (["1" * 100_000], PROXY),
    ],
)
def test_the_caller_behind_a_trusted_proxy(lists: Sequence[str], caller: str) -> None:
    assert Proxies(TRUSTED).caller(PROXY, lists) == caller


@pytest.mark.parametrize("peer", ["192.0.2.9", "10.0.0.2", "", "unix"])
def test_nobody_else_is_believed(peer: str) -> None:
    assert Proxies(TRUSTED).caller(peer, ["192.0.2.1"]) == peer
    assert Proxies(()).caller(peer, ["192.0.2.1"]) == peer


def test_a_proxy_is_known_by_its_address_however_it_is_written() -> None:
    proxies = Proxies(TRUSTED)
    assert proxies.trusts("::ffff:10.0.0.1")
    assert proxies.trusts("2001:DB8:1:0::1")
    assert not proxies.trusts("10.0.0.1.evil")
    assert not Proxies(())
    assert proxies.caller("::ffff:10.0.0.1", ["192.0.2.1"]) == "192.0.2.1"


def test_a_list_is_looked_at_from_its_right_end_up_to_a_bound() -> None:
    hops = ", ".join(["10.0.1.7"] * (forwarding.MAX_HOPS + 50))
    assert Proxies(TRUSTED).caller(PROXY, [f"192.0.2.1, {hops}"]) == "10.0.1.7"
    few = ", ".join(["10.0.1.7"] * (forwarding.MAX_HOPS - 1))
    assert Proxies(TRUSTED).caller(PROXY, [f"192.0.2.1, {few}"]) == "192.0.2.1"


@pytest.mark.parametrize("network", ["*", "", "proxy", "10.0.0.0/33", "10.0.0.1:80", "::1%lo/x"])
def test_what_is_no_network_is_no_proxy(network: str) -> None:
    with pytest.raises(SettingsError, match="no address or network"):
        Proxies([network])


@pytest.mark.parametrize(
    ("peer", "headers", "client", "scheme"),
    [
        (PROXY, [(b"x-forwarded-for", b"192.0.2.1"), (b"x-forwarded-proto", b"https")], "192.0.2.1", "https"),
        (PROXY, [(b"x-forwarded-proto", b" HTTPS ")], PROXY, "https"),
        (PROXY, [(b"x-forwarded-proto", b"http, https")], PROXY, "https"),
        (PROXY, [(b"x-forwarded-proto", b"https"), (b"x-forwarded-proto", b"http")], PROXY, "http"),
        (PROXY, [(b"x-forwarded-proto", b"javascript")], PROXY, "http"),
        (PROXY, [(b"x-forwarded-for", b"\xff\xfe")], PROXY, "http"),
        (PROXY, [(b"forwarded", b"for=192.0.2.1;proto=https")], PROXY, "http"),
        ("192.0.2.9", [(b"x-forwarded-for", b"192.0.2.1")], "192.0.2.9", "http"),
        ("192.0.2.9", [(b"x-forwarded-proto", b"https")], "192.0.2.9", "http"),
    ],
)  # fmt: skip
def test_the_application_sees_the_caller(
    peer: str, headers: list[tuple[bytes, bytes]], client: str, scheme: str
) -> None:
    seen: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        seen.append((scope["client"][0], scope["scheme"]))

    scope = {"type": "http", "client": (peer, 4711), "scheme": "http", "headers": headers}
    asyncio.run(Forwarded(app, Proxies(TRUSTED))(scope, None, None))  # type: ignore[arg-type]  # not called
    assert seen == [(client, scheme)]


@pytest.mark.parametrize(
    ("address", "plain"),
    [
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("192.0.2.1", "192.0.2.1"),
        ("2001:DB8::0:7", "2001:db8::7"),
        ("fe80::1%eth0", "fe80::1"),
        ("", ""),
    ],
)
def test_an_address_in_its_shortest_form(address: str, plain: str) -> None:
    assert plain_address(address) == plain
