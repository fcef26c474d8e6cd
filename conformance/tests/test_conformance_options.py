"""The options of ``cynod conform`` as one object, and what follows from them."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import fields, replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from cynod_conformance.base.common_options import CommonOptions
from cynod_conformance.cli import conform_command
from cynod_conformance.cli.conform_command import conform
from cynod_conformance.cli.conform_options import ConformOptions
from cynod_conformance.cli.judging import run_options
from cynod_conformance.experiment.scope import Scope
from cynod_spec import load_contract
from cynod_spec.base.errors import UsageError

URL = "https://api.example.org"


def given(*arguments: str, monkeypatch: pytest.MonkeyPatch) -> ConformOptions:
    """What the command line *arguments* ask the suite to judge."""
    seen: list[ConformOptions] = []

    def judged(options: ConformOptions) -> int:
        seen.append(options)
        return 0

    monkeypatch.setattr(conform_command, "judged", judged)
    done = CliRunner().invoke(conform, arguments)
    assert done.exit_code == 0, done.output
    return seen[0]


def test_each_parameter_is_a_field_with_the_same_default() -> None:
    ours = {each.name for each in fields(ConformOptions)}
    assert ours == {each.name for each in conform.params}
    context = conform.make_context("conform", [])
    assert ConformOptions(**context.params) == ConformOptions()


def test_what_is_asked_for_arrives(monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = [
        "--sandbox",
        "--fault",
        "a",
        "--fault",
        "b",
        "--seed",
        "7",
        "--cache-dir",
        "c",
        "--lang",
        "en",
    ]
    asked = given(*arguments, "--report-dir", "r", "--profile", "quick", monkeypatch=monkeypatch)
    assert asked == ConformOptions(
        use_sandbox=True, faults=("a", "b"), seed=7, cache_dir=Path("c"), language="en", report_dir=Path("r"),
        profile="quick",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "url", "workflows"),
    [
        (["--workflows", URL], URL, ""),
        ([URL, "--workflows"], URL, ""),
        (["--workflows", "x.yaml", URL], URL, "x.yaml"),
        ([URL], URL, None),
    ],
)
def test_the_word_behind_workflows_may_be_the_url(
    arguments: list[str], url: str, workflows: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = given(*arguments, monkeypatch=monkeypatch)
    assert (asked.url, asked.workflows) == (url, workflows)


@pytest.mark.parametrize(
    ("options", "tier", "jobs"),
    [
        (ConformOptions(url=URL), "write", 1),
        (ConformOptions(url=URL, tier="load"), "load", 4),
        (ConformOptions(url=URL, tier="load", rate=5.0), "load", 1),
        (ConformOptions(url=URL, jobs=3), "write", 3),
        (ConformOptions(use_sandbox=True), "load", 4),
        (ConformOptions(use_sandbox=True, profile="quick"), "destructive", 4),
        (ConformOptions(use_sandbox=True, tier="read"), "read", 1),
    ],
)
def test_tier_and_jobs_follow_from_the_target(options: ConformOptions, tier: str, jobs: int) -> None:
    assert (options.risked_tier, options.parallel_jobs) == (tier, jobs)


def test_replays_are_told_the_same_target() -> None:
    own = ConformOptions(use_sandbox=True, tls=True, faults=("a",), spec="s.yaml")
    assert own.target_words == ("--sandbox", "--tls", "--fault", "a", "--spec", "s.yaml")
    other = ConformOptions(url=URL, config_file="c.toml", allow_http=True)
    assert other.target_words == (URL, "--config", "c.toml", "--allow-http")


@pytest.mark.parametrize(
    "options",
    [
        ConformOptions(),
        ConformOptions(url=URL, use_sandbox=True),
        ConformOptions(url=URL, faults=("a",)),
        ConformOptions(url=URL, tls=True),
        ConformOptions(url=URL, replay="ENV-1.0"),
        ConformOptions(url=URL, workflows="", clauses=("ENV-1",)),
        ConformOptions(url=URL, workflows="", operations=("x",)),
    ],
)
def test_options_that_do_not_fit_are_refused(options: ConformOptions) -> None:
    with pytest.raises(UsageError):
        options.check()
    ConformOptions(url=URL).check()
    replace(options, url=None, use_sandbox=True, replay=None, workflows=None).check()


def test_the_command_loads_nothing_of_a_run() -> None:
    """Start-up is felt: ``--help`` needs neither the model nor what reads configuration."""
    code = "import sys, cynod_conformance.cli; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"cynod_spec.model.contract", "msgspec", "hypothesis"} & set(done.stdout.split())


def test_a_run_takes_the_common_options_as_they_were_given_and_works_out_the_others() -> None:
    contract = load_contract()
    common = CommonOptions(
        seed=7, max_time=9.0, rate=2.0, max_requests=3, timeout=4.0, no_engine=True, cache_dir=Path("c"),
        no_cache=True, fail_on="should", language="en",
    )  # fmt: skip
    given = {each.name: getattr(common, each.name) for each in fields(CommonOptions)}
    assert all(given[each.name] != each.default for each in fields(CommonOptions))
    asked = ConformOptions(url=URL, profile="quick", clauses=("ENV-1",), **given)
    run = run_options(asked, contract, None)
    assert {name: getattr(run, name) for name in given} == given
    assert run.scope == Scope("quick", "write", frozenset({"ENV-1"}), frozenset(), 7)
    assert (run.jobs, run.tidies, run.aimed, run.waivers) == (1, True, (URL,), ())
    own = run_options(ConformOptions(use_sandbox=True), contract, None)
    assert (own.jobs, own.tidies, own.aimed) == (4, False, ("--sandbox",))
    assert {name: getattr(own, name) for name in given} == {e.name: e.default for e in fields(CommonOptions)}
