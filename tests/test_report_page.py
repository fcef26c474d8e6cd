"""The page of a real run, in a real browser: it opens from its file, fits, and does what it offers."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from cross_room.contrast import FAINT
from cross_room.servers import cynod

pytestmark = pytest.mark.slow

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

FAULT = "successes-name-the-software"  # any one that a quick run sees
LOOKS = [(width, dark) for width in (1280, 375) for dark in (False, True)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of a quick run against a faulty sandbox."""
    path = tmp_path_factory.mktemp("report")
    cynod("conform", "--sandbox", "--profile", "quick", "--fault", FAULT, "--report-dir", str(path))
    assert (path / "report.html").exists()
    return path


@pytest.fixture(scope="module")
def report(folder: Path) -> dict[str, Any]:
    """What the same run wrote for programs."""
    found: dict[str, Any] = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    return found


def unfold(page: Page) -> None:
    """Open everything that is folded."""
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")


@pytest.mark.parametrize(("width", "dark"), LOOKS)
def test_it_fits_and_asks_for_nothing(chromium: Browser, folder: Path, width: int, dark: bool) -> None:
    from cross_room.browser import visiting

    with visiting(chromium, folder / "report.html", width=width, dark=dark) as visit:
        page = visit.page
        for language in ("fr", "en"):
            page.locator(f".languages label[lang={language}]").click()
            unfold(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert visit.requested == [(folder / "report.html").as_uri()]
        assert visit.complaints == []


@pytest.mark.parametrize("dark", [False, True])
def test_every_text_stands_out_from_its_ground(chromium: Browser, folder: Path, dark: bool) -> None:
    """WCAG 2.2 §1.4.3: 4.5 to 1."""
    from cross_room.browser import visiting

    with visiting(chromium, folder / "report.html", dark=dark) as visit:
        unfold(visit.page)
        assert visit.page.evaluate(FAINT) == []


def test_the_language_is_switched_in_place(chromium: Browser, folder: Path) -> None:
    from cross_room.browser import visiting

    with visiting(chromium, folder / "report.html") as visit:
        page = visit.page
        heading = page.locator("#failures-name")
        assert page.evaluate("document.documentElement.lang") == "fr"
        french, title = heading.inner_text(), page.title()
        page.locator(".languages label[lang=en]").click()
        assert page.evaluate("document.documentElement.lang") == "en"
        assert heading.inner_text() != french
        assert page.title() != title
        shown = page.locator("main .t:visible").evaluate_all("each => [...new Set(each.map(e => e.lang))]")
        assert shown == ["en"]


def test_it_reads_without_script(chromium: Browser, folder: Path) -> None:
    context = chromium.new_context(java_script_enabled=False)
    try:
        page = context.new_page()
        page.goto((folder / "report.html").as_uri())
        assert page.locator("h1 .t:visible").get_attribute("lang") == "fr"
        assert page.locator("#filter").is_hidden()
        assert page.locator(".copy:visible").count() == 0
        page.locator(".languages label[lang=en]").click()
        assert page.locator("h1 .t:visible").get_attribute("lang") == "en"
    finally:
        context.close()


def test_it_shows_what_the_run_found(chromium: Browser, folder: Path, report: dict[str, Any]) -> None:
    from cross_room.browser import visiting

    with visiting(chromium, folder / "report.html") as visit:
        page = visit.page
        unfold(page)
        failures = [failure for clause in report["clauses"] for failure in clause["failures"]]
        assert failures
        for failure in failures:
            found = page.locator(f"[id='{failure['id']}']")
            shown = found.inner_text()
            assert failure["operation"] in shown
            assert failure["got"] in shown
            assert failure["curl"] in shown
            assert f"--fault {FAULT}" in shown
            assert f"--replay {failure['id']}" in shown
            assert failure["steps"][-1]["breaks"]
            rows = found.locator("table.story tbody tr:not(.wait)")
            assert rows.count() == len(failure["steps"])
            assert failure["steps"][-1]["received"] in rows.last.inner_text()
        assert page.locator("table.all tbody tr").count() == len(report["clauses"])
        answered = {row["operation"] for row in report["coverage"]["seen"]}
        assert page.locator("#coverage details").count() == len(answered)


def test_the_filter_filters(chromium: Browser, folder: Path, report: dict[str, Any]) -> None:
    from cross_room.browser import visiting

    def chosen(**wanted: str) -> int:
        return sum(all(clause[k] == v for k, v in wanted.items()) for clause in report["clauses"])

    with visiting(chromium, folder / "report.html") as visit:
        page = visit.page
        rows = page.locator("table.all tbody tr:visible")
        page.locator("#filter label:has([value=passed])").click()
        assert rows.count() == chosen(status="passed") > 0
        page.locator("#filter label:has([value=MUST])").click()
        assert rows.count() == chosen(status="passed", level="MUST")
        assert page.locator("#filter output").inner_text() == str(rows.count())
        page.locator("#filter label:has([value=passed])").click()
        page.locator("#filter label:has([value=MUST])").click()
        last = report["clauses"][-1]["id"]
        page.locator("#filter [type=search]").fill(last)
        assert rows.count() >= 1
        assert all(last in text for text in rows.all_inner_texts())
        page.locator("#filter [type=search]").fill("nothing has these words")
        assert rows.count() == 0
        page.evaluate("id => { location.hash = id }", last)  # a link to a hidden clause shows it again
        assert page.locator(f"tr#{last}").is_visible()


def test_a_line_is_copied_whole(chromium: Browser, folder: Path) -> None:
    from cross_room.browser import visiting

    with visiting(chromium, folder / "report.html") as visit:
        page = visit.page
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        unfold(page)
        block = page.locator(".paste").first
        block.locator("button").click()
        block.locator(".done").wait_for()
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied == block.locator("code").inner_text()
        assert re.match(r"curl -sS .*\S$", copied)
