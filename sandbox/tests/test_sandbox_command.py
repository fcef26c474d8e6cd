"""The command: what it writes, what it refuses, what survives it."""

from __future__ import annotations

import os
import socket
import sqlite3
import stat
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import trustme
from click.testing import CliRunner

from cynod_sandbox.cli import sandbox as sandbox_command

pytestmark = pytest.mark.slow

COMMAND = [sys.executable, "-m", "cynod_sandbox"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--database", "mysql://x"], "not supported"),
        (["--partners", "missing.toml"], "cannot read the partners file"),
        (["--fault", "no-such-fault"], "no fault is named"),
        (["--host", "0.0.0.0"], "plain HTTP"),
        (["--admin-host", "0.0.0.0"], "--admin-host has no effect without --admin-port"),
        (["--admin-password-file", "x"], "--admin-password-file has no effect without --admin-port"),
        (["--write-config", "missing/cynod.toml"], "no such folder"),
        (["--write-config", "/proc/cynod.toml"], "cannot write /proc/cynod.toml"),
        (["--write-config", "."], "it is a folder"),
        (["--write-config", "dangling"], "is not there"),
        (["--write-config", "/dev/full"], "No space left on device"),
        (["--write-config", "/dev/full", "--workers", "2", "--database", "sqlite:///x.db"], "No space left"),
        (["--workers", "2"], "a database that they share"),
        (["--database", "sqlite:///missing/cynod.db"], "no such folder"),
        (["--database", "sqlite:///."], "it is no regular file"),
        (["--database", "sqlite:////dev/null"], "it is no regular file"),
        (["--database", "sqlite:///file:x.db?uri=true"], "named by its path"),
        (["--database", "postgresql://me:hidden@127.0.0.1:1/x"], "cannot open the database"),
        (["--trusted-proxy", "10.0.0.0/99"], "no address or network"),
    ],
)
def test_wrong_use_is_one_line_and_exit_2(arguments, said, tmp_path, monkeypatch):
    (tmp_path / "dangling").symlink_to("nowhere")
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(sandbox_command, ["--port", "0", *arguments])
    assert done.exit_code == 2, done.output
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert "hidden" not in done.stderr
    assert len([line for line in done.stderr.splitlines() if not line.startswith("document: ")]) == 1


@contextmanager
def started(*arguments: str, umask: int = 0o022) -> Iterator[subprocess.Popen[str]]:
    """A sandbox that answers; its line that says so is read."""
    process = subprocess.Popen(
        [*COMMAND, "--port", "0", *arguments], stdout=subprocess.PIPE, text=True, umask=umask
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("listening on ")
        yield process
    finally:
        process.terminate()
        process.wait(20)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("umask", [0o000, 0o077])
def test_the_written_configuration_is_its_owners_only(tmp_path, umask):
    (tmp_path / "open.toml").touch()
    (tmp_path / "open.toml").chmod(0o666)
    for name in ("cynod.toml", "open.toml"):
        with started("--write-config", str(tmp_path / name), umask=umask):
            assert mode(tmp_path / name) == 0o600
            assert "consumer_secret" in (tmp_path / name).read_text(encoding="utf-8")


def test_the_written_configuration_names_what_the_suite_needs(sandbox):
    assert set(sandbox.config["credentials"]) == {
        "primary", "other", "limited", "basic", "suspended", "elsewhere", "throttled", "core",
    }  # fmt: skip
    assert set(sandbox.config["fixtures"]["cartes"]) == {"active", "pauvre", "bloquee", "expiree"}


def test_a_link_to_the_configuration_stays_a_link(tmp_path):
    (tmp_path / "real.toml").touch()
    (tmp_path / "link.toml").symlink_to("real.toml")
    with started("--write-config", str(tmp_path / "link.toml")):
        assert (tmp_path / "link.toml").is_symlink()
        assert tomllib.loads((tmp_path / "real.toml").read_text(encoding="utf-8"))["credentials"]
        assert mode(tmp_path / "real.toml") == 0o600


def test_the_configuration_goes_into_a_pipe(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    received: list[str] = []
    reader = threading.Thread(target=lambda: received.append((tmp_path / "pipe").read_text("utf-8")))
    reader.start()
    with started("--write-config", str(tmp_path / "pipe")):
        reader.join(10)
    assert tomllib.loads(received[0])["credentials"]
    assert stat.S_ISFIFO((tmp_path / "pipe").lstat().st_mode)


@pytest.mark.parametrize("name", ["-", "/dev/stdout"])
def test_the_configuration_goes_to_standard_output(name):
    process = subprocess.Popen(
        [*COMMAND, "--port", "0", "--write-config", name], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        if line.startswith("listening on "):
            break
        lines.append(line)
    process.terminate()
    process.wait(20)
    assert tomllib.loads("".join(lines))["credentials"]


def test_a_start_that_fails_leaves_the_secrets_of_a_database_as_they_are(tmp_path):
    """Each partner gets one more secret for a new configuration, and only where that can be written."""
    database = f"sqlite:///{tmp_path / 'cynod.db'}"
    with started("--database", database, "--write-config", str(tmp_path / "cynod.toml")):
        pass
    before = secrets_in(tmp_path / "cynod.db")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        for arguments in (["--write-config", "/proc/x"], ["--write-config", "new.toml", "--port", port]):
            done = subprocess.run(
                [*COMMAND, "--port", "0", "--database", database, *arguments],
                cwd=tmp_path,
                capture_output=True,
                text=True,
                timeout=30,
            )
            assert done.returncode == 2, done.stderr
    assert secrets_in(tmp_path / "cynod.db") == before


def secrets_in(path: Path) -> list[object]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT hash FROM partner_secrets ORDER BY seq").fetchall()


@pytest.mark.parametrize("option", ["--tls-cert", "--trusted-proxy"])
def test_what_the_hint_about_plain_http_names_lets_the_sandbox_start(option, tmp_path):
    done = subprocess.run(
        [*COMMAND, "--port", "0", "--host", "0.0.0.0"], capture_output=True, text=True, timeout=30
    )
    assert option in done.stderr
    arguments = ["--trusted-proxy", "127.0.0.1"]
    if option == "--tls-cert":
        authority = trustme.CA()
        issued = authority.issue_cert("localhost")
        issued.private_key_pem.write_to_path(str(tmp_path / "key.pem"))
        issued.cert_chain_pems[0].write_to_path(str(tmp_path / "chain.pem"))
        arguments = ["--tls-cert", str(tmp_path / "chain.pem"), "--tls-key", str(tmp_path / "key.pem")]
    with started("--host", "0.0.0.0", *arguments):
        pass


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o777])
def test_the_files_of_a_database_are_their_owners_only(tmp_path, umask):
    with started("--database", f"sqlite:///{tmp_path / 'cynod.db'}", umask=umask):
        made = {path.name: mode(path) for path in tmp_path.iterdir()}
    assert made == {"cynod.db": 0o600, "cynod.db-wal": 0o600, "cynod.db-shm": 0o600}


@pytest.mark.parametrize("workers", ["1", "2"])
def test_the_files_of_an_open_database_are_taken_from_others(tmp_path, workers):
    url = f"sqlite:///{tmp_path / 'link.db'}"
    (tmp_path / "link.db").symlink_to("cynod.db")
    with started("--database", url) as process:
        process.kill()  # what SQLite keeps beside the database stays
        process.wait()
    assert len(list(tmp_path.iterdir())) == 4
    for path in tmp_path.iterdir():
        path.chmod(0o666)
    with started("--database", url, "--workers", workers):
        assert {path.name for path in tmp_path.iterdir() if mode(path) & 0o077} == set()
        assert (tmp_path / "link.db").is_symlink()


def test_the_generated_half_is_what_the_document_gives():
    done = subprocess.run(
        [
            sys.executable, "-c", "from cynod_spec.cli import main; main()",
            "generate", "server", "--target", "fastapi", "--layout", "package",
            "--package", "cynod_sandbox", "-o", str(Path(__file__).parents[1]), "--check",
        ],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
