"""One run: preflight, probes, engine, verdict."""

from __future__ import annotations

import datetime as dt
import random
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import chain, zip_longest
from pathlib import Path

import requests

from cynod_conformance.base.outcomes import (
    BudgetSpent,
    ControlFailed,
    Missing,
    NotApplicable,
    Outcome,
    OutsideTier,
    Refuted,
    Unreachable,
)
from cynod_conformance.base.phases import LEDGER, PHASES, PROBE, TIDYING, Phase
from cynod_conformance.config.oauth_endpoints import oauth_endpoints
from cynod_conformance.config.settings import Config
from cynod_conformance.experiment.context import Lab
from cynod_conformance.experiment.registry import PROBES, Cell, Probe, load
from cynod_conformance.experiment.scope import Scope
from cynod_conformance.http.target import TIMEOUT, Target, reason_of
from cynod_conformance.observe import OBSERVERS
from cynod_conformance.reproduction.exchange_log import Journal
from cynod_conformance.reproduction.redaction import Redactor
from cynod_conformance.results.recorder import ENGINE, LEDGER_CLAUSE, Tally
from cynod_conformance.results.scenario_result import ScenarioResult
from cynod_conformance.results.status import Result
from cynod_conformance.results.unchecked import reason
from cynod_conformance.results.verdict import Verdict, verdict
from cynod_conformance.results.waivers import Waiver, waive
from cynod_conformance.runner.cleanup import Leftover, Leftovers
from cynod_conformance.runner.exchange_handler import Witness
from cynod_conformance.runner.preflight import check_url, preflight
from cynod_conformance.scenarios.runner import run as run_workflows
from cynod_conformance.text.messages import both
from cynod_conformance.text.phrase import phrase
from cynod_conformance.webhooks.receiver import Receiver
from cynod_spec import urls
from cynod_spec.model import Contract
from cynod_spec.trust import trust_store
from cynod_spec.workflows.model import Workflows


@dataclass(frozen=True)
class Options:
    """What a run is asked to do.

    ``max_time`` and ``timeout`` are in seconds, ``rate`` in requests a second; ``max_requests`` counts them
    (0: no limit).
    """

    scope: Scope = field(default_factory=Scope)
    seed: int = 0
    max_time: float | None = None
    rate: float = 0.0
    max_requests: int = 0
    timeout: float = TIMEOUT
    language: str = "fr"
    fail_on: str = "must"
    waivers: Sequence[Waiver] = ()
    engine: bool = True
    jobs: int = 1  # operations that generated requests go to at a time
    cache: Path | None = None  # where corpora are kept; the user's own folder when it is None
    keeps: bool = True  # whether corpora are kept
    tidies: bool = False  # whether what was made is given back at the end
    aimed: tuple[str, ...] = ()  # the words of the command line that chose the target, for replay
    workflows: Workflows | None = None  # what is run instead of the probes and the engine

    @property
    def explores(self) -> bool:
        """Whether the engine's phases are part of the run: not of a quick one, nor of chosen clauses."""
        return self.engine and not self.scope.clauses and self.scope.profile != "quick"

    @property
    def reckons(self) -> bool:
        """Whether the ledger phase is part of the run: of a full one that chooses nothing and may write."""
        scope = self.scope
        chooses = scope.clauses or scope.operations
        return self.engine and scope.profile == "full" and not chooses and scope.allows("write")

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
    leftovers: tuple[Leftover, ...] = ()  # what the run made and could not give back
    scenarios: tuple[ScenarioResult, ...] = ()  # what came of the workflows, when they were run


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
    config = replace(config, base_url=urls.without_trailing_slash(config.base_url))
    for url in filter(None, (config.token_url, config.revocation_url)):
        check_url(url, config.allow_http)
    paths = oauth_endpoints(contract, config)
    options.scope.check(contract)
    trust = trust_store(config.ca_file)
    began = dt.datetime.now(dt.UTC)
    redactor = Redactor()
    for credential in config.credentials.values():
        redactor.add_pair(credential.key, credential.secret, credential.name)
    redactor.add(config.webhook.get("secret", ""), "webhook_secret")
    nonce = f"{random.SystemRandom().getrandbits(40):010x}"
    tally = Tally(redactor, Journal(nonce))
    deadline = time.monotonic() + options.max_time if options.max_time else None
    target = Target(
        config.base_url,
        trust=trust,
        rate=options.rate,
        most=options.max_requests,
        timeout=options.timeout,
        writable=None
        if options.scope.allows("write")
        else {o.path for o in contract.operations if o.is_oauth},
        deadline=deadline,
        elsewhere=paths,
    )
    lab = Lab(
        contract, config, target, redactor, options.seed, nonce, options.scope.allows("write"), receiver
    )
    witness = Witness(lab, tally)
    target.on_exchange, lab.left, lab.judged = witness.see, witness.see_left, witness.judged
    details: list[str] = []
    scenarios: tuple[ScenarioResult, ...] = ()
    try:
        preflight(lab, config)
        try:
            if options.workflows is not None:
                scenarios = run_workflows(lab, options.workflows, tally.journal, progress)
            else:
                experiment(lab, options, tally, details, progress)
        except KeyboardInterrupt:
            tally.stopped = Outcome("interrupted")
        tidy(options, target, witness.leftovers, progress)
        witness.judged()
    finally:
        target.close()
        witness.close()
    results = [settle(lab, clause.id, tally, options) for clause in contract.clauses]
    results = waive(results, options.waivers)
    return Run(
        contract,
        config.base_url,
        options,
        began,
        dt.datetime.now(dt.UTC),
        target.sent,
        tuple(results),
        verdict(results, options.fail_on, scenarios),
        tally,
        "\n".join(details),
        tuple(witness.leftovers.listed()),
        scenarios,
    )


def tidy(options: Options, target: Target, leftovers: Leftovers, progress: Callable[[str], None]) -> None:
    """Give back what was made, where that is wanted; an interrupt leaves the rest."""
    if not options.tidies:
        return
    progress("giving back what was made")
    target.phase = TIDYING
    with suppress(KeyboardInterrupt):
        leftovers.give_back()


def experiment(
    lab: Lab, options: Options, tally: Tally, details: list[str], progress: Callable[[str], None]
) -> None:
    """Perform the probes, then the engine's phases."""
    operations = options.scope.feasible(lab.contract)
    known: list[tuple[Probe, Cell]] = []  # of clauses that have failed already

    def attempt(check: Probe, cell: Cell) -> None:
        lab.target.phase = f"{PROBE} {check.clause}"
        progress(f"{check.clause} {check.name}")
        tally.journal.begin()
        perform(check, cell, lab, tally, details)

    for check in _probes(lab.contract, options.scope):
        if check.ahead is not None:
            lab.target.phase = f"{PROBE} {check.clause}"
            try:
                try:
                    check.ahead(lab)
                finally:
                    lab.judged()
            except (Outcome, requests.RequestException):
                continue  # the experiment meets it again, and says so
            except Exception:  # noqa: BLE001 - likewise; what the suite did wrong is told with ``-v``
                details.append(lab.redactor.text(traceback.format_exc()))
    for check, cell in steps(lab.contract, options.scope):
        if refuted(options.scope, tally):
            return
        if check.clause in options.scope.clauses and tally.failures[check.clause]:
            known.append((check, cell))
        else:
            attempt(check, cell)
    for check, cell in known:  # their traffic alone may show what is left to be observed
        if not unobserved(options.scope, tally):
            return
        attempt(check, cell)
    if lab.target.distrusted or lab.target.patience.is_lost:
        return
    if options.explores:
        from cynod_conformance.engine import Exploration

        progress("engine")
        exploration = Exploration(options.seed, options.phases, options.jobs, options.cache, options.keeps)
        exploration.run(lab, operations, tally)
    if options.reckons:
        from cynod_conformance.stateful import explore as reckon

        progress(LEDGER)
        lab.target.phase = LEDGER
        reckon(lab, options.seed, tally)


def steps(contract: Contract, scope: Scope) -> Iterator[tuple[Probe, Cell]]:
    """What to perform, as the document orders its clauses; what may lock a partner out comes last.

    A clause that is observed needs exchanges to be observed in: where one was chosen, the probes of the
    other clauses are performed too, after those of the chosen, and a cell of each before a second of any.
    """

    def cells(probe: Probe) -> list[tuple[Probe, Cell]]:
        return [(probe, cell) for cell in scope.cells(probe, contract)]

    chosen = _probes(contract, scope)
    yield from chain.from_iterable(map(cells, chosen))
    if any(id in OBSERVERS for id in scope.clauses):
        others = [p for p in _probes(contract, replace(scope, clauses=frozenset())) if p not in chosen]
        for last in (False, True):
            rounds = zip_longest(*(cells(probe) for probe in others if probe.last is last))
            yield from (step for step in chain.from_iterable(rounds) if step is not None)


def _probes(contract: Contract, scope: Scope) -> list[Probe]:
    ids = [c.id for c in contract.clauses if scope.outside(c) is None]
    found = [PROBES[id] for id in ids if id in PROBES and scope.allows(PROBES[id].tier)]
    return sorted(found, key=lambda probe: probe.last)


def refuted(scope: Scope, tally: Tally) -> bool:
    """Whether clauses were chosen and each has failed already: nothing that follows can tell more."""
    return bool(scope.clauses) and all(tally.failures[id] for id in scope.clauses)


def unobserved(scope: Scope, tally: Tally) -> bool:
    """Whether a clause was chosen that is observed and has not failed."""
    return any(id in OBSERVERS and not tally.failures[id] for id in scope.clauses)


def perform(check: Probe, cell: Cell, lab: Lab, tally: Tally, details: list[str]) -> None:
    """Call the probe for one cell, and put down how it ended."""
    try:
        try:
            check.experiment(lab, cell)
        finally:
            lab.judged()
    except Refuted as found:
        tally.exercised(check.clause, cell.label)
        tally.failed(check.clause, cell.label, found.expected, found.got, found.exchange)
    except OutsideTier:
        tally.leave_out(check.clause, cell.label)
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
    cells: list[str] = []
    if probe is not None and scope.allows(probe.tier):
        cells += [f"probe {cell.label}" for cell in scope.cells(probe, contract)]
    if observer is not None:
        cells += [f"observe {label}" for label in observer.over(contract, scope.feasible(contract))]
    return list(dict.fromkeys(cells))


def settle(lab: Lab, id: str, tally: Tally, options: Options) -> Result:
    """What became of the clause *id*."""
    clause, scope = lab.contract.clause(id), options.scope
    if options.workflows is not None:
        return tally.result(clause, [], bool(tally.failures[id]), both("outside-workflows"))
    outside = scope.outside(clause)
    cells = expected(lab.contract, id, scope)
    if cells is None:
        return tally.result(clause, None, False, reason(clause))
    if id == ENGINE and options.explores:
        cells.append("probe engine")
    if id == LEDGER_CLAUSE and options.reckons:
        cells.append(f"probe {LEDGER}")
    beyond = tally.left_out[id] | {f"observe {operation}" for operation in lab.out_of_reach}
    within = [cell for cell in cells if cell not in beyond]
    if outside is not None and tally.failures[id]:
        tally.failures[id].clear()  # what this run was not asked about, it does not judge
    result = tally.result(clause, within, outside is None, outside)
    if result.status != "passed" or result.reason.fr:
        return result
    if len(within) < len(cells):
        return replace(result, reason=both("left-out", count=str(len(cells) - len(within))))
    if undrawn := scope.undrawn(PROBES[id], lab.contract) if id in PROBES else 0:
        return replace(result, reason=both("undrawn", count=str(undrawn)))
    return result
