"""The documentation target: what it writes and refuses, its languages, hostile documents, its parts alone."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from cross_room.pages import HtmlPage, pages

from cynod_generators.cli import generate
from cynod_generators.targets import docs
from cynod_generators.targets.docs.diagrams.layout import NARROW, WIDE, CallMap, CallMapSizes, draw
from cynod_generators.targets.docs.samples.curl import curl
from cynod_generators.targets.docs.text import markdown
from cynod_generators.targets.docs.text.highlighting import highlight
from cynod_generators.targets.docs.text.slugs import allocate, slug
from cynod_generators.targets.docs.text.words import CATALOGUE, words
from cynod_spec import load_contract
from cynod_spec.environment import parts
from cynod_spec.model import Contract
from cynod_spec.output.control_characters import multi_line
from cynod_spec.output.json_text import json_text

from .test_generators_hostile import TEXTS

pytestmark = pytest.mark.slow

SMALL = Path(__file__).parents[2] / "spec" / "tests" / "documents" / "small.yaml"
STYLE = Path(docs.__file__).parent / "assets" / "style.css"
MARKUP = [
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    "[x](javascript:alert(1)) [y](data:text/html,x) ![z](https://evil.example/z.png)",
    '```"><script>alert(1)</script>\ncode\n```',
    "' onmouseover='alert(1)",
    "a\u202eb",
]


def run(*arguments: str) -> Any:
    """``cynod generate docs`` with *arguments*."""
    return CliRunner().invoke(generate, ["docs", *arguments])


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("docs") / "site"
    result = run("-o", str(folder))
    assert result.exit_code == 0, result.output
    return folder


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# What is written


def test_a_second_run_is_byte_identical(site: Path, tmp_path: Path) -> None:
    assert run("-o", str(tmp_path / "again")).exit_code == 0
    assert tree(tmp_path / "again") == tree(site)
    assert "was up to date" in run("-o", str(tmp_path / "again")).output


def test_check_finds_what_differs_and_writes_nothing(tmp_path: Path) -> None:
    out = tmp_path / "site"
    assert run("-o", str(out), "--check").exit_code == 1
    assert not out.exists()
    run("-o", str(out))
    assert run("-o", str(out), "--check").exit_code == 0
    (out / "index.html").write_text("mine")
    result = run("-o", str(out), "--check")
    assert result.exit_code == 1
    assert "differs  index.html" in result.output


def test_an_edited_page_is_refused_and_a_foreign_file_stays(tmp_path: Path) -> None:
    out = tmp_path / "site"
    run("-o", str(out))
    (out / "fr" / "codes.html").write_text("mine")
    (out / "CNAME").write_text("docs.example.org")
    result = run("-o", str(out))
    assert result.exit_code == 1
    assert "fr/codes.html" in result.output
    assert "change the contract" in result.output
    assert run("-o", str(out), "--force").exit_code == 0
    assert (out / "CNAME").read_text() == "docs.example.org"
    assert (out / "fr" / "codes.html").read_text() != "mine"


def test_a_page_whose_operation_is_gone_goes_with_it(tmp_path: Path, contract: Contract) -> None:
    out, source = tmp_path / "site", tmp_path / "contract.json"
    run("-o", str(out))
    document = json.loads(json.dumps(contract.document))
    del document["paths"][contract.operations[-1].path]
    source.write_text(json.dumps(document))
    result = run("-o", str(out), "--spec", str(source))
    assert result.exit_code == 0, result.output
    assert len(list(out.glob("fr/operations/*"))) == len(contract.operations) - 1


def test_a_folder_of_someone_else_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    result = run("-o", str(tmp_path))
    assert result.exit_code == 2
    assert "not generated" in result.output
    monkeypatch.chdir(tmp_path)
    assert run("-o", ".").exit_code == 2
    assert tree(tmp_path) == {"thesis.txt": b"mine"}


def test_a_missing_extra_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "find_spec", lambda name: None)
    result = run("-o", str(tmp_path / "site"))
    assert result.exit_code == 2
    assert "[docs]'" in result.stderr.splitlines()[-1]
    assert len(result.stderr.splitlines()) == 2  # which document it was, and what is missing
    assert "Traceback" not in result.output


def test_a_contract_without_a_guide_has_its_pages_all_the_same(tmp_path: Path) -> None:
    text = SMALL.read_text()
    begin, end = text.index("  actors: {"), text.index("  clauses:\n")
    source = tmp_path / "small.yaml"
    source.write_text((text[:begin] + text[end:]).replace(", x-cynod: {actors: [partner]}", ""))
    result = run("-o", str(tmp_path / "site"), "--spec", str(source))
    assert result.exit_code == 0, result.output
    found = pages(tmp_path / "site")
    exchanges = found[(tmp_path / "site" / "fr" / "exchanges.html").resolve()]
    assert {"envelopes-success", "envelopes-system", "refusals"} <= set(exchanges.ids)
    assert not any("svg" in page.text for page in found.values())


def test_a_link_to_nothing_is_refused_with_its_place(tmp_path: Path) -> None:
    source = tmp_path / "small.yaml"
    source.write_text(SMALL.read_text().replace("[](code:unknown-path)", "[](code:nonsense)"))
    result = run("-o", str(tmp_path / "site"), "--spec", str(source))
    assert result.exit_code == 2
    assert f"{source}:" in result.output
    assert "code:nonsense" in result.output
    assert not (tmp_path / "site").exists()


# Both languages


def test_each_edition_speaks_its_language(site: Path, contract: Contract) -> None:
    french, english = _text(site / "fr"), _text(site / "en")
    shared = " ".join(f"{code.message.fr} {code.message.en}" for code in contract.codes)  # both are on both
    for pointer, translated in contract.english.items():
        original = contract.words(pointer).fr
        assert not [p for p in fragments(original) if p in english and p not in shared + translated], pointer
        assert not [p for p in fragments(translated) if p in french and p not in shared + original], pointer


def test_nearly_every_translated_text_is_shown(site: Path, contract: Contract) -> None:
    shown = _text(site / "en")
    texts = [part for words in contract.english.values() for part in fragments(words)]
    assert sum(part in shown for part in texts) > 0.95 * len(texts), [t for t in texts if t not in shown]


def test_every_word_of_the_site_exists_in_both_languages() -> None:
    for key in CATALOGUE:
        french, english = CATALOGUE.both(key)
        assert french, key
        assert english, key


def fragments(text: str) -> Iterator[str]:
    """Runs of words of *text* that stand on a page as they are, long enough to belong to one language."""
    for part in re.split(r"[*`\[\](){}<>\n:;!?«»…]|^\d\.|- ", text):
        if len(part.split()) >= 4:
            yield " ".join(part.split())


def _text(folder: Path) -> str:
    return " ".join(" ".join(page.prose for page in pages(folder).values()).replace("\xa0", " ").split())


# Hostile documents


def _everywhere(document: dict[str, Any], text: str) -> None:
    """*text* wherever a document may hold words."""
    operations = [
        each
        for item in document["paths"].values()
        for key, each in item.items()
        if key in ("get", "post", "put")
    ]
    document["info"].update(title=text, version=text, description=text)
    document["tags"] = [
        {"name": text, "description": text, "x-cynod": {"actors": ["partner"], "title": text}}
    ]
    document["servers"] = [{"url": "https://x.example/" + text, "description": text}]
    for number, operation in enumerate(operations):
        operation.update(summary=text, description=text, tags=[text], operationId=f"{text}{number // 2}")
    for schema in document["components"]["schemas"].values():
        schema["description"] = schema["title"] = text
        code = schema.get("x-cynod", {}).get("code")
        if code:
            code.update(message=dict.fromkeys(code["message"], text), provoke=text)
    for parameter in document["components"]["parameters"].values():
        parameter.update(description=text, example=text)
    promises = document["x-cynod"]
    promises["actors"] = {"partner": {"title": text, "description": text}}
    for page in promises["guide"]:
        page.update(title=text, text=text)
        for section in page["sections"]:
            section.update(title=text, text=text)
    for clause in promises["clauses"].values():
        clause.update(text=text, source=text)


@pytest.mark.parametrize("text", [*TEXTS, *MARKUP])
def test_nothing_of_a_hostile_document_runs(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    document = json.loads(json.dumps(load_contract(str(SMALL)).document))
    _everywhere(document, text)
    source = tmp_path / "contract.json"
    source.write_text(json.dumps(document))
    result = run("-o", "site", "--spec", str(source))
    assert "Traceback" not in result.output, result.exception
    assert result.exit_code == 0, result.output
    assert {path.name for path in tmp_path.iterdir()} == {"contract.json", "site"}
    found = pages(tmp_path / "site")
    assert len(found) == 1 + 2 * len(list((tmp_path / "site" / "fr").rglob("*.html")))
    for page in found.values():
        _assert_harmless(page, tmp_path / "site")


def _assert_harmless(page: HtmlPage, site: Path) -> None:
    for tag, attributes in page.tags:
        assert tag not in ("img", "iframe", "object", "style", "form"), page.file
        assert not any(name.startswith("on") for name in attributes), (page.file, attributes)
    for load in page.loads:
        assert page.target(load)[0].is_relative_to((site / "assets").resolve())
    for link in page.links:
        assert link.startswith(("https://", "http://", "mailto:")) or page.target(link)[0].is_file(), link
    assert "\u202e" not in page.file.read_text(encoding="utf-8")


# The parts alone


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("creerRecharge", "creer-recharge"),
        ("3rd Party API", "3rd-party-api"),
        ("Système", "systeme"),
        ("../../evil", "evil"),
        ("a\r\nSet-Cookie: x=1", "a-set-cookie-x-1"),
        ("日本", "page"),
        ("", "page"),
    ],
)
def test_a_slug_is_a_plain_name(text: str, expected: str) -> None:
    assert slug(text) == expected


def test_slugs_never_collide() -> None:
    assert allocate(["readIt", "read-it", "READ IT", "index"], ["index"]) == [
        *("read-it", "read-it-2", "read-it-3", "index-2"),
    ]


def test_a_sample_says_what_it_says_whatever_the_examples_hold(contract: Contract, tmp_path: Path) -> None:
    hostile = "'; touch canary; \"$(touch canary)` touch canary `\\ \u00e9\u202e%2F/?&#{a}"
    document = json.loads(json.dumps(contract.document))
    for parameter in document["components"]["parameters"].values():
        parameter["example"] = hostile
    for item in document["paths"].values():
        for operation in (each for key, each in item.items() if key in ("get", "post", "put")):
            for media in operation.get("requestBody", {}).get("content", {}).values():
                media["examples"] = {"x": {"value": {"x": hostile}}}
    source = tmp_path / "contract.json"
    source.write_text(json.dumps(document))
    changed = load_contract(str(source))
    for operation in changed.operations:
        arguments = _arguments(curl(changed, operation, words("en")), tmp_path)
        assert arguments[-1 if operation.method == "GET" else 0]
        told = "\n".join(arguments)
        if operation.body and "json" in operation.body.media_types[0]:
            assert json.loads(arguments[-1]) == {"x": hostile}
        elif operation.body:
            assert f"x={hostile}" in arguments
        url = next(each for each in arguments if each.startswith("https://base.example"))
        assert re.fullmatch(r"[A-Za-z0-9:/._~%?&=@-]+", url), url
        assert "$" not in told.replace(hostile, "").replace(json_text(hostile), "")
    assert not list(tmp_path.rglob("canary"))


@pytest.mark.parametrize("name", ["@canary", "X-Odd: x\r\n@canary", "", "a b", "$(touch canary)", "é"])
def test_a_header_that_no_request_can_have_is_in_no_sample(
    name: str, contract: Contract, tmp_path: Path
) -> None:
    document = json.loads(json.dumps(contract.document))
    document["components"]["parameters"]["Odd"] = {
        "name": name, "in": "header", "required": True, "schema": {"type": "string"}, "example": "x\0y\nz",
    }  # fmt: skip
    for item in document["paths"].values():
        item["parameters"] = [*item.get("parameters", []), {"$ref": "#/components/parameters/Odd"}]
    source = tmp_path / "contract.json"
    source.write_text(json.dumps(document))
    changed = load_contract(str(source))
    for operation in changed.operations:
        arguments = _arguments(curl(changed, operation, words("en")), tmp_path)
        assert "--globoff" in arguments
        assert not [each for each in arguments if "canary" in each or each.startswith("@")]
    assert not list(tmp_path.rglob("canary"))


def _arguments(sample: str, folder: Path) -> list[str]:
    """What curl would be called with."""
    done = subprocess.run(
        ["bash", "-eu", "-c", "curl() { printf '%s\\0' \"$@\"; }\n" + sample],
        env={"BASE": "https://base.example", "JETON": "t", "CONSUMER_KEY": "k", "CONSUMER_SECRET": "s"},
        cwd=folder,
        capture_output=True,
        check=True,
        timeout=20,
    )
    return done.stdout.decode().split("\0")[:-1]


@pytest.mark.parametrize(
    ("source", "kept", "lost"),
    [
        ("[a](https://x.example)", 'href="https://x.example"', "javascript"),
        ("[a](javascript:x)", "javascript:x", "href"),
        ("<b onclick=x>", "&lt;b onclick=x&gt;", "<b"),
        ("![a](https://x.example/a.png)", "href", "<img"),
        ("`a`\n\n|a|b|\n|-|-|\n|1|2|", "<table>", "style"),
        ("Quoi : ceci ; cela !", "Quoi\xa0: ceci\xa0; cela\xa0!", " :"),
    ],
)
def test_markdown_keeps_words_and_loses_what_runs(source: str, kept: str, lost: str) -> None:
    rendered = str(markdown.render(source, lambda target: None, "fr")).replace("&nbsp;", "\xa0")
    assert kept in rendered
    assert lost not in rendered


@pytest.mark.parametrize("language", ["json", "bash", '"><script>', ""])
def test_a_painted_sample_is_the_text_itself(language: str, tmp_path: Path) -> None:
    code = '\n{"a": "<b>&amp;\'"}\n'
    (tmp_path / "x.html").write_text(str(highlight(code, language)))
    assert HtmlPage.read(tmp_path / "x.html").text.strip() == code.strip()


def test_hidden_characters_are_seen_on_every_page(tmp_path: Path) -> None:
    text = "a\u202eb\u00a0c\u200bd\U000e0041e\x9bf"
    document = json.loads(json.dumps(load_contract(str(SMALL)).document))
    _everywhere(document, text)
    (tmp_path / "contract.json").write_text(json.dumps(document))
    result = run("-o", str(tmp_path / "site"), "--spec", str(tmp_path / "contract.json"))
    assert result.exit_code == 0, result.output
    shown = "a⟨U+202E⟩b\u00a0c⟨U+200B⟩d⟨U+E0041⟩e⟨U+009B⟩f"
    for path in (tmp_path / "site").rglob("*.html"):
        page = path.read_text(encoding="utf-8")
        assert multi_line(page) == page, path
        assert path.name == "index.html" or shown in page, path


@pytest.mark.parametrize("sizes", [WIDE, NARROW], ids=lambda sizes: sizes.name)
@pytest.mark.parametrize("count", [1, 3, 9])
def test_nothing_in_the_diagram_overlaps_or_leaves_it(sizes: CallMapSizes, count: int) -> None:
    families = tuple((f"Family {number} of a long name that goes on", "x " * 60) for number in range(count))
    actors = tuple((f"Actor {number} of a long name", tuple(range(number, count))) for number in range(3))
    drawing = draw(CallMap("A title", ("a.example", "b.example"), families, actors, count - 1), sizes)
    assert len(drawing.families) == count
    assert len(drawing.arrows) == sum(len(numbers) for _, numbers in actors)
    assert any(arrow.notifies for arrow in drawing.arrows)
    for column in (drawing.families, drawing.actors):
        for above, below in pairwise(column):
            assert above.y + above.height < below.y
    for box in (*drawing.families, *drawing.actors, drawing.frame):
        assert box.y >= 0
        assert box.x + box.width <= sizes.width
        assert box.y + box.height <= drawing.height
        assert all(box.y < baseline < box.y + box.height for baseline, _ in (*box.lines, *box.notes))


@pytest.mark.parametrize("palette", [0, 1], ids=["light", "dark"])
def test_every_colour_of_text_can_be_read(palette: int) -> None:
    block = re.findall(r":root \{(.*?)\}", STYLE.read_text(), re.DOTALL)[palette]
    colours = dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6});", block))
    for ground in ("ground", "raised", "tint"):
        for name in ("text", "quiet", "accent", "warn", "string", "number", "word"):
            assert contrast(colours[name], colours[ground]) >= 4.5, (name, ground)


def contrast(one: str, other: str) -> float:
    """The contrast of two colours (WCAG 2.2)."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    """The relative luminance of *colour* (WCAG 2.2)."""
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


# What changed


def test_without_a_former_contract_there_is_no_page_of_changes(site: Path) -> None:
    assert not list(site.rglob("changes.html"))
    assert 'href="changes.html"' not in (site / "fr" / "index.html").read_text(encoding="utf-8")


def test_a_former_contract_gives_a_page_of_changes_in_both_languages(tmp_path: Path) -> None:
    new = (tmp_path / "new" / "openapi.yaml", tmp_path / "old" / "openapi.yaml")
    for path in new:
        path.parent.mkdir()
        path.write_text(SMALL.read_text(encoding="utf-8"), encoding="utf-8")
        shutil.copytree(SMALL.parent / "locales", path.parent / "locales")
    text = SMALL.read_text(encoding="utf-8").replace("max-body: 1048576", "max-body: 1024")
    new[0].write_text(text, encoding="utf-8")
    out = tmp_path / "site"
    told = ["-o", str(out), "--spec", str(new[0]), "--since", str(new[1])]
    done = run(*told)
    assert done.exit_code == 0, done.output
    for language, title, heading in (
        ("fr", "Changements", "Changements incompatibles"),
        ("en", "Changes", "Breaking changes"),
    ):
        page = (out / language / "changes.html").read_text(encoding="utf-8")
        assert f"<h1>{title}</h1>" in page
        assert f"<h2>{heading}</h2>" in page
        assert "1024" in page
        overview = (out / language / "index.html").read_text(encoding="utf-8")
        assert f'href="changes.html">{title}</a>' in overview
    assert run(*told, "--check").exit_code == 0
    assert run("-o", str(out), "--spec", str(new[0]), "--check").exit_code == 1


def test_what_a_former_contract_says_is_never_markup(tmp_path: Path) -> None:
    old = tmp_path / "old.yaml"
    words = "<script>alert(1)</script>{{ 7*7 }}"
    text = SMALL.read_text(encoding="utf-8")
    old.write_text(re.sub(r"(version: )[^,}\n]+", rf"\1'{words}'", text, count=1), encoding="utf-8")
    assert words in old.read_text(encoding="utf-8")
    out = tmp_path / "site"
    done = run("-o", str(out), "--spec", str(SMALL), "--since", str(old))
    assert done.exit_code == 0, done.output
    page = (out / "fr" / "changes.html").read_text(encoding="utf-8")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_former_contract_that_is_none_is_wrong_use(tmp_path: Path) -> None:
    done = run("-o", str(tmp_path / "site"), "--since", str(tmp_path / "nothing.yaml"))
    assert done.exit_code == 2
    assert "there is no file" in done.output
    assert "hint: name a file, or a git revision" in done.output
    assert not (tmp_path / "site").exists()
