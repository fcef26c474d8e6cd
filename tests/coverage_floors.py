"""Prints how much of each room the quick tests run, in their own process, and fails below a floor.

    pytest --part quick --cov --cov-report= && python tests/coverage_floors.py .coverage

Lines that only a server, a worker or another process runs do not count: other tests show those, and are not
measured. A floor stands about two points below what was measured; raise it when the share has grown.
Given anything but ``.coverage``, such as the arguments of a run of some tests, it compares nothing.
Exit code: 0, or 1 when a room is below its floor.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from coverage import Coverage

ROOT = Path(__file__).parents[1]
DATA = ".coverage"  # what pytest-cov writes, in the root
FLOORS_PERCENT = {
    "spec/cynod_spec": 86,
    "generators/cynod_generators": 75,
    "conformance/cynod_conformance": 64,
    "sandbox/cynod_sandbox": 60,
}


def measured(room: str, data: Path) -> float:
    """The share of the lines of *room* that were run, in percent, of the measurement in *data*."""
    coverage = Coverage(data_file=data)
    coverage.load()
    return coverage.report(include=[str(ROOT / room / "*")], file=io.StringIO())


def below(shares: dict[str, float], floors: Mapping[str, float]) -> list[str]:
    """The rooms whose share is below its floor."""
    return [room for room, floor in floors.items() if shares[room] < floor]


def main(arguments: Sequence[str]) -> int:
    """Print a line for each room; gives the exit code."""
    if list(arguments) != [DATA]:
        print("some of the tests were run: their coverage is compared with nothing")
        return 0
    shares = {room: measured(room, ROOT / DATA) for room in FLOORS_PERCENT}
    for room, share in shares.items():
        print(f"covered by the quick tests: {room:32}{share:6.1f} %, of at least {FLOORS_PERCENT[room]} %")
    low = below(shares, FLOORS_PERCENT)
    if low:
        print(f"below its floor: {', '.join(low)}", file=sys.stderr)
    return 1 if low else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
