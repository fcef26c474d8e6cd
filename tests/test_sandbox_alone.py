"""The sandbox follows the document too: regenerate its generated half, and its handlers hold untouched.

Each case judges the regenerated sandbox by the changed document, money rules included, and the shipped
sandbox, which must fail it.
"""

from __future__ import annotations

import json
import socket
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from cross_room import documents
from cross_room.renaming import rename
from cross_room.servers import Judgement, cynod, regenerate_sandbox

from cynod_conformance.config.settings import read_config
from cynod_conformance.launch.sandbox_process import sandbox

pytestmark = pytest.mark.slow

SEED = 20_260_101
UNJUDGED = ("unchecked", "not_exercised", "not_applicable")  # nothing was wrong, nor could be tried
MOVED = "balance-insufficient"


@dataclass(frozen=True)
class Case:
    """One change of the document, and clauses that a sandbox without it cannot keep (*all*: no others)."""

    change: Callable[[dict[str, Any]], dict[str, Any]]
    broken: frozenset[str]
    all: bool = False


CASES = {
    "everything is renamed": Case(lambda document: rename(document, SEED), frozenset({"ERR-1", "CAT-1"})),
    "a code moves from 409 to 422": Case(
        lambda document: documents.with_moved_code(document, MOVED, "422"),
        frozenset({"CAT-2", "CAT-3", "CAT-4"}),
        all=True,
    ),
}


def judged(spec: Path | None, command: Sequence[str] | None, folder: Path, *options: str) -> Judgement:
    """What the suite says by *spec* of the sandbox that *command* starts (the shipped one when None)."""
    chosen: list[str | Path] = ["--spec", spec] if spec else []
    told = ("--webhook-url", f"http://127.0.0.1:{free_port()}/webhook", "--allow-private-webhooks")
    paced = ("--webhook-backoff", "0.25", "--webhook-timeout", "1.5")
    with sandbox((*told, *paced), command=command) as config:
        url = read_config(config).base_url
        done = cynod(
            *("conform", url, "--config", config, "--profile", "quick", "--tier", "load", "--lang", "en"),
            *("--report-dir", folder, *chosen, *options),
        )
    report = folder / "report.json"
    return Judgement(
        done.returncode,
        json.loads(report.read_text(encoding="utf-8")) if report.exists() else {},
        done.stdout + done.stderr,
    )


def free_port() -> int:
    """A port at which the suite may listen: what the sandbox is told has to be known first."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@pytest.mark.soak
@pytest.mark.parametrize("name", CASES)
def test_the_regenerated_sandbox_passes_as_the_shipped_one(name: str, tmp_path: Path) -> None:
    spec = documents.save(CASES[name].change(documents.load()), tmp_path / "openapi.yaml")
    made = regenerate_sandbox(spec, tmp_path / "made")
    start = f"import sys; sys.path.insert(0, {str(made)!r}); from cynod_sandbox.cli import sandbox; sandbox()"
    found = judged(spec, (sys.executable, "-c", start, f"--spec={spec}"), tmp_path / "report")
    assert found.exit_code == 0, str(found)
    assert {id for id, status in found.statuses.items() if status not in ("passed", *UNJUDGED)} == set()
    assert {found.statuses[f"WHK-{number}"] for number in range(1, 7)} == {"passed"}


@pytest.mark.soak
@pytest.mark.parametrize("name", CASES)
def test_the_sandbox_made_before_the_change_fails(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    spec = documents.save(case.change(documents.load()), tmp_path / "openapi.yaml")
    found = judged(spec, None, tmp_path / "report")
    assert found.report.get("verdict") == "non_conformant", str(found)
    assert found.failed >= case.broken, str(found)
    assert not case.all or found.failed == case.broken, str(found)


@pytest.mark.parametrize("name", CASES)
def test_it_fails_the_clauses_that_the_change_concerns(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    spec = documents.save(case.change(documents.load()), tmp_path / "openapi.yaml")
    chosen = [word for id in sorted(case.broken) for word in ("--clause", id)]
    found = judged(spec, None, tmp_path / "report", *chosen)
    assert found.failed == case.broken, str(found)
