"""The two servers under measure, each a process of its own."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import tempfile
import tomllib
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil

CARDS = 20  # over which payments are spread: a balance is a sum, and should stay a short one


@dataclass(frozen=True)
class Server:
    """A server that runs, a token that opens both operations, and the cards to use."""

    name: str
    process: psutil.Process
    url: str
    token: str
    number: str
    cards: Sequence[str]

    @property
    def cpu(self) -> float:
        """Seconds of processor that its process has used, in user and kernel mode."""
        times = self.process.cpu_times()
        return float(times.user + times.system)


@contextmanager
def handwritten(database: str) -> Iterator[Server]:
    """``bench.handwritten`` on the database at the URL *database*."""
    with _running([sys.executable, "-m", "bench.handwritten", database]) as (process, line):
        yield Server("handwritten", process, **json.loads(line))


@contextmanager
def generated(database: str) -> Iterator[Server]:
    """``cynod sandbox`` on the database at the URL *database*, its log kept to warnings as the other's is."""
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "cynod.toml"
        options = ["--port", "0", "--write-config", str(config), "--log-level", "warning"]
        options += ["--database", database]
        with _running([sys.executable, "-m", "cynod_sandbox", *options]) as (process, line):
            known = tomllib.loads(config.read_text(encoding="utf-8"))
            url = line.split()[-1]
            core, primary = (token_of(url, known["credentials"][name]) for name in ("core", "primary"))
            partner = known["credentials"]["primary"]["consumer_key"]
            made = [_card(url, core, partner) for _ in range(CARDS)]
            yield Server(
                "generated", process, url, primary, made[0]["numeroCarte"], [each["carteId"] for each in made]
            )


@contextmanager
def _running(command: Sequence[str]) -> Iterator[tuple[psutil.Process, str]]:
    """A process, and the first line that it prints."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield psutil.Process(process.pid), process.stdout.readline()
    finally:
        process.terminate()
        process.wait(20)


def token_of(url: str, pair: dict[str, str]) -> str:
    """An access token with every scope that the credential *pair* holds."""
    basic = base64.b64encode(f"{pair['consumer_key']}:{pair['consumer_secret']}".encode()).decode()
    headers = {"Authorization": f"Basic {basic}", "Content-Type": "application/x-www-form-urlencoded"}
    token: str = _post(url, "/oauth2/token", b"grant_type=client_credentials", headers)["access_token"]
    return token


def _card(url: str, token: str, partner: str) -> dict[str, Any]:
    card = {
        "titulaire": "Bench",
        "devise": "XOF",
        "soldeInitial": 10**12,
        "dateExpiration": "2099-12-31",
        "partenaires": [partner],
    }
    headers = {
        "Authorization": f"Bearer {token}",
        "Content-Type": "application/json",
        "Idempotency-Key": uuid.uuid4().hex,
    }
    data: dict[str, Any] = _post(url, "/cartes", json.dumps(card).encode(), headers)["data"]
    return data


def _post(url: str, path: str, body: bytes, headers: dict[str, str]) -> dict[str, Any]:
    connection = HTTPConnection(urlsplit(url).netloc, timeout=10)
    connection.request("POST", path, body, headers)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    if answer.status not in (200, 201):
        raise RuntimeError(f"{path} answered {answer.status}: {content[:300]!r}")
    value: dict[str, Any] = json.loads(content)
    return value
