"""A generated server with handlers of its own, its failures, and its command line."""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import urljoin

import pytest

from cynod_spec.model import Contract

from .conftest import Client, partners, run, start

pytestmark = pytest.mark.slow

HANDLERS = '''
from .._generated.calls import Call, Result
from .._generated.handling import HandlerSet
from .._generated.refusals import Refusal, Unimplemented


class Handlers(HandlerSet):
    """Dispatches on effect and resource: holds under any naming."""

    def find(self, operation):
        name = f"{operation.effect}_{operation.resource}".replace("-", "_")
        return getattr(self, name, None)

    def credit_top_up(self, call: Call) -> Result:
        made = call.represent("top-up", {
            "id": "a/b c", "card": call.role("card"), "amount": call.role("amount"),
            "currency": call.role("currency"), "reference": call.role("reference"),
            "label": call.role("label"), "state": call.state("top-up", "done"),
            "date": "2026-01-01T00:00:00Z",
        })
        return Result(call.answer(resource=made), replayed=call.role("amount") == 1)

    async def list_top_up(self, call: Call):
        assert call.role("limit") == 20
        return call.answer(resources=[], next=None)

    def read_top_up(self, call: Call):
        raise Refusal("top-up-unknown", debug="none")

    def debit_payment(self, call: Call):
        raise RuntimeError("secret /etc/passwd")

    def read_payment(self, call: Call):
        raise Unimplemented
'''


def test_handlers_answer_by_role(contract: Contract, tmp_path: Path) -> None:
    assert run("-o", str(tmp_path)).exit_code == 0
    (tmp_path / "cynod_server" / "handlers" / "__init__.py").write_text(HANDLERS)
    (tmp_path / "partners.toml").write_text(partners(contract))
    process, port = start(tmp_path, "--partners", "partners.toml", "--unimplemented", "error")
    try:
        client = Client(contract, port)
        credit = client.operation("credit")
        answer = client.call(credit)
        assert answer.status == 201, answer.body
        read = client.operation("read", "top-up")
        assert urljoin(credit.path, answer.headers["Location"]) == read.path.partition("{")[0] + "a%2Fb%20c"
        replayed = next(h.name for h in credit.success.headers if h.role == "replayed")
        assert replayed not in answer.headers
        assert credit.body is not None
        body = json.loads(json.dumps(next(iter(credit.body.examples.values()))))
        node = body
        for token in credit.request["amount"].path[:-1]:
            node = node[token]
        node[credit.request["amount"].path[-1]] = 1
        assert client.call(credit, body=body).headers[replayed] == "true"
        assert client.call(client.operation("list", "top-up")).status == 200
        answer = client.call(read)
        assert (answer.status, client.code(answer)) == (404, "top-up-unknown")
        answer = client.call(client.operation("debit"))
        assert (answer.status, client.code(answer)) == (500, "internal")
        assert b"passwd" not in answer.body
        assert b"RuntimeError" not in answer.body
        assert client.code(client.call(client.operation("read", "payment"))) == "internal"
    finally:
        process.terminate()
        _, errors = process.communicate(timeout=20)
    assert "RuntimeError" in errors


def test_a_new_operation_lets_old_handlers_start(contract: Contract, tmp_path: Path) -> None:
    document = json.loads(json.dumps(contract.document))
    item = next(i for p, i in document["paths"].items() if "get" in i and "{" not in p)
    gone = contract.find("whoami")
    assert gone is not None
    del document["paths"][gone.path]
    document["paths"]["/brand-new"] = {"get": {**item["get"], "operationId": "brandNew"}}
    assert run("-o", str(tmp_path)).exit_code == 0
    handlers = tmp_path / "cynod_server" / "handlers" / "__init__.py"
    from cynod_generators.emit.python_literals import identifier

    handlers.write_text(
        handlers.read_text() + f"\n    def {identifier(gone.id)}(self, call):\n        return None\n"
    )
    source = tmp_path / "contract.json"
    source.write_text(json.dumps(document))
    result = run("-o", str(tmp_path), "--spec", str(source))
    assert result.exit_code == 0, result.output
    assert f"no operation is called {identifier(gone.id)} any more" in result.output
    process, port = start(tmp_path)
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        connection.request("GET", "/brand-new")
        assert connection.getresponse().status == 401
    finally:
        process.terminate()
        process.communicate(timeout=20)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--partners", "absent.toml"], "absent.toml"),
        (["--partners", "bad.toml"], "no TOML"),
        (["--partners", "odd.toml"], "consumer_secret"),
        (["--host", "0.0.0.0"], "--allow-http"),
        (["--token-ttl", "3601"], "3600"),
        (["--port", "x"], "port"),
        (["--tls-cert", "absent.pem"], "certificate"),
    ],
)
def test_a_start_that_cannot_be_is_one_line_and_2(generated: Path, arguments: list[str], said: str) -> None:
    (generated / "bad.toml").write_text("[[partners")
    (generated / "odd.toml").write_text('[[partners]]\nconsumer_key = "a"\n')
    done = _run(generated, *arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_port_in_use(generated: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = _run(generated, "--port", str(taken.getsockname()[1]))
    assert done.returncode == 2
    assert "cannot listen" in done.stderr
    assert "Traceback" not in done.stderr


def test_without_partners_nobody_gets_in(generated: Path, contract: Contract) -> None:
    process, port = start(generated)
    try:
        client = Client(contract, port)
        grant = {"grant_type": "client_credentials"}
        answer = client.form("token", grant, Authorization=client.basic("full"))
        assert answer.status == 401
        assert client.call(client.operation("health"), who=None).status == 200
    finally:
        process.terminate()
        process.communicate(timeout=20)


def _run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "cynod_server", "--port", "0", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    return subprocess.run(
        command, env=environment, cwd=folder, text=True, capture_output=True, timeout=30, check=False
    )
