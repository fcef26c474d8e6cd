"""The command line: help, listings, exit codes, one readable line for a mistake."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from cynod_spec.cli.commands import spec

ROOM = Path(__file__).parents[1]


def cynod(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOM)}
    command = [sys.executable, "-m", "cynod_spec.cli", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


def test_help_imports_no_engine() -> None:
    code = (
        "import sys, cynod_spec.cli.root as c;"
        "c.cynod.get_help(c.cynod.make_context('cynod', [], resilient_parsing=True)); print(*sys.modules)"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOM)}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True
    )
    loaded = set(done.stdout.split())
    assert not loaded & {
        "yaml",
        "schemathesis",
        "hypothesis",
        "jsonschema_rs",
        "jsonschema",
        "fastapi",
        "jinja2",
        "pygls",
        "lsprotocol",
        "msgspec",
        "tomlkit",
    }


def test_clauses_and_codes_are_arrays_in_json(small: Path) -> None:
    for command, key in (("clauses", "id"), ("codes", "code")):
        result = CliRunner().invoke(spec, [command, "--spec", str(small), "--format", "json", "--lang", "en"])
        rows = json.loads(result.stdout)
        assert result.exit_code == 0
        assert isinstance(rows, list)
        assert key in rows[0]


def test_csv_has_a_header_and_a_row_each(small: Path) -> None:
    result = CliRunner().invoke(spec, ["codes", "--spec", str(small), "--format", "csv"])
    rows = list(csv.DictReader(result.stdout.splitlines()))
    assert [row["status"] for row in rows] == ["200", "201", "400", "404", "401", "500"]


def test_a_table_speaks_the_language_asked(small: Path) -> None:
    result = CliRunner().invoke(spec, ["clauses", "--spec", str(small), "--lang", "en"])
    assert "A token is only had by POST." in result.stdout


@pytest.mark.skipif("spec" not in cynod("--help").stdout, reason="the distribution is not installed")
@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["spec", "codes", "--spec", "missing.yaml"], 2, "error: there is no file missing.yaml"),
        (["spec", "nothing"], 2, "No such command"),
        (["nothing"], 2, "No such command"),
        (["spec", "lint", "missing.yaml"], 2, "error: there is no file missing.yaml"),
        (["--version"], 0, ""),
    ],
)
def test_exit_codes(arguments: list[str], code: int, said: str) -> None:
    done = cynod(*arguments)
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
