"""One run: preflight, probes, engine, verdict."""

from __future__ import annotations

import datetime as dt
import random
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import requests

from cynod_conformance.config import Config
from cynod_conformance.lab import Lab
from cynod_conformance.observe import OBSERVERS, Context, Exchange, judge
from cynod_conformance.observe.answers import member_value
from cynod_conformance.observe.phrase import phrase
from cynod_conformance.phases import PHASES, Phase
from cynod_conformance.preflight import check_url, preflight
from cynod_conformance.problems import (
    BudgetSpent,
    ControlFailed,
    Missing,
    NotApplicable,
    Outcome,
    Refuted,
    Unreachable,
)
from cynod_conformance.redact import Redactor
from cynod_conformance.registry import PROBES, Probe, load
from cynod_conformance.scope import Scope
from cynod_conformance.status import Result
from cynod_conformance.tally import ENGINE, Tally
from cynod_conformance.target import Target, reason_of
from cynod_conformance.unchecked import reason
from cynod_conformance.verdict import Verdict, verdict
from cynod_conformance.waivers import Waiver, waive
from cynod_conformance.webhooks.receiver import Receiver
from cynod_spec.model import Contract, Operation
from cynod_spec.validation import Validators


@dataclass(frozen=True)
class Options:
    """What a run is asked to do. ``max_time`` is in seconds, ``rate`` in requests a second (0: no limit)."""

    scope: Scope = field(default_factory=Scope)
    seed: int = 0
    max_time: float | None = None
    rate: float = 0.0
    language: str = "fr"
    fail_on: str = "must"
    waivers: Sequence[Waiver] = ()
    engine: bool = True
    aimed: tuple[str, ...] = ()  # the words of the command line that chose the target, for replay

    @property
    def explores(self) -> bool:
        """Whether the engine's phases are part of the run: not of a quick one, nor of chosen clauses."""
        return self.engine and not self.scope.clauses and self.scope.profile != "quick"

    @property
    def phases(self) -> tuple[Phase, ...]:
        """Those phases: an unedited stub is shown examples and boundary values alone."""
        return PHASES if self.scope.profile == "full" else PHASES[:2]


@dataclass(frozen=True)
class Run:
    """What came of a run: enough to print and to write every report."""

    contract: Contract
    base_url: str
    options: Options
    began: dt.datetime
    ended: dt.datetime
    sent: int
    results: tuple[Result, ...]
    verdict: Verdict
    tally: Tally
    detail: str = ""  # tracebacks of the suite's own faults, for ``-v``


def conform(
    contract: Contract,
    config: Config,
    options: Options,
    progress: Callable[[str], None] = lambda text: None,
    receiver: Receiver | None = None,
) -> Run:
    """Judge the target of *config*, whose webhooks come to *receiver*. Raises UsageError and Unreachable."""
    load()
    check_url(config.base_url, config.allow_http)
    options.scope.check(contract)
    began = dt.datetime.now(dt.UTC)
    redactor = Redactor()
    for credential in config.credentials.values():
        redactor.add_pair(credential.key, credential.secret, credential.name)
    redactor.add(config.webhook.get("secret", ""), "webhook_secret")
    tally = Tally(redactor)
    validators = Validators(contract)
    lab: Lab

    def errors(pointer: str, instance: object) -> list[str]:
        return [f"{'/'.join(p.path) or 'body'}: {p.keyword}" for p in validators.errors(pointer, instance)]

    context = Context(contract, errors, lambda: redactor.secrets, lambda: lab.world.numbers)

    def on_exchange(exchange: Exchange) -> None:
        code = contract.code_of(member_value(context, exchange, "code"))
        tally.coverage.count(exchange, code)
        tally.latencies.count(exchange)
        for clause, seen in judge(context, exchange):
            tally.observed(clause, seen, exchange)

    deadline = time.monotonic() + options.max_time if options.max_time else None
    target = Target(
        config.base_url, on_exchange, ca_file=config.ca_file, rate=options.rate, deadline=deadline
    )
    nonce = f"{random.SystemRandom().getrandbits(40):010x}"
    lab = Lab(
        contract, config, target, redactor, options.seed, nonce, options.scope.allows("write"), receiver
    )
    details: list[str] = []
    try:
        preflight(lab, config)
        operations = options.scope.feasible(contract)
        for check in order(contract, options.scope):
            if refuted(options.scope, tally):
                break
            target.phase = f"probe {check.clause}"
            progress(f"{check.clause} {check.name}")
            perform(check, lab, operations, tally, details)
        if options.explores and not target.distrusted:
            from cynod_conformance.engine import explore

            progress("engine")
            explore(lab, operations, options.seed, tally, options.phases)
    finally:
        target.close()
    results = [settle(contract, clause_id, tally, options) for clause_id in (c.id for c in contract.clauses)]
    results = waive(results, options.waivers)
    return Run(
        contract,
        config.base_url,
        options,
        began,
        dt.datetime.now(dt.UTC),
        target.sent,
        tuple(results),
        verdict(results, options.fail_on),
        tally,
        "\n".join(details),
    )


def order(contract: Contract, scope: Scope) -> list[Probe]:
    """The probes to perform, as the document orders its clauses; those that may lock a partner out last.

    A clause that is observed needs exchanges to be observed in: where one was chosen, the probes of the
    other clauses are performed too, after those of the chosen.
    """
    found = _probes(contract, scope)
    if any(id in OBSERVERS for id in scope.clauses):
        found += [p for p in _probes(contract, replace(scope, clauses=frozenset())) if p not in found]
    return found


def _probes(contract: Contract, scope: Scope) -> list[Probe]:
    ids = [c.id for c in contract.clauses if scope.outside(c) is None]
    found = [PROBES[id] for id in ids if id in PROBES and scope.allows(PROBES[id].tier)]
    return sorted(found, key=lambda probe: probe.last)


def refuted(scope: Scope, tally: Tally) -> bool:
    """Whether clauses were chosen and each has failed already: nothing that follows can tell more."""
    return bool(scope.clauses) and all(tally.failures[id] for id in scope.clauses)


def perform(check: Probe, lab: Lab, operations: list[Operation], tally: Tally, details: list[str]) -> None:
    """Call the probe once a cell, and put down how each ended."""
    for cell in check.over(lab.contract, operations):
        try:
            check.experiment(lab, cell)
        except Refuted as found:
            tally.exercised(check.clause, cell.label)
            tally.failed(check.clause, cell.label, found.expected, found.got, found.exchange)
        except NotApplicable as why:
            tally.gap(check.clause, cell.label, "not_applicable", why)
        except (Missing, BudgetSpent) as why:
            tally.gap(check.clause, cell.label, "not_exercised", why)
        except (ControlFailed, Unreachable) as why:
            tally.gap(check.clause, cell.label, "inconclusive", why)
        except requests.RequestException as error:
            lost = Outcome("no-answer", why=reason_of(error))
            tally.gap(check.clause, cell.label, "inconclusive", lost)
        except Exception as error:  # noqa: BLE001 - the suite's own fault is a status, not a crash
            crash = phrase("crashed", error=type(error).__name__, check=check.name, cell=cell.label)
            tally.errors.setdefault(check.clause, crash)
            details.append(lab.redactor.text(traceback.format_exc()))
        else:
            tally.exercised(check.clause, cell.label)


def expected(contract: Contract, id: str, scope: Scope) -> list[str] | None:
    """Every cell that a run must exercise for the clause *id*; None when nothing checks it."""
    probe, observer = PROBES.get(id), OBSERVERS.get(id)
    if probe is None and observer is None:
        return None
    operations = scope.feasible(contract)
    cells: list[str] = []
    if probe is not None and scope.allows(probe.tier):
        cells += [f"probe {cell.label}" for cell in probe.over(contract, operations)]
    if observer is not None:
        cells += [f"observe {label}" for label in observer.over(contract, operations)]
    return list(dict.fromkeys(cells))


def settle(contract: Contract, id: str, tally: Tally, options: Options) -> Result:
    """What became of the clause *id*."""
    clause, scope = contract.clause(id), options.scope
    outside = scope.outside(clause)
    cells = expected(contract, id, scope)
    if id == ENGINE and options.explores and cells is not None:
        cells.append("probe engine")
    if cells is None:
        return tally.result(clause, None, False, reason(clause))
    if outside is not None and tally.failures[id]:
        tally.failures[id].clear()  # what this run was not asked about, it does not judge
    return tally.result(clause, cells, outside is None, outside)
