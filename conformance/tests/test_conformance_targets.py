"""What is judged, as the command line chooses it, and what the command does with a report."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from cynod_conformance.cli import judging
from cynod_conformance.cli.conform_options import ConformOptions
from cynod_conformance.cli.targets import SANDBOX_EXPIRY_TOLERANCE_S, deployment, own_sandbox
from cynod_conformance.launch import sandbox_process
from cynod_spec import load_contract
from cynod_spec.base.errors import UsageError

CONTRACT = load_contract()
URL = "https://api.example.org"
TOML = """
[target]
base_url = "http://127.0.0.1:1"
[credentials.primary]
consumer_key = "key"
consumer_secret = "secret-of-the-shop-0123"
"""


# A deployment


def test_a_deployment_is_at_the_url_of_the_command_line(tmp_path: Path) -> None:
    file = tmp_path / "cynod.toml"
    file.write_text(TOML, encoding="utf-8")
    with ExitStack() as stack:
        config, receiver = deployment(stack, ConformOptions(url=URL, config_file=str(file)))
        assert (config.base_url, list(config.credentials)) == (URL, ["primary"])
        assert receiver is None
        bare, _ = deployment(stack, ConformOptions(url=URL, allow_http=True))
        assert (bare.base_url, bare.allow_http, bare.credentials) == (URL, True, {})


def test_a_receiver_is_opened_where_the_configuration_wants_one(tmp_path: Path) -> None:
    file = tmp_path / "cynod.toml"
    file.write_text(TOML + '[webhook]\nlisten = "127.0.0.1:0"\n', encoding="utf-8")
    with ExitStack() as stack:
        _, receiver = deployment(stack, ConformOptions(url=URL, config_file=str(file)))
        assert receiver is not None
        assert receiver.url.startswith("http://127.0.0.1:")


# A sandbox of the suite's own


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[Sequence[str]]:
    """The words of each sandbox that is started; none is."""
    words: list[Sequence[str]] = []
    file = tmp_path / "cynod.toml"
    file.write_text(TOML, encoding="utf-8")

    @contextmanager
    def sandbox(options: Sequence[str] = ()) -> Iterator[str]:
        words.append(options)
        yield str(file)

    monkeypatch.setattr(sandbox_process, "sandbox", sandbox)
    return words


def test_a_sandbox_is_started_with_the_faults_and_notifies_the_receiver(started: list[Any]) -> None:
    with ExitStack() as stack:
        options = ConformOptions(use_sandbox=True, faults=("a", "b"))
        config, receiver = own_sandbox(stack, options, CONTRACT)
        (words,) = started
        assert words[words.index("--webhook-url") + 1] == receiver.url
        assert [words[at + 1] for at, word in enumerate(words) if word == "--fault"] == ["a", "b"]
        assert f"--spec={CONTRACT.file}" in words
        assert "--tls-cert" not in words
        token = CONTRACT.find("token")
        assert token is not None
        assert config.token_url == "http://127.0.0.1:1" + token.path
        assert (config.expiry_tolerance, config.ca_file) == (SANDBOX_EXPIRY_TOLERANCE_S, None)


@pytest.mark.parametrize(
    ("options", "ages"),
    [
        (ConformOptions(use_sandbox=True), True),
        (ConformOptions(use_sandbox=True, profile="quick"), False),
        (ConformOptions(use_sandbox=True, workflows=""), False),
    ],
)
def test_tokens_end_soon_only_where_a_run_waits_for_it(
    options: ConformOptions, ages: bool, started: list[Any]
) -> None:
    with ExitStack() as stack:
        own_sandbox(stack, options, CONTRACT)
    assert ("--token-ttl" in started[0]) == ages


def test_a_sandbox_over_tls_has_a_certificate_of_an_authority_that_is_trusted(started: list[Any]) -> None:
    with ExitStack() as stack:
        config, _ = own_sandbox(stack, ConformOptions(use_sandbox=True, tls=True), CONTRACT)
        words = started[0]
        files = [words[words.index(option) + 1] for option in ("--tls-cert", "--tls-key")]
        assert all(Path(file).is_file() for file in (*files, config.ca_file or ""))
    assert not Path(files[0]).exists()


# Reports


def written(folder: Path, report: object) -> str:
    file = folder / "report.json"
    file.write_text(json.dumps(report), encoding="utf-8")
    return str(file)


def test_a_replay_names_the_clause_and_the_operation_of_the_failure(tmp_path: Path) -> None:
    known = CONTRACT.operations[0].key
    failures = [
        {"id": "ENV-1.0", "clause": "ENV-1", "operation": known},
        {"id": "ENV-1.1", "clause": "ENV-1", "operation": "GET /nowhere"},
    ]
    file = written(tmp_path, {"clauses": [{"failures": failures}]})
    replay = ConformOptions(url=URL, replay="ENV-1.0", replay_from=file)
    assert judging.replayed(replay, CONTRACT) == ({"ENV-1"}, {known})
    unknown = ConformOptions(url=URL, replay="ENV-1.1", replay_from=file)
    assert judging.replayed(unknown, CONTRACT) == ({"ENV-1"}, frozenset())
    with pytest.raises(UsageError, match=r"no failure ENV-1\.2"):
        judging.replayed(ConformOptions(url=URL, replay="ENV-1.2", replay_from=file), CONTRACT)
    scope = judging.run_options(replay, CONTRACT, None).scope
    assert (scope.clauses, scope.operations) == ({"ENV-1"}, {known})


@pytest.mark.parametrize("report", [[], {"clauses": 1}, {"clauses": [{}]}, None])
def test_a_replay_needs_a_report(report: object, tmp_path: Path) -> None:
    file = written(tmp_path, report) if report is not None else str(tmp_path / "absent.json")
    with pytest.raises(UsageError, match="is no report"):
        judging.replayed(ConformOptions(url=URL, replay="ENV-1.0", replay_from=file), CONTRACT)


def test_scenarios_are_those_beside_the_document_unless_a_file_is_named() -> None:
    assert judging.scenarios(ConformOptions(url=URL), CONTRACT) is None
    beside = judging.scenarios(ConformOptions(url=URL, workflows=""), CONTRACT)
    assert beside is not None
    assert Path(beside.file).parent == Path(CONTRACT.file).parent
    elsewhere: Any = SimpleNamespace(file="/nowhere/openapi.yaml")
    with pytest.raises(UsageError, match="no workflows beside"):
        judging.scenarios(ConformOptions(url=URL, workflows=""), elsewhere)


def test_a_report_that_cannot_be_written_is_wrong_use(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    run: Any = None
    with pytest.raises(UsageError, match="cannot write the report"):
        judging.write(run, tmp_path / "file" / "report")
