"""A real sandbox over real HTTP, one for each module, and callers of it."""

from __future__ import annotations

import subprocess
import sys
import tomllib
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests


@dataclass
class Caller:
    """A credential with a token of its own."""

    base_url: str
    session: requests.Session

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> requests.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.session.request(
            method, self.base_url + path, json=body, headers=named, allow_redirects=False, timeout=10
        )

    def create(self, path: str, body: Any, key: str | None = None) -> requests.Response:
        return self("POST", path, body, Idempotency_Key=key or uuid.uuid4().hex)


@dataclass
class Sandbox:
    """A running sandbox and its ``cynod.toml``."""

    base_url: str
    config: dict[str, Any]

    def as_(self, name: str, scope: str | None = None) -> Caller:
        pair = self.config["credentials"][name]
        form = {"grant_type": "client_credentials"} | ({"scope": scope} if scope else {})
        answer = requests.post(
            f"{self.base_url}/oauth2/token",
            data=form,
            auth=(pair["consumer_key"], pair["consumer_secret"]),
            timeout=10,
        )
        assert answer.status_code == 200, answer.text
        session = requests.Session()
        session.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        return Caller(self.base_url, session)

    def card(self, name: str) -> str:
        """The id of a fixture card."""
        number = self.config["fixtures"]["cartes"][name]
        return self.as_("primary")("GET", f"/get-solde-carte?numeroCarte={number}").json()["data"]["carteId"]


def start(folder: Path, *arguments: str) -> tuple[subprocess.Popen[str], Sandbox]:
    """A sandbox of its own; what it prints after the line that says where it listens is left to be read."""
    config = folder / "cynod.toml"
    process = subprocess.Popen(
        [sys.executable, "-m", "cynod_sandbox", "--port", "0", "--write-config", str(config), *arguments],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line.startswith("listening on "), line
    return process, Sandbox(line.split()[-1], tomllib.loads(config.read_text(encoding="utf-8")))


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    process, running = start(tmp_path_factory.mktemp("sandbox"))
    yield running
    process.terminate()
    assert process.wait(10) == 0
