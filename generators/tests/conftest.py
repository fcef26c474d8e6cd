"""A server generated from the shipped contract, started once, and a client that adds nothing of its own."""

from __future__ import annotations

import base64
import http.client
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from click.testing import CliRunner

from cynod_generators.cli import generate
from cynod_spec import load_contract
from cynod_spec.model import Contract, Operation

SPEC = os.environ.get("CYNOD_TEST_SPEC")  # another contract to run these tests on


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Message
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Client:
    """One server, its contract, and the partners it was started with."""

    def __init__(self, contract: Contract, port: int) -> None:
        self.contract = contract
        self.port = port
        self._tokens: dict[tuple[str, str], str] = {}

    def send(
        self,
        method: str,
        target: str,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
    ) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.putrequest(method, target, skip_accept_encoding=True)
            for name, value in (headers or {}).items():
                connection.putheader(name, value)
            if body is not None and "Content-Length" not in (headers or {}):
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        finally:
            connection.close()

    def basic(self, who: str) -> str:
        pair = f"{who}:{who}-secret"
        return "Basic " + base64.b64encode(pair.encode()).decode()

    def form(self, effect: str, values: Mapping[str, str] | list[tuple[str, str]], **headers: str) -> Answer:
        operation = self.contract.find(effect)
        assert operation is not None
        sent = {"Content-Type": "application/x-www-form-urlencoded", **headers}
        return self.send("POST", operation.path, sent, urlencode(values).encode())

    def token(self, who: str = "full", scope: str = "") -> str:
        if (who, scope) not in self._tokens:
            values = {"grant_type": "client_credentials", "scope": scope}
            answer = self.form("token", values, Authorization=self.basic(who))
            assert answer.status == 200, answer.body
            self._tokens[who, scope] = answer.json["access_token"]
        return self._tokens[who, scope]

    def call(
        self,
        operation: Operation,
        *,
        who: str | None = "full",
        headers: Mapping[str, str | None] | None = None,
        body: Any = None,
        raw: bytes | None = None,
        query: list[tuple[str, str]] | None = None,
        method: str | None = None,
    ) -> Answer:
        """A valid call of *operation*, but for what the arguments change; a None header is left out."""
        sent: dict[str, str | None] = {}
        if who is not None:
            sent["Authorization"] = f"Bearer {self.token(who)}"
        path = operation.path
        values: list[tuple[str, str]] = []
        for parameter in operation.parameters:
            if parameter.place == "path":
                path = path.replace("{" + parameter.name + "}", quote(str(parameter.example or "x")))
            elif parameter.required and parameter.place == "query":
                values.append((parameter.name, str(parameter.example)))
            elif parameter.required and parameter.place == "header":
                sent[parameter.name] = str(parameter.example)
        payload = raw
        if operation.body is not None and raw is None:
            value = body if body is not None else next(iter(operation.body.examples.values()))
            payload = json.dumps(value).encode()
        if operation.body is not None:
            sent["Content-Type"] = operation.body.media_types[0]
        sent.update(headers or {})
        asked = values if query is None else query
        target = path + ("?" + urlencode(asked) if asked else "")
        kept = {name: value for name, value in sent.items() if value is not None}
        return self.send(method or operation.method, target, kept, payload)

    def code(self, answer: Answer) -> str:
        """The role name of the code in *answer*."""
        member = self.contract.envelopes["success"].member("code")
        assert member is not None
        value = answer.json
        for token in member.path:
            value = value[token]
        code = self.contract.code_of(value)
        assert code is not None
        assert code.status in (0, answer.status)
        return code.name

    def operation(self, effect: str, resource: str | None = None) -> Operation:
        found = self.contract.find(effect, resource)
        assert found is not None
        return found


def run(*arguments: str) -> Any:
    """``cynod generate server`` with *arguments*."""
    spec = ["--spec", SPEC] if SPEC and "--spec" not in arguments else []
    return CliRunner().invoke(generate, ["server", "--target", "fastapi", *arguments, *spec])


def partners(contract: Contract) -> str:
    scopes = json.dumps(list(contract.security.scopes))
    one = json.dumps(
        [contract.operations[-1].scopes[0] if contract.operations[-1].scopes else "nothing:here"]
    )
    tables = {
        "full": f"scopes = {scopes}\nbasic = true",
        "limited": f"scopes = {one}",
        "suspended": f"scopes = {scopes}\nbasic = true\nsuspended = true",
        "elsewhere": f'scopes = {scopes}\nbasic = true\nallowed_ips = ["192.0.2.0/24"]',
        "other": f"scopes = {scopes}",
    }
    return "\n".join(
        f'[[partners]]\nconsumer_key = "{key}"\nconsumer_secret = "{key}-secret"\n{rest}\n'
        for key, rest in tables.items()
    )


def start(
    folder: Path, *arguments: str, package: str = "cynod_server", first: Path | None = None
) -> tuple[subprocess.Popen[str], int]:
    """Start the server in *folder*; the port it listens on. Modules in *first* hide others of their names."""
    command = [sys.executable, "-m", package, "--port", "0", *arguments]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, filter(None, (first, folder))))}
    process = subprocess.Popen(
        command, env=environment, cwd=folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line.startswith("listening on "):
        _, errors = process.communicate(timeout=10)
        raise AssertionError(line + errors)
    return process, int(line.rsplit(":", 1)[1].partition("/")[0])


@pytest.fixture(scope="session")
def contract() -> Contract:
    return load_contract(SPEC)


@pytest.fixture(scope="session")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("server")
    result = run("-o", str(folder))
    assert result.exit_code == 0, result.output
    return folder


@pytest.fixture(scope="session")
def client(generated: Path, contract: Contract) -> Iterator[Client]:
    (generated / "partners.toml").write_text(partners(contract))
    process, port = start(generated, "--partners", "partners.toml", "--cors-origin", "https://app.example")
    try:
        yield Client(contract, port)
    finally:
        process.terminate()
        process.communicate(timeout=20)
