"""Sandboxes that run, on any database, and callers of them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tomllib
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests

COMMAND = (sys.executable, "-m", "cynod_sandbox")
WAIT = 20  # seconds for an answer, or for an end


@dataclass
class Caller:
    """A credential with a token of its own."""

    base_url: str
    session: requests.Session

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> requests.Response:
        """The answer to one request; header names are written with ``_``."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.session.request(
            method, self.base_url + path, json=body, headers=named, allow_redirects=False, timeout=WAIT
        )

    def create(self, path: str, body: Any, key: str | None = None) -> requests.Response:
        """The answer to a creation, under a new key unless one is given."""
        return self("POST", path, body, Idempotency_Key=key or uuid.uuid4().hex)


def located(answer: requests.Response) -> str:
    """The path to which the Location of *answer* leads, from the root of its server."""
    return urlsplit(urljoin(answer.url, answer.headers["Location"])).path


@dataclass
class Sandbox:
    """A running sandbox, its ``cynod.toml`` and the URL of its database."""

    base_url: str
    config: dict[str, Any]
    database: str
    process: subprocess.Popen[str]

    def token(self, name: str, scope: str | None = None) -> str:
        """A new token of a credential."""
        pair = self.config["credentials"][name]
        answer = self.log_in(pair["consumer_key"], pair["consumer_secret"], scope)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["access_token"])

    def log_in(self, key: str, secret: str, scope: str | None = None, **headers: str) -> requests.Response:
        """The answer of the token endpoint to a pair."""
        form = {"grant_type": "client_credentials"} | ({"scope": scope} if scope else {})
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        url = f"{self.base_url}/oauth2/token"
        return requests.post(url, data=form, auth=(key, secret), headers=named, timeout=WAIT)

    def as_(self, name: str, scope: str | None = None) -> Caller:
        """A caller with a new token of a credential."""
        session = requests.Session()
        session.mount("http://", requests.adapters.HTTPAdapter(pool_maxsize=64))
        session.headers["Authorization"] = f"Bearer {self.token(name, scope)}"
        return Caller(self.base_url, session)

    def card(self, name: str) -> str:
        """The id of a fixture card."""
        number = self.config["fixtures"]["cartes"][name]
        read = self.as_("primary")("GET", f"/get-solde-carte?numeroCarte={number}")
        return str(read.json()["data"]["carteId"])

    def issue(self, amount: int, *partners: str) -> dict[str, Any]:
        """A new card with *amount* on it, opened to these credentials (``primary`` without any)."""
        keys = [self.config["credentials"][name]["consumer_key"] for name in partners or ("primary",)]
        body = {
            "titulaire": "Ndèye Fatou 梅",
            "devise": "XOF",
            "soldeInitial": amount,
            "dateExpiration": "2099-01-31",
            "partenaires": keys,
        }
        answer = self.as_("core").create("/cartes", body)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()["data"]
        return made

    def kill(self) -> None:
        """End every process of it at once, as a power cut would."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(WAIT)

    def stop(self) -> int:
        """Ask it to stop; gives its exit code."""
        self.process.terminate()
        return self.process.wait(WAIT)


def start(folder: Path, *arguments: str, database: str = "sqlite://", port: int = 0) -> Sandbox:
    """A new sandbox that answers; its configuration is written to *folder*."""
    config = folder / "cynod.toml"
    process = _open("--port", str(port), "--database", database, "--write-config", str(config), *arguments)
    base_url = _ready(process)
    return Sandbox(base_url, tomllib.loads(config.read_text(encoding="utf-8")), database, process)


def again(before: Sandbox, *arguments: str) -> Sandbox:
    """The sandbox of before, started anew on its database and port, with the credentials it had."""
    port = before.base_url.rpartition(":")[2]
    process = _open("--port", port, "--database", before.database, *arguments)
    return Sandbox(_ready(process), before.config, before.database, process)


@contextmanager
def running(folder: Path, *arguments: str, database: str = "sqlite://") -> Iterator[Sandbox]:
    """A sandbox while inside; it must stop in good order."""
    made = start(folder, *arguments, database=database)
    try:
        yield made
    finally:
        code = made.stop()
    assert code == 0


def _open(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen([*COMMAND, *arguments], stdout=subprocess.PIPE, text=True, start_new_session=True)


def _ready(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line.startswith("listening on "), line
    return line.split()[-1]
