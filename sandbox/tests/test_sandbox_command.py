"""The command: what it writes, what it refuses, what survives it."""

from __future__ import annotations

import stat
import subprocess
import sys

import pytest

COMMAND = [sys.executable, "-m", "cynod_sandbox"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--database", "mysql://x"], "not supported"),
        (["--partners", "missing.toml"], "cannot read the partners file"),
        (["--fault", "no-such-fault"], "no fault is named"),
        (["--host", "0.0.0.0"], "plain HTTP"),
        (["--write-config", "missing/cynod.toml"], "cannot write"),
        (["--workers", "2"], "a database that they share"),
        (["--database", "sqlite:///missing/cynod.db"], "unable to open"),
        (["--database", "postgresql://me:hidden@127.0.0.1:1/x"], "cannot open the database"),
        (["--trusted-proxy", "10.0.0.0/99"], "no address or network"),
    ],
)
def test_wrong_use_is_one_line_and_exit_2(arguments, said, tmp_path):
    done = subprocess.run(
        [*COMMAND, "--port", "0", *arguments], cwd=tmp_path, capture_output=True, text=True, timeout=30
    )
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert "hidden" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_the_written_configuration_is_its_owners_alone(sandbox, tmp_path):
    process = subprocess.Popen(
        [*COMMAND, "--port", "0", "--write-config", str(tmp_path / "cynod.toml")],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    process.stdout.readline()
    mode = stat.S_IMODE((tmp_path / "cynod.toml").stat().st_mode)
    process.terminate()
    process.wait(10)
    assert mode == 0o600
    assert set(sandbox.config["credentials"]) == {
        "primary", "other", "limited", "basic", "suspended", "elsewhere", "throttled", "core",
    }  # fmt: skip
    assert set(sandbox.config["fixtures"]["cartes"]) == {"active", "pauvre", "bloquee", "expiree"}


def test_the_generated_half_is_what_the_document_gives():
    from pathlib import Path

    done = subprocess.run(
        [
            sys.executable, "-c", "from cynod_spec.cli import main; main()",
            "generate", "server", "--target", "fastapi", "--layout", "package",
            "--package", "cynod_sandbox", "-o", str(Path(__file__).parents[1]), "--check",
        ],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
