"""No false alarm: servers written from the document alone are conformant, whatever their style."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from cross_room import nginx
from cross_room.servers import cynod

from cynod_conformance.config.settings import read_config
from cynod_conformance.launch.sandbox_process import sandbox

PEERS = Path(__file__).parent / "peers"
SPEC = Path(__file__).parent.parent / "spec" / "openapi.yaml"
NEEDS = {"plain_asgi": sys.executable, "node_plain": "node", "go_plain": "go"}
SHORT = 10  # seconds that a token lives in a full run, so that its end is waited for

pytestmark = pytest.mark.lengthy


def command(name: str) -> Sequence[str]:
    """How the peer *name* is started; where its language is not installed, its tests are skipped."""
    if shutil.which(NEEDS[name]) is None:
        pytest.skip(f"{NEEDS[name]} is not installed")
    if name == "node_plain":
        return ("node", str(PEERS / name / "server.mjs"))
    if name == "go_plain":
        return (built(),)
    start = f"sys.path.insert(0, {str(PEERS)!r}); runpy.run_module({name!r}, None, '__main__')"
    return (sys.executable, "-c", f"import runpy, sys; {start}", "--spec", str(SPEC))


@cache
def built() -> str:
    """The program of the peer in Go, built once."""
    program = Path(tempfile.mkdtemp(prefix="cynod-go-")) / "peer"
    environment = {**os.environ, "GOFLAGS": "-mod=mod", "GOPROXY": "off", "GOTOOLCHAIN": "local"}
    subprocess.run(
        ["go", "build", "-o", str(program), "."], cwd=PEERS / "go_plain", env=environment, check=True
    )
    return str(program)


@contextmanager
def peer(name: str, token_ttl: int = 3600, *options: str) -> Iterator[Path]:
    """The configuration of the peer *name*, which runs while the block does."""
    with sandbox(["--token-ttl", str(token_ttl), *options], command=command(name)) as config:
        yield Path(config)


def judged(config: Path, folder: Path, *options: str, url: str = "") -> tuple[int, dict[str, Any]]:
    """How `cynod conform` ended on the server of *config*, and its report."""
    url = url or read_config(str(config)).base_url
    done = cynod("conform", url, "--config", config, "--tier", "load", "--report-dir", folder, *options)
    report = folder / "report.json"
    assert report.exists(), done.stdout + done.stderr
    return done.returncode, json.loads(report.read_text(encoding="utf-8"))


def wrong(report: dict[str, Any]) -> dict[str, Any]:
    """What does not hold or could not be tried, SHOULD included: it has to be nothing."""
    return {
        clause["id"]: clause["failures"][:1] or clause["reason"]
        for clause in report["clauses"]
        if clause["status"] in ("failed", "error")
        or (clause["judged"] and clause["status"] == "inconclusive")
    }


TWICE = [pytest.param(name, 2, marks=pytest.mark.soak) for name in NEEDS]


@pytest.mark.sampled(one_in=2)
@pytest.mark.parametrize(("name", "runs"), [*((name, 1) for name in NEEDS), *TWICE])
def test_a_peer_is_conformant_each_time(name: str, runs: int, tmp_path: Path) -> None:
    with peer(name) as config:
        for run in range(runs):
            code, report = judged(config, tmp_path / str(run), "--profile", "quick", "--seed", "7")
            # Who was throttled by the first run may still be so in the second, which that SHOULD waits for.
            assert (set(wrong(report)) - ({"ROB-5"} if run else set()), code) == (set(), 0), wrong(report)


@pytest.mark.soak
@pytest.mark.parametrize("name", NEEDS)
def test_a_peer_is_conformant_over_twenty_seeds(name: str, tmp_path: Path) -> None:
    for seed in range(20):
        with peer(name) as config:
            code, report = judged(config, tmp_path / str(seed), "--profile", "quick", "--seed", str(seed))
        assert (wrong(report), code) == ({}, 0), seed


@pytest.mark.soak
@pytest.mark.parametrize("name", NEEDS)
def test_a_peer_is_conformant_in_three_full_runs(name: str, tmp_path: Path) -> None:
    for seed in ("11", "12", "13"):
        with peer(name, SHORT) as config:
            code, report = judged(config, tmp_path / seed, "--seed", seed)
        assert (wrong(report), code) == ({}, 0), seed


@pytest.mark.soak
@pytest.mark.parametrize("name", NEEDS)
def test_every_scenario_holds_on_a_peer(name: str, tmp_path: Path) -> None:
    with peer(name) as config:
        code, report = judged(config, tmp_path, "--workflows")
    assert {each["status"] for each in report["workflows"]} == {"passed"}
    assert (wrong(report), code) == ({}, 0)


@pytest.mark.soak
@pytest.mark.skipif(nginx.program() is None, reason="nginx is not installed")
def test_a_peer_behind_nginx_that_compresses_is_conformant(tmp_path: Path) -> None:
    with (
        peer("go_plain", 3600, "--proxied") as config,
        nginx.before(read_config(str(config)).base_url) as url,
    ):
        code, report = judged(config, tmp_path, "--profile", "quick", url=url)
    # What is no HTTP never gets to the peer: nginx answers it with a page of its own, as a SHOULD permits.
    assert (set(wrong(report)), code) == ({"ERR-2"}, 0)
