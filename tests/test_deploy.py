"""The image's files, and its steps taken one after another where there is no container engine.

``deploy/Dockerfile`` builds and starts the image by ``deploy/steps.sh`` alone, so that what runs here, in an
empty folder and an empty environment, is what runs there; only the base image is another.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
SENT = (
    "spec",
    "generators",
    "conformance",
    "sandbox",
    "deploy/steps.sh",
    "pyproject.toml",
    "requirements",
)
PATIENCE = 30  # seconds


@pytest.fixture(scope="module")
def dockerfile() -> list[list[str]]:
    """The instructions, each as its words."""
    lines = (DEPLOY / "Dockerfile").read_text(encoding="utf-8").splitlines()
    return [line.split() for line in lines if line and not line.startswith("#")]


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    """compose.yaml."""
    found: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    return found


def words(dockerfile: Sequence[Sequence[str]], name: str) -> list[str]:
    """What follows each instruction *name*."""
    return [" ".join(line[1:]) for line in dockerfile if line[0] == name]


def test_the_image_takes_the_steps_and_runs_as_nobody_special(dockerfile: list[list[str]]) -> None:
    bases = {base.split()[0] for base in words(dockerfile, "FROM")}
    assert all(re.fullmatch(r"python:\d+\.\d+\.\d+-slim-\w+(@sha256:[0-9a-f]{64})?", base) for base in bases)
    assert len(bases) == 1
    assert "build /wheels" in words(dockerfile, "RUN")[0]
    assert "install /wheels /opt/cynod" in words(dockerfile, "RUN")[0]
    assert '"start"' in words(dockerfile, "ENTRYPOINT")[0]
    assert '"health"' in words(dockerfile, "HEALTHCHECK")[0]
    assert words(dockerfile, "USER") == ["cynod"]


def test_what_the_image_is_built_from_is_what_the_steps_need(dockerfile: list[list[str]]) -> None:
    shown = (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8").split()
    assert shown[0] == "*"
    assert {f"!/{name}" for name in SENT} <= set(shown)


def test_no_secret_stands_in_compose_and_all_is_pinned(compose: dict[str, Any]) -> None:
    database, sandbox = compose["services"]["database"], compose["services"]["sandbox"]
    assert re.fullmatch(r"postgres:\d+\.\d+-\w+(@sha256:[0-9a-f]{64})?", database["image"])
    assert database["environment"]["POSTGRES_PASSWORD_FILE"] == "/run/secrets/postgres_password"
    assert "POSTGRES_PASSWORD" not in database["environment"]
    assert "ports" not in database
    assert "@" in sandbox["environment"]["CYNOD_DATABASE"]
    assert sandbox["environment"]["CYNOD_DATABASE"].count(":") == 1  # after the scheme: no password
    for service in compose["services"].values():
        assert set(service["secrets"]) <= set(compose["secrets"])
    assert all(list(secret) == ["file"] for secret in compose["secrets"].values())
    assert all(port.startswith("127.0.0.1:") for port in sandbox["ports"])


class Steps:
    """steps.sh in a copy of what the image is built from, in an environment that holds nothing else."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in (*SENT, "README.md", "LICENSE"):
            source, copy = ROOT / name, folder / "src" / name
            copy.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, copy, ignore=shutil.ignore_patterns("__pycache__", "tests"))
            else:
                shutil.copy(source, copy)
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        (folder / "state").mkdir()
        self.environment = {
            "PATH": os.defpath,
            "HOME": str(folder),
            "PYTHON": sys.executable,
            "CYNOD_PREFIX": str(folder / "prefix"),
            "CYNOD_SECRETS": str(folder / "secrets"),
            "CYNOD_STATE": str(folder / "state"),
            "CYNOD_HOST": "127.0.0.1",
            "CYNOD_PORT": str(self.port),
        }

    def command(self, *arguments: str) -> list[str]:
        """The command line of one step."""
        return ["sh", str(self.folder / "src/deploy/steps.sh"), *arguments]

    def __call__(self, *arguments: str, code: int = 0) -> str:
        """Take a step; gives what it said."""
        done = subprocess.run(
            self.command(*arguments), env=self.environment, cwd=self.folder, text=True, timeout=600,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        assert done.returncode == code, done.stdout
        return done.stdout


@pytest.fixture
def steps(tmp_path: Path) -> Steps:
    """The steps, in a folder of their own."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    return Steps(tmp_path)


@pytest.mark.sampled(one_in=3)
def test_the_steps_lead_to_a_server_that_is_well_and_stops_in_order(steps: Steps) -> None:
    folder = steps.folder
    steps("build", "wheels")
    steps("install", "wheels", "prefix")
    steps("secrets", "secrets")
    kept = (folder / "secrets/postgres_password").read_text(encoding="utf-8")
    steps("secrets", "secrets")
    assert (folder / "secrets/postgres_password").read_text(encoding="utf-8") == kept
    assert "no answer" in steps("health", code=1)
    process = subprocess.Popen(
        steps.command("start"), env=steps.environment, cwd=folder, text=True, stdout=subprocess.PIPE,
        stderr=(folder / "log").open("wb"),
    )  # fmt: skip
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == f"listening on https://127.0.0.1:{steps.port}\n", (
            folder / "log"
        ).read_text(encoding="utf-8")
        steps("health")
        context = ssl.create_default_context(cafile=str(folder / "secrets/chain.pem"))
        with (
            socket.create_connection(("127.0.0.1", steps.port), 5) as plain,
            context.wrap_socket(plain, server_hostname="localhost") as secured,
        ):
            assert secured.version() == "TLSv1.3"
        assert "[credentials.primary]" in (folder / "state/cynod.toml").read_text(encoding="utf-8")
        began = time.monotonic()
    finally:
        process.terminate()
        assert process.wait(PATIENCE) == 0
    assert time.monotonic() - began < PATIENCE
    assert (folder / "log").read_text(encoding="utf-8").startswith("{")


def test_an_unknown_step_shows_the_known_ones(steps: Steps) -> None:
    said = steps("fly", code=2)
    assert "steps.sh install WHEELS PREFIX" in said
