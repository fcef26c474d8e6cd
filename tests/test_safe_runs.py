"""Runs on the living: tiers are obeyed to the letter, budgets end in a verdict, interrupts in a report."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import requests
from cross_room.hostile import BEHAVIOURS, Hostile, hostile
from cross_room.waiting import wait_until

from cynod_conformance.config.settings import read_config
from cynod_conformance.launch.sandbox_process import sandbox
from cynod_conformance.observe.answers import value_at
from cynod_spec import load_contract
from cynod_spec.model import Contract

pytestmark = pytest.mark.slow

SAFE = ("GET", "HEAD", "OPTIONS", "TRACE")  # RFC 9110 §9.2.1
# What a shell starts in the background ignores interrupts, and so does what that starts.
START = (
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler);"
    "from cynod_spec.cli import main; main()"
)


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with sandbox(["--strict", "--log-level", "warning"]) as path:
        yield Path(path)


@pytest.fixture
def recorder(config: Path) -> Iterator[Hostile]:
    """A proxy that writes down what is asked of the sandbox, and lets it answer."""
    with hostile(read_config(str(config)).base_url, BEHAVIOURS["hangs"], float("inf")) as seen:
        yield seen


def start(url: str, config: Path, folder: Path, *options: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", START, "conform", url, "--config", str(config), "--lang", "en",
         "--report-dir", str(folder), *options],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8",
    )  # fmt: skip


def report_of(folder: Path) -> Any:
    return json.loads((folder / "report.json").read_text(encoding="utf-8"))


def reasons(report: Any, status: str) -> set[str]:
    return {c["reason"] for c in report["clauses"] if c["judged"] and c["status"] == status}


def test_a_reading_run_sends_nothing_that_writes(recorder: Hostile, config: Path, tmp_path: Path) -> None:
    process = start(recorder.url, config, tmp_path, "--tier", "read", "--profile", "quick")
    out, _ = process.communicate(timeout=120)
    oauth = {o.path for o in load_contract().operations if o.is_oauth}
    sent = [line.split() for line in recorder.lines]
    unsafe = {target.partition("?")[0] for method, target, *_ in sent if method not in SAFE}
    assert {path for path in unsafe if not path.endswith(tuple(oauth))} == set()
    assert unsafe  # tokens are asked for
    assert len(sent) > 300
    report = report_of(tmp_path)
    assert (process.returncode, report["verdict"]) == (0, "conformant"), out
    assert report["checked"]["must"] >= 50
    assert any("the chosen risk tier does not allow" in reason for reason in reasons(report, "passed"))


def test_requests_are_counted_out(recorder: Hostile, config: Path, tmp_path: Path) -> None:
    process = start(recorder.url, config, tmp_path, "--max-requests", "40")
    out, _ = process.communicate(timeout=120)
    report = report_of(tmp_path)
    assert (process.returncode, report["verdict"]) == (3, "inconclusive"), out
    assert len(recorder.lines) == report["requests"] == 40
    assert "the 40 requests allowed are spent" in reasons(report, "not_exercised")


def test_time_runs_out(recorder: Hostile, config: Path, tmp_path: Path) -> None:
    begun = time.monotonic()
    process = start(recorder.url, config, tmp_path, "--max-time", "3")
    out, _ = process.communicate(timeout=120)
    assert time.monotonic() - begun < 30
    report = report_of(tmp_path)
    assert (process.returncode, report["verdict"]) == (3, "inconclusive"), out
    assert "the time allowed is spent" in reasons(report, "not_exercised")


def test_an_interrupt_ends_in_a_report_of_what_was_seen(
    recorder: Hostile, config: Path, tmp_path: Path
) -> None:
    process = start(recorder.url, config, tmp_path)
    wait_until(lambda: len(recorder.lines) >= 200, "200 requests", timeout_s=60)
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=60)
    report = report_of(tmp_path)
    assert (process.returncode, report["verdict"]) == (3, "inconclusive"), out
    assert "Traceback" not in out
    assert "the run was interrupted" in reasons(report, "not_exercised")
    assert any(c["status"] == "passed" for c in report["clauses"])


def test_what_was_made_is_given_back_or_listed(tmp_path: Path) -> None:
    chosen = ("STA-1", "STA-2", "STA-5", "STA-7", "IDE-1", "PAG-1", "CAT-4")
    clauses = [word for id in chosen for word in ("--clause", id)]
    contract = load_contract()
    with sandbox(["--strict", "--log-level", "warning"]) as written:
        url = read_config(written).base_url
        process = start(url, Path(written), tmp_path, *clauses, "--tier", "destructive")
        out, _ = process.communicate(timeout=240)
        kinds = ("top-up", "payment")
        found = [(kind, *each) for kind in kinds for each in standing_of(contract, Path(written), kind)]
    assert process.returncode == 0, out
    listed = {(left["resource"], left["id"]) for left in report_of(tmp_path)["leftovers"]}
    cards = [each for each in listed if each[0] == "card"]
    assert f"card × {len(cards)}" in out
    assert [(kind, id) for kind, id, stands in found if stands and (kind, id) not in listed] == []
    assert len(found) > 50
    assert len(listed) - len(cards) < len(found) / 4


def standing_of(contract: Contract, config: Path, resource: str) -> Iterator[tuple[str, bool]]:
    """The id of each operation of that kind that the sandbox knows, and whether its money still stands."""
    listing, made = contract.find("list", resource), contract.resources[resource]
    assert listing is not None
    limit, after, token = listing.parameter("limit"), listing.parameter("cursor"), contract.find("token")
    assert limit is not None
    assert after is not None
    assert token is not None
    settled = [state.value for state in made.states if state.name in ("cancelled", "refunded")]
    read = read_config(str(config))
    for name in ("primary", "other", "basic"):
        pair = (read.credentials[name].key, read.credentials[name].secret)
        grant = requests.post(
            read.base_url + token.path, {"grant_type": "client_credentials"}, auth=pair, timeout=20
        )
        session = requests.Session()
        session.headers["Authorization"] = f"Bearer {grant.json()['access_token']}"
        url = f"{read.base_url}{listing.path}?{limit.name}=100"
        cursor = ""
        while True:
            page = session.get(url + cursor, timeout=20).json()
            for item in value_at(page, listing.answer["resources"].path):
                state = value_at(item, made.members["state"])
                yield str(value_at(item, made.members["id"])), state not in settled
            following = value_at(page, listing.answer["next"].path)
            if not following:
                break
            cursor = f"&{after.name}={quote(following)}"
