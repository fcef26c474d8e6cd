"""What ``spec/EDITORS.md`` prints works: settings parse, and the command in each starts the server."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from cross_room.editor import EVERYTHING, editing
from jsonschema import Draft202012Validator
from lsprotocol import types
from referencing import Registry, Resource

pytestmark = pytest.mark.slow

ROOM = Path(__file__).parents[1]
PAGE = (ROOM / "EDITORS.md").read_text("utf-8")
SCHEMAS = ROOM / "cynod_spec"


def block(language: str) -> str:
    """The one block of *language* on the page."""
    (found,) = re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    return str(found)


def commands() -> dict[str, list[str]]:
    """The command of each editor's settings."""
    code = json.loads(block("json"))
    helix = tomllib.loads(block("toml"))
    server = helix["language-server"][helix["language"][0]["language-servers"][0]]
    lua = re.search(r"cmd = \{(.*?)\}", block("lua"))
    emacs = re.search(r'\. \((".*?")\)', block("elisp"))
    assert lua
    assert emacs
    return {
        "Visual Studio Code": [code["glspc.server.command"], *code["glspc.server.commandArguments"]],
        "Helix": [server["command"], *server["args"]],
        "Neovim": [each.strip(" '") for each in lua[1].split(",")],
        "Emacs": shlex.split(emacs[1]),
    }


def test_every_editor_starts_the_same_server(tmp_path: Path) -> None:
    (command,) = {tuple(each) for each in commands().values()}
    program = Path(sys.executable).with_name(command[0])
    with editing(EVERYTHING, (str(program), *command[1:])) as session:
        file = tmp_path.resolve() / "openapi.yaml"
        assert [each.code for each in session.open(file, "openapi: 3.1.0\n")] == ["document"]
        offered = session.ask(
            types.TEXT_DOCUMENT_COMPLETION,
            types.CompletionParams(types.TextDocumentIdentifier(file.as_uri()), types.Position(0, 0)),
        )
        assert offered is None  # nothing of it could be read yet


@pytest.mark.soak
def test_the_bench_times_an_edit() -> None:
    command = [sys.executable, "-m", "bench.editor", "--edits", "2"]
    done = subprocess.run(command, cwd=ROOM.parent, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert re.fullmatch(r"edit to diagnostics, [\d,]+ characters: p50 \d+ ms, .*\n", done.stdout)


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    """The schema that the settings of Visual Studio Code name, for the document that they name."""
    ((path, files),) = json.loads(block("json"))["yaml.schemas"].items()
    assert [(ROOM.parent / file).is_file() for file in files] == [True]
    schema, vocabulary = (
        json.loads(each.read_text("utf-8"))
        for each in (ROOM.parent / path, SCHEMAS / "vocabulary.schema.json")
    )
    Draft202012Validator.check_schema(schema)
    registry: Any = Registry().with_resources(
        [("vocabulary.schema.json", Resource.from_contents(vocabulary))]
    )
    return Draft202012Validator(schema, registry=registry)


@pytest.fixture(scope="module")
def document() -> Any:
    return yaml.load((ROOM / "openapi.yaml").read_text("utf-8"), yaml.CSafeLoader)


def test_the_schema_for_editors_accepts_the_contract(validator: Draft202012Validator, document: Any) -> None:
    assert [error.message for error in validator.iter_errors(document)] == []


def test_the_schema_for_editors_finds_a_misspelt_word_anywhere(
    validator: Draft202012Validator, document: Any
) -> None:
    holders = list(extended(document))
    assert len(holders) > 8
    for holder in holders:
        holder["x-cynod"]["misspelt"] = True
        assert not validator.is_valid(document), sorted(holder)
        del holder["x-cynod"]["misspelt"]


def extended(node: Any) -> Iterator[dict[str, Any]]:
    """Every mapping that has an ``x-cynod``, one of a kind."""
    seen: dict[str, int] = {}
    waiting = [node]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            if isinstance(each.get("x-cynod"), dict):
                kind = ",".join(sorted(each["x-cynod"]))
                seen[kind] = seen.get(kind, 0) + 1
                if seen[kind] == 1:
                    yield each
            waiting.extend(value for key, value in each.items() if key != "x-cynod")
        elif isinstance(each, list):
            waiting.extend(each)
