"""Thousands of mutated requests: no 5xx, no hang, no growth, and the next honest request works."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import tomllib
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
from cross_room.mutants import Mutant, Parts, mutants

pytestmark = pytest.mark.slow

SOON = 0.5  # seconds that an answer may take before this client says that it sends nothing more
PATIENCE = 5.0  # seconds after that
GROWTH = 50 * 2**20  # octets
WARMING = 300  # requests after which memory is looked at
AT_ONCE = 8
STATUS = re.compile(rb"HTTP/1\.[01] ([0-9]{3})")


@dataclass(frozen=True)
class Server:
    """A sandbox in a process of its own."""

    process: subprocess.Popen[str]
    url: str
    config: dict[str, Any]

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    @property
    def memory(self) -> int:
        """Octets of the process that are in memory."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text(encoding="ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")

    def token(self) -> str:
        pair = self.config["credentials"]["primary"]
        answer = requests.post(
            f"{self.url}/oauth2/token", data={"grant_type": "client_credentials"}, timeout=10,
            auth=(pair["consumer_key"], pair["consumer_secret"]),
        )  # fmt: skip
        token: str = answer.json()["access_token"]
        return token


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("hostile")
    config = folder / "cynod.toml"
    process = subprocess.Popen(
        [sys.executable, "-m", "cynod_sandbox", "--port", "0", "--write-config", str(config)],
        stdout=subprocess.PIPE, stderr=(folder / "log").open("wb"), text=True,
    )  # fmt: skip
    assert process.stdout is not None
    url = process.stdout.readline().split()[-1]
    yield Server(process, url, tomllib.loads(config.read_text(encoding="utf-8")))
    process.terminate()
    assert process.wait(20) == 0
    log = (folder / "log").read_text(encoding="utf-8")
    assert "Traceback" not in log, log[log.index("Traceback") :][:3000]
    assert " ERROR " not in log


def honest(server: Server) -> list[Parts]:
    """One request of each kind that the server accepts."""
    number = server.config["fixtures"]["cartes"]["active"]
    bearer = {"Authorization": f"Bearer {server.token()}"}
    balance = f"/get-solde-carte?numeroCarte={number}"
    card = requests.get(server.url + balance, headers=bearer, timeout=10).json()["data"]["carteId"]
    authorization = (b"Authorization", bearer["Authorization"].encode())
    common = ((b"Host", b"127.0.0.1"), authorization, (b"Connection", b"close"))
    form = (*common[::2], (b"Content-Type", b"application/x-www-form-urlencoded"))
    sent = (*common, (b"Content-Type", b"application/json"), (b"Idempotency-Key", b"hostile-0001"))
    payment = b'{"carteId":"%s","reference":"R-1","montant":{"valeur":100,"devise":"XOF"}}' % card.encode()
    return [
        Parts(b"GET", balance.encode(), common),
        Parts(b"GET", f"/transactions?carteId={card}&limite=5".encode(), common),
        Parts(b"GET", b"/sante", common),
        Parts(b"POST", b"/paiements", sent, payment),
        Parts(b"POST", b"/recharges", sent, payment),
        Parts(
            b"POST", b"/oauth2/token", form,
            b"grant_type=client_credentials&client_id=hostile&client_secret=hostile",
        ),
    ]  # fmt: skip


def outcome(port: int, mutant: Mutant) -> tuple[list[int], float]:
    """The statuses that came back, and the seconds until an answer or the end of the connection."""
    came = b""
    with socket.create_connection(("127.0.0.1", port), PATIENCE) as connection:
        try:
            for pause, piece in mutant.pieces:
                time.sleep(pause)  # part of the mutant
                connection.sendall(piece)
        except OSError:
            pass  # it may hang up while it is being told too much
        began = time.monotonic()
        connection.settimeout(SOON)
        finished = False
        while time.monotonic() - began < PATIENCE + SOON:
            try:
                piece = connection.recv(65536)
            except TimeoutError:
                if came or finished:
                    break
                finished = True
                _finish(connection)
                continue
            except OSError:
                break
            if not piece:
                break
            came += piece
    return [int(status) for status in STATUS.findall(came)], time.monotonic() - began


def _finish(connection: socket.socket) -> None:
    """Say that nothing more comes, and wait longer."""
    try:
        connection.shutdown(socket.SHUT_WR)
    except OSError:
        return
    connection.settimeout(PATIENCE)


def works(server: Server, number: str) -> None:
    """A read and a write that must succeed."""
    bearer = {"Authorization": f"Bearer {server.token()}"}
    balance = requests.get(f"{server.url}/get-solde-carte?numeroCarte={number}", headers=bearer, timeout=5)
    assert balance.status_code == 200, balance.text
    payment = requests.post(
        f"{server.url}/paiements", timeout=5,
        headers={**bearer, "Idempotency-Key": uuid.uuid4().hex},
        json={"carteId": balance.json()["data"]["carteId"], "reference": "R",
              "montant": {"valeur": 100, "devise": "XOF"}},
    )  # fmt: skip
    assert payment.status_code == 201, payment.text


def endure(server: Server, seed: int, count: int) -> None:
    """Send *count* mutants, and look at the server before, meanwhile and after."""
    requests_, number = honest(server), server.config["fixtures"]["cartes"]["active"]
    for parts in requests_:
        statuses, _ = outcome(server.port, Mutant(((0.0, parts.octets()),)))
        assert len(statuses) == 1
        assert statuses[0] < 500
    wrong: list[tuple[Mutant, list[int], float]] = []

    def tried(mutant: Mutant) -> None:
        statuses, seconds = outcome(server.port, mutant)
        if any(status >= 500 for status in statuses) or seconds > PATIENCE:
            wrong.append((mutant, statuses, seconds))

    def all_of(seed: int, count: int) -> None:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for _ in pool.map(tried, mutants(requests_, seed, count)):
                pass

    all_of(seed + 1, min(WARMING, count))
    before = server.memory
    rounds = max(1, count // 500)
    for each in range(rounds):
        all_of(seed + 10 * (each + 1), count // rounds)
        works(server, number)
    assert not wrong, f"{len(wrong)} of {count}, first: {wrong[0]}"
    assert server.memory - before < GROWTH, f"{(server.memory - before) / 2**20:.1f} MB more"


def test_mutated_requests_break_nothing(server: Server) -> None:
    endure(server, seed=1, count=500)


@pytest.mark.soak
@pytest.mark.parametrize("seed", [1000])
def test_ten_thousand_mutated_requests_break_nothing(server: Server, seed: int) -> None:
    endure(server, seed, count=10_000)


def test_mutants_come_from_their_seed(server: Server) -> None:
    parts = [Parts(b"GET", b"/x", ((b"Host", b"a"),))]
    assert list(mutants(parts, 7, 50)) == list(mutants(parts, 7, 50))
    assert list(mutants(parts, 7, 50)) != list(mutants(parts, 8, 50))
