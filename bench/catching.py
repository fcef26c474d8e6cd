"""``python -m bench.catching FAULT CACHE``: one full run on a broken sandbox, as JSON.

When the first failure was seen and when the verdict stood, in seconds, and which clauses failed.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from cynod_conformance.cli.conform_options import ConformOptions
from cynod_conformance.cli.targets import own_sandbox
from cynod_conformance.experiment.registry import FAULTS, load
from cynod_conformance.experiment.scope import Scope
from cynod_conformance.results.recorder import ResultRecorder
from cynod_conformance.runner.options import RunOptions
from cynod_conformance.runner.run import conform
from cynod_spec import load_contract


def main() -> None:
    """Run, and print what was found when."""
    if sys.argv[1:] == ["--names"]:
        load(faults=True)
        print("\n".join(sorted(FAULTS)))
        return
    fault, cache = sys.argv[1:]
    failures: list[float] = []
    failed = ResultRecorder.failed

    def timed(self: ResultRecorder, *given: Any) -> None:
        failures.append(time.perf_counter())
        failed(self, *given)

    ResultRecorder.failed = timed  # type: ignore[method-assign]  # a stopwatch, in this process only
    with ExitStack() as stack:
        os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = stack.enter_context(tempfile.TemporaryDirectory())
        asked, contract = ConformOptions(use_sandbox=True, faults=(fault,)), load_contract()
        config, receiver = own_sandbox(stack, asked, contract)
        options = RunOptions(
            scope=Scope("full", asked.risked_tier), jobs=asked.parallel_jobs, cache_dir=Path(cache)
        )
        began = time.perf_counter()
        run = conform(contract, config, options, receiver=receiver)
        verdict = time.perf_counter() - began
    broken = sorted(result.clause.id for result in run.results if result.status == "failed")
    first = min(failures) - began if failures else None
    print(json.dumps({"first": first, "verdict": verdict, "failed": broken}))


if __name__ == "__main__":
    main()
