"""How a comparison is shown: by severity and operation, what several operations share once, texts counted."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from markdown_it import MarkdownIt

from cynod_spec.cli.commands import spec

PATHS = [f"/p{index:02}" for index in range(15)]


def contract(kind: str, words: str, *, path: str = "/new") -> dict[str, Any]:
    """Fifteen operations that share a schema and whose summaries are *words*, and one at *path*."""
    body = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/A"}}}}
    shared = {"post": {"summary": words, "requestBody": body, "responses": {}}}
    own = {"get": {"responses": {}, "parameters": [{"name": "q", "in": "query", "schema": {"type": kind}}]}}
    return {
        "openapi": "3.1.0",
        "info": {"title": words, "version": "1.0.0"},
        "paths": {**dict.fromkeys(PATHS, shared), "/own": own, path: own},
        "components": {"schemas": {"A": {"type": kind}}},
    }


@pytest.fixture
def pair(tmp_path: Path) -> list[str]:
    """Two documents with changes of every severity."""
    paths = []
    for name, document in (
        ("old", contract("string", "Un")),
        ("new", contract("integer", "Deux", path="/b")),
    ):
        path = tmp_path / f"{name}.json"
        path.write_text(json.dumps(document), "utf-8")
        paths.append(str(path))
    return paths


def shown(pair: list[str], *options: str) -> str:
    """What the command prints."""
    return CliRunner().invoke(spec, ["diff", *pair, *options], catch_exceptions=False).stdout


def headings(text: str) -> list[str]:
    """The headings of the format for people."""
    return [line.removeprefix("-- ") for line in text.splitlines() if line.startswith("-- ")]


def test_text_stands_by_severity_and_operation_with_what_is_shared_last(pair: list[str]) -> None:
    text = shown(pair)
    assert text.startswith("3 breaking, 0 risky, 17 safe\n")
    assert headings(text) == [
        "breaking, the whole contract",
        "breaking, GET /own",
        "breaking, POST /p00, POST /p01, POST /p02 and 12 more operations",
        "safe, the whole contract",
        "safe: 16 texts or examples change (--texts)",
    ]


def test_a_change_that_operations_share_stands_once(pair: list[str]) -> None:
    assert shown(pair, "--texts").count("type-changed") == 2
    told = json.loads(shown(pair, "--format", "json"))
    (shared,) = (change for change in told["changes"] if len(change["operations"]) > 1)
    assert shared["operations"] == [f"POST {path}" for path in PATHS]


@pytest.mark.parametrize("form", ["text", "markdown", "html", "github"])
def test_texts_are_shown_when_asked_for_and_else_counted(form: str, pair: list[str]) -> None:
    folded, whole = (shown(pair, "--format", form, *more) for more in ((), ("--texts",)))
    assert "16 texts or examples change" in folded
    if form == "html":  # folded, and there when it is opened
        shut = re.search("<details>.*</details>", folded, re.DOTALL)
        assert shut is not None
        assert shut[0].count("reworded") == 16
        folded = folded.replace(shut[0], "")
    assert "reworded" not in folded
    assert "texts or examples change" not in whole
    assert whole.count("reworded") == 16


def test_json_never_folds_and_says_what_is_text(pair: list[str]) -> None:
    told = json.loads(shown(pair, "--format", "json"))
    assert told["summary"] == {"breaking": 3, "risky": 0, "safe": 17}
    assert told["texts"] == 16
    assert len(told["changes"]) == 20
    assert [change["rule"] for change in told["changes"] if change["text"]] == ["text-changed"] * 16
    assert json.loads(shown(pair, "--format", "json", "--texts")) == told


@pytest.mark.parametrize("form", ["text", "json", "markdown", "html", "github"])
def test_only_what_is_severe_enough_is_shown(form: str, pair: list[str]) -> None:
    output = shown(pair, "--format", form, "--severity", "breaking")
    assert "path-removed" in output or "is removed" in output
    assert "path-added" not in output
    assert "is added" not in output
    if form in ("text", "markdown", "html"):
        assert "17 less severe changes are not shown" in output


def test_the_exit_code_does_not_depend_on_what_is_shown(pair: list[str]) -> None:
    for options in ((), ("--severity", "breaking"), ("--texts",)):
        assert CliRunner().invoke(spec, ["diff", *pair, *options]).exit_code == 1
        assert CliRunner().invoke(spec, ["diff", *pair, *options, "--fail-on", "none"]).exit_code == 0


def test_markdown_lists_operations_and_folds_places(pair: list[str]) -> None:
    text = shown(pair, "--format", "markdown", "--lang", "fr")
    tokens = MarkdownIt("commonmark").parse(text)
    found = [tokens[i + 1].content for i, token in enumerate(tokens) if token.type == "heading_open"]
    assert found == ["Changements du contrat", "Changements incompatibles", "Changements sans risque"]
    assert "- `POST /p00`, `POST /p01`, `POST /p02` et 12 autres opérations\n" in text
    assert "    - et 12 autres endroits\n" in text
    assert text.index("- `GET /own`") < text.index("- `POST /p00`")


def test_html_has_a_heading_an_operation(pair: list[str]) -> None:
    page = shown(pair, "--format", "html")
    assert re.findall(r"<h3>(.*?)</h3>", page) == [
        "the whole contract",
        "<code>GET /own</code>",
        "<code>POST /p00</code>, <code>POST /p01</code>, <code>POST /p02</code> and 12 more operations",
        "the whole contract",
    ]


def test_operations_stand_in_the_same_order_whatever_that_of_the_document(
    pair: list[str], tmp_path: Path
) -> None:
    turned = []
    for number, path in enumerate(pair):
        document = json.loads(Path(path).read_text("utf-8"))
        document["paths"] = dict(reversed(document["paths"].items()))
        turned.append(str(tmp_path / f"turned{number}.json"))
        Path(turned[-1]).write_text(json.dumps(document), "utf-8")
    assert headings(shown(turned)) == headings(shown(pair))


def test_documents_that_only_read_differently_have_no_change(tmp_path: Path, pair: list[str]) -> None:
    document = json.loads(Path(pair[0]).read_text("utf-8"))
    document["components"]["schemas"]["B"] = {"type": "string"}
    other = tmp_path / "other.json"
    other.write_text(json.dumps(document), "utf-8")
    text = shown([pair[0], str(other)])
    assert text.startswith("no change\n")
    assert "[document-rewritten]" in text
