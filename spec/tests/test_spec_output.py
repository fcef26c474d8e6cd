"""What writers share: hidden characters, lines of a terminal, Markdown, CSV, SARIF, commands of GitHub."""

from __future__ import annotations

import csv
import html
import io
import json
import os
import re
import sys
import unicodedata
from pathlib import Path
from urllib.parse import unquote

import pytest
import yaml
from cross_room.printed import ANSI, PAYLOADS, assert_inert, hidden
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from cynod_spec.base.location import SourceLocation
from cynod_spec.output import control_characters, csv_text, github, markdown, sarif, terminal
from cynod_spec.output.control_characters import folded, multi_line, one_line
from cynod_spec.output.json_text import json_text
from cynod_spec.source.writing import text as written

EVERY = [*PAYLOADS.values(), "", " ", "plain", "é à ü « x » a\u00a0: b\u202f! ⚠️", "\t", "\n"]
MARKED = re.compile(r"⟨U\+([0-9A-F]{4,6})⟩")
any_text = st.text(st.characters(exclude_categories=()))


def unmarked(text: str) -> str:
    """*text* with each mark as the character for which it stands."""
    return MARKED.sub(lambda found: chr(int(found[1], 16)), text)


# Hidden characters


@pytest.mark.slow
def test_what_is_hidden_is_what_unicode_says() -> None:
    pattern = re.compile(f"[{control_characters.HIDDEN}]")
    categories = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
    missed = [
        point
        for point in range(sys.maxunicode + 1)
        if unicodedata.category(chr(point)) in categories and not pattern.match(chr(point))
    ]
    assert missed == []
    kept = ("L", "N", "P", "S", "Zs")
    ignored = {0x115F, 0x1160, 0x3164, 0xFFA0}  # letters that draw nothing: Hangul fillers
    taken = [
        point
        for point in range(sys.maxunicode + 1)
        if unicodedata.category(chr(point)).startswith(kept) and pattern.match(chr(point))
    ]
    assert set(taken) == ignored


@pytest.mark.parametrize("text", EVERY)
def test_one_line_shows_everything_and_loses_nothing(text: str) -> None:
    shown = one_line(text)
    assert "\n" not in shown
    assert hidden(shown) == []
    assert unmarked(shown) == text
    assert one_line(shown) == shown


@settings(deadline=None)
@given(any_text)
def test_one_line_of_any_text(text: str) -> None:
    assert hidden(one_line(text)) == []
    assert unmarked(one_line(text)) == unmarked(text)


@pytest.mark.parametrize("text", EVERY)
def test_several_lines_stay_lines(text: str) -> None:
    shown = multi_line(text)
    assert set(hidden(shown)) <= {"\t"}
    assert unmarked(shown) == text.replace("\r\n", "\n")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x1b[31mb", "a⟨U+001B⟩[31mb"),
        ("a\nb\tc", "a⟨U+000A⟩b⟨U+0009⟩c"),
        ("\U000e0041", "⟨U+E0041⟩"),
        ("a\u200db\u200cc", "a⟨U+200D⟩b⟨U+200C⟩c"),
        (
            "un\u00a0café\u202f! «\u00a0x\u00a0» ✓ 日本 a\u0301",
            "un\u00a0café\u202f! «\u00a0x\u00a0» ✓ 日本 a\u0301",
        ),
        ("⚠\ufe0f a\ufe0f ⚠\ufe0f\ufe0f", "⚠\ufe0f a⟨U+FE0F⟩ ⚠\ufe0f⟨U+FE0F⟩"),
        ("##[error] ##vso[x] a#[b] ## [c]", "#⟨U+0023⟩[error] #⟨U+0023⟩vso[x] a#[b] ## [c]"),
    ],
)
def test_what_becomes_a_mark(text: str, shown: str) -> None:
    assert one_line(text) == shown


def test_prose_is_folded_onto_one_line() -> None:
    assert folded("  Une phrase\n  sur deux\tlignes.\r\n") == "Une phrase sur deux lignes."


# JSON and YAML


@pytest.mark.parametrize("text", EVERY)
def test_json_and_yaml_hold_what_they_show(text: str) -> None:
    document = {text or "k": [text, {"a": text}], "long": f"{'x ' * 80}{text} {'y ' * 80}"}
    for shown in (json_text(document), written(document, "json"), written(document, "yaml")):
        assert_inert(shown)
    assert json.loads(json_text(document)) == document
    assert json.loads(written(document, "json")) == document
    assert yaml.safe_load(written(document, "yaml")) == document


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_yaml_of_any_text(text: str) -> None:
    shown = written({"x": text, text: [text]}, "yaml")
    assert hidden(shown) == []
    assert yaml.safe_load(shown) == {"x": text, text: [text]}


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_json_of_any_text(text: str) -> None:
    assert hidden(json_text([text])) == []
    assert json.loads(json_text([text])) == [text]


# Lines of a terminal


@pytest.mark.parametrize("text", EVERY)
def test_no_line_obeys_what_it_holds(text: str) -> None:
    for parts in (
        (text,),
        ("  ", text),
        ("", " ", terminal.Styled(text, "red", bold=True), text),
        ("a: ", text),
    ):
        assert_inert(ANSI.sub("", terminal.line(*parts)))
    for line in terminal.lines(f"Traceback\n{text}\n  {text}"):
        assert_inert(line)


def test_our_own_style_is_all_that_is_styled() -> None:
    shown = terminal.line(terminal.Styled("\x1b[31mx\x1b[0m", "green"))
    assert shown == "\x1b[32m⟨U+001B⟩[31mx⟨U+001B⟩[0m\x1b[0m"


@pytest.mark.parametrize(
    ("parts", "shown"),
    [
        (("::error::x",), "⟨U+003A⟩:error::x"),
        (("  ", ":", ":x"), "  ⟨U+003A⟩:x"),
        (("\u3000::x",), "\u3000⟨U+003A⟩:x"),
        (("a ::x",), "a ::x"),
        ((":x",), ":x"),
    ],
)
def test_no_line_begins_as_a_command_of_github(parts: tuple[str, ...], shown: str) -> None:
    assert terminal.line(*parts) == shown


# Commands of GitHub


def read_back(command: str) -> tuple[str, dict[str, str], str]:
    """Name, properties and data of *command*, as GitHub's runner reads a line."""
    told = command.lstrip()
    assert told.startswith("::")
    info, separator, data = told[2:].partition("::")
    assert separator
    name, _, listed = info.partition(" ")
    pairs = [each.partition("=") for each in listed.strip().split(",") if each]
    return name, {key: _unescaped(value, "\r\n:,%") for key, _, value in pairs}, _unescaped(data, "\r\n%")


def _unescaped(text: str, marks: str) -> str:
    for mark in marks:
        text = text.replace(f"%{ord(mark):02X}", mark)
    return text


@pytest.mark.parametrize("text", EVERY)
def test_an_annotation_is_one_command_that_reads_back(text: str) -> None:
    at = SourceLocation(f"dir,{text}:x=y.yaml", "", 3, 4)
    made = github.annotation("error", at, f"t{text}.", text, (3, 9))
    assert made.count("\n") == 1
    assert_inert(made, commands=True)
    name, properties, data = read_back(made.rstrip("\n"))
    assert (name, data) == ("error", one_line(text))
    assert properties == {
        **{"file": one_line(at.file), "line": "3", "endLine": "3", "col": "4", "endColumn": "9"},
        "title": one_line(f"t{text}."),
    }


# Markdown


def rendered(text: str) -> str:
    """What a reader of GitHub's Markdown makes of *text*."""
    made: str = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(text)
    return made


@pytest.mark.parametrize("text", EVERY)
@pytest.mark.parametrize("frame", ["{}", "- {}", "a {} b"])
def test_markdown_shows_code_and_obeys_nothing(frame: str, text: str) -> None:
    told = markdown.code(text)
    assert not re.search(r"\{[{%#]|[}%#]\}", told)
    page = rendered(frame.format(told))
    assert one_line(text).strip() in html.unescape(re.sub("</?code>", "", page))
    assert not re.search(r"<(?!/?(?:p|ul|li|code)>)", page), page
    outside = re.sub("<code>.*?</code>", "", page, flags=re.DOTALL)
    assert "@" not in outside
    assert "evil" not in outside


@pytest.mark.parametrize("text", EVERY)
def test_markdown_escapes_and_obeys_nothing(text: str) -> None:
    for told in (markdown.escaped(text), markdown.prose(text)):
        page = rendered(f"- {told}\n")
        assert not re.search(r"<(?!/?(?:p|ul|li|code)>)", page), page
        shown = html.unescape(re.sub("</?(?:p|ul|li|code)>", "", page)).strip()
        wanted = one_line(" ".join(text.split()))
        assert shown.replace("`", "") == wanted.replace("`", "")


def test_prose_keeps_what_it_quotes() -> None:
    assert markdown.prose("La valeur `a*b` de *c*.") == "La valeur `a*b` de \\*c\\*."
    assert markdown.code("a`b``c") == "```a`b``c```"
    assert markdown.code("`a") == "`` `a ``"
    assert markdown.code(" a ") == "`  a  `"


# CSV


@pytest.mark.parametrize("text", EVERY)
def test_no_cell_is_a_formula_for_any_separator(text: str) -> None:
    told = csv_text.csv_text([{"a": text, "b": 7, "c": True, "d": f"{text}x", "e": -3}])
    assert_inert(told)
    (row,) = csv.DictReader(io.StringIO(told))
    assert (row["b"], row["c"], row["e"]) == ("7", "True", "-3")
    for separator in ",;\t":
        for line in csv.reader(io.StringIO(told), delimiter=separator, quotechar='"'):
            for cell in line:
                is_ours = re.fullmatch(r"-?\d+", cell) or ("," in cell and separator != ",")
                assert is_ours or not re.match(r"[\s\"]*[=+\-@＝＋－＠]", cell), told


def test_a_cell_that_is_none_stays_as_it_is() -> None:
    assert csv_text.csv_text([{"a": "x-y = 1 + 2", "b": "a; b"}]) == "a,b\nx-y = 1 + 2,a; b\n"
    assert csv_text.csv_text([]) == ""


# SARIF


@pytest.mark.parametrize(
    "name",
    ["a b.yaml", "a:b.yaml", "a#b?c%20d.yaml", "é.yaml", "a\nb\x1b.yaml", "x\udcff.yaml", "../up.yaml"],
)
def test_a_file_is_a_uri_reference(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    uri = sarif.uri(name)
    assert re.fullmatch(r"(?:file://)?[A-Za-z0-9/._~%-]+", uri)
    path = unquote(uri.removeprefix("file://"), errors="surrogateescape")
    assert os.path.abspath(path) == os.path.abspath(name)
