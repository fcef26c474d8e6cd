"""What the suite costs: beside Schemathesis, beside a bare client, under faults, and as contracts grow.

Whole processes, their processor time in user and kernel mode; requests are counted by the server's log.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any, Final

from bench import synthetic
from bench.servers import token_of
from cynod_spec import load_contract

ROOT: Final = Path(__file__).parent.parent
SCHEMATHESIS: Final = 0.2  # of its processor time a request that ours may take
BARE: Final = 0.5  # of a bare session's rate that ours should reach, from a kept corpus
SIZES: Final = (10, 100, 1000)  # operations
GROWING: Final = ("examples", "coverage")  # the phases that are tried on them
RUN: Final = "import sys; from cynod_spec.cli import main; sys.argv[0] = 'cynod'; main()"
STATES: Final = ("cold", "warm")
REPLAY, BEGUN = "replay, its whole process", "replay, once it has begun"
FULL, OTHER, THEIRS = (
    "cynod conform, full",
    "a bare requests.Session, the same",
    "schemathesis run --checks all",
)
_WAIT: Final = 60.0  # seconds for a server to start


@dataclass(frozen=True)
class Cost:
    """What a client did and took, in seconds."""

    sent: int
    wall: float
    cpu: float

    @property
    def cpu_each(self) -> float:
        """Milliseconds of processor a request."""
        return self.cpu / max(1, self.sent) * 1000

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.sent / self.wall

    def row(self, name: str, rate: float) -> str:
        """One line of the table, with the best *rate* of all turns."""
        return f"{name:38} {self.sent:8} {self.cpu:8.1f} {self.cpu_each:10.2f} {rate:8.0f}"


@dataclass(frozen=True)
class Served:
    """A sandbox that runs: its configuration, and the log that has a line for each request."""

    config: Path
    log: Path

    @property
    def known(self) -> dict[str, Any]:
        """What ``cynod.toml`` says."""
        return tomllib.loads(self.config.read_text(encoding="utf-8"))

    @property
    def answered(self) -> int:
        """Requests so far."""
        return self.log.read_bytes().count(b"\n")


def run(faults: int, turns: int) -> None:
    """Measure all four and print; *faults* of them, 0 for none, and the best of *turns* beside others."""
    with tempfile.TemporaryDirectory(prefix="cynod-bench-") as name:
        folder = Path(name)
        with served(folder) as server:
            beside_others(folder, server, turns)
        if faults:
            under_faults(faults, folder)
        as_it_grows(folder, SIZES)


@contextmanager
def served(folder: Path) -> Iterator[Served]:
    """A sandbox that runs."""
    config, log = folder / "cynod.toml", folder / "server.log"
    config.unlink(missing_ok=True)
    sandbox = [sys.executable, "-m", "cynod_sandbox", "--strict", "--port", "0"]
    sandbox += ["--write-config", str(config)]
    with log.open("wb") as output:
        process = subprocess.Popen(sandbox, stdout=output, stderr=subprocess.STDOUT, cwd=folder)
    try:
        end = time.monotonic() + _WAIT
        while not (config.exists() and config.read_bytes().strip()):
            if process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(log.read_text(encoding="utf-8"))
            time.sleep(0.05)
        yield Served(config, log)
    finally:
        process.terminate()
        process.wait(20)


def spent(
    command: Sequence[str], folder: Path, codes: Sequence[int] = (0,), **more: str
) -> tuple[float, str]:
    """Seconds of processor that *command* used with its children, and what it printed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": path, **more},
    )  # fmt: skip
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in codes:
        raise RuntimeError(
            f"{command} left with {done.returncode}: {done.stdout[-1000:]}{done.stderr[-1000:]}"
        )
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.stdout


def beside_others(folder: Path, server: Served, turns: int, examples: int | None = None) -> None:
    """One server, three clients by turns: ours, Schemathesis with all checks, a bare session.

    Of each the turn with the least processor counts, for whatever else runs here only adds to it.
    """
    found: dict[str, list[Cost]] = {}
    for turn in range(turns):
        cache = folder / f"cache-{turn}"
        for name, cost in (
            *alone(folder, server, cache),
            *complete(folder, server, cache),
            (THEIRS, schemathesis(folder, server, examples)),
        ):
            found.setdefault(name, []).append(cost)
    costs = {name: min(each, key=lambda cost: cost.cpu_each) for name, each in found.items()}
    rates = {name: max(cost.rate for cost in each) for name, each in found.items()}
    print(
        f"{'client, its best of ' + str(turns):38} {'requests':>8} {'CPU s':>8} {'ms each':>10} {'req/s':>8}"
    )
    for name, cost in costs.items():
        print(cost.row(name, rates[name]))
    for what, allowed in ((REPLAY, f"; {SCHEMATHESIS} allowed, warm"), (FULL, f"; {SCHEMATHESIS} allowed")):
        for state in STATES:
            share = costs[f"{what}, {state}"].cpu_each / costs[THEIRS].cpu_each
            print(f"CPU of a request, {what} ({state}) to Schemathesis: {share:.2f}{allowed}")
    for state in STATES:
        share = rates[f"{BEGUN}, {state}"] / rates[OTHER]
        print(f"rate of the replay ({state}) to a bare session's: {share:.2f}; at least {BARE}, warm")


def alone(folder: Path, server: Served, cache: Path) -> Iterator[tuple[str, Cost]]:
    """The replayed phases, cold and warm, and the same requests from a bare session."""
    client = [sys.executable, "-m", "bench.client", str(server.config), str(cache)]
    for state in STATES:
        cpu, said = spent([*client, *(["--bare"] if state == "warm" else [])], folder)
        found = json.loads(said)
        begun = Cost(**found["replay"])
        used = cpu - found.get("bare", {"cpu": 0.0})["cpu"]
        yield f"{REPLAY}, {state}", Cost(begun.sent, begun.wall, used)
        yield f"{BEGUN}, {state}", begun
        if "bare" in found:
            yield OTHER, Cost(**found["bare"])


def complete(folder: Path, server: Served, cache: Path) -> Iterator[tuple[str, Cost]]:
    """Full runs at the URL, without and with a corpus."""
    known = server.known
    command = [sys.executable, "-c", RUN, "conform", known["target"]["base_url"], "--tier", "destructive"]
    command += ["--config", str(server.config), "--report-dir", str(folder / "report"), "--seed", "0"]
    for state, more in zip(STATES, (["--no-cache"], ["--cache-dir", str(cache)]), strict=True):
        before, began = server.answered, time.perf_counter()
        cpu, _ = spent([*command, *more], folder, codes=(0, 3))
        yield f"{FULL}, {state}", Cost(server.answered - before, time.perf_counter() - began, cpu)


def schemathesis(folder: Path, server: Served, examples: int | None) -> Cost:
    """``schemathesis run`` with all checks and the file that we ship for it."""
    known = server.known
    url, pair = known["target"]["base_url"], known["credentials"]["primary"]
    settings = {
        "CYNOD_URL": url,
        "CYNOD_TOKEN": token_of(url, pair),
        "CYNOD_CORE_TOKEN": token_of(url, known["credentials"]["core"]),
        "CYNOD_PAIR": basic(pair),
    }
    command = [str(Path(sys.executable).with_name("schemathesis"))]
    command += ["--config-file", str(ROOT / "conformance" / "schemathesis.toml")]
    command += ["run", str(ROOT / "spec" / "openapi.yaml"), "--checks", "all", "--seed", "0"]
    command += ["--max-examples", str(examples)] if examples else []
    before, began = server.answered, time.perf_counter()
    cpu, _ = spent(command, folder, codes=(0, 1), **settings)
    return Cost(server.answered - before, time.perf_counter() - began, cpu)


def basic(pair: dict[str, str]) -> str:
    """A pair as HTTP Basic writes it."""
    from cynod_conformance.http.authorization import basic as written

    return written(pair["consumer_key"], pair["consumer_secret"]).removeprefix("Basic ")


def under_faults(count: int, folder: Path) -> None:
    """How soon broken servers are found out: the first failure, and the verdict; cold and warm alike."""
    print(f"{'fault':44} {'state':6} {'first s':>8} {'verdict s':>10}  failed")
    cache = str(folder / "faults")
    _, said = spent([sys.executable, "-m", "bench.catching", "--names"], folder)
    names = said.split()
    step = max(1, len(names) // count)
    runs: list[dict[str, Any]] = []
    for name in names[::step][:count]:
        for state in STATES:
            command = [sys.executable, "-m", "bench.catching", name, cache]
            found = json.loads(spent(command, folder)[1])
            shown = " ".join(found["failed"])
            first = "-" if found["first"] is None else f"{found['first']:.1f}"
            print(f"{name:44} {state:6} {first:>8} {found['verdict']:10.1f}  {shown}")
            runs.append(found)
        if runs[-2]["failed"] != runs[-1]["failed"]:
            print(f"{name}: cold and warm do not fail alike")
    firsts = [found["first"] for found in runs if found["first"] is not None]
    print(f"{len(firsts)} of {len(runs)} runs failed")
    for what, seconds in (("first failure", firsts), ("verdict", [found["verdict"] for found in runs])):
        if seconds:
            print(f"{what}: {median(seconds):.1f} s in the middle, {max(seconds):.1f} s at most")


def as_it_grows(folder: Path, sizes: Sequence[int], phases: Sequence[str] = GROWING) -> None:
    """The cost of reading, generating and replaying documents of *sizes* operations, beside linear growth."""
    print(f"{'operations':>10} {'requests':>9} {'reading s':>10} {'cold s':>8} {'warm s':>8}  ratio")
    last: tuple[int, float, float, float] | None = None
    for size in sizes:
        where = folder / f"{size}"
        where.mkdir()
        spec = synthetic.write(size, where / "openapi.json")
        with stub(where, spec) as config:
            command = [sys.executable, "-m", "bench.client", str(config), str(where / "cache")]
            command += ["--spec", str(spec), "--phases", *phases]
            cold, warm = (json.loads(spent(command, where)[1]) for _ in range(2))
        now = (size, warm["loaded"], cold["replay"]["cpu"], warm["replay"]["cpu"])
        growth = ""
        if last is not None:
            factor = size / last[0]
            growth = " ".join(
                f"{one / other / factor:.2f}" for one, other in zip(now[1:], last[1:], strict=True)
            )
        print(
            f"{size:10} {warm['replay']['sent']:9} {now[1]:10.2f} {now[2]:8.2f} {now[3]:8.2f}  "
            f"{growth or '-'}"
        )
        last = now
    print("ratio per operation: of the size above, for reading, cold and warm; about 1 or less is linear")


@contextmanager
def stub(folder: Path, spec: Path) -> Iterator[Path]:
    """The server generated from *spec*, which answers the document's examples to one partner.

    Gives the path of the configuration that knows it.
    """
    generate = [sys.executable, "-c", RUN, "generate", "server", "--target", "fastapi"]
    spent([*generate, "-o", str(folder / "server"), "--spec", str(spec)], folder)
    scopes = sorted({scope for each in load_contract(str(spec)).operations for scope in each.scopes})
    pair = 'consumer_key = "bench"\nconsumer_secret = "bench-secret"\n'
    partners, config = folder / "partners.toml", folder / "cynod.toml"
    partners.write_text(f"[[partners]]\n{pair}scopes = {json.dumps(scopes)}\n", encoding="utf-8")
    command = [sys.executable, "-m", "cynod_server", "--port", "0", "--partners", str(partners)]
    process = subprocess.Popen(
        [*command, "--log-level", "error"], cwd=folder / "server", stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        url = process.stdout.readline().split()[-1]
        known = f'[target]\nbase_url = "{url}"\n[credentials.primary]\n{pair}'
        config.write_text(known, encoding="utf-8")
        yield config
    finally:
        process.terminate()
        process.wait(20)
