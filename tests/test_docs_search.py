"""The search of the documentation: it reads titles, texts, members and clauses, and needs no server."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cross_room.pages import HtmlPage

from cynod_generators.targets import docs
from cynod_spec import load_contract

pytestmark = pytest.mark.slow

if TYPE_CHECKING:
    from cross_room.browser import Visit
    from playwright.sync_api import Browser

CONTRACT = load_contract()
MAX_INDEX_OCTETS = 400_000  # of one language


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the site."""
    folder = tmp_path_factory.mktemp("search")
    for each in docs.plan(CONTRACT).files:
        file = folder / each.path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(each.content)
    return folder


@pytest.fixture(scope="module")
def visit(site: Path, chromium: Browser) -> Iterator[Visit]:
    """The first page in French."""
    from cross_room.browser import visiting

    with visiting(chromium, site / "fr" / "index.html") as made:
        yield made


def entries(site: Path, language: str) -> list[list[str]]:
    """Title, place, address and text of each entry of the index."""
    script = (site / language / "search.js").read_text(encoding="ascii")
    found: list[list[str]] = json.loads(script.removeprefix("window.searchIndex=").removesuffix(";\n"))
    return found


@pytest.mark.parametrize("language", CONTRACT.languages)
def test_each_entry_leads_to_its_place(site: Path, language: str) -> None:
    known: dict[str, set[str]] = {}
    for _, _, address, _ in entries(site, language):
        name, _, anchor = address.partition("#")
        if name not in known:
            known[name] = {"", *HtmlPage.read(site / language / name).ids}
        assert anchor in known[name], address
    pages = {file.relative_to(site / language).as_posix() for file in (site / language).rglob("*.html")}
    assert pages == known.keys(), "a page is not found"


@pytest.mark.parametrize("language", CONTRACT.languages)
def test_everything_that_is_said_is_in_the_index(site: Path, language: str) -> None:
    found = entries(site, language)
    assert (site / language / "search.js").stat().st_size < MAX_INDEX_OCTETS
    titles = {title for title, _, _, _ in found}
    everything = "\n".join(" ".join(entry) for entry in found).replace("\u00a0", " ")
    for clause in CONTRACT.clauses:
        assert clause.id in titles
        assert clause.source in everything
    for code in CONTRACT.codes:
        assert code.message.in_(language) in everything
    for scope in CONTRACT.security.scopes:
        assert scope in everything
    for operation in CONTRACT.operations:
        names = [each.name for each in operation.parameters]
        names += [header.name for answer in operation.responses for header in answer.headers]
        assert titles.issuperset(names), operation.key
    for resource in CONTRACT.resources.values():
        ends = {path[-1] for path in resource.members.values()}
        assert ends <= {title.rpartition(".")[2] for title in titles}


def found_by(visit: Visit, typed: str) -> list[str]:
    """The addresses of what the page finds, best first."""
    visit.page.get_by_role("searchbox").fill(typed)
    visit.page.wait_for_function("window.searchIndex !== undefined")
    links = visit.page.locator(".find a")
    return [str(links.nth(number).get_attribute("href")) for number in range(links.count())]


def test_accents_case_and_apostrophes_make_no_difference(visit: Visit) -> None:
    spelt = found_by(visit, "l'identifiant stable")
    assert spelt
    assert spelt == found_by(visit, "L’IDENTIFIANT  STÁBLE")
    assert found_by(visit, "émettre") == found_by(visit, "EMETTRE")
    assert found_by(visit, "zzzzzz") == []
    assert "Aucun résultat" in visit.page.locator(".find").inner_text()
    assert not visit.complaints


def test_what_is_named_comes_before_what_is_mentioned(visit: Visit) -> None:
    code = CONTRACT.code("balance-insufficient")
    assert found_by(visit, code.value)[0] == f"codes.html#{code.value}"
    clause = CONTRACT.clauses[-1]
    assert found_by(visit, clause.id.lower())[0] == f"clauses.html#{clause.id}"
    header = CONTRACT.general_headers[0].name
    assert "#answer-" in found_by(visit, header)[0]


def test_a_result_shows_where_it_stands_and_what_was_found(visit: Visit) -> None:
    found_by(visit, "signature hmac")
    first = visit.page.locator(".find li").first
    assert {"signature", "hmac"} <= {each.lower() for each in first.locator("mark").all_inner_texts()}
    assert first.locator(".where").inner_text()
    assert visit.page.locator(".find [role=status]").text_content()


def test_the_keyboard_is_enough(visit: Visit) -> None:
    page = visit.page
    page.locator("main").focus()
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.type") == "search"
    first, second = found_by(visit, "idempotency-key")[:2]
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.getAttribute('href')") == second
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.getAttribute('href')") == first
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.type") == "search"
    assert page.locator(".find ul").is_hidden()
    found_by(visit, "idempotency-key")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{first}")
    opened = page.evaluate("document.querySelector(':target')?.closest('details')?.open ?? true")
    assert opened
    assert not visit.complaints
    assert all(url.startswith("file:") for url in visit.requested)
