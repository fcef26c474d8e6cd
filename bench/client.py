"""``python -m bench.client``: the replayed phases alone, and the same requests again from a bare session.

A process of its own, so that what it used is what they cost. Prints JSON: of each, requests, seconds and
seconds of processor.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import requests

from cynod_conformance.base.phases import LIVE, PHASES
from cynod_conformance.config.settings import read_config
from cynod_conformance.engine import Exploration
from cynod_conformance.experiment.context import TestContext
from cynod_conformance.http.target import Target
from cynod_conformance.observe import Context, Exchange, judge
from cynod_conformance.reproduction.redaction import Redactor
from cynod_conformance.results.recorder import ResultRecorder
from cynod_spec import load_contract
from cynod_spec.model import Contract
from cynod_spec.schema.validation import Validators

Keep = Callable[[Exchange], None] | None


def main() -> None:
    """Replay, then send the same again when that is asked for."""
    parser = argparse.ArgumentParser(prog="python -m bench.client", description=__doc__)
    parser.add_argument("config", type=Path)
    parser.add_argument("cache", type=Path)
    parser.add_argument("--spec")
    parser.add_argument("--bare", action="store_true", help="send the same from a bare requests.Session")
    parser.add_argument("--phases", nargs="+", default=[phase for phase in PHASES if phase != LIVE])
    options = parser.parse_args()
    began = time.process_time()
    contract = load_contract(options.spec)
    loaded = time.process_time() - began
    recorded: list[Exchange] = []
    found: dict[str, Any] = {"loaded": loaded}
    keep = recorded.append if options.bare else None
    found["replay"] = measured(lambda: replay(contract, options.config, options.cache, options.phases, keep))
    if options.bare:
        found["bare"] = measured(lambda: bare(recorded))
    print(json.dumps(found))


def measured(work: Callable[[], int]) -> dict[str, float]:
    """The requests that *work* says it sent, and what it took."""
    cpu, wall = time.process_time(), time.perf_counter()
    sent = work()
    return {"sent": sent, "wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}


def replay(contract: Contract, config_file: Path, cache: Path, phases: Any, keep: Keep) -> int:
    """The phases as a run replays them, one operation after another; every exchange is judged and counted."""
    config, redactor = read_config(str(config_file)), Redactor()
    recorder, validators = ResultRecorder(redactor), Validators(contract)

    def errors(pointer: str, instance: object) -> list[str]:
        return [problem.keyword for problem in validators.errors(pointer, instance)]

    judging = Context(contract, errors, lambda: redactor.secrets, lambda: context.fixtures.numbers)

    def on_exchange(exchange: Exchange) -> None:
        if keep is not None:
            keep(exchange)
        for clause, seen in judge(judging, exchange):
            recorder.observed(clause, seen, exchange)
        recorder.latencies.count(exchange)

    target = Target(config.base_url, on_exchange)
    context = TestContext(
        contract, config, target, redactor, 0, f"{random.SystemRandom().getrandbits(40):010x}"
    )
    Exploration(0, phases, 1, cache).run(context, contract.operations, recorder)
    target.close()
    return target.sent


def bare(recorded: list[Exchange]) -> int:
    """The same octets by ``requests`` alone, each answer read."""
    with requests.Session() as session:
        session.trust_env = False
        for exchange in recorded:
            sent = exchange.request
            prepared = requests.Request(sent.method, sent.url).prepare()
            prepared.url, prepared.body = sent.url, sent.body or None
            prepared.headers.clear()
            prepared.headers.update(dict(sent.headers))
            session.send(prepared, allow_redirects=False, timeout=20).content  # noqa: B018 - it is read
    return len(recorded)


if __name__ == "__main__":
    main()
