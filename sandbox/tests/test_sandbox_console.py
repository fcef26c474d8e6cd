"""The console over HTTP: who may come in, what every page hides, what its forms do."""

from __future__ import annotations

import base64
import os
import re
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
import requests
from cross_room.consoles import Visitor, enter, open_console
from cross_room.sandboxes import Sandbox
from cross_room.waiting import wait_until

from cynod_sandbox.console import overview
from cynod_sandbox.console.money import shown
from cynod_sandbox.console.redaction import HIDDEN, Redactor
from cynod_sandbox.console.security_middleware import AllowedHosts
from cynod_sandbox.recording.record import Record

pytestmark = pytest.mark.slow

PAGES = ("/", "/requests", "/partners", "/cards", "/days", "/reset")
HOSTILE = "<img src=x onerror=alert(1)>\"'&{{7*7}}"


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Sandbox, Visitor]]:
    process, running, url = open_console(tmp_path_factory.mktemp("console"))
    yield running, Visitor(url)
    process.terminate()
    assert process.wait(20) == 0


def issue(sandbox: Sandbox, holder: str = "Ndèye Fatou") -> dict[str, str]:
    key = sandbox.config["credentials"]["primary"]["consumer_key"]
    body = {"titulaire": holder, "devise": "XOF", "soldeInitial": 70_000, "dateExpiration": "2099-01-31"}
    answer = sandbox.as_("core").create("/cartes", body | {"partenaires": [key]})
    assert answer.status_code == 201, answer.text
    found: dict[str, str] = answer.json()["data"]
    return found


# Who may come in


@pytest.mark.parametrize("path", [*PAGES, "/assets/style.css", "/metrics", "/login", "/nothing"])
def test_a_foreign_host_is_refused_everywhere(opened, path):
    _, visitor = opened
    port = visitor.url.rpartition(":")[2]
    for host in ("evil.example", f"evil.example:{port}", f"127.0.0.1.evil.example:{port}", "", "10.0.0.1"):
        answer = visitor.get(path, Host=host)
        assert (answer.status_code, "Set-Cookie" in answer.headers) in ((421, False), (400, False)), host
    assert visitor.get(path, Host=f"localhost:{port}").status_code < 500


@pytest.mark.parametrize(
    ("host", "allowed", "names", "others"),
    [
        (
            "127.0.0.1", (),
            ["localhost", "localhost:1", "127.0.0.1:80", "127.9.9.9", "[::1]:9", "[::1]", "LOCALHOST:8081",
             "localhost."],
            ["localhost.evil", "evil:80", "", ":80", "127.0.0.1.nip.io", "0.0.0.0:1", "10.0.0.1"],
        ),
        (
            "192.0.2.7", ("console.example", "[2001:db8::7]"),
            ["192.0.2.7", "192.0.2.7:8081", "console.example:8081", "Console.Example.", "[2001:db8::7]:1"],
            ["192.0.2.8", "localhost", "127.0.0.1", "evil.example", "x.console.example", "console.example.a"],
        ),
        (
            "0.0.0.0", ("console.example",),
            ["192.0.2.7", "[2001:db8::7]:1", "localhost:3", "console.example", socket.gethostname()],
            ["evil.example", "192.0.2.7.evil.example", "", "localhost.evil"],
        ),
        ("::", (), ["192.0.2.7", "[2001:db8::7]:1", "localhost:3"], ["evil.example"]),
        ("console.internal", (), ["console.internal:1"], ["localhost", "192.0.2.7", "console"]),
    ],
)  # fmt: skip
def test_host_names_of_the_console(host, allowed, names, others):
    hosts = AllowedHosts(host, allowed)
    assert [name for name in names if not hosts.include(name)] == []
    assert [name for name in others if hosts.include(name)] == []


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/reset", {}),
        ("/partners/partenaire-principal/secret", {}),
        ("/partners/partenaire-principal/retire", {}),
        ("/partners/partenaire-principal/suspension", {"suspended": "1"}),
        ("/partners/partenaire-principal/switches", {"latency": "5000"}),
        ("/cards/any/state", {"blocked": "1"}),
        ("/logout", {}),
    ],
)
def test_a_form_from_elsewhere_does_nothing(opened, path, fields):
    sandbox, visitor = opened
    visitor.get("/")
    for csrf in ({}, {"csrf": ""}, {"csrf": "0" * 64}):
        assert visitor.post(path, **fields, **csrf).status_code == 403
    other = Visitor(visitor.url)
    found = re.search(r'name="csrf" value="([0-9a-f]+)"', other.get("/reset").text)
    assert found
    assert visitor.post(path, csrf=found[1], **fields).status_code == 403, "the token of another session"
    origin = {"Origin": "https://evil.example"}
    assert other.post(path, origin, csrf=found[1], **fields).status_code == 403
    assert sandbox.as_("primary")("GET", "/partenaires/moi").ok


def test_pages_load_nothing_from_elsewhere_and_are_not_kept(opened):
    _, visitor = opened
    for path in PAGES:
        answer = visitor.get(path)
        assert answer.status_code == 200
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert "server" not in {name.lower() for name in answer.headers}
        assert not re.search(r"(?:src|href|action)=\"(?!/[a-z]?|#)", answer.text)
        assert not re.search(r"<script(?! src=)|\son\w+=|style=", answer.text)
    cookie = Visitor(visitor.url).get("/").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--admin-host", "0.0.0.0"], "is open to others"),
        (["--admin-password-file", "missing"], "cannot read the console's password"),
        (["--admin-password-file", "short"], "shorter than 8"),
        (["--admin-host", "0.0.0.0", "--admin-password-file", "long"], "plain HTTP"),
    ],
)
def test_wrong_use_is_one_line_and_exit_2(arguments, said, tmp_path):
    (tmp_path / "short").write_text("court\n", encoding="utf-8")
    (tmp_path / "long").write_text("assez long pour ça\n", encoding="utf-8")
    command = [sys.executable, "-m", "cynod_sandbox", "--port", "0", "--admin-port", "0", *arguments]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=30)
    assert done.returncode == 2
    assert said in done.stderr
    assert len([line for line in done.stderr.splitlines() if not line.startswith("document: ")]) == 1


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    folder = tmp_path_factory.mktemp("locked")
    (folder / "password").write_text("ouvre-toi, sésame\n", encoding="utf-8")
    process, _, url = open_console(folder, "--admin-password-file", str(folder / "password"))
    yield Visitor(url)
    process.terminate()
    assert process.wait(20) == 0


def test_a_password_is_asked_for_every_page(locked):
    stranger = Visitor(locked.url)
    for path in (*PAGES, "/requests/rows", "/nothing"):
        answer = stranger.get(path)
        assert (answer.status_code, answer.headers.get("Location")) == (303, "/login"), path
    assert stranger.post("/reset", csrf="x").status_code == 303
    assert stranger.get("/metrics").status_code == 401
    before = stranger.session.cookies.copy()
    assert enter(stranger, "ouvre-toi, sésame").status_code == 303
    assert stranger.session.cookies != before, "a session of its own from the login on"
    assert stranger.get("/").status_code == 200
    found = re.search(r'name="csrf" value="([0-9a-f]+)"', stranger.get("/").text)
    assert found
    assert stranger.post("/logout", csrf=found[1]).status_code == 303
    assert stranger.get("/").status_code == 303


def test_prometheus_gives_the_password_by_basic(locked):
    def ask(password: str) -> int:
        pair = base64.b64encode(f"prometheus:{password}".encode()).decode()
        return Visitor(locked.url).get("/metrics", Authorization=f"Basic {pair}").status_code

    assert ask("ouvre-toi, sésame") == 200
    assert ask("non") == 401


def test_wrong_passwords_have_to_wait(tmp_path):
    (tmp_path / "password").write_text("ouvre-toi, sésame", encoding="utf-8")
    process, _, url = open_console(tmp_path, "--admin-password-file", str(tmp_path / "password"))
    try:
        statuses = [enter(Visitor(url), f"essai {number}").status_code for number in range(6)]
        assert statuses == [403] * 5 + [429]
        right = enter(Visitor(url), "ouvre-toi, sésame")
        assert (right.status_code, int(right.headers["Retry-After"]) > 0) == (429, True)
    finally:
        process.terminate()
        process.wait(20)


# What is shown


def test_hostile_text_is_inert_wherever_it_shows(opened):
    sandbox, visitor = opened
    card = issue(sandbox, HOSTILE)
    primary = sandbox.as_("primary")
    primary("GET", "/<script>alert(1)</script>?x=%3Cscript%3E", User_Agent="<script>alert(2)</script>")
    newest = re.search(r"/requests/(\d+)", visitor.get("/requests/rows").text)
    assert newest
    for path in ("/", "/cards", f"/cards/{card['carteId']}", "/requests", f"/requests/{newest[1]}"):
        text = visitor.get(path).text
        assert "<img" not in text
        assert "<script>" not in text
    assert "&lt;img src=x onerror=alert(1)&gt;&#34;&#39;&amp;{{7*7}}" in visitor.get("/cards").text


def test_no_secret_and_no_card_number_on_any_page(opened):
    sandbox, visitor = opened
    canaries = [pair["consumer_secret"] for pair in sandbox.config["credentials"].values()]
    canaries += list(sandbox.config["fixtures"]["cartes"].values())
    issued = issue(sandbox)
    canaries.append(issued["numeroCarte"])
    primary = sandbox.as_("primary")
    canaries.append(primary.session.headers["Authorization"].partition(" ")[2])
    pair = sandbox.config["credentials"]["primary"]
    canaries.append(base64.b64encode(f"{pair['consumer_key']}:{pair['consumer_secret']}".encode()).decode())
    number = issued["numeroCarte"]
    primary("GET", f"/get-solde-carte?numeroCarte={number}")
    primary("GET", "/get-solde-carte?numeroCarte=" + "".join(f"%3{digit}" for digit in number))
    unknown = "4000123412341234"
    canaries.append(unknown)
    primary("GET", f"/get-solde-carte?numeroCarte={unknown}")
    primary.create("/recharges", {"carteId": number, "reference": number, "numero": unknown})
    form = {
        "grant_type": "client_credentials",
        "client_id": pair["consumer_key"],
        "client_secret": pair["consumer_secret"],
    }
    token = requests.post(f"{sandbox.base_url}/oauth2/token", data=form, timeout=10).json()["access_token"]
    canaries.append(token)
    requests.post(
        f"{sandbox.base_url}/oauth2/revoke", data=form | {"token": token, "grant_type": ""}, timeout=10
    )
    primary("GET", f"/partenaires/moi?access_token={token}", Cookie=f"x={token}", X_Api_Key=token)
    requests.get(
        f"{sandbox.base_url}/partenaires/moi",
        auth=(pair["consumer_key"], pair["consumer_secret"]),
        timeout=10,
    )
    ids = sorted(set(re.findall(r"/requests/(\d+)", visitor.get("/requests").text)), key=int)
    assert len(ids) >= 10
    cards = re.findall(r'href="(/cards/[^"]+)"', visitor.get("/cards").text)
    partners = re.findall(r'href="(/partners/[^"]+)"', visitor.get("/partners").text)
    for path in [*PAGES, *cards, *partners, *(f"/requests/{id}" for id in ids), "/metrics"]:
        text = visitor.get(path).text
        leaked = [canary for canary in canaries if canary in text]
        assert not leaked, (path, leaked)


def test_the_redactor_knows_places_and_numbers():
    redactor = Redactor(["5399410000001234"])
    assert redactor.text('{"numeroCarte":"5399410000001234"}') == '{"numeroCarte":"************1234"}'
    assert redactor.text("x5399410000001234y") == "x************1234y"
    assert redactor.text('{"a":"41112222333344445"}') == '{"a":"*************4445"}'
    assert redactor.text('{"valeur":9007199254740991}') == '{"valeur":9007199254740991}', "an amount"
    assert (
        redactor.body(b'{"access_token":"abc","n":1}') == f'{{\n  "access_token": "{HIDDEN}",\n  "n": 1\n}}'
    )
    assert (
        redactor.body(b"client%5Fsecret=s&client_secret=t")
        == f"client_secret={HIDDEN}&client_secret={HIDDEN}"
    )
    lines = redactor.headers((("authorization", "Basic eDp5"), ("cookie", "a b"), ("accept", "*/*")))
    assert lines == [("authorization", f"Basic {HIDDEN}"), ("cookie", HIDDEN), ("accept", "*/*")]
    record = Record(0, "", "GET", "http://h/a%0Ab?token=x&c=5399410000001234#f", ())
    assert redactor.target(record) == f"/a\nb?token={HIDDEN}&c=************1234"


def test_the_first_calls_are_lines_whatever_the_document_names(tmp_path):
    nasty = "/$(touch canary)';touch canary;`touch canary`{a,b}"
    token = SimpleNamespace(path=nasty, method="POST")
    balance = SimpleNamespace(
        path=nasty, method="GET", request={"number": SimpleNamespace(name="$(touch x)&")}
    )
    contract: Any = SimpleNamespace(find=lambda effect, resource="": token if effect == "token" else balance)
    program = tmp_path / "curl"
    program.write_text('#!/bin/sh\nprintf "%s\\0" "$@"\n')
    program.chmod(0o755)
    environment = {
        "PATH": f"{tmp_path}:{os.environ['PATH']}",
        "CONSUMER_KEY": "k",
        "CONSUMER_SECRET": "s",
        "JETON": "t",
        "TOUCH_X": "1",
    }
    sent = [
        subprocess.run(
            ["bash", "-c", line], env=environment, cwd=tmp_path, capture_output=True, check=True
        ).stdout
        for _, line in overview.calls(contract, "http://h:1")
    ]
    asked, read = (words.decode().split("\0") for words in sent)
    assert asked[-2] == f"http://h:1{nasty}"
    assert asked[asked.index("-u") + 1] == "k:s"
    assert read[-2] == f"http://h:1{nasty}?%24%28touch%20x%29%26=1"
    assert [path.name for path in tmp_path.iterdir()] == ["curl"]


def test_amounts_are_written_as_people_do():
    assert shown(1_234_567, "XOF", "fr") == "1\u202f234\u202f567\u00a0XOF"
    assert shown(-1_234_567, "EUR", "en") == "\u221212,345.67\u00a0EUR"
    assert shown(5, "TND", "fr", signed=True) == "+0,005\u00a0TND"


def test_every_page_is_in_the_language_of_the_visitor(opened):
    _, visitor = opened
    for path in PAGES:
        assert '<html lang="fr">' in Visitor(visitor.url).get(path, Accept_Language="de").text
        english = visitor.session.get(visitor.url + path, headers={"Accept-Language": "en-GB, fr;q=0.5"})
        assert '<html lang="en">' in english.text
    chosen = Visitor(visitor.url)
    chosen.get("/?lang=en")
    assert '<html lang="en">' in chosen.get("/cards").text
    assert '<html lang="fr">' in chosen.get("/cards?lang=fr").text


# What is judged


def test_a_broken_clause_is_named_with_its_sentence(tmp_path):
    from cynod_spec import load_contract

    process, sandbox, url = open_console(tmp_path, "--fault", "successes-name-the-software")
    try:
        requests.get(f"{sandbox.base_url}/sante", timeout=10)
        rows = Visitor(url).get("/requests/rows?broken=1", Accept_Language="fr").text
        assert "LEA-3" in rows
        assert load_contract().clause("LEA-3").text.fr in rows.replace("&#39;", "'").replace("&#34;", '"')
        newest = re.search(r"/requests/(\d+)", rows)
        assert newest
        assert "LEA-3" in Visitor(url).get(f"/requests/{newest[1]}").text
    finally:
        process.terminate()
        process.wait(20)


def test_the_sandbox_as_it_is_breaks_nothing(opened):
    sandbox, visitor = opened
    primary, card = sandbox.as_("primary"), issue(sandbox)
    body = {"carteId": card["carteId"], "reference": "R", "montant": {"valeur": 500, "devise": "XOF"}}
    primary.create("/paiements", body)
    primary.create("/paiements", body | {"montant": 1})
    primary.create("/paiements", body | {"reference": "R2"}, key="x")
    primary("HEAD", "/partenaires/moi")
    primary("OPTIONS", "/partenaires/moi")
    primary("DELETE", "/partenaires/moi")
    primary("GET", "/rien")
    primary("GET", "/partenaires/moi", X_Cynod_Sandbox="code=9999")
    rows = visitor.get("/requests/rows?broken=1").text
    assert "/requests/" not in rows, rows


# What is done


def test_a_rotated_secret_is_shown_once_and_works_beside_the_old_one(opened):
    sandbox, visitor = opened
    pair = sandbox.config["credentials"]["other"]
    path = f"/partners/{pair['consumer_key']}"

    def enters(secret: str) -> bool:
        form = {"grant_type": "client_credentials"}
        url = f"{sandbox.base_url}/oauth2/token"
        return requests.post(url, data=form, auth=(pair["consumer_key"], secret), timeout=10).ok

    assert visitor.send(f"{path}/secret").headers["Location"] == path
    shown_once = re.search(r'role="alert">.*?<code>([\w-]+)</code>', visitor.get(path).text, re.DOTALL)
    assert shown_once
    secret = shown_once[1]
    assert secret not in visitor.get(path).text
    assert enters(secret)
    assert enters(pair["consumer_secret"])
    visitor.send(f"{path}/retire")
    assert enters(secret)
    assert not enters(pair["consumer_secret"])


def test_a_suspended_partner_is_out_until_reinstated(opened):
    sandbox, visitor = opened
    limited = sandbox.as_("limited")
    path = f"/partners/{sandbox.config['credentials']['limited']['consumer_key']}/suspension"
    visitor.send(path, suspended="1")
    assert limited("GET", "/partenaires/moi").status_code == 403
    visitor.send(path, suspended="0")
    assert limited("GET", "/partenaires/moi").ok


def test_a_card_is_blocked_and_let_go(opened):
    sandbox, visitor = opened
    card, primary = issue(sandbox), sandbox.as_("primary")
    body = {"carteId": card["carteId"], "reference": "R", "montant": {"valeur": 500, "devise": "XOF"}}
    for blocked, status in (("1", 409), ("0", 201)):
        visitor.send(f"/cards/{card['carteId']}/state", blocked=blocked)
        assert primary.create("/paiements", body).status_code == status
    page = visitor.get(f"/cards/{card['carteId']}").text
    assert "69\u202f500\u00a0XOF" in page


def test_switches_are_set_and_taken_off(opened):
    sandbox, visitor = opened
    key = sandbox.config["credentials"]["throttled"]["consumer_key"]
    caller, path = sandbox.as_("throttled"), f"/partners/{key}/switches"
    visitor.send(path, unavailable="4", calls="1")
    time.sleep(0.6)  # another process looks at the switches every half a second
    assert "unavailable=4" in visitor.get("/days").text
    assert [caller("GET", "/partenaires/moi").status_code for _ in range(2)] == [503, 200]
    visitor.send(path, latency="nothing")
    assert 'role="status"' in visitor.get(f"/partners/{key}").text
    visitor.send(path, cut="before")
    visitor.send(path, off="1")
    time.sleep(0.6)  # another process looks at the switches every half a second
    assert caller("GET", "/partenaires/moi").ok


def test_the_metrics_count_what_happened(opened):
    sandbox, visitor = opened
    card, primary, key = issue(sandbox), sandbox.as_("primary"), uuid.uuid4().hex
    body = {"carteId": card["carteId"], "reference": "R", "montant": {"valeur": 1_234, "devise": "XOF"}}

    def value(line: str) -> float:
        found = re.search(rf"^{re.escape(line)} (\S+)$", visitor.get("/metrics").text, re.MULTILINE)
        return float(found[1]) if found else 0.0

    made = 'cynod_requests_total{code="0001",operation="creerPaiement",status="201"}'
    moved = 'cynod_money_moved_minor_units_total{currency="XOF",effect="debit"}'
    effects = 'cynod_effects_total{effect="debit"}'
    before = value(made), value(moved), value(effects)
    primary.create("/paiements", body, key)
    primary.create("/paiements", body, key)
    assert (value(made), value(moved), value(effects)) == (before[0] + 2, before[1] + 1_234, before[2] + 1)
    assert value('cynod_request_duration_seconds_count{operation="creerPaiement"}') >= 2
    assert value('cynod_cards{currency="XOF"}') >= 1
    assert "text/plain" in visitor.get("/metrics").headers["Content-Type"]


def test_a_reset_brings_the_first_day_back(tmp_path):
    process, sandbox, url = open_console(tmp_path)
    visitor = Visitor(url)
    try:
        pair, primary = sandbox.config["credentials"]["primary"], sandbox.as_("primary")
        path = f"/partners/{pair['consumer_key']}"
        issue(sandbox)
        body = {
            "carteId": sandbox.card("active"),
            "reference": "R",
            "montant": {"valeur": 1_000, "devise": "XOF"},
        }
        primary.create("/paiements", body)
        for _ in range(2):
            visitor.send(f"{path}/secret")  # the first secret is valid no more
        visitor.send(f"{path}/suspension", suspended="1")
        visitor.send(f"{path}/switches", unavailable="4")
        assert visitor.send("/reset").status_code == 303
        assert primary("GET", "/partenaires/moi").status_code == 401, "tokens are forgotten"
        again = sandbox.as_("primary")
        assert again("GET", "/partenaires/moi").ok
        number = sandbox.config["fixtures"]["cartes"]["active"]
        data = again("GET", f"/get-solde-carte?numeroCarte={number}").json()["data"]
        assert data["solde"]["valeur"] == 1_000_000
        assert len(re.findall(r'class="what"><a href="/cards/', visitor.get("/cards").text)) == 8
        assert again("GET", "/paiements").json()["data"]["paiements"] == []
    finally:
        process.terminate()
        assert process.wait(20) == 0


def test_the_console_of_several_workers_shows_all_of_them(tmp_path):
    arguments = ("--workers", "2", "--database", f"sqlite:///{tmp_path}/cynod.db")
    process, sandbox, url = open_console(tmp_path, *arguments)
    visitor = Visitor(url)
    try:
        for _ in range(20):
            requests.get(f"{sandbox.base_url}/sante", timeout=10)
        wait_until(lambda: visitor.get("/requests/rows").text.count("<tr") >= 20, "20 rows", pause_s=0.1)
        assert visitor.get("/requests/rows").text.count("<tr") == 20
        line = 'cynod_requests_total{code="0000",operation="lireSante",status="200"} 20.0'
        assert line in visitor.get("/metrics").text
    finally:
        process.terminate()
        assert process.wait(20) == 0
