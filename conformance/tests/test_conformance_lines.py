"""Proof that a report is enough: its lines, run by bash as printed, show each fault again.

The same lines are run against the faulty sandbox that the report is about and against a correct one. The
fault is shown when the last answer says what the report says that it said, and when what comes is not what
comes from the correct one, values that are given out or told by the clock aside.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from json import loads
from pathlib import Path
from subprocess import PIPE, STDOUT
from typing import Any

import pytest

from cynod_conformance.config.settings import read_config
from cynod_conformance.experiment import registry
from cynod_conformance.experiment.answer import Answer
from cynod_conformance.launch.certificate_authority import authority
from cynod_conformance.launch.sandbox_process import sandbox
from cynod_conformance.observe import Exchange, Request, Response
from cynod_conformance.reproduction.script import BURST, repeated
from cynod_spec import load_contract

pytestmark = pytest.mark.lengthy
registry.load(faults=True)

CYNOD = Path(sys.executable).with_name("cynod")
WEBHOOKS = ("--allow-private-webhooks", "--webhook-backoff", "0.3", "--webhook-timeout", "1.5")
COMMANDED = {  # clauses that no line of curl can show → why; the report gives a command of cynod instead
    "WHK-": "what the target sends by itself arrives at the suite's receiver",
    "TLS-2": "curl's TLS library refuses old versions before the server can",
    "TLS-3": "curl refuses such a certificate for any server, and says so in its own words",
    "TLS-4": "the version is agreed on below HTTP",
}
ONCE = {  # faults that show once after a start → why; their lines are run on a sandbox that was just started
    "the-first-look-at-health-is-throttled-without-a-delay": "the second look is answered",
}
SPENDING = ("ROB-5", "TOK-17")  # clauses whose lines can be run once: they use up a quota
SHORT = ("BEA-4",)  # clauses that wait for the end of a token
SAMPLE = (  # faults that do not meet, so that one sandbox may have them all; no two of one clause
    "cancelled-top-ups-of-others-are-known",  # two partners
    "the-beginning-of-a-token-is-enough",  # a token in part
    "health-has-one-member-too-many",  # an observer's
    "replayed-top-ups-have-another-location",  # one key twice
    "a-payment-whose-answer-is-lost-is-made-again",  # a caller who leaves
    "a-period-of-entries-ends-with-its-millisecond",  # a time just after one that was told
    "large-bodies-are-read-as-any-other",  # a body that is told by its length
    "an-unknown-key-is-told-by-a-header",  # one answer beside another
    "revocation-does-nothing",  # a token that is gone
    "holders-lose-what-needs-four-octets",  # other alphabets
    "malformed-heads-lose-a-member",  # what is no HTTP
)
Failure = dict[str, Any]
BLOCK = re.compile(rb"HTTP/1\.[01] (\d{3})[^\r\n]*\r\n(.*?)\r\n\r\n", re.DOTALL)
GIVEN = re.compile(
    r"[a-z]{2,5}_(?:[A-Za-z0-9_-]{12,}|\d+)"  # ids
    r"|[A-Za-z0-9]+\.[A-Za-z0-9_-]{12,}"  # cursors
    r"|(?=[A-Za-z_-]*\d)[A-Za-z0-9_-]{10,}|[A-Za-z]{24,}|\*{4,}\d+"
)
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+|\w{3}, \d\d \w{3} \d{4} [\d:]{8}")
NONCE = re.compile(r"\$\{CYNOD_NONCE\}|\$CYNOD_NONCE\b")  # in the lines: ten digits, new at each replay
NONCED = re.compile(rf"[\w.~-]*(?:{NONCE.pattern})[\w.~-]*")
ALIKE = 16  # characters with which two values that have nothing to do with each other never both begin
VARYING = ("content-length",)  # with the digits of an amount


@dataclass(frozen=True)
class Standing:
    """A sandbox that runs: its configuration and its URL."""

    config: str
    url: str

    @cached_property
    def exports(self) -> str:
        """What ``eval`` is given."""
        wanted: list[str | Path] = [CYNOD, "conform", "--env", "--config", self.config]
        return subprocess.run(wanted, capture_output=True, text=True, check=True).stdout


@contextmanager
def standing(*options: str, tls: bool = False) -> Iterator[Standing]:
    """A sandbox with *options*."""
    with ExitStack() as stack:
        if tls:
            files = stack.enter_context(authority())
            options += ("--tls-cert", files.chain, "--tls-key", files.key)
        path = Path(stack.enter_context(sandbox(["--log-level", "warning", "--strict", *options])))
        config = read_config(str(path))
        if tls:
            text = path.read_text(encoding="utf-8")
            path.write_text(
                text.replace("[target]\n", f'[target]\nca_file = "{files.authority}"\n'), encoding="utf-8"
            )
        yield Standing(str(path), config.base_url)


def judged(target: Standing, folder: Path, *ids: str) -> dict[str, Failure]:
    """The first failure of each clause in *ids*, in a run at *target* that is about them alone."""
    tiers = {registry.PROBES[id].tier for id in ids if id in registry.PROBES}
    tier = next((tier for tier in ("load", "destructive") if tier in tiers), "write")
    done = subprocess.run(
        [CYNOD, "conform", target.url, "--config", target.config, "--tier", tier, "--fail-on", "should",
         "--report-dir", folder, *(word for id in ids for word in ("--clause", id))],
        capture_output=True, text=True, timeout=240,
    )  # fmt: skip
    report = loads((folder / "report.json").read_text(encoding="utf-8"))
    found = {clause["id"]: clause["failures"][0] for clause in report["clauses"] if clause["failures"]}
    assert set(ids) <= set(found), done.stdout + done.stderr
    assert done.returncode == 1
    return found


def moved(lines: list[str], one: Standing, other: Standing) -> list[str]:
    """The lines about *one*, sent to *other* instead."""
    here, there = (str(each.url.partition("://")[2]) for each in (one, other))
    ways = ((here, there), (f"/{here.replace(':', '/')}", f"/{there.replace(':', '/')}"))
    for old, new in ways:
        lines = [line.replace(old, new) for line in lines]
    return lines


def pasted(lines: list[str], target: Standing) -> bytes:
    """What bash shows of *lines*, with the variables of *target*."""
    text = "\n".join((target.exports, *lines)).encode()
    return subprocess.run(["bash"], input=text, stdout=PIPE, stderr=STDOUT, timeout=120).stdout


def answers(shown: bytes) -> list[Response]:
    """The answers in what ``curl -i`` has shown."""
    found = list(BLOCK.finditer(shown))
    ends = [*(each.start() for each in found[1:]), len(shown)][: len(found)]
    made = []
    for each, end in zip(found, ends, strict=True):
        lines = each[2].decode("latin-1").split("\r\n")
        pairs = tuple((name, value.strip()) for name, _, value in (line.partition(":") for line in lines))
        made.append(Response(int(each[1]), pairs, shown[each.end() : end]))
    return made


def look(lines: list[str], shown: bytes) -> list[str]:
    """What came: each value that was given out by its number, times by their form alone.

    A value that was sent stays as it is; one that begins as an earlier one does is told from a new one.
    """
    sent = set(GIVEN.findall("\n".join(lines)))
    words = set(NONCED.findall("\n".join(lines)))
    forms = {word: r"\d{10}".join(map(re.escape, NONCE.split(word))) for word in words}
    numbers: dict[str, str] = {}

    def numbered(value: str) -> str:
        alike = any(value[:ALIKE] == known[:ALIKE] for known in numbers)
        return numbers.setdefault(value, f"#{len(numbers)}{'~' if alike else ''}")

    def masked(text: str) -> str:
        text = MOMENT.sub(lambda found: re.sub(r"\d", "n", found[0]), text)
        for word, form in forms.items():
            text = re.sub(rf"(?<![\w.~-]){form}(?![\w.~-])", word.replace("\\", r"\\"), text)
        return GIVEN.sub(lambda found: found[0] if found[0] in sent else numbered(found[0]), text)

    made = []
    for answer in answers(shown):
        heads = sorted(f"{n}: {'' if n.lower() in VARYING else v}" for n, v in answer.headers)
        body = answer.body.decode("latin-1").strip()
        made.append(masked("\n".join((str(answer.status), *heads, body))))
    if any(line.endswith("&") or "& done" in line for line in lines):  # in what order, is open
        return [*sorted(re.sub(r"\d", "n", re.sub(r"#\d+", "#", each)) for each in made), f"{len(numbers)}"]
    return made


def said(status: int, body: bytes) -> str:
    """Status and code of an answer."""
    exchange = Exchange("", None, Request("GET", ""), Response(status, (), body))
    return Answer(load_contract(), exchange).said


def recorded(failure: Failure) -> str:
    """Status and code of the answer in the report, the status alone when its body is cut."""
    head, _, body = failure["response"].partition("\n\n")
    status = int(head.partition("\n")[0])
    return f"{status}" if body.endswith("…") else said(status, body.encode())


def commanded(fault: registry.Fault) -> bool:
    return fault.primary.startswith(tuple(COMMANDED))


def options_for(fault: registry.Fault) -> list[str]:
    """What a sandbox with *fault* needs for it to show."""
    options = ["--fault", fault.name]
    if fault.primary in SHORT:
        options += ["--token-ttl", "10"]
    if fault.primary.startswith("WHK-"):
        with socket.create_server(("127.0.0.1", 0)) as free:
            address = f"http://127.0.0.1:{free.getsockname()[1]}/webhook"
        options += ["--webhook-url", address, *WEBHOOKS]
    return options


def check(name: str, correct: Standing, folder: Path) -> None:
    fault = registry.FAULTS[name]
    secured = fault.primary.startswith("TLS-")
    with ExitStack() as stack:
        target = stack.enter_context(standing(*options_for(fault), tls=secured))
        failure = judged(target, folder, fault.primary)[fault.primary]
        if name in ONCE:
            fresh = stack.enter_context(standing(*options_for(fault)))
            failure["lines"] = moved(failure["lines"], target, fresh)
            target = fresh
        shown = shows(failure, target)
        if fault.primary in (*SPENDING, *SHORT) or secured:
            correct = stack.enter_context(standing(*options_for(fault)[2:], tls=secured))
        lines = moved(failure["lines"], target, correct)
        elsewhere = look(lines, pasted(lines, correct))
        if fault.primary not in SPENDING:
            assert look(lines, pasted(lines, correct)) == elsewhere  # it is not chance that differs
        assert elsewhere or secured
    assert shown != elsewhere


def shows(failure: Failure, target: Standing) -> list[str]:
    """What the lines of *failure* show at *target*: at the end the answer that the report has."""
    shown = pasted(failure["lines"], target)
    came = answers(shown)
    assert came, shown
    last = came if "wait" in failure["lines"] else came[-1:]
    assert any(said(each.status, each.body).startswith(recorded(failure)) for each in last), (failure, shown)
    return look(failure["lines"], shown)


def check_command(name: str, folder: Path) -> None:
    fault = registry.FAULTS[name]
    with standing(*options_for(fault), tls=fault.primary.startswith("TLS-")) as target:
        command, *comments = judged(target, folder, fault.primary)[fault.primary]["lines"]
        assert all(line.startswith("# ") for line in comments)
        path = f"{CYNOD.parent}:{os.environ['PATH']}"
        done = subprocess.run(
            ["bash", "-c", command], cwd=folder, env={**os.environ, "PATH": path}, timeout=240
        )
    report = loads((folder / "cynod-report" / "report.json").read_text(encoding="utf-8"))
    assert [c["id"] for c in report["clauses"] if c["status"] == "failed"] == [fault.primary]
    assert done.returncode == 1


@pytest.fixture(scope="module")
def correct() -> Iterator[Standing]:
    with standing() as made:
        yield made


@pytest.fixture(scope="module")
def faulty() -> Iterator[Standing]:
    with standing(*(word for name in SAMPLE for word in ("--fault", name))) as made:
        yield made


@pytest.fixture(scope="module")
def failures(faulty: Standing, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Failure]:
    ids = (registry.FAULTS[name].primary for name in SAMPLE)
    return judged(faulty, tmp_path_factory.mktemp("lines"), *ids)


@pytest.mark.parametrize("name", SAMPLE)
def test_the_lines_of_a_sample_show_their_fault(name, failures, faulty, correct):
    failure = failures[registry.FAULTS[name].primary]
    lines = moved(failure["lines"], faulty, correct)
    assert shows(failure, faulty) != look(lines, pasted(lines, correct))


@pytest.mark.soak
@pytest.mark.parametrize("name", sorted(n for n, f in registry.FAULTS.items() if not commanded(f)))
def test_the_lines_of_every_fault_show_it(name, correct, tmp_path):
    check(name, correct, tmp_path)


@pytest.mark.soak
@pytest.mark.parametrize("name", sorted(n for n, f in registry.FAULTS.items() if commanded(f)))
def test_a_command_shows_again_what_curl_cannot(name, tmp_path):
    check_command(name, tmp_path)


def test_what_is_sent_over_and_over_is_a_loop_and_a_burst_a_longer_one():
    assert [*repeated(["a", "a", "b"])] == ["a", "a", "b"]
    assert [*repeated(["a"] * 3)] == ["for i in $(seq 3); do a; done"]
    assert [*repeated(["a"] * BURST)] == [f"for i in $(seq {2 * BURST}); do a; done"]
    assert [*repeated(["a &"] * BURST)] == [f"for i in $(seq {BURST}); do a & done"]
