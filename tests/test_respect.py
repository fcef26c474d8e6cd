"""The shipped workflows hold for another runner of Arazzo as well: Redocly's ``respect``."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tomllib
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from cynod_conformance.launch.sandbox_process import sandbox
from cynod_spec.environment.locating import default_workflows
from cynod_spec.workflows.model import InputRole
from cynod_spec.workflows.reading import load

pytestmark = pytest.mark.slow

PACKAGE = "@redocly/cli@2.77.0"
LONGEST = 300  # seconds for an installation
ANSI = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture(scope="module")
def redocly(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command of Redocly, installed for these tests alone."""
    if shutil.which("npm") is None:
        pytest.skip("npm is not installed (Debian: apt-get install npm)")
    folder = tmp_path_factory.mktemp("redocly")
    words = ["npm", "install", "--no-audit", "--no-fund", "--cache", str(folder / "cache"), PACKAGE]
    done = subprocess.run(
        words, cwd=folder, capture_output=True, encoding="utf-8", timeout=LONGEST, check=False
    )
    if done.returncode:
        pytest.skip(f"npm installs no {PACKAGE} here: {done.stderr.strip().splitlines()[-1:]}")
    return folder / "node_modules" / ".bin" / "redocly"


def shown() -> str:
    """The workflows of this project, from any folder."""
    return str(Path(default_workflows()).resolve())


def call(redocly: Path, folder: Path, *words: str) -> tuple[int, str]:
    """The exit code of Redocly with *words*, and what it said."""
    quiet = {**os.environ, "REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}
    done = subprocess.run(
        [str(redocly), *words],
        cwd=folder,
        env=quiet,
        capture_output=True,
        encoding="utf-8",
        timeout=LONGEST,
        check=False,
    )
    return done.returncode, ANSI.sub("", done.stdout + done.stderr)


def inputs(config: Mapping[str, Any]) -> str:
    """What the workflows are given, as JSON, from the sandbox's cynod.toml."""
    pair = config["credentials"]["primary"]
    given: dict[InputRole, str] = {
        "consumer-key": pair["consumer_key"],
        "consumer-secret": pair["consumer_secret"],
        "card-number": config["fixtures"]["cartes"]["active"],
        "fresh": f"respect-{uuid.uuid4().hex}",
    }
    return json.dumps({name: given[role] for name, role in load().roles.items()})


@pytest.mark.soak
def test_respect_runs_the_shipped_workflows(redocly: Path, tmp_path: Path) -> None:
    with sandbox(["--log-level", "warning"]) as file:
        config = tomllib.loads(Path(file).read_text("utf-8"))
        server = f"{load().sources[0].name}={config['target']['base_url']}"
        code, said = call(
            redocly, tmp_path, "respect", shown(), "--server", server, "--input", inputs(config)
        )
    assert code == 0, said
    count = len(load().workflows)
    assert f"Workflows: {count} passed, {count} total" in said
    assert not re.search(r"\d+ failed", said)


@pytest.mark.soak
def test_redocly_finds_nothing_in_the_shipped_workflows(redocly: Path, tmp_path: Path) -> None:
    code, said = call(redocly, tmp_path, "lint", shown())
    assert code == 0, said
    assert "is valid" in said
