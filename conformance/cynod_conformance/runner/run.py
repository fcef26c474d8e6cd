"""One run: preflight, probes, engine, verdict."""

from __future__ import annotations

import datetime as dt
import random
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, zip_longest

from cynod_conformance.base.outcomes import (
    AssertionFailed,
    BudgetSpent,
    ControlFailed,
    NoAnswer,
    NotApplicable,
    Outcome,
    OutsideTier,
    PreconditionMissing,
)
from cynod_conformance.base.phases import LEDGER, PROBE, TIDYING
from cynod_conformance.config.oauth_endpoints import oauth_endpoints
from cynod_conformance.config.settings import Config
from cynod_conformance.experiment.case_types import TestCase
from cynod_conformance.experiment.context import TestContext
from cynod_conformance.experiment.registry import PROBES, Probe, load
from cynod_conformance.experiment.scope import Scope
from cynod_conformance.http.errors import TransportError
from cynod_conformance.http.target import Target
from cynod_conformance.http.transport import TransportFactory
from cynod_conformance.observe import OBSERVERS
from cynod_conformance.observe.answers import status_and_code
from cynod_conformance.reproduction.exchange_log import ExchangeLog
from cynod_conformance.reproduction.redaction import Redactor
from cynod_conformance.results.causes import with_causes
from cynod_conformance.results.recorder import ENGINE, LEDGER_CLAUSE, ResultRecorder
from cynod_conformance.results.scenario_result import ScenarioResult
from cynod_conformance.results.status import Result
from cynod_conformance.results.unchecked import reason
from cynod_conformance.results.verdict import Verdict, verdict
from cynod_conformance.results.waivers import waive
from cynod_conformance.runner.background_observer import BackgroundObserver
from cynod_conformance.runner.cleanup import Cleanup, Leftover
from cynod_conformance.runner.exchange_handler import ExchangeHandler, put_down_abandoned
from cynod_conformance.runner.options import RunOptions
from cynod_conformance.runner.preflight import check_url, preflight
from cynod_conformance.scenarios.runner import run as run_workflows
from cynod_conformance.text.messages import both
from cynod_conformance.text.phrase import phrase
from cynod_conformance.webhooks.receiver import Receiver
from cynod_spec.model import Contract
from cynod_spec.network import urls
from cynod_spec.network.trust import trust_store


@dataclass(frozen=True)
class Run:
    """What came of a run: enough to print and to write every report."""

    contract: Contract
    base_url: str
    options: RunOptions
    began: dt.datetime
    ended: dt.datetime
    sent: int
    results: tuple[Result, ...]
    verdict: Verdict
    recorder: ResultRecorder
    detail: str = ""  # tracebacks of the suite's own faults, for ``-v``
    leftovers: tuple[Leftover, ...] = ()  # what the run made and could not give back
    scenarios: tuple[ScenarioResult, ...] = ()  # what came of the workflows, when they were run


def conform(
    contract: Contract,
    config: Config,
    options: RunOptions,
    progress: Callable[[str], None] = lambda text: None,
    receiver: Receiver | None = None,
    transport: TransportFactory | None = None,
) -> Run:
    """Judge the target of *config*, whose webhooks come to *receiver*.

    *transport* makes what carries the requests, by default over the network. Raises UsageError and
    TargetUnreachable before anything is judged.
    """
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
    redactor.add(config.webhook.secret, "webhook_secret")
    nonce = f"{random.SystemRandom().getrandbits(40):010x}"
    recorder = ResultRecorder(redactor, ExchangeLog(nonce), partial(status_and_code, contract))
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
        transport=transport,
    )
    background = BackgroundObserver()
    context = TestContext(
        contract,
        config,
        target,
        redactor,
        options.seed,
        nonce,
        options.scope.allows("write"),
        receiver,
        on_abandoned=partial(put_down_abandoned, recorder, background),
        wait_until_judged=background.wait,
    )
    exchange_handler = ExchangeHandler(context, recorder, background)
    target.on_exchange = exchange_handler.see
    details: list[str] = []
    scenarios: tuple[ScenarioResult, ...] = ()
    try:
        preflight(context, config)
        try:
            if options.workflows is not None:
                scenarios = run_workflows(context, options.workflows, recorder.exchange_log, progress)
            else:
                experiment(context, options, recorder, details, progress)
        except KeyboardInterrupt:
            recorder.stopped = Outcome("interrupted")
        tidy(options, target, exchange_handler.leftovers, progress)
        exchange_handler.judged()
    finally:
        target.close()
        exchange_handler.close()
    results = [settle(context, clause.id, recorder, options) for clause in contract.clauses]
    results = with_causes(contract, recorder, waive(results, options.waivers))
    return Run(
        contract,
        config.base_url,
        options,
        began,
        dt.datetime.now(dt.UTC),
        target.sent,
        tuple(results),
        verdict(results, options.fail_on, scenarios),
        recorder,
        "\n".join(details),
        tuple(exchange_handler.leftovers.listed()),
        scenarios,
    )


def tidy(options: RunOptions, target: Target, leftovers: Cleanup, progress: Callable[[str], None]) -> None:
    """Give back what was made, where that is wanted; an interrupt leaves the rest."""
    if not options.tidies:
        return
    progress("giving back what was made")
    target.phase = TIDYING
    with suppress(KeyboardInterrupt):
        leftovers.give_back()


def experiment(
    context: TestContext,
    options: RunOptions,
    recorder: ResultRecorder,
    details: list[str],
    progress: Callable[[str], None],
) -> None:
    """Perform the probes, then the engine's phases."""
    operations = options.scope.feasible(context.contract)
    known: list[tuple[Probe, TestCase]] = []  # of clauses that have failed already

    def attempt(check: Probe, case: TestCase) -> None:
        context.target.phase = f"{PROBE} {check.clause}"
        progress(f"{check.clause} {check.name}")
        recorder.exchange_log.begin()
        perform(check, case, context, recorder, details)

    for check in _probes(context.contract, options.scope):
        if check.ahead is not None:
            context.target.phase = f"{PROBE} {check.clause}"
            try:
                try:
                    check.ahead(context)
                finally:
                    context.wait_until_judged()
            except (Outcome, TransportError):
                continue  # the experiment meets it again, and says so
            except Exception:  # noqa: BLE001 - likewise; what the suite did wrong is told with ``-v``
                details.append(context.redactor.text(traceback.format_exc()))
    for check, case in steps(context.contract, options.scope):
        if refuted(options.scope, recorder):
            return
        if check.clause in options.scope.clauses and recorder.failures[check.clause]:
            known.append((check, case))
        else:
            attempt(check, case)
    for check, case in known:  # their traffic alone may show what is left to be observed
        if not unobserved(options.scope, recorder):
            return
        attempt(check, case)
    if context.target.distrusted or context.target.stall_budget.is_lost:
        return
    if options.explores:
        from cynod_conformance.engine import Exploration

        progress("engine")
        exploration = Exploration(
            options.seed, options.phases, options.jobs, options.cache_dir, not options.no_cache
        )
        exploration.run(context, operations, recorder)
    if options.reckons:
        from cynod_conformance.stateful import explore as reckon

        progress(LEDGER)
        context.target.phase = LEDGER
        reckon(context, options.seed, recorder)


def steps(contract: Contract, scope: Scope) -> Iterator[tuple[Probe, TestCase]]:
    """What to perform, as the document orders its clauses; what may lock a partner out comes last.

    A clause that is observed needs exchanges to be observed in: where one was chosen, the probes of the
    other clauses are performed too, after those of the chosen, and a case of each before a second of any.
    """

    def cells(probe: Probe) -> list[tuple[Probe, TestCase]]:
        return [(probe, case) for case in scope.test_cases(probe, contract)]

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


def refuted(scope: Scope, recorder: ResultRecorder) -> bool:
    """Whether clauses were chosen and each has failed already: nothing that follows can tell more."""
    return bool(scope.clauses) and all(recorder.failures[id] for id in scope.clauses)


def unobserved(scope: Scope, recorder: ResultRecorder) -> bool:
    """Whether a clause was chosen that is observed and has not failed."""
    return any(id in OBSERVERS and not recorder.failures[id] for id in scope.clauses)


def perform(
    check: Probe, case: TestCase, context: TestContext, recorder: ResultRecorder, details: list[str]
) -> None:
    """Call the probe for one case, and put down how it ended."""
    try:
        try:
            check.experiment(context, case)
        finally:
            context.wait_until_judged()
    except AssertionFailed as found:
        recorder.exercised(check.clause, case.label)
        recorder.failed(check.clause, case.label, found.expected, found.got, found.exchange, found.note)
    except OutsideTier:
        recorder.leave_out(check.clause, case.label)
    except NotApplicable as why:
        recorder.gap(check.clause, case.label, "not_applicable", why)
    except (PreconditionMissing, BudgetSpent) as why:
        recorder.gap(check.clause, case.label, "not_exercised", why)
    except (ControlFailed, NoAnswer) as why:
        recorder.gap(check.clause, case.label, "inconclusive", why)
    except TransportError as error:
        lost = Outcome("no-answer", why=error.said)
        recorder.gap(check.clause, case.label, "inconclusive", lost)
    except Exception as error:  # noqa: BLE001 - the suite's own fault is a status, not a crash
        crash = phrase("crashed", error=type(error).__name__, check=check.name, case=case.label)
        recorder.errors.setdefault(check.clause, crash)
        details.append(context.redactor.text(traceback.format_exc()))
    else:
        recorder.exercised(check.clause, case.label)


def expected(contract: Contract, id: str, scope: Scope) -> list[str] | None:
    """Every case that a run must exercise for the clause *id*; None when nothing checks it."""
    probe, observer = PROBES.get(id), OBSERVERS.get(id)
    if probe is None and observer is None:
        return None
    cells: list[str] = []
    if probe is not None and scope.allows(probe.tier):
        cells += [f"probe {case.label}" for case in scope.test_cases(probe, contract)]
    if observer is not None:
        cells += [f"observe {label}" for label in observer.cases(contract, scope.feasible(contract))]
    return list(dict.fromkeys(cells))


def settle(context: TestContext, id: str, recorder: ResultRecorder, options: RunOptions) -> Result:
    """What became of the clause *id*."""
    clause, scope = context.contract.clause(id), options.scope
    if options.workflows is not None:
        return recorder.result(clause, [], bool(recorder.failures[id]), both("outside-workflows"))
    outside = scope.outside(clause)
    cells = expected(context.contract, id, scope)
    if cells is None:
        return recorder.result(clause, None, False, reason(clause))
    if id == ENGINE and options.explores:
        cells.append("probe engine")
    if id == LEDGER_CLAUSE and options.reckons:
        cells.append(f"probe {LEDGER}")
    beyond = recorder.left_out[id] | {f"observe {operation}" for operation in context.out_of_reach}
    within = [case for case in cells if case not in beyond]
    if outside is not None and recorder.failures[id]:
        recorder.failures[id].clear()  # what this run was not asked about, it does not judge
    result = recorder.result(clause, within, outside is None, outside)
    if result.status != "passed" or result.reason.fr:
        return result
    if len(within) < len(cells):
        return replace(result, reason=both("left-out", count=str(len(cells) - len(within))))
    if undrawn := scope.undrawn(PROBES[id], context.contract) if id in PROBES else 0:
        return replace(result, reason=both("undrawn", count=str(undrawn)))
    return result
