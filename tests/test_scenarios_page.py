"""The page of the scenarios: whole in both languages, drawn to fit, safe to paste, and true when pasted."""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from cross_room.lint_examples import FOLDER
from cross_room.sandboxes import Sandbox, running

from cynod_generators.targets import docs
from cynod_generators.targets.docs.diagrams.sequence import NARROW, WIDE, SequenceMessage, SequenceSizes, draw
from cynod_generators.targets.docs.samples.steps import Variables
from cynod_spec import load_contract
from cynod_spec.base.errors import UsageError
from cynod_spec.output.sample_variables import ACCESS_TOKEN, CONSUMER_KEY, CONSUMER_SECRET, shell_name
from cynod_spec.workflows.reading import load

pytestmark = pytest.mark.slow

NAME = "workflows.arazzo.yaml"
TEXTS = (
    "</code></pre><script>alert(1)</script>",
    "\"'><svg/onload=alert(2)>",
    "$(touch pwned) `touch pwned` ${IFS}; touch pwned #",
    'it\'s "quoted" \\ twice\nand on two lines',
    "{{ 7 * 7 }} {% raw %}",
    "a\u202eb\x07\ue000HOME\ue000",
)


def page(contract: str, language: str) -> str:
    """The scenarios of the docs of the contract at that path."""
    plan = docs.plan(load_contract(contract))
    files = {str(each.path): each.content for each in plan.files}
    return files[f"{language}/scenarios.html"].decode()


def calls(text: str) -> Iterator[str]:
    """Each sample of a page, as a reader copies it."""
    for found in re.findall(r"<pre[^>]*>(.*?)</pre>", text, re.DOTALL):
        yield html.unescape(re.sub(r"<[^>]*>", "", found))


@pytest.fixture(scope="module")
def shipped() -> dict[str, str]:
    """The page of the shipped scenarios in each language."""
    contract = load_contract()
    files = {str(each.path): each.content for each in docs.plan(contract).files}
    return {each: files[f"{each}/scenarios.html"].decode() for each in contract.languages}


def test_every_scenario_stands_in_every_language(shipped: dict[str, str]) -> None:
    for language, text in shipped.items():
        shown = html.unescape(text)
        for workflow in load().workflows:
            assert workflow.summary.in_(language) in shown
            for step in workflow.steps:
                first = step.description.in_(language).split(".")[0]
                assert first.replace(" ;", "\u00a0;") in shown
        drawings = re.findall(r"<svg class=\"diagram (wide|narrow)\".*?</svg>", text, re.DOTALL)
        assert drawings == ["wide", "narrow"] * len(load().workflows)
        assert text.count("<desc>") == len(drawings)
        assert text.count('class="lost"') == 2


def test_the_page_is_found(shipped: dict[str, str]) -> None:
    plan = docs.plan(load_contract())
    files = {str(each.path): each.content for each in plan.files}
    for language, text in shipped.items():
        index = json.loads(files[f"{language}/search.js"].decode().partition("=")[2].rstrip(";\n"))
        places = {address for _, _, address, _ in index if address.startswith("scenarios.html")}
        assert len(places) == 1 + len(load().workflows)
        assert b'href="scenarios.html"' in files[f"{language}/index.html"]
        for address in places - {"scenarios.html"}:
            assert f'id="{address.partition("#")[2]}"' in text


def test_a_contract_without_scenarios_has_no_page(tmp_path: Path) -> None:
    path = tmp_path / "openapi.yaml"
    path.write_text((FOLDER / "openapi.yaml").read_text("utf-8"), "utf-8")
    names = {str(each.path) for each in docs.plan(load_contract(str(path))).files}
    assert not any("scenarios" in name for name in names)


def test_scenarios_with_an_error_are_refused_with_their_place(tmp_path: Path) -> None:
    shutil.copytree(FOLDER, tmp_path, dirs_exist_ok=True)
    path = tmp_path / NAME
    path.write_text(
        path.read_text("utf-8").replace("operationId: readPass", "operationId: showPass"), "utf-8"
    )
    with pytest.raises(UsageError, match=r"workflows\.arazzo\.yaml:\d+:\d+: .*showPass"):
        docs.plan(load_contract(str(tmp_path / "openapi.yaml")))


@pytest.mark.parametrize("sizes", [WIDE, NARROW], ids=lambda sizes: sizes.name)
def test_a_drawing_stays_within_its_frame(sizes: SequenceSizes) -> None:
    steps = [SequenceMessage("GET /" + "x" * 500, "y " * 300, is_lost=number == 1) for number in range(3)]
    drawn = draw("A" * 90, "B " * 90, steps, sizes)
    assert all(len(name) <= sizes.name_fits for _, _, name in drawn.heads)
    assert [bool(row.cross) for row in drawn.rows] == [False, True, False]
    for row in drawn.rows:
        assert len(row.asked) <= sizes.call_fits
        assert len(row.answered) <= sizes.note_fits
        assert 0 < row.asked_y < row.answered_y < drawn.height
        numbers = [int(each) for each in re.findall(r"[MH](\d+)", row.there + row.back)]
        assert all(0 < each < drawn.width for each in numbers)


@pytest.mark.parametrize("text", TEXTS)
def test_a_hostile_text_is_shown_and_does_nothing(text: str, tmp_path: Path) -> None:
    folder = tmp_path / "documents"
    shutil.copytree(FOLDER, folder)
    path = folder / NAME
    document = yaml.safe_load(path.read_text("utf-8"))
    workflow = document["workflows"][1]
    workflow["summary"] = workflow["description"] = text
    issue, read = workflow["steps"][1:3]
    issue["description"] = text
    issue["parameters"][1]["value"] = text + "{$inputs.retryKey}"
    issue["requestBody"]["payload"]["price"]["currency"] = "{$inputs.retryKey}" + text
    read["parameters"][1]["value"] = text
    workflow["outputs"] = {"last": "$steps.issue.outputs.passId"}
    path.write_text(yaml.safe_dump(document, allow_unicode=True), "utf-8")
    shown = page(str(folder / "openapi.yaml"), "fr")
    assert "<script>alert" not in shown
    assert "<svg/onload" not in shown
    assert "\x07" not in shown
    assert "\u202e" not in shown
    sent = [pasted(call, {"BASE": "http://x", "RETRY_KEY": "K'1"}, tmp_path) for call in calls(shown)]
    issued = next(words for words in sent if "--request" in words and "http://x/passes" in words)
    key = next(word for word in issued if word.startswith("Retry-Key: "))
    assert key.endswith("K'1")
    assert "HOME" in key or "HOME" not in text
    assert json.loads(issued[issued.index("--data") + 1])["price"]["currency"].startswith("K'1")
    assert not list(tmp_path.rglob("pwned"))


def pasted(sample: str, variables: Mapping[str, str], folder: Path) -> list[str]:
    """The words that curl would be given by *sample*, pasted into a shell with *variables*."""
    bin = folder / "bin"
    bin.mkdir(exist_ok=True)
    program = bin / "curl"
    program.write_text('#!/bin/sh\nfor word; do printf "%s\\0" "$word"; done\n', "utf-8")
    program.chmod(0o755)
    path = f"{bin}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["sh", "-c", sample],
        cwd=folder,
        env={"PATH": path, **variables},
        capture_output=True,
        check=True,
    )
    return done.stdout.decode().split("\0")[:-1]


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """A sandbox that runs."""
    with running(tmp_path_factory.mktemp("sandbox"), "--log-level", "warning") as made:
        yield made


def test_the_samples_of_a_scenario_work_one_after_the_other(
    shipped: dict[str, str], sandbox: Sandbox, tmp_path: Path
) -> None:
    """As a reader does: each output is kept in the variable that the page names."""
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    pair = sandbox.config["credentials"]["primary"]
    workflow = load().workflows[1]
    given = {
        "consumer-key": pair["consumer_key"],
        "consumer-secret": pair["consumer_secret"],
        "card-number": sandbox.config["fixtures"]["cartes"]["active"],
        "fresh": "scenario-page-1",
    }
    known = {shell_name(name): given[role] for name, role in load().roles.items()}
    known |= {"BASE": sandbox.base_url, "PATH": os.environ["PATH"]}
    section = shipped["fr"].partition('id="recharger"')[2].partition("</section>")[0]
    variables = Variables(workflow)
    for step, sample in zip(workflow.steps, calls(section), strict=True):
        done = subprocess.run(
            ["sh", "-c", sample + " --silent --fail-with-body"],
            cwd=tmp_path,
            env=known,
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, (step.id, done.stdout, sample)
        answer = json.loads(done.stdout)
        for name, source in step.outputs.items():
            known[variables.output(step.id, name)] = str(at(answer, source.partition("#")[2]))


def at(value: Any, pointer: str) -> Any:
    """What stands in *value* at *pointer*."""
    for token in pointer.split("/")[1:]:
        value = value[int(token)] if isinstance(value, list) else value[token]
    return value


def test_docs_and_console_name_what_the_shipped_scenarios_name() -> None:
    workflows = load().workflows
    names = {shell_name(each.name) for workflow in workflows for each in workflow.inputs}
    names |= {shell_name(name) for workflow in workflows for step in workflow.steps for name in step.outputs}
    assert {ACCESS_TOKEN, CONSUMER_KEY, CONSUMER_SECRET} <= names


@pytest.mark.parametrize(
    ("name", "variable"),
    [
        ("numeroCarte", "NUMERO_CARTE"),
        ("jeton", "JETON"),
        ("a b", "A_B"),
        ("2nd", "V_2ND"),
        ("é", "V"),
        ("", "V"),
    ],
)
def test_names_of_the_shell(name: str, variable: str) -> None:
    assert shell_name(name) == variable
