"""Schemathesis by itself, with all its checks and the file we ship for it, finds nothing on the sandbox."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from cynod_conformance.config.settings import Config, read_config
from cynod_conformance.http.authorization import basic
from cynod_conformance.launch.sandbox_process import sandbox
from cynod_spec import load_contract

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
PROGRAM = Path(sys.executable).with_name("schemathesis")


def token(config: Config, name: str) -> str:
    """An access token with every scope that the credential *name* holds."""
    endpoint = load_contract().find("token")
    assert endpoint is not None
    pair = config.credentials[name]
    answer = requests.post(
        config.base_url + endpoint.path,
        data={"grant_type": "client_credentials"},
        auth=(pair.key, pair.secret),
        timeout=10,
    )
    return str(answer.json()["access_token"])


def run(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """All checks on a sandbox of its own."""
    with sandbox(["--strict"]) as path:  # without the cards that go wrong on purpose
        config = read_config(path)
        primary = config.credentials["primary"]
        return subprocess.run(
            [
                *(str(PROGRAM), "--config-file", str(ROOT / "conformance" / "schemathesis.toml")),
                *("run", str(ROOT / "spec" / "openapi.yaml"), "--checks", "all", *options),
            ],
            cwd=folder,
            env={
                **os.environ,
                "CYNOD_URL": config.base_url,
                "CYNOD_TOKEN": token(config, "primary"),
                "CYNOD_CORE_TOKEN": token(config, "core"),
                "CYNOD_PAIR": basic(primary.key, primary.secret).removeprefix("Basic "),
            },
            capture_output=True,
            encoding="utf-8",
            timeout=900,
            check=False,
        )


def test_a_short_run_finds_nothing(tmp_path: Path) -> None:
    done = run(tmp_path, "--seed", "1", "--max-examples", "10")
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr
    assert f"Tested: {len(load_contract().operations)}" in done.stdout
    assert "Authentication failed" not in done.stdout, done.stdout


@pytest.mark.soak
@pytest.mark.parametrize("seed", ["2", "3", "4"])
def test_a_whole_run_finds_nothing(seed: str, tmp_path: Path) -> None:
    done = run(tmp_path, "--seed", seed)
    assert done.returncode == 0, done.stdout[-5000:] + done.stderr
