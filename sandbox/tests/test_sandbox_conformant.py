"""The suite finds the sandbox conformant on every database, with one worker and with four, over TLS too."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

import pytest
from cross_room.servers import cynod

from cynod_conformance.config.settings import read_config
from cynod_conformance.launch.certificate_authority import authority
from cynod_conformance.launch.sandbox_process import sandbox

pytestmark = pytest.mark.slow

SHORT = "10"  # seconds that a token lives, so that its end is waited for
PACE = ("--webhook-backoff", "0.25", "--webhook-timeout", "1.5", "--allow-private-webhooks")


def check(url: str, workers: str, folder: Path, *options: str, secured: bool = False) -> None:
    """Judge a sandbox on the database at *url*: everything holds, SHOULD included, and WHK too."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        told = f"http://127.0.0.1:{free.getsockname()[1]}/webhook"
    arguments = ["--database", url, "--workers", workers, "--token-ttl", SHORT, "--strict"]
    arguments += ["--log-level", "warning", "--webhook-url", told, *PACE]
    with authority() as files:
        if secured:
            arguments += ["--tls-cert", str(files.chain), "--tls-key", str(files.key)]
        with sandbox(arguments) as written:
            config = Path(written).read_text(encoding="utf-8")
            copy = folder / "cynod.toml"
            copy.write_text(
                config.replace("[target]", f'[target]\nca_file = "{files.authority}"', 1), "utf-8"
            )
            copy.chmod(0o600)
            words = ("conform", read_config(written).base_url, "--tier", "load", "--lang", "en", *options)
            done = cynod(*words, "--config", copy, "--report-dir", folder)
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    failed = {c["id"]: c["failures"][:1] or c["reason"] for c in report["clauses"] if c["status"] == "failed"}
    assert (failed, done.returncode) == ({}, 0), done.stdout
    assert held(report, "WHK-") == {"passed"}, done.stdout
    assert not secured or held(report, "TLS-") == {"passed"}, done.stdout


def held(report: dict[str, Any], prefix: str) -> set[str]:
    """The statuses of the group's clauses, those that no check can judge aside."""
    found = {c["status"] for c in report["clauses"] if c["id"].startswith(prefix)}
    return found - {"unchecked"}


@pytest.mark.lengthy
@pytest.mark.sampled(one_in=3)
def test_four_workers_on_postgresql_over_tls(new_database, tmp_path):
    check(new_database("postgresql"), "4", tmp_path, "--profile", "quick", secured=True)


@pytest.mark.soak
@pytest.mark.parametrize("secured", [False, True], ids=["http", "https"])
@pytest.mark.parametrize("workers", ["1", "4"])
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_every_way_to_run_it_in_full(kind, workers, secured, new_database, tmp_path):
    check(new_database(kind), workers, tmp_path, secured=secured)
