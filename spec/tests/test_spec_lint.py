"""What lint says of the shipped contract and of whole documents, in each of its formats."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from cross_room.lint_examples import BASE, Example, bad

from cynod_spec.cli.commands import spec
from cynod_spec.lint import check
from cynod_spec.lint.backtracking import is_catastrophic
from cynod_spec.lint.catalogue import all_rules
from cynod_spec.workflows.lint import workflow_rules

RULES = {rule.id: rule for rule in all_rules()}


def test_the_shipped_contract_breaks_no_rule() -> None:
    from cynod_spec.environment.locating import default_contract

    assert check(default_contract()) == []


@pytest.mark.parametrize(
    ("role", "wrong"),
    [
        ("id: $request.header.webhook-id", "id: $request.header.webhook-key"),
        ("resource: $request.body#/data/operation", "resource: $request.body#/data/nothing"),
        ("date: $request.body#/timestamp", "date: $response.body#/timestamp"),
    ],
)
def test_the_roles_of_a_webhook_lead_somewhere(role: str, wrong: str, tmp_path: Path) -> None:
    from cynod_spec.environment.locating import default_contract

    document = Path(default_contract()).read_text(encoding="utf-8")
    assert role in document
    changed = tmp_path / "openapi.yaml"
    changed.write_text(document.replace(role, wrong), encoding="utf-8")
    assert {each.rule for each in check(str(changed)) if each.level == "error"} == {"role-nowhere"}


@pytest.mark.parametrize("form", ["text", "json", "sarif", "github"])
def test_each_format_says_where(form: str, tmp_path: Path) -> None:
    example = bad(RULES["role-nowhere"])
    path = example.written(tmp_path)
    result = CliRunner().invoke(spec, ["lint", str(path), "--format", form])
    assert result.exit_code == 1
    [(line, start, end)] = example.ranges
    if form == "text":
        assert f"{path}:{line}:{start}: error: " in result.stdout
        source, mark = result.stdout.splitlines()[1:3]
        assert source[mark.index("^") : mark.rindex("^") + 1] == "amount"
    elif form == "github":
        place = f"line={line},endLine={line},col={start},endColumn={end}"
        assert f",{place},title=role-nowhere::" in result.stdout
    elif form == "json":
        (found,) = json.loads(result.stdout)
        assert (found["line"], found["column"]) == (line, start)
        assert (found["end_line"], found["end_column"]) == (line, end)
    else:
        run = json.loads(result.stdout)["runs"][0]
        region = run["results"][0]["locations"][0]["physicalLocation"]["region"]
        assert region == {"startLine": line, "startColumn": start, "endLine": line, "endColumn": end}
        assert {rule["id"] for rule in run["tool"]["driver"]["rules"]} == RULES.keys()


def test_colour_is_for_terminals_alone(tmp_path: Path) -> None:
    path = str(bad(RULES["role-nowhere"]).written(tmp_path))
    assert "\x1b[" not in CliRunner().invoke(spec, ["lint", path]).stdout
    assert "\x1b[" in CliRunner().invoke(spec, ["lint", path], color=True).stdout


def test_a_document_cannot_write_on_the_terminal(tmp_path: Path) -> None:
    path = tmp_path / "openapi.yaml"
    path.write_text('openapi: 3.1.1\n"a\\e[2J": 1\n"a\\e[2J": 2\n', "utf-8")
    output = CliRunner().invoke(spec, ["lint", str(path)], color=True).stdout
    assert "\x1b[2J" not in output
    assert "stands here twice" in output


def test_a_finding_in_a_long_line_shows_its_part(tmp_path: Path) -> None:
    path = tmp_path / "openapi.json"
    path.write_text('{"openapi": "3.1.1", ' + '"x": [' + "1, " * 50_000 + '1], "x": 2}', "utf-8")
    output = CliRunner().invoke(spec, ["lint", str(path)]).stdout
    assert max(map(len, output.splitlines())) < 200 + len(str(path))
    source, mark = output.splitlines()[1:3]
    assert source[mark.index("^") : mark.rindex("^") + 1] == '"x"'


ALLOW = "x-cynod-allow: [{rule: member-case, reason: Des lecteurs l’ont.}]"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (", " + ALLOW, "", ["member-case"]),
        ("rule: member-case", "rule: no-such-rule", ["allow-unused", "member-case"]),
        (
            "{rule: member-case, reason: Des lecteurs l’ont.}",
            "{rule: 1}",
            ["member-case", "vocabulary-invalid"],
        ),
        ("reason: Des lecteurs l’ont.", "reason: ' '", ["allow-unreasoned"]),
        ("\nopenapi: 3.1.1", f"\n{ALLOW}\nopenapi: 3.1.1", []),
        ("    Pass:\n", f"    Pass:\n      {ALLOW}\n", ["allow-unused"]),
    ],
)
def test_an_allowance_covers_its_node_and_what_is_below(
    old: str, new: str, expected: list[str], tmp_path: Path
) -> None:
    assert old in BASE
    path = Example(BASE.replace(old, new), []).written(tmp_path)
    assert sorted(finding.rule for finding in check(path)) == expected


def test_the_rules_are_listed_and_explained() -> None:
    listed = CliRunner().invoke(spec, ["rules"])
    known = [*sorted(RULES), *(rule.id for rule in workflow_rules())]
    assert [line.split()[0] for line in listed.stdout.splitlines()] == known
    assert CliRunner().invoke(spec, ["lint", "--rules"]).stdout == listed.stdout
    shown = CliRunner().invoke(spec, ["rules", "code-orphan"])
    assert shown.stdout.startswith("# code-orphan\n")
    assert CliRunner().invoke(spec, ["rules", "nothing"]).exit_code != 0


@pytest.mark.slow
def test_watching_checks_again_when_the_file_changes(tmp_path: Path) -> None:
    path = Example(BASE, []).written(tmp_path)
    interruptible = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
    program = f"{interruptible}; from cynod_spec.cli import main; main()"
    command = [sys.executable, "-c", program, "spec", "lint", str(path), "--watch"]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1]), "PYTHONUNBUFFERED": "1"}
    changed = tmp_path / "changed.yaml"
    changed.write_text(BASE.replace("operationId: readHealth", "operationId: listPasses"), "utf-8")
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == f"{path}: 0 errors, 0 warnings\n"
            changed.replace(path)
            assert "operation-id-unique" in process.stdout.readline()
            process.send_signal(signal.SIGINT)
            assert "\x1b" not in process.stdout.read()
            assert process.wait(10) == 0
        finally:
            process.kill()


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("{title: Shop, description: Who issues.}", "{title: Shop}"),
        ("  - target: $['x-cynod'].guide[0]\n    update: {title: Start}\n", ""),
        ("{title: The outcome, text: 'See [](code:unknown-path).'}", "{title: The outcome}"),
    ],
)
def test_the_guide_and_its_actors_exist_in_every_language(words: str, left: str, tmp_path: Path) -> None:
    path = Example(BASE, []).written(tmp_path)
    overlay = tmp_path / "locales" / "en.overlay.yaml"
    text = overlay.read_text("utf-8")
    assert words in text
    overlay.write_text(text.replace(words, left), "utf-8")
    assert [finding.rule for finding in check(path)] == ["text-missing"]


def test_a_warning_fails_only_when_asked(tmp_path: Path) -> None:
    path = str(bad(RULES["text-missing"]).written(tmp_path))
    assert CliRunner().invoke(spec, ["lint", path]).exit_code == 0
    assert CliRunner().invoke(spec, ["lint", path, "--fail-on", "warning"]).exit_code == 1


PATTERNS = {
    True: [
        "^(a+)+$",
        "^(a*)*$",
        "^(a|a)*$",
        "^(a|aa)+$",
        r"^(\w+\s?)*$",
        "^([a-z]{1,64}){1,64}$",
        "^(([0-9]+)?,?)+$",
        "(x+x+)+y",
        "^(.*)*$",
    ],
    False: [
        "^[A-Za-z0-9._~-]+$",
        "^v1,[A-Za-z0-9+/=]+( v1,[A-Za-z0-9+/=]+)*$",
        "^[a-z0-9]+(-[a-z0-9]+)*$",
        "^(ab|ac)*$",
        "^([0-9]{3}){8,20}$",
        "^[0-9]{4}-[0-9]{2}$",
        "^(a?b){9,}$",
        "(",
        "^(?:[01][0-9]|2[0-3])(:[0-5][0-9])*$",
    ],
}


@pytest.mark.parametrize(
    ("pattern", "expected"), [(text, value) for value in PATTERNS for text in PATTERNS[value]]
)
def test_a_pattern_that_may_run_for_ever_is_told_from_others(pattern: str, expected: bool) -> None:
    assert is_catastrophic(pattern) is expected
