"""The verdict on a terminal and in the report's files, of a target that chooses every text it can."""

from __future__ import annotations

import json
import shlex
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import pytest
from cross_room.printed import ANSI, MARK, PAYLOADS, assert_inert, hidden

from cynod_conformance.report import console, junit, sarif, scripts
from cynod_conformance.results.scenario_result import ScenarioResult, StepResult
from cynod_spec.model import Text
from cynod_spec.output.bash import quoted
from cynod_spec.output.control_characters import multi_line, one_line

from .test_conformance_report import fabricated

TEXTS = [text for text in PAYLOADS.values() if "\ud800" not in text]


def printed(text: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """What is printed of a run in which *text* is the target's and the document's."""
    run = fabricated([text, text])
    words = Text(text, text)
    step = StepResult("a", words, text, "failed", expected=words, got=words, curl=shlex.join(["curl", text]))
    scenario = ScenarioResult(text, words, "failed", (step,), reason=words)
    changed = [
        replace(result, clause=replace(result.clause, text=words), reason=words, missing=(text,))
        for result in run.results
    ]
    run = replace(
        run, results=tuple(changed), scenarios=(scenario,), base_url=text, detail=f"Traceback\n{text}"
    )
    console.show(run, folder, verbose=True)
    captured = capsys.readouterr()
    return captured.out + captured.err


@pytest.mark.parametrize("text", TEXTS)
def test_the_console_shows_every_text_and_obeys_none(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / text.replace("/", "∕").replace("\0", "")[:60]
    shown = printed(text, folder, capsys)
    assert_inert(shown)
    assert one_line(text).strip() in shown
    assert "\x1b" not in shown


def test_a_terminal_gets_our_own_style_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("click.utils.should_strip_ansi", lambda stream=None, color=None: False)
    shown = printed("x\x1b[31m\x1b[2Jy", tmp_path, capsys)
    assert "\x1b[31m" in shown
    assert "\x1b[2J" not in shown
    assert_inert(ANSI.sub("", shown))


@pytest.mark.parametrize("text", TEXTS)
def test_the_progress_line_stays_one_line(
    text: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    console.ticker()(text)
    shown = capsys.readouterr().err
    assert shown.startswith("\r\x1b[2K")
    assert hidden(shown.removeprefix("\r\x1b[2K")) == []
    assert "\n" not in shown


@pytest.mark.parametrize("text", TEXTS)
def test_comments_of_scripts_are_one_line(text: str) -> None:
    assert scripts.comment(text).startswith("# ")
    assert hidden(scripts.comment(text)) == []
    assert "\n" not in scripts.comment(text)


@pytest.mark.parametrize("text", TEXTS)
def test_a_line_of_curl_can_be_shown_as_it_is(text: str) -> None:
    word = quoted(text.replace("\0", ""))
    assert one_line(word) == word


@pytest.mark.parametrize("text", TEXTS)
def test_files_of_a_report_hold_every_text(text: str, tmp_path: Path) -> None:
    run = fabricated([text])
    log = json.loads(sarif.write(run, tmp_path).read_text("utf-8"))
    told = [each["message"]["text"] for each in log["runs"][0]["results"]]
    (failure,) = run.results[0].failures
    assert failure.got.fr in told[0]
    root = ET.parse(junit.write(run, tmp_path)).getroot()
    (found, *_) = root.iter("failure")
    assert multi_line(failure.response).strip() in (found.text or "")
    assert set(hidden("".join(root.itertext()))) <= {"\t"}
    assert MARK not in "".join(each.get("name", "") for each in root.iter("testsuite"))


@pytest.mark.parametrize("text", TEXTS)
def test_an_xml_report_holds_every_name_of_a_clause(text: str, tmp_path: Path) -> None:
    run = fabricated(["x"])
    (result, *_) = run.results
    named = replace(result, clause=replace(result.clause, id=f"{text}-1"))
    root = ET.parse(junit.write(replace(run, results=(named,)), tmp_path)).getroot()
    (suite,), (found,) = root.iter("testsuite"), root.iter("testcase")
    assert suite.get("name") == multi_line(named.clause.group)
    assert found.get("classname") == f"cynod.{multi_line(named.clause.group)}"
