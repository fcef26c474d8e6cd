"""``cynod conform --env`` sets what a report's lines need, and nothing of it stands in the lines."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from cynod_conformance.http.authorization import basic
from cynod_conformance.observe import Exchange, Request, Response
from cynod_conformance.reproduction.exchange_log import ExchangeLog
from cynod_conformance.reproduction.redaction import Redactor
from cynod_conformance.reproduction.script import script

pytestmark = pytest.mark.slow

CYNOD = Path(sys.executable).with_name("cynod")
SECRET = """it's "$HOME" \\ `id` é"""
CONFIG = f"""
[target]
ca_file = "/tmp/an authority.pem"
[credentials.primary]
consumer_key = "shop"
consumer_secret = '''{SECRET}'''
[credentials.other]
consumer_key = "other"
consumer_secret = "env:CYNOD_OTHERS"
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "cynod.toml"
    path.write_text(CONFIG, encoding="utf-8")
    return path


def test_bash_has_every_value_as_it_is(config: Path) -> None:
    names = ("PRIMARY_KEY", "PRIMARY_SECRET", "PRIMARY_PAIR", "OTHER_KEY", "OTHER_SECRET")
    shown = " ".join(f'"$CYNOD_{name}"' for name in names) + ' "$CURL_CA_BUNDLE"'
    text = f'eval "$({CYNOD} conform --env --config {config})"; printf "%s\\n" {shown}'
    outside = {"CYNOD_OTHERS": "from outside", "PATH": "/usr/bin:/bin"}
    done = subprocess.run(["bash", "-c", text], env=outside, capture_output=True, text=True, check=True)
    pair = basic("shop", SECRET).removeprefix("Basic ")
    assert done.stdout.splitlines() == [
        "shop", SECRET, pair, "other", "from outside", "/tmp/an authority.pem",
    ]  # fmt: skip


def test_it_wants_a_configuration() -> None:
    done = subprocess.run([CYNOD, "conform", "--env"], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines()[0] == "error: --env needs --config cynod.toml"


@pytest.mark.parametrize("secret", ["abc", "a-secret-of-some-length"])
def test_lines_take_secrets_of_any_length_from_there(secret: str) -> None:
    redactor, exchange_log = Redactor(), ExchangeLog("0123456789")
    redactor.add_pair("shop", secret, "primary")
    form = (("User-Agent", "x"), ("Authorization", basic("shop", secret)))
    granted = Exchange(
        "1", None, Request("POST", "http://x/token", form, b"grant_type=client_credentials"),
        Response(200, (), b'{"access_token": "tok-A1B2C3D4E5F6G7H8"}'),
    )  # fmt: skip
    bearer = (("User-Agent", "x"), ("Authorization", "Bearer tok-A1B2C3D4E5F6G7H8"))
    used = Exchange("2", None, Request("GET", "http://x/cf-0123456789-1", bearer), Response(200, (), b"{}"))
    exchange_log.see(granted, 1.0)
    exchange_log.begin()
    exchange_log.see(used, 1.1)
    begin, nonce, take, token, last, end = script(exchange_log, redactor, used)
    assert (begin, end) == ("(", ")")  # so that what cannot be taken ends the lines, pasted ones too
    assert nonce.startswith("CYNOD_NONCE=")
    assert take.startswith("take() {")
    assert '-u "$CYNOD_PRIMARY_KEY:$CYNOD_PRIMARY_SECRET"' in token
    assert last == 'curl -sS -i -g -H "Authorization: Bearer $TOKEN_1" "http://x/cf-$CYNOD_NONCE-1"'
    assert secret not in token + last
