"""A database that is opened again: its partners, secrets and tokens are those it had."""

from __future__ import annotations

import pytest
from cross_room.sandboxes import Sandbox, again, located, running, start

pytestmark = pytest.mark.slow


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, new_database) -> str:
    return new_database(request.param)


def pair(sandbox: Sandbox, name: str = "primary") -> tuple[str, str]:
    found = sandbox.config["credentials"][name]
    return found["consumer_key"], found["consumer_secret"]


def test_credentials_tokens_cards_and_cursors_outlive_a_restart(url, tmp_path):
    sandbox = start(tmp_path, database=url)
    primary, card = sandbox.as_("primary"), sandbox.card("active")
    body = {"carteId": card, "reference": "R-1", "montant": {"valeur": 500, "devise": "XOF"}}
    made = [primary.create("/recharges", body) for _ in range(3)]
    page = primary("GET", "/recharges?limite=2").json()["data"]
    assert sandbox.stop() == 0

    sandbox = again(sandbox)
    try:
        primary.base_url = sandbox.base_url
        assert primary("GET", located(made[0])).json()["data"] == made[0].json()["data"]
        rest = primary("GET", f"/recharges?limite=2&curseur={page['curseurSuivant']}").json()["data"]
        assert rest["recharges"] == [made[0].json()["data"]]
        assert sandbox.log_in(*pair(sandbox)).status_code == 200
    finally:
        sandbox.stop()


def test_a_new_configuration_is_a_rotation(url, tmp_path):
    def secrets(count: int) -> list[Sandbox]:
        """As many starts with ``--write-config``; the last one runs."""
        found = []
        for number in range(count):
            folder = tmp_path / str(number)
            folder.mkdir()
            found.append(start(folder, database=url))
            if number < count - 1:
                found[-1].stop()
        return found

    *earlier, last = secrets(3)
    try:
        keys = {pair(each)[0] for each in (*earlier, last)}
        assert len(keys) == 1
        cards = [each.config["fixtures"] for each in (*earlier, last)]
        assert cards[0] == cards[1] == cards[2]
        statuses = [last.log_in(*pair(each)).status_code for each in (*earlier, last)]
        assert statuses == [401, 200, 200]
    finally:
        last.stop()


def test_partners_of_a_file_take_the_place_of_the_seeds(url, tmp_path):
    planted = start(tmp_path, database=url)
    assert planted.stop() == 0
    file = tmp_path / "partners.toml"
    file.write_text(
        '[[partners]]\nconsumer_key = "shop"\nconsumer_secrets = ["one", "two"]\nscopes = ["solde:lire"]\n',
        encoding="utf-8",
    )
    sandbox = again(planted, "--partners", str(file))
    try:
        statuses = [sandbox.log_in("shop", secret).status_code for secret in ("one", "two", "three")]
        assert statuses == [200, 200, 401]
        assert sandbox.log_in(*pair(planted)).status_code == 401
    finally:
        sandbox.stop()


def test_a_partner_calls_from_its_addresses_alone_as_a_trusted_proxy_tells(new_database, tmp_path):
    seen = {
        None: 403,
        "203.0.113.7": 200,
        "203.0.113.7, 198.51.100.9": 403,
        "198.51.100.9, 203.0.113.7": 200,
        "203.0.113.7, 10.1.2.3": 200,
        "no address": 403,
    }
    proxies = ("--trusted-proxy", "127.0.0.1", "--trusted-proxy", "10.0.0.0/8")
    with running(tmp_path, *proxies) as sandbox:
        for forwarded, status in seen.items():
            headers = {"X_Forwarded_For": forwarded} if forwarded else {}
            answer = sandbox.log_in(*pair(sandbox, "elsewhere"), **headers)
            assert answer.status_code == status, forwarded
    with running(tmp_path) as sandbox:
        answer = sandbox.log_in(*pair(sandbox, "elsewhere"), X_Forwarded_For="203.0.113.7")
        assert (answer.status_code, answer.json()["code"]) == (403, "2101")
