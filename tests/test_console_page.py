"""The console in a real browser: every page in both languages, the live list, the forms."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import requests
from cross_room.contrast import FAINT

pytestmark = pytest.mark.slow

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PATHS = ("/", "/requests", "/partners", "/cards", "/days", "/reset")
LOOKS = [(width, dark) for width in (1280, 375) for dark in (False, True)]


@dataclass(frozen=True)
class Running:
    """A sandbox with its console."""

    url: str
    console: str
    config: dict[str, Any]

    def token(self, name: str = "primary", secret: str = "") -> requests.Response:
        """What the token endpoint answers to a credential."""
        pair = self.config["credentials"][name]
        return requests.post(
            f"{self.url}/oauth2/token",
            data={"grant_type": "client_credentials"},
            auth=(pair["consumer_key"], secret or pair["consumer_secret"]),
            timeout=10,
        )

    def call(self, path: str, **headers: str) -> requests.Response:
        """A call of the partner ``primary``."""
        token = self.token().json()["access_token"]
        return requests.get(
            self.url + path, headers={"Authorization": f"Bearer {token}", **headers}, timeout=10
        )


@contextmanager
def running(folder: Path, *arguments: str) -> Iterator[Running]:
    """A sandbox of its own while the block runs."""
    config = folder / "cynod.toml"
    ports = ("--port", "0", "--admin-port", "0")
    process = subprocess.Popen(
        [sys.executable, "-m", "cynod_sandbox", *ports, "--write-config", str(config), *arguments],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        url, console = (process.stdout.readline().split()[-1] for _ in range(2))
        yield Running(url, console, tomllib.loads(config.read_text(encoding="utf-8")))
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A sandbox to which something has happened, a broken promise included."""
    arguments = ("--fault", "successes-name-the-software")
    with running(tmp_path_factory.mktemp("console"), *arguments) as made:
        made.call("/partenaires/moi")
        number = made.config["fixtures"]["cartes"]["active"]
        made.call(f"/get-solde-carte?numeroCarte={number}")
        made.call("/partenaires/moi", **{"X-Cynod-Sandbox": "unavailable=5"})
        yield made


@contextmanager
def visiting(
    browser: Browser, start: Running, *, width: int = 1280, dark: bool = False, locale: str = "fr-FR"
) -> Iterator[Page]:
    """A page that must neither complain nor ask for anything elsewhere."""
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if dark else "light",
        locale=locale,
        base_url=start.console,
    )
    page, complaints, requested = context.new_page(), [], []
    page.on(
        "console", lambda said: complaints.append(said.text) if said.type in ("error", "warning") else None
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda asked: requested.append(asked.url))
    try:
        yield page
        assert complaints == []
        assert [url for url in requested if not url.startswith(f"{start.console}/")] == []
    finally:
        context.close()


def paths(page: Page) -> list[str]:
    """Every kind of page, with one card, one partner and one exchange among them."""
    found = list(PATHS)
    for list_ in ("/cards", "/partners", "/requests"):
        page.goto(list_)
        address = page.locator(f'main a[href^="{list_}/"]').first.get_attribute("href")
        assert address
        found.append(address)
        if list_ == "/partners":
            found.append(f"{address}/webhooks")
    return found


@pytest.mark.parametrize(("width", "dark"), LOOKS)
def test_every_page_fits_and_stands_out_in_both_languages(
    chromium: Browser, opened: Running, width: int, dark: bool
) -> None:
    with visiting(chromium, opened, width=width, dark=dark) as page:
        for path in paths(page):
            headings = set()
            for language in ("fr", "en"):
                page.goto(f"{path}?lang={language}")
                assert page.evaluate("document.documentElement.lang") == language
                assert page.evaluate("document.documentElement.scrollWidth") <= width, path
                assert page.evaluate(FAINT) == [], path
                assert page.locator("h1").count() == 1
                headings.add(page.title())
            assert len(headings) == 2, path


def test_the_language_is_switched_and_kept(chromium: Browser, opened: Running) -> None:
    with visiting(chromium, opened) as page:
        page.goto("/cards")
        french = page.locator("h1").inner_text()
        page.locator(".languages a[lang=en]").click()
        assert page.locator("h1").inner_text() != french
        page.goto("/partners")
        assert page.evaluate("document.documentElement.lang") == "en"


def test_the_keyboard_goes_everywhere(chromium: Browser, opened: Running) -> None:
    with visiting(chromium, opened) as page:
        page.goto("/partners/partenaire-principal")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "content"
        reached = set()
        for _ in range(60):
            page.keyboard.press("Tab")
            reached.add(
                page.evaluate("document.activeElement.name || document.activeElement.textContent.trim()")
            )
        fields = {"code", "cut", "webhook", "latency", "unavailable", "calls", "expire-token"}
        assert fields <= reached
        assert page.locator("button.first").first.inner_text() in reached


def test_the_list_follows_what_happens(chromium: Browser, opened: Running) -> None:
    with visiting(chromium, opened) as page:
        page.goto("/requests")
        rows = page.locator(".requests tbody tr")
        before = rows.count()
        requests.get(f"{opened.url}/sante", timeout=10)
        page.locator(".requests tbody tr.new").first.wait_for()
        assert rows.count() == before + 1
        first = rows.first.inner_text()
        assert "/sante" in first
        assert "LEA-3" in first, "the clause that it broke"
        page.locator(".live button").click()
        requests.get(f"{opened.url}/sante", timeout=10)
        page.wait_for_timeout(1500)  # nothing may be added to a list that is held
        assert rows.count() == before + 1
        page.locator(".live button").click()
        page.wait_for_function(
            "n => document.querySelectorAll('.requests tbody tr').length === n", arg=before + 2
        )


def test_the_list_is_chosen_from(chromium: Browser, opened: Running) -> None:
    with visiting(chromium, opened) as page:
        page.goto("/requests")
        page.locator("select[name=partner]").select_option("partenaire-principal")
        page.wait_for_url(re.compile("partner=partenaire-principal"))
        assert set(page.locator(".requests .who").all_inner_texts()) == {"partenaire-principal"}
        page.locator("select[name=broken]").select_option("1")
        page.wait_for_url(re.compile("broken=1"))
        verdicts = page.locator(".requests .judged").all_inner_texts()
        assert verdicts
        assert all("LEA-3" in verdict for verdict in verdicts)


def test_it_reads_without_script(chromium: Browser, opened: Running) -> None:
    context = chromium.new_context(java_script_enabled=False, base_url=opened.console)
    try:
        page = context.new_page()
        page.goto("/requests")
        assert page.locator(".requests tbody tr").count() > 2
        assert page.locator(".live").is_hidden()
        page.locator("select[name=broken]").select_option("1")
        page.locator(".choose > button").click()
        assert "broken=1" in page.url
    finally:
        context.close()


def test_an_exchange_is_shown_without_its_secrets(chromium: Browser, opened: Running) -> None:
    with visiting(chromium, opened) as page:
        page.goto("/requests")
        page.locator(".requests .what a", has_text="numeroCarte").click()
        shown = page.locator("main").inner_text()
        assert "************" in shown
        assert opened.config["fixtures"]["cartes"]["active"] not in page.content()
        assert "authorization: Bearer •••" in shown


def test_a_renewed_secret_is_copied_and_used(chromium: Browser, opened: Running) -> None:
    with visiting(chromium, opened) as page:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.goto("/partners/partenaire-autre")
        page.locator("button.first").first.click()
        box = page.locator(".secret")
        box.locator(".copy").click()
        secret = page.evaluate("navigator.clipboard.readText()")
        assert secret == box.locator("code").inner_text()
        assert opened.token("other", secret).status_code == 200
        page.reload()
        assert box.count() == 0
        assert secret not in page.content()


def test_a_bad_day_is_set_and_taken_off(chromium: Browser, opened: Running) -> None:
    with visiting(chromium, opened) as page:
        page.goto("/partners/partenaire-principal")
        page.locator("[name=unavailable]").fill("8")
        page.locator("[name=calls]").fill("1")
        page.locator("#days button.first").click()
        assert "unavailable=8" in page.locator("#days").inner_text()
        page.wait_for_timeout(600)  # workers look at the switches every half a second
        assert opened.call("/partenaires/moi").headers.get("Retry-After") == "8"
        assert opened.call("/partenaires/moi").status_code == 200
        page.locator("[name=cut]").select_option("before")
        page.locator("#days button.first").click()
        page.locator("#days button[name=off]").click()
        page.wait_for_timeout(600)  # workers look at the switches every half a second
        assert opened.call("/partenaires/moi").status_code == 200


def test_the_first_day_comes_back(chromium: Browser, tmp_path: Path) -> None:
    with running(tmp_path) as made, visiting(chromium, made) as page:
        page.goto("/partners/partenaire-principal")
        page.get_by_role("button", name="Suspendre").click()
        assert made.token().status_code == 400
        page.goto("/")
        page.locator("a[href='/reset']").click()
        page.locator("button.danger").click()
        page.locator(".said").wait_for()
        assert page.url == f"{made.console}/"
        assert made.token().status_code == 200


def test_the_password_opens(chromium: Browser, tmp_path: Path) -> None:
    (tmp_path / "password").write_text("ouvre-toi, sésame", encoding="utf-8")
    arguments = ("--admin-password-file", str(tmp_path / "password"))
    with running(tmp_path, *arguments) as made, visiting(chromium, made) as page:
        page.goto("/cards")
        assert page.url.endswith("/login")
        assert page.locator(".pages").count() == 0
        page.locator("[name=password]").fill("ouvre-toi, sésame")
        page.locator("button.first").click()
        page.goto("/cards")
        assert page.locator(".cards tbody tr").count() == 8
        page.locator(".languages button").click()
        page.goto("/cards")
        assert page.url.endswith("/login")
