"""Wrong pairs from strangers, with ever new keys: whoever is honest logs in and reads meanwhile.

Strangers call from 127.0.0.2 and on, honest partners from 127.0.0.1. The usual run sends few and proves what
is refused, and how; the soak sends many and holds the bounds in seconds and in memory.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest
import requests
from cross_room import postgresql as debian
from cross_room.flood import basic, flooding, form, get, post
from cross_room.servers import generate
from cross_room.waiting import wait_until

from cynod_generators.targets.fastapi.runtime.login_queue import (
    MAX_AT_ONCE_OF_ADDRESS,
    MAX_WAITING_OF_ADDRESS,
)
from cynod_spec import load_contract

pytestmark = pytest.mark.slow

CONTRACT = load_contract()
FORM = "application/x-www-form-urlencoded"
STRANGERS = tuple(f"127.0.0.{number}" for number in range(2, 7))
FEW, MANY = 20, 60  # partners that a server knows
LOGIN_S, READ_S = 2.0, 0.5  # what an honest login and an honest read take at most, in the soak
IDLE_LOGIN_S = (
    0.2  # for a first login without an attack: on a slower, or busy, machine the bounds grow with it
)
MORE_MEMORY = 150 * 2**20  # octets that each process may take more under attack
PATIENCE_S = 20.0  # for an honest call in the usual run, on however slow a machine


def path(effect: str, resource: str = "") -> str:
    found = CONTRACT.find(effect, resource or None)
    assert found is not None
    return found.path


TOKEN, REVOKE, WHOAMI = path("token"), path("revoke"), path("whoami", "partner")
GRANT = form(grant_type="client_credentials")

ATTACKS: dict[str, Callable[[int], bytes]] = {
    "new keys in the header": lambda n: post(TOKEN, GRANT, basic(f"k{n}", "wrong"), FORM),
    "new keys in the form": lambda n: post(
        TOKEN, form(grant_type="client_credentials", client_id=f"k{n}", client_secret="wrong"), kind=FORM
    ),
    "new keys at a resource": lambda n: get(WHOAMI, basic(f"k{n}", "wrong")),
    "new keys that revoke": lambda n: post(REVOKE, form(token="x"), basic(f"k{n}", "wrong"), FORM),
    "new secrets of one key": lambda n: post(TOKEN, GRANT, basic("p0", f"wrong-{n}"), FORM),
    "one wrong pair": lambda n: post(TOKEN, GRANT, basic("nobody", "wrong"), FORM),
}


@dataclass
class Server:
    """A server under attack, and the honest partners of it."""

    url: str
    process: psutil.Process
    log: Path
    unused: list[str]  # keys of partners that have not logged in yet

    def log_in(self, key: str) -> requests.Response:
        return requests.post(self.url + TOKEN, data=GRANT, headers={"Content-Type": FORM},
                             auth=(key, f"{key}-secret"), timeout=PATIENCE_S)  # fmt: skip

    def first_login(self) -> requests.Response:
        """The login of a partner that nobody has seen yet."""
        return self.log_in(self.unused.pop())

    def read(self, token: str) -> requests.Response:
        headers = {"Authorization": f"Bearer {token}"}
        return requests.get(self.url + WHOAMI, headers=headers, timeout=PATIENCE_S)

    @property
    def memory(self) -> int:
        return sum(each.memory_info().rss for each in (self.process, *self.process.children(recursive=True)))

    def answered(self) -> list[dict[str, Any]]:
        """The lines of its log, one a request."""
        lines = [json.loads(line) for line in self.log.read_text(encoding="utf-8").splitlines()]
        return [line for line in lines if line["logger"] == "cynod.request"]


@pytest.fixture(scope="module")
def stub(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return generate(None, tmp_path_factory.mktemp("stub"))


@contextmanager
def running(folder: Path, kind: str, stub: Path, known: int, url: str | None = None) -> Iterator[Server]:
    """A server of this *kind* with so many partners; *stub*: the generated one, *url*: a database."""
    module, *arguments = {
        "stub": ["cynod_server"],
        "memory": ["cynod_sandbox"],
        "sqlite": ["cynod_sandbox", "--database", f"sqlite:///{folder / 'cynod.db'}", "--workers", "2"],
        "postgresql": ["cynod_sandbox", "--database", str(url), "--workers", "2"],
    }[kind]
    partners, keys = folder / "partners.toml", [f"p{number}" for number in range(known)]
    partners.write_text(
        "\n".join(
            f'[[partners]]\nconsumer_key = "{key}"\nconsumer_secret = "{key}-secret"\nbasic = true'
            for key in keys
        )
    )
    log = folder / "server.log"
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", module, "--port", "0", "--partners", str(partners), "--log-format", "json",
             *arguments],
            env={**os.environ, "PYTHONPATH": str(stub)}, cwd=folder, text=True,
            stdout=subprocess.PIPE, stderr=errors,
        )  # fmt: skip
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("listening on "), log.read_text(encoding="utf-8")
        yield Server(line.split()[-1], psutil.Process(process.pid), log, keys)
    finally:
        process.terminate()
        assert process.wait(30) == 0


SERVERS = ("stub", "memory", "sqlite")


@pytest.fixture(scope="module", params=SERVERS)
def server(
    request: pytest.FixtureRequest, stub: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("server"), request.param, stub, FEW) as made:
        yield made


def code(answer: bytes) -> str:
    """The role name of the code in an answer's envelope."""
    value = json.loads(answer.partition(b"\r\n\r\n")[2])
    member = CONTRACT.envelopes["functional"].member("code")
    assert member is not None
    for name in member.path:
        value = value[name]
    found = CONTRACT.code_of(value)
    assert found is not None
    return found.name


def timed(call: Callable[[], requests.Response]) -> float:
    """The seconds that an honest call takes, which must succeed."""
    began = time.monotonic()
    answer = call()
    taken = time.monotonic() - began
    assert answer.status_code == 200, answer.text
    return taken


@pytest.mark.sampled(one_in=4)
@pytest.mark.parametrize("number", range(len(ATTACKS)), ids=list(ATTACKS))
def test_few_strangers_keep_nobody_out(server: Server, number: int) -> None:
    attack, stranger = list(ATTACKS.values())[number], f"127.0.1.{number + 1}"
    token = server.log_in("p1").json()["access_token"]
    with flooding(server.url, attack, connections=60, addresses=[stranger]) as seen:
        wait_until(lambda: seen.statuses, "an answer to the attackers")
        assert server.log_in("p1").status_code == 200  # remembered
        assert server.first_login().status_code == 200
        assert server.read(token).status_code == 200
        assert requests.get(server.url + WHOAMI, auth=("p1", "p1-secret"), timeout=PATIENCE_S).ok
        wait_until(lambda: seen.statuses[429], "a refusal of the attackers", timeout_s=60)
    assert set(seen.statuses) <= {401, 429}
    assert b"\r\nretry-after: " in seen.answers[429].lower()
    assert code(seen.answers[429]) == "too-many-requests"
    assert not seen.broken


@pytest.mark.parametrize("server", ["stub"], indirect=True)
def test_what_one_address_sends_at_once_is_verified_within_bounds(server: Server) -> None:
    attack, places = ATTACKS["new keys in the header"], MAX_AT_ONCE_OF_ADDRESS + MAX_WAITING_OF_ADDRESS
    with flooding(server.url, attack, connections=100, addresses=["127.0.2.1"], again=False) as seen:
        pass
    assert seen.statuses.total() == 100
    assert places <= seen.statuses[401] <= 2 * places  # some had their turn while others came
    assert seen.statuses[429] == 100 - seen.statuses[401]


@pytest.mark.parametrize("server", ["stub"], indirect=True)
def test_pairs_of_strangers_who_hung_up_are_not_verified(server: Server) -> None:
    attack, stranger = ATTACKS["new keys in the header"], "127.0.2.2"
    with flooding(server.url, attack, connections=60, addresses=[stranger], again=False, hang_up=True):
        pass
    assert server.first_login().status_code == 200
    lines = [line for line in server.answered() if line["client"] == stranger]
    assert sum(line.get("status") == 401 for line in lines) < MAX_WAITING_OF_ADDRESS
    assert sum(line["message"] == "abandoned" for line in lines) >= MAX_WAITING_OF_ADDRESS // 2


@pytest.fixture(scope="session")
def postgresql() -> Iterator[debian.Server]:
    programs = debian.programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    with debian.running(programs) as server:
        yield server


@pytest.fixture(params=[*SERVERS, "postgresql"])
def attacked(request: pytest.FixtureRequest, stub: Path, tmp_path: Path) -> Iterator[Attacked]:
    """A server of each kind to attack, once it is warm."""
    url = request.getfixturevalue("postgresql").new() if request.param == "postgresql" else None
    with running(tmp_path, request.param, stub, MANY, url) as server:
        yield Attacked(server, 2 if request.param in ("sqlite", "postgresql") else 1)


class Attacked:
    """Measures what honest partners of a server notice, and what it takes from its machine."""

    def __init__(self, server: Server, processes: int) -> None:
        self.server = server
        self._token = server.log_in("p1").json()["access_token"]
        for _ in range(5):
            self.read()
        self._slowness = max(
            1.0, statistics.median(timed(server.first_login) for _ in range(3)) / IDLE_LOGIN_S
        )
        self._processes = processes
        self._memory = server.memory

    def read(self) -> requests.Response:
        return self.server.read(self._token)

    def judge(self, seconds: float) -> None:
        """Hold the bounds for so many seconds, under whatever attack."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            calls = {"login": lambda: self.server.log_in("p1"), "read": self.read}
            if self.server.unused:
                calls["first login"] = self.server.first_login
            for name, call in calls.items():
                bound = self._slowness * (READ_S if name == "read" else LOGIN_S)
                taken = timed(call)
                assert taken < bound, f"{name}: {taken:.2f} s, where {bound:.2f} are allowed"
            more = (self.server.memory - self._memory) / self._processes
            assert more < MORE_MEMORY, f"{more / 2**20:.0f} MB more a process"
            time.sleep(0.25)  # honest callers pause between their calls


@pytest.mark.soak
@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
@pytest.mark.parametrize("addresses", [STRANGERS[:1], STRANGERS], ids=["one address", "five addresses"])
def test_many_strangers_keep_nobody_waiting(
    attacked: Attacked, attack: Callable[[int], bytes], addresses: tuple[str, ...]
) -> None:
    with flooding(attacked.server.url, attack, connections=600, addresses=addresses) as seen:
        attacked.judge(20)
    assert set(seen.statuses) <= {401, 429, 503}
    assert seen.statuses[429] + seen.statuses[503] > seen.statuses[401]


@pytest.mark.soak
def test_six_hundred_pairs_at_once_keep_nobody_waiting(attacked: Attacked) -> None:
    attack = ATTACKS["new keys in the header"]
    with flooding(attacked.server.url, attack, connections=600, addresses=STRANGERS[:1], again=False) as seen:
        attacked.judge(10)
    assert set(seen.statuses) == {401, 429}
