"""``python -m bench``: two servers by turns, then the suite, then the workbench; a table of each."""

from __future__ import annotations

import argparse
import math
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from bench import suite, workbench
from bench.load import OPERATIONS, Measure, send
from bench.servers import generated, handwritten

BOUND = 1.3  # of the generated server's processor time, in that of the one written by hand
_HEAD = f"{'operation':10} {'server':12} {'req/s':>8} {'p50 ms':>8} {'p99 ms':>8} {'CPU µs':>8}"
Results = Mapping[tuple[str, str], Measure]
NewDatabase = Callable[[], str]

sys.path.append(str(Path(__file__).parent.parent / "tests" / "support"))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--requests", type=int, default=4000, help="of each kind (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=8, help="turns they are spread over")
    parser.add_argument("--faults", type=int, default=3, help="that the suite is timed on; 0 for none")
    parser.add_argument("--turns", type=int, default=3, help="of the suite and its peers, the best counts")
    parser.add_argument("--runs", type=int, default=5, help="of each command of the workbench")
    parser.add_argument("--only", choices=BENCHES, help="this one alone")
    options = parser.parse_args()
    for name, bench in BENCHES.items():
        if options.only in (None, name):
            bench(options)


def servers(options: argparse.Namespace) -> None:
    """The generated server beside the one written by hand."""
    with sqlite() as new:
        show("SQLite, in a file", new, options.requests, options.rounds)
    with postgresql() as server:
        if server is None:
            print("PostgreSQL is not installed (Debian: apt-get install postgresql)")
        else:
            show("PostgreSQL", server, options.requests, options.rounds)


BENCHES: Mapping[str, Callable[[argparse.Namespace], None]] = {
    "servers": servers,
    "suite": lambda options: suite.run(options.faults, options.turns),
    "workbench": lambda options: workbench.run(options.runs),
}


@contextmanager
def sqlite() -> Iterator[NewDatabase]:
    """What gives the URLs of new databases in files."""
    with tempfile.TemporaryDirectory(prefix="cynod-bench-") as folder:
        names = iter(range(100))
        yield lambda: f"sqlite:///{folder}/{next(names)}.db"


@contextmanager
def postgresql() -> Iterator[NewDatabase | None]:
    """The same of a PostgreSQL server that runs meanwhile; None where it is not installed."""
    from cross_room import postgresql as debian

    programs = debian.programs()
    if programs is None:
        yield None
        return
    with debian.running(programs) as server:
        yield server.new


def show(title: str, new: NewDatabase, requests: int, rounds: int) -> None:
    """Print the table of one kind of database."""
    print(title)
    print(table(measured(new, requests, rounds)))


def measured(new: NewDatabase, requests: int, rounds: int) -> Results:
    """Each server under each load, *requests* in all, by turns so that what else runs here hits both."""
    with generated(new()) as ours, handwritten(new()) as theirs:
        results = {
            (operation, server.name): Measure() for operation in OPERATIONS for server in (ours, theirs)
        }
        for turn in range(rounds + 1):
            for operation in OPERATIONS:
                for server in (ours, theirs) if turn % 2 else (theirs, ours):
                    warming = Measure()  # the first turn counts for nobody
                    counted = results[operation, server.name] if turn else warming
                    send(server, operation, max(1, requests // rounds), counted)
    return results


def table(results: Results) -> str:
    """The results, and the ratio of each operation."""
    lines = [_HEAD]
    for operation in OPERATIONS:
        ours, theirs = (results[operation, name] for name in ("generated", "handwritten"))
        for name, measure in (("generated", ours), ("handwritten", theirs)):
            lines.append(
                f"{operation:10} {name:12} {measure.rate:8.0f} {measure.quantile(0.5) * 1000:8.2f} "
                f"{measure.quantile(0.99) * 1000:8.2f} {measure.cpu_each * 1e6:8.0f}"
            )
        pairs = [
            (ours.rate, theirs.rate),
            (ours.quantile(0.5), theirs.quantile(0.5)),
            (ours.quantile(0.99), theirs.quantile(0.99)),
            (ours.cpu_each, theirs.cpu_each),
        ]
        ratios = " ".join(f"{one / other:8.2f}" if other else f"{'-':>8}" for one, other in pairs)
        lines.append(f"{operation:10} {'ratio':12} {ratios}")
    costs = [
        [results[operation, name].cpu_each for name in ("generated", "handwritten")]
        for operation in OPERATIONS
    ]
    worst = max((one / other for one, other in costs if other), default=math.nan)
    lines.append(f"CPU of a request, generated to handwritten: {worst:.2f} at most, {BOUND} allowed")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
