"""No false alarm: servers written from the document alone are conformant, whatever their style."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from cross_room.servers import cynod

from cynod_conformance.config import read_config
from cynod_conformance.sandbox import sandbox

PEERS = Path(__file__).parent / "peers"
SPEC = Path(__file__).parent.parent / "spec" / "openapi.yaml"
NAMES = ("plain_asgi",)
SHORT = 10  # seconds that a token lives in a full run, so that its end is waited for


@contextmanager
def peer(name: str, token_ttl: int = 3600) -> Iterator[Path]:
    """The configuration of the peer *name*, which runs while the block does."""
    start = (
        f"import runpy, sys; sys.path.insert(0, {str(PEERS)!r}); runpy.run_module({name!r}, None, '__main__')"
    )
    options = ["--spec", str(SPEC), "--token-ttl", str(token_ttl)]
    with sandbox(options, command=(sys.executable, "-c", start)) as config:
        yield Path(config)


def judged(config: Path, folder: Path, *options: str) -> tuple[int, dict[str, Any]]:
    """How `cynod conform` ended on the server of *config*, and its report."""
    url = read_config(str(config)).base_url
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


@pytest.mark.parametrize("name", NAMES)
def test_a_peer_is_conformant_twice_in_the_quick_profile(name: str, tmp_path: Path) -> None:
    with peer(name) as config:
        for run in ("first", "second"):
            code, report = judged(config, tmp_path / run, "--profile", "quick", "--seed", "7")
            assert (wrong(report), code) == ({}, 0)


@pytest.mark.soak
@pytest.mark.parametrize("name", NAMES)
def test_a_peer_is_conformant_over_twenty_seeds(name: str, tmp_path: Path) -> None:
    with peer(name) as config:
        for seed in range(20):
            code, report = judged(config, tmp_path / str(seed), "--profile", "quick", "--seed", str(seed))
            assert (wrong(report), code) == ({}, 0), seed


@pytest.mark.soak
@pytest.mark.parametrize("name", NAMES)
def test_a_peer_is_conformant_in_three_full_runs(name: str, tmp_path: Path) -> None:
    with peer(name, SHORT) as config:
        for seed in ("11", "12", "13"):
            code, report = judged(config, tmp_path / seed, "--seed", seed)
            assert (wrong(report), code) == ({}, 0), seed
