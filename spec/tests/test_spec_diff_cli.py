"""``cynod spec diff``: exit codes, formats, git revisions, hostile documents, readable mistakes."""

from __future__ import annotations

import html
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cynod_spec.cli.commands import spec
from cynod_spec.output import markdown

pytestmark = pytest.mark.slow

ROOM = Path(__file__).parents[1]
DOCUMENTS = Path(__file__).parent / "documents"
PLAIN = "openapi: 3.1.0\ninfo: {title: T, version: 1.0.0}\npaths: {}\n"
ADDED = PLAIN.replace("paths: {}", "paths: {/a: {get: {responses: {'200': {description: d}}}}}")
HOSTILE = """<img src=x onerror=alert(1)>"'`{{ 7*7 }}{% x %}|[a](javascript:b)"""


def diff(*arguments: object) -> Result:
    """The command, run here."""
    return CliRunner().invoke(spec, ["diff", *map(str, arguments)], catch_exceptions=False)


def cynod(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, as a user runs it."""
    environment = {**os.environ, "PYTHONPATH": str(ROOM)}
    command = [sys.executable, "-m", "cynod_spec.cli", "spec", "diff", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment, cwd=cwd, check=False)


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    """A document and the same with an operation more."""
    old, new = tmp_path / "old.yaml", tmp_path / "new.yaml"
    old.write_text(PLAIN, "utf-8")
    new.write_text(ADDED, "utf-8")
    return old, new


# Exit codes


def test_identical_documents_have_no_change(small: Path) -> None:
    result = diff(small, small)
    assert result.exit_code == 0
    assert result.stdout.startswith("no change\n")


def test_a_document_whose_translation_is_not_at_hand_says_the_same(small: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.yaml"
    copy.write_text(small.read_text("utf-8"), "utf-8")
    assert diff(small, copy).stdout.startswith("no change\n")
    assert diff(copy, small).stdout.startswith("no change\n")


@pytest.mark.parametrize(
    ("back", "fail_on", "code"),
    [
        (False, "breaking", 0),
        (False, "risky", 0),
        (True, "breaking", 1),
        (True, "risky", 1),
        (True, "none", 0),
    ],
)
def test_the_exit_code_says_whether_a_severe_change_was_found(
    back: bool, fail_on: str, code: int, pair: tuple[Path, Path]
) -> None:
    assert diff(*(pair[::-1] if back else pair), "--fail-on", fail_on).exit_code == code


def test_a_risky_change_fails_when_asked(tmp_path: Path) -> None:
    text = ADDED.replace("get: {", "get: {operationId: a, ")
    for name, changed in (("a.yaml", text), ("b.yaml", text.replace("operationId: a", "operationId: b"))):
        (tmp_path / name).write_text(changed, "utf-8")
    assert diff(tmp_path / "a.yaml", tmp_path / "b.yaml").exit_code == 0
    assert diff(tmp_path / "a.yaml", tmp_path / "b.yaml", "--fail-on", "risky").exit_code == 1


# Versions


@pytest.mark.parametrize(
    ("back", "version", "says"),
    [
        (False, "1.0.0", "Version 1.0.0 is too low: these changes ask for 1.1.0 at least."),
        (False, "1.1.0", "Version 1.1.0 will do (at least 1.1.0)."),
        (True, "1.9.0", "Version 1.9.0 is too low: these changes ask for 2.0.0 at least."),
        (True, "2.0.0", "Version 2.0.0 will do (at least 2.0.0)."),
        (True, "two", "Version two is too low: these changes ask for 2.0.0 at least."),
    ],
)
def test_it_says_which_version_the_changes_ask_for(
    back: bool, version: str, says: str, pair: tuple[Path, Path]
) -> None:
    old, new = pair[::-1] if back else pair
    new.write_text(new.read_text("utf-8").replace("1.0.0", version), "utf-8")
    assert diff(old, new).stdout.splitlines()[-1] == says


def test_a_version_that_is_not_semantic_suggests_nothing(pair: tuple[Path, Path]) -> None:
    pair[0].write_text(PLAIN.replace("1.0.0", "2026-01"), "utf-8")
    told = json.loads(diff(*pair, "--format", "json").stdout)
    assert told["version"] == {"suggested": None, "part": "minor", "sufficient": True}


def test_before_1_0_0_a_breaking_change_asks_for_a_minor_version(pair: tuple[Path, Path]) -> None:
    for path in pair:
        path.write_text(path.read_text("utf-8").replace("1.0.0", "0.3.1"), "utf-8")
    assert json.loads(diff(*pair[::-1], "--format", "json").stdout)["version"]["suggested"] == "0.4.0"


# Formats


def test_json_tells_everything_in_both_languages(pair: tuple[Path, Path]) -> None:
    told = json.loads(diff(*pair, "--format", "json").stdout)
    assert told["summary"] == {"breaking": 0, "risky": 0, "safe": 1}
    assert told["old"]["file"] == str(pair[0])
    assert len(told["old"]["sha256"]) == 64
    (change,) = told["changes"]
    assert change["rule"] == "path-added"
    assert change["severity"] == "safe"
    assert change["direction"] == "contract"
    assert change["fr"] == "le chemin /a est ajouté (GET)"
    assert change["en"] == change["message"] == "the path /a is added (GET)"
    assert change["old"] == {"file": str(pair[0]), "pointer": "/paths", "line": 3, "column": 1}
    assert change["new"] == {"file": str(pair[1]), "pointer": "/paths/~1a", "line": 3, "column": 9}


def test_text_names_both_places_and_is_plain_where_there_is_no_terminal(pair: tuple[Path, Path]) -> None:
    output = diff(*pair, "--lang", "fr").stdout
    assert f"{pair[1]}:3:9: sans risque: le chemin « /a » est ajouté (« GET ») [path-added]" in output
    assert f"avant: {pair[0]}:3:1" in output
    assert "\x1b" not in output


def test_colours_on_a_terminal(pair: tuple[Path, Path]) -> None:
    result = CliRunner().invoke(spec, ["diff", *map(str, pair)], color=True)
    assert "\x1b[32msafe\x1b[0m" in result.stdout


def test_github_annotates_the_new_document(pair: tuple[Path, Path]) -> None:
    lines = diff(*pair[::-1], "--format", "github").stdout.splitlines()
    assert lines[0].startswith(
        f"::error file={pair[0]},line=3,col=1,title=path-removed::the path /a is removed"
    )
    assert lines[1].startswith(f"::warning file={pair[0]},line=2,col=18,title=version::")


@pytest.mark.parametrize(
    ("lang", "heading"), [("fr", "Changements incompatibles"), ("en", "Breaking changes")]
)
def test_the_changelog_has_a_heading_a_severity(lang: str, heading: str, pair: tuple[Path, Path]) -> None:
    assert f"## {heading}" in diff(*pair[::-1], "--format", "markdown", "--lang", lang).stdout
    page = diff(*pair[::-1], "--format", "html", "--lang", lang).stdout
    assert f"<h2>{heading}</h2>" in page
    assert page.startswith(f'<!doctype html>\n<html lang="{lang}">')


@pytest.mark.parametrize("form", ["text", "json", "markdown", "html", "github"])
@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_format_says_when_nothing_changed(form: str, lang: str, small: Path) -> None:
    result = diff(small, small, "--format", form, "--lang", lang)
    assert result.exit_code == 0
    if form == "json":
        assert json.loads(result.stdout)["changes"] == []
    elif form == "github":
        assert result.stdout == ""
    else:
        assert {"fr": "aucun changement", "en": "no change"}[lang] in result.stdout


def test_rules_are_listed() -> None:
    output = diff("--rules", "--lang", "fr").stdout
    assert re.search(r"^scope-required +breaking +- +- +le droit", output, re.MULTILINE)


# Hostile words


@pytest.fixture
def hostile(tmp_path: Path) -> tuple[Path, Path]:
    """Documents whose every word is an attack on whoever shows it."""
    word = json.dumps(HOSTILE)
    schema = f"{{type: string, enum: [{word}]}}"
    parameter = f"{{name: {word}, in: query, schema: {schema}}}"
    operation = f"{{operationId: {word}, parameters: [{parameter}], responses: {{}}}}"
    (tmp_path / "old.yaml").write_text(PLAIN.replace("1.0.0", word), "utf-8")
    text = f"openapi: 3.1.0\ninfo: {{title: T, version: {word}}}\npaths: {{/a: {{get: {operation}}}}}\n"
    (tmp_path / "new.yaml").write_text(text, "utf-8")
    (tmp_path / "more.yaml").write_text(
        text.replace("enum: [", "enum: [x, ").replace("name: ", "required: true, name: "), "utf-8"
    )
    return tmp_path / "new.yaml", tmp_path / "more.yaml"


def test_html_shows_words_and_never_obeys_them(hostile: tuple[Path, Path]) -> None:
    page = diff(*hostile, "--format", "html").stdout
    body = page.partition("</style>")[2]
    assert "<img" not in body
    assert "{{" not in body
    assert "{%" not in body
    assert HOSTILE in html.unescape(body)


def test_markdown_shows_words_and_never_obeys_them(hostile: tuple[Path, Path]) -> None:
    from markdown_it import MarkdownIt

    text = diff(*hostile, "--format", "markdown").stdout
    assert "{{" not in text
    assert "{%" not in text
    page = MarkdownIt("commonmark").render(text)
    assert "<img" not in page
    assert "<a " not in page
    assert HOSTILE in html.unescape(re.sub("</?code>", "", page))


@pytest.mark.parametrize(
    "text", ["- a", "1. a", "+ a", "# a", "> a", "``` a", "a\n\nb", "*a* _b_ [c](d) <e> `f` ~~g~~ h|i"]
)
def test_markdown_keeps_what_it_escapes(text: str) -> None:
    from markdown_it import MarkdownIt

    page = MarkdownIt("commonmark").render(f"- {markdown.escaped(text)}\n")
    assert html.unescape(page) == f"<ul>\n<li>{' '.join(text.split())}</li>\n</ul>\n"


def test_a_terminal_is_never_moved(tmp_path: Path, pair: tuple[Path, Path]) -> None:
    pair[1].write_text(ADDED.replace("get: {", 'get: {operationId: "a\\u001b[2J\\u0007b", '), "utf-8")
    path = tmp_path / "other.yaml"
    path.write_text(ADDED.replace("get: {", "get: {operationId: c, "), "utf-8")
    output = diff(pair[1], path).stdout
    assert "\x1b" not in output
    assert "\x07" not in output


def test_schemas_that_refer_to_each_other_twice_take_no_time(tmp_path: Path) -> None:
    for name, last in (("a.json", "string"), ("b.json", "integer")):
        schemas: dict[str, object] = {"A60": {"type": last}}
        for index in range(60):
            below = {"$ref": f"#/components/schemas/A{index + 1}"}
            schemas[f"A{index}"] = {"oneOf": [below, {"items": below}], "not": {"allOf": [below, below]}}
        body = {"content": {"a/b": {"schema": {"$ref": "#/components/schemas/A0"}}}}
        document = {
            **{"openapi": "3.1.0", "info": {"title": "T", "version": "1.0.0"}},
            "paths": {"/a": {"post": {"requestBody": body, "responses": {}}}},
            "components": {"schemas": schemas},
        }
        (tmp_path / name).write_text(json.dumps(document), "utf-8")
    result = diff(tmp_path / "a.json", tmp_path / "b.json")
    assert result.exit_code == 1
    assert "[type-changed]" in result.stdout


def test_a_schema_that_contains_itself_is_compared(tmp_path: Path) -> None:
    text = ADDED.replace(
        "responses:", "requestBody: {content: {a/b: {schema: {$ref: '#/components/schemas/A'}}}}, responses:"
    )
    tree = (
        "components: {schemas: {A: {type: object, properties: "
        "{v: {type: %s}, b: {oneOf: [{$ref: '#/components/schemas/A'}]}}}}}\n"
    )
    for name, kind in (("a.yaml", "string"), ("b.yaml", "integer")):
        (tmp_path / name).write_text(text + tree % kind, "utf-8")
    told = json.loads(diff(tmp_path / "a.yaml", tmp_path / "b.yaml", "--format", "json").stdout)
    assert [change["rule"] for change in told["changes"]] == ["type-changed"]


# Mistakes

MISTAKES = {
    "no such file": (("absent.yaml", "old.yaml"), "there is no file absent.yaml"),
    "no such new file": (("old.yaml", "absent.yaml"), "there is no file absent.yaml"),
    "a folder": ((".", "old.yaml"), ". is a folder"),
    "bad YAML": (("bad.yaml", "old.yaml"), "bad.yaml:2:1: not readable as YAML"),
    "not OpenAPI": (("old.yaml", "other.yaml"), "no OpenAPI document"),
    "a reference that escapes": (("old.yaml", "escapes.yaml"), "leads outside the document's folder"),
    "a reference to the network": (("old.yaml", "remote.yaml"), "leads outside the document"),
    "half a vocabulary": (("half.yaml", "half.yaml"), "no schema is the envelope of the case"),
    "no repository": (("HEAD:old.yaml", "old.yaml"), "git"),
    "nothing to compare with": (("old.yaml",), "Missing argument 'NEW'"),
    "an unknown format": (("old.yaml", "old.yaml", "--format", "xml"), "Invalid value for '--format'"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_one_readable_line_and_exit_code_2(name: str, tmp_path: Path) -> None:
    for file, text in {
        "old.yaml": PLAIN,
        "bad.yaml": "openapi: [\n",
        "other.yaml": "kind: Deployment\n",
        "escapes.yaml": PLAIN + "components: {schemas: {A: {$ref: '../secret.yaml'}}}\n",
        "remote.yaml": PLAIN + "components: {schemas: {A: {$ref: 'https://example.org/a.yaml'}}}\n",
        "half.yaml": PLAIN + "x-cynod: {}\n",
    }.items():
        (tmp_path / file).write_text(text, "utf-8")
    arguments, says = MISTAKES[name]
    done = cynod(*arguments, cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) <= 4


# Git revisions


def git(folder: Path, *arguments: str) -> None:
    """Run git in *folder*, whatever this machine's configuration says."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1"}
    identity = ("-c", "user.name=A", "-c", "user.email=a@example.org")
    subprocess.run(
        ["git", *identity, *arguments], cwd=folder, env=environment, check=True, capture_output=True
    )


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Two commits of a document in a folder, which refers to a file and has a translation."""
    folder = tmp_path / "spec"
    (folder / "locales").mkdir(parents=True)
    (folder / "parts").mkdir()
    git(tmp_path, "init", "-q", "-b", "main")
    text = ADDED.replace("responses:", "summary: Lire, description: D, responses:") + (
        "components: {schemas: {A: {$ref: 'parts/a.yaml#/A'}}}\n"
    )
    text = text.replace(
        "'200': {description: d}",
        "'200': {description: d, content: {a/b: {schema: {$ref: '#/components/schemas/A'}}}}",
    )
    (folder / "openapi.yaml").write_text(text, "utf-8")
    (folder / "parts" / "a.yaml").write_text("A: {type: string}\n", "utf-8")
    overlay = "overlay: 1.0.0\ninfo: {title: en, version: 1.0.0}\nactions:\n  - target: $.paths['/a'].get\n"
    translation = folder / "locales" / "en.overlay.yaml"
    translation.write_text(overlay + "    update: {summary: Read}\n", "utf-8")
    (folder / "link.yaml").symlink_to("/etc/passwd")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "one")
    (folder / "parts" / "a.yaml").write_text("A: {type: [string, integer]}\n", "utf-8")
    translation.write_text(overlay + "    update: {summary: Read it}\n", "utf-8")
    git(tmp_path, "commit", "-qam", "two")
    return tmp_path


def test_a_revision_is_read_with_its_own_references_and_translation(repository: Path) -> None:
    done = cynod("HEAD~1:spec/openapi.yaml", "spec/openapi.yaml", "--format", "json", cwd=repository)
    assert done.returncode == 1, done.stderr
    told = json.loads(done.stdout)
    assert told["old"]["file"] == "HEAD~1:spec/openapi.yaml"
    found = {change["rule"]: change for change in told["changes"]}
    assert found.keys() == {"type-widened", "text-changed"}
    assert found["type-widened"]["old"]["file"] == "HEAD~1:spec/parts/a.yaml"
    assert found["type-widened"]["new"]["file"] == "spec/parts/a.yaml"
    assert found["type-widened"]["old"]["line"] == 1
    assert found["text-changed"]["old"]["file"] == "HEAD~1:spec/openapi.yaml"


def test_two_revisions_and_a_path_from_the_folder_one_stands_in(repository: Path) -> None:
    assert cynod("HEAD~1:spec/openapi.yaml", "HEAD:spec/openapi.yaml", cwd=repository).returncode == 1
    assert cynod("main:./openapi.yaml", "openapi.yaml", cwd=repository / "spec").returncode == 0
    assert cynod("HEAD:spec/openapi.yaml", "spec/openapi.yaml", cwd=repository).stdout.startswith("no change")


def test_a_document_at_the_root_of_a_repository(repository: Path) -> None:
    (repository / "a.yaml").write_text(ADDED + "components: {schemas: {A: {$ref: 'b.yaml'}}}\n", "utf-8")
    (repository / "b.yaml").write_text("{type: string}\n", "utf-8")
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "three")
    done = cynod("HEAD:a.yaml", "a.yaml", cwd=repository)
    assert done.stdout.startswith("no change"), done.stderr


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("nonsense:spec/openapi.yaml", "git knows no revision 'nonsense'"),
        ("HEAD:spec/absent.yaml", "the revision 'HEAD' holds no file 'spec/absent.yaml'"),
        ("HEAD:spec", "HEAD:spec is a folder"),
        ("HEAD:spec/", "HEAD:spec/"),
        ("HEAD:../outside.yaml", "../outside.yaml"),
        ("HEAD:spec/link.yaml", "HEAD:spec/link.yaml is no regular file"),
        ("--output=x:spec/openapi.yaml", "--output"),
        ("HEAD:", "there is no file HEAD:"),
        ("HEAD@{9999}:spec/openapi.yaml", "HEAD@{9999}"),
    ],
)
def test_a_wrong_revision_is_one_readable_line(name: str, says: str, repository: Path) -> None:
    done = cynod("--", name, "spec/openapi.yaml", cwd=repository)
    assert done.returncode == 2, done.stdout
    assert says in done.stderr
    assert len(done.stderr.splitlines()) <= 2
    assert not (repository / "x").exists()


def test_a_revision_whose_reference_escapes_is_refused(repository: Path) -> None:
    path = repository / "spec" / "openapi.yaml"
    path.write_text(path.read_text("utf-8").replace("parts/a.yaml#/A", "../../../etc/passwd"), "utf-8")
    git(repository, "commit", "-qam", "three")
    done = cynod("HEAD:spec/openapi.yaml", "HEAD~1:spec/openapi.yaml", cwd=repository)
    assert done.returncode == 2
    assert "leads outside the document's folder" in done.stderr


def test_without_git_files_still_compare(pair: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert diff(*pair).exit_code == 0
    done = CliRunner().invoke(spec, ["diff", "HEAD:a.yaml", str(pair[0])])
    assert getattr(done.exception, "message", "") == "git cannot be run"


def test_the_own_document_is_compared_without_engines() -> None:
    code = (
        "import sys; from cynod_spec.diff import compare; from cynod_spec.diff.revision import read_named;"
        "from cynod_spec.diff.formats import render;"
        "from cynod_spec.environment.locating import default_contract;"
        "a = read_named(default_contract()); print(render(compare(a, a), 'text', 'en')); print(*sys.modules)"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOM)}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True
    )
    assert done.stdout.startswith("no change")
    heavy = {"jsonschema", "jsonschema_rs", "openapi_spec_validator", "jinja2", "schemathesis", "fastapi"}
    assert not heavy & set(done.stdout.split())
