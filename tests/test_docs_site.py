"""The generated documentation as readers have it: in a browser, link by link, sample by sample."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from cross_room import documents
from cross_room.pages import HtmlPage, pages
from cross_room.renaming import STANDARD_HEADERS, rename
from cross_room.servers import SECRET, Stub, cynod, generate, serving

from cynod_spec import load_contract
from cynod_spec.model import Contract, Operation

pytestmark = pytest.mark.slow

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PROSE = frozenset(
    ("description", "summary", "title", "text", "provoke", "unprovokable", "unchecked", "source", "fr", "en")
)
OWN_WORDS = frozenset(("au", "du", "valeur"))  # French words of the site, and names in the contract


@pytest.fixture(scope="module")
def contract() -> Contract:
    """The shipped contract."""
    return load_contract()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the generated site."""
    folder = tmp_path_factory.mktemp("docs") / "site"
    done = cynod("generate", "docs", "-o", folder)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def parsed(site: Path) -> dict[Path, HtmlPage]:
    """Every page of the site."""
    return pages(site)


@pytest.fixture(scope="module")
def stub(contract: Contract, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stub]:
    """A server generated from the same contract, running."""
    folder = tmp_path_factory.mktemp("stub")
    with serving(generate(None, folder / "server"), contract, folder / "run") as running:
        yield running


def test_every_page_opens_without_a_network_and_without_complaint(site: Path, chromium: Browser) -> None:
    from cross_room.browser import visiting

    with visiting(chromium, site / "index.html") as visit:
        for file in sorted(site.rglob("*.html")):
            visit.page.goto(file.as_uri())
            for width in (1280, 375):
                visit.page.set_viewport_size({"width": width, "height": 900})
                for scheme in ("light", "dark"):
                    visit.page.emulate_media(color_scheme=scheme)
                    wide = visit.page.evaluate("document.documentElement.scrollWidth")
                    assert wide <= width, f"{file} is {wide} wide in a window of {width}, {scheme}"
            assert not visit.complaints, f"{file}: {visit.complaints}"
        here = site.as_uri() + "/"
        assert all(url.startswith(here) for url in visit.requested), visit.requested


def test_a_reader_finds_a_code_and_keeps_the_page_when_changing_language(
    site: Path, contract: Contract, chromium: Browser
) -> None:
    from cross_room.browser import visiting

    code = contract.code("balance-insufficient")
    first, second = contract.languages
    with visiting(chromium, site / first / "index.html") as visit:
        visit.page.get_by_role("searchbox").fill(code.value)
        visit.page.get_by_role("search").get_by_role("link", name=code.value).first.click()
        assert visit.page.url.endswith(f"/{first}/codes.html#{code.value}")
        visit.page.locator(".languages a").click()
        assert visit.page.url.endswith(f"/{second}/codes.html#{code.value}")
        assert visit.page.locator("html").get_attribute("lang") == second
        assert not visit.complaints, visit.complaints


def test_every_link_and_anchor_resolves(site: Path, parsed: dict[Path, HtmlPage]) -> None:
    for page in parsed.values():
        assert len(page.ids) == len(set(page.ids)), f"{page.file} has an id twice"
        for link in [*page.links, *page.loads]:
            if link.startswith(("https://", "mailto:")):
                assert link not in page.loads, f"{page.file} loads {link}"
                continue
            file, anchor = page.target(link)
            assert file.is_relative_to(site.resolve()), f"{page.file} leads out: {link}"
            assert file.is_file(), f"{page.file}: {link}"
            assert not anchor or anchor in parsed[file].ids, f"{page.file}: {link}"


def test_both_languages_have_the_same_pages(
    site: Path, contract: Contract, parsed: dict[Path, HtmlPage]
) -> None:
    names = [
        {file.relative_to(site / language) for file in (site / language).rglob("*")}
        for language in contract.languages
    ]
    assert all(each == names[0] for each in names)
    for language in contract.languages:
        for file in (site / language).rglob("*.html"):
            assert parsed[file.resolve()].language == language


def test_what_the_document_says_of_its_documentation_is_there(
    site: Path, contract: Contract, parsed: dict[Path, HtmlPage]
) -> None:
    base = contract.documentation[: contract.documentation.index(contract.languages[0] + "/")]
    urls = {contract.documentation.replace("{code}", code.value) for code in contract.codes}
    urls |= set(re.findall(re.escape(base) + r"[^\"'\s]*", json.dumps(contract.document))) - {
        contract.documentation
    }
    assert contract.security.deprecation_link in urls
    for url in urls:
        file, _, anchor = url.removeprefix(base).partition("#")
        assert (site / file).is_file(), url
        assert not anchor or anchor in parsed[(site / file).resolve()].ids, url


def test_every_sample_runs_and_succeeds(
    site: Path, contract: Contract, parsed: dict[Path, HtmlPage], stub: Stub, tmp_path: Path
) -> None:
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    for language in contract.languages:
        samples = {
            key: page.sample for page in parsed.values() if (key := _described(page, contract, language))
        }
        assert samples.keys() == {operation.key for operation in contract.operations}
        token = contract.find("token")
        assert token is not None
        for operation in contract.operations:
            who = "core" if operation.resource == "card" else "primary"
            variables = dict.fromkeys(("BASE",), stub.url)
            variables |= {"CONSUMER_KEY": f"key-{who}", "CONSUMER_SECRET": SECRET + who}
            _, body = run(samples[token.key], variables, tmp_path)
            variables["JETON"] = json.loads(body)["access_token"]
            status, body = run(samples[operation.key], variables, tmp_path)
            assert status == operation.success.status, f"{operation.key}: {status} {body}"


def test_no_name_of_the_contract_stands_in_the_generator(contract: Contract, tmp_path: Path) -> None:
    document = rename(silenced(documents.load(), _debug_members(contract)), 11)
    spec = documents.save(document, tmp_path / "openapi.yaml")
    done = cynod("generate", "docs", "-o", tmp_path / "site", "--spec", spec)
    assert done.returncode == 0, done.stderr
    left = words_of(json.dumps(load_contract(str(spec)).document, ensure_ascii=False))
    old = set(names(contract)) - left - OWN_WORDS
    assert {operation.id for operation in contract.operations} < old
    found = {
        word: page.file.name
        for page in pages(tmp_path / "site").values()
        for word in words_of(page.text + " ".join(page.links)) & old
    }
    assert not found


def words_of(text: str) -> set[str]:
    """Every word in *text*."""
    return set(re.findall(r"[\w:-]+", text))


def run(sample: str, variables: dict[str, str], folder: Path) -> tuple[int, str]:
    """Status and body that *sample* gives in a shell with *variables*."""
    out = folder / "body"
    quiet = 'curl() { command curl --silent --show-error --output "$OUT" --write-out "%{http_code}" "$@"; }\n'
    done = subprocess.run(
        ["bash", "-eu", "-c", quiet + sample],
        env={"PATH": "/usr/bin:/bin", "OUT": str(out), **variables},
        capture_output=True,
        encoding="utf-8",
        timeout=30,
    )
    assert done.returncode == 0, f"{sample}\n{done.stderr}"
    return int(done.stdout), out.read_text(encoding="utf-8")


def _described(page: HtmlPage, contract: Contract, language: str) -> str | None:
    """The key of the operation that *page* describes in *language*."""
    if page.language != language or not page.sample:
        return None
    return next(each.key for each in contract.operations if _is_page_of(page, each))


def _is_page_of(page: HtmlPage, operation: Operation) -> bool:
    return (
        re.search(
            rf"{operation.method}\s+{re.escape(operation.path)}\s+{re.escape(operation.id)}\b", page.text
        )
        is not None
    )


def names(contract: Contract) -> Iterator[str]:
    """Every name that the contract invents and a page may show."""
    for operation in contract.operations:
        yield operation.id
        yield from (part.strip("{}") for part in operation.path.split("/") if part)
        yield from (each.name for each in operation.parameters if each.name.lower() not in STANDARD_HEADERS)
        if not operation.is_oauth:
            yield from (token for each in operation.request.values() for token in each.path)
    for resource in contract.resources.values():
        yield from (token for path in resource.members.values() for token in path)
    for envelope in contract.envelopes.values():
        yield from (member.name for member in envelope.members)
    yield from contract.security.scopes
    yield from (code.value for code in contract.codes)


def _debug_members(contract: Contract) -> set[str]:
    members = (envelope.member("debug") for envelope in contract.envelopes.values())
    return {member.name for member in members if member}


def silenced(value: Any, debug: set[str], *, names: bool = False) -> Any:
    """A copy of *value* without prose: a name in a sentence is the document's own affair."""
    if isinstance(value, list):
        return [silenced(each, debug) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        key: "…"
        if isinstance(each, str) and not names and (key in PROSE or key in debug)
        else silenced(each, debug, names=key in ("properties", "scopes"))
        for key, each in value.items()
    }
