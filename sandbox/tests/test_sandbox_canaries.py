"""Canaries: secrets, tokens and card numbers never show in logs, answers or errors; secrets not at rest."""

from __future__ import annotations

import base64
import logging
import secrets
import subprocess
from collections.abc import Iterator
from pathlib import Path
from traceback import format_exception
from typing import Any

import pytest
import requests
from cross_room.sandboxes import COMMAND, WAIT
from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError

from cynod_sandbox._generated.refusals import Refusal
from cynod_sandbox.storage.database import Database, DatabaseError
from cynod_sandbox.storage.engines import parse
from cynod_sandbox.storage.tables import metadata

pytestmark = pytest.mark.slow

KEY, SECRETS = "canari", [f"canary-secret-{secrets.token_hex(8)}" for _ in range(2)]


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, new_database) -> str:
    return new_database(request.param)


@pytest.fixture
def served(url, tmp_path) -> Iterator[tuple[str, Path]]:
    """The base URL of a sandbox that knows the canary's pair, and the file of all that it writes."""
    file, log = tmp_path / "partners.toml", tmp_path / "log"
    listed = ", ".join(f'"{secret}"' for secret in SECRETS)
    scopes = '["solde:lire", "core:carte:ecrire", "core:carte:lire"]'
    pair = f'consumer_key = "{KEY}"\nconsumer_secrets = [{listed}]'
    file.write_text(f"[[partners]]\n{pair}\nscopes = {scopes}\nbasic = true\n")
    with log.open("w") as output:
        process = subprocess.Popen(
            [*COMMAND, "--port", "0", "--database", url, "--workers", "2", "--partners", str(file)],
            stdout=subprocess.PIPE, stderr=output, text=True,
        )  # fmt: skip
        assert process.stdout is not None
        yield process.stdout.readline().split()[-1], log
        process.terminate()
        process.wait(WAIT)


def everything(url: str) -> str:
    """Every value of every row."""
    engine = create_engine(parse(url))
    with engine.connect() as connection:
        rows = [
            repr(tuple(bytes(value) if isinstance(value, memoryview) else value for value in row))
            for table in metadata.sorted_tables
            for row in connection.execute(text(f"SELECT * FROM {table.name}"))
        ]
    engine.dispose()
    return "\n".join(rows)


def test_no_canary_is_found_anywhere(served, url):
    base_url, log = served
    form = {"grant_type": "client_credentials"}
    tokens, bodies = [], []
    for secret in SECRETS:
        granted = requests.post(f"{base_url}/oauth2/token", form, auth=(KEY, secret), timeout=WAIT)
        tokens.append(granted.json()["access_token"])
    bearer = {"Authorization": f"Bearer {tokens[0]}"}
    card = {"titulaire": "A", "devise": "XOF", "soldeInitial": 0, "dateExpiration": "2099-01-31"}
    issued = requests.post(
        f"{base_url}/cartes", json=card, headers=bearer | {"Idempotency-Key": "canary-key-1"}, timeout=WAIT
    )
    number = issued.json()["data"]["numeroCarte"]
    pair = base64.b64encode(f"{KEY}:{SECRETS[0]}".encode()).decode()
    tries: tuple[tuple[str, str, Any, Any], ...] = (
        ("GET", f"/get-solde-carte?numeroCarte={number}", bearer, None),
        ("GET", f"/get-solde-carte?numeroCarte={number}x{SECRETS[0]}", bearer, None),
        ("GET", f"/cartes/{SECRETS[1]}", bearer, None),
        ("GET", f"/{tokens[0]}", {"Authorization": f"Bearer {tokens[1]}"}, None),
        ("GET", "/partenaires/moi", {"Authorization": f"Basic {pair}"}, None),
        ("GET", "/partenaires/moi", {"Authorization": f"Bearer {SECRETS[0]}"}, None),
        ("GET", "/partenaires/moi", {"Authorization": f"Nonsense {SECRETS[0]}"}, None),
        ("POST", "/oauth2/token", {}, {**form, "client_id": SECRETS[0], "client_secret": SECRETS[1]}),
        ("POST", "/oauth2/token", {}, {**form, "client_id": KEY, "client_secret": "", "scope": SECRETS[0]}),
        ("POST", "/oauth2/revoke", {"Authorization": f"Basic {pair}"}, {"token": tokens[1]}),
    )
    for method, path, headers, data in tries:
        answer = requests.request(method, base_url + path, headers=headers, data=data, timeout=WAIT)
        bodies.append(answer.text + str(answer.headers))

    kept, said = everything(url), log.read_text(encoding="utf-8")
    for canary in (*SECRETS, *tokens, pair):
        assert canary not in kept
        assert canary not in said
        assert not any(canary in body for body in bodies)
    assert number not in said
    assert not any(number in body for body in bodies)


def test_an_error_of_the_database_shows_no_value(url, caplog):
    database = Database(url)
    statement = text("INSERT INTO hidden VALUES (:value)")
    with database.transaction() as connection:
        connection.execute(text("CREATE TABLE hidden (value VARCHAR(80) PRIMARY KEY)"))
        connection.execute(statement, {"value": SECRETS[0]})
    with pytest.raises(DatabaseError) as caught, database.transaction() as connection:
        connection.execute(statement, {"value": SECRETS[0]})
    assert not any(secret in "".join(format_exception(caught.value)) for secret in SECRETS)

    def unavailable() -> None:
        raise OperationalError("SELECT 1", {"value": SECRETS[0]}, Exception(SECRETS[1]))

    with caplog.at_level(logging.DEBUG), pytest.raises(Refusal) as refused, database.transaction():
        unavailable()
    assert refused.value.code == "dependency-unavailable"
    assert dict(refused.value.headers)["Retry-After"]
    assert "the database does not answer" in caplog.text
    assert not any(secret in caplog.text for secret in SECRETS)
    database.close()
