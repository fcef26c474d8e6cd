"""The corpus: made without any traffic, the same each time, kept as data, and replayed as it was made."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cynod_conformance.base.phases import LIVE, PHASES
from cynod_conformance.engine.cases import Case, Corpus
from cynod_conformance.engine.corpus_store import (
    MAX_CORPUS_OCTETS,
    MAX_KEPT_FILES,
    SUFFIX,
    Store,
    name_of,
    packed,
    unpacked,
)
from cynod_spec import load_contract

pytestmark = pytest.mark.slow

ODD = Case(
    "op",
    "coverage",
    "POST",
    False,
    "/a%00b?q=%FF",
    (("X-Odd", "\xe9\xff"),),
    bytes(range(256)),
    "application/json",
    {"id": "\ud800"},
)
PLAIN = Case("op", "fuzzing", "GET", True, "/b?x=1&x=2", query={"x": ["1", "2"]})
CORPUS = Corpus((ODD, PLAIN), ("what the engine could not do",))
GENERATE = """
import hashlib, sys
sys.addaudithook(lambda name, given: sys.exit("traffic") if name.startswith("socket.connect") else None)
from cynod_conformance.engine.prepared_document import prepared
from cynod_conformance.engine.generate import generate
from cynod_conformance.engine.corpus_store import packed
from cynod_spec import load_contract
contract = load_contract()
cancel = contract.find("cancel", "top-up")
document = prepared(contract.document, {cancel.id}, "http://cynod.invalid")
corpus = generate(document, "http://cynod.invalid", int(sys.argv[1]), ["examples", "coverage", "fuzzing"])
assert {case.operation for case in corpus.cases} == {cancel.id}
assert not corpus.troubles, corpus.troubles
print(len(corpus.cases), hashlib.sha256(packed("", corpus)).hexdigest())
"""
EXPLORE = """
import json, random, sys
from pathlib import Path
from cynod_conformance.config.settings import read_config
from cynod_conformance.engine import Exploration
from cynod_conformance.experiment.context import TestContext
from cynod_conformance.base.phases import LIVE, PHASES
from cynod_conformance.reproduction.redaction import Redactor
from cynod_conformance.launch.sandbox_process import sandbox
from cynod_conformance.results.recorder import ResultRecorder
from cynod_conformance.http.target import Target
from cynod_spec import load_contract

cache, jobs, effects = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3].split()
contract, recorder, seen = load_contract(), ResultRecorder(Redactor()), []

def on_exchange(exchange):
    sent = exchange.request
    seen.append([exchange.phase, exchange.label, exchange.valid, sorted(exchange.tags),
                 sent.method, sent.url.removeprefix(target.base_url), sent.headers,
                 sent.body.decode("latin-1"), exchange.response.status])

with sandbox(["--strict", "--log-level", "warning"]) as path:
    config = read_config(path)
    target = Target(config.base_url, on_exchange)
    nonce = f"{random.SystemRandom().getrandbits(40):010x}"
    context = TestContext(contract, config, target, recorder.redactor, 7, nonce)
    chosen = [operation for operation in contract.operations if operation.effect in effects]
    phases = [phase for phase in PHASES if phase != LIVE]
    Exploration(7, phases, jobs, cache).run(context, chosen, recorder)
    target.close()
print(json.dumps({
    "seen": seen, "whole": bool(recorder.seen), "gaps": repr(dict(recorder.gaps)), "nonce": nonce,
    "engine": [name for name in ("schemathesis", "hypothesis") if name in sys.modules],
}))
"""
VARIES = (
    (re.compile(r"cf-\w{10}-\d+"), "KEY"),
    (re.compile(r"Bearer [\w.~+/=-]+"), "TOKEN"),
    (re.compile(r"\b[a-z]{2,4}_[\w-]{16}(?![\w-])"), "ID"),
    (re.compile(r"\b\d{16}\b"), "NUMBER"),
)


def run(script: str, *arguments: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
        env={**os.environ, **environment},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_corpus_survives_its_file() -> None:
    assert unpacked(packed("n", CORPUS), "n") == CORPUS


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: data[: len(data) // 2],
        lambda data: data[:10] + bytes([data[10] ^ 255]) + data[11:],
        lambda data: b"",
        lambda data: b"\x80\x04]\x94.",  # a pickle
        lambda data: zlib.compress(b"null"),
        lambda data: zlib.compress(b"[" * 100_000),
        lambda data: zlib.compress(b" " * (MAX_CORPUS_OCTETS + 1)),  # more than any corpus holds
        lambda data: packed("another", CORPUS),
        lambda data: packed("n", Corpus((replace(PLAIN, target="@elsewhere.example/"),))),
        lambda data: zlib.compress(zlib.decompress(data).replace(b'"headers":[', b'"headers":[7,')),
        lambda data: zlib.compress(zlib.decompress(data).replace(b'"phase":"fuzzing"', b'"phase":"x"')),
        lambda data: zlib.compress(zlib.decompress(data).replace(b'"positive"', b'"negative"')),
    ],
)
def test_what_is_no_corpus_is_not_there(spoil: Any, tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.write("n", CORPUS)
    assert store.read("n") == CORPUS
    path = tmp_path / ("n" + SUFFIX)
    path.write_bytes(spoil(path.read_bytes()))
    assert store.read("n") is None


def test_old_ones_make_room(tmp_path: Path) -> None:
    store = Store(tmp_path / "new")
    for number in range(MAX_KEPT_FILES + 3):
        store.write(str(number), CORPUS)
        os.utime(tmp_path / "new" / f"{number}{SUFFIX}", (number, number))
    assert store.read("0") is None
    assert store.read(str(MAX_KEPT_FILES + 2)) == CORPUS
    assert len(list((tmp_path / "new").iterdir())) == MAX_KEPT_FILES


def test_where_nothing_can_be_kept_nothing_breaks(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    store = Store(tmp_path / "file")
    store.write("n", CORPUS)
    assert store.read("n") is None


def test_its_name_depends_on_all_that_its_cases_do() -> None:
    document = load_contract().document
    names = {
        name_of(document, 1, PHASES),
        name_of(document, 2, PHASES),
        name_of(document, 1, PHASES[:2]),
        name_of({**document, "info": {}}, 1, PHASES),
    }
    assert len(names) == 4
    assert name_of(document, 1, PHASES) in names


def test_values_go_where_their_places_are() -> None:
    contract = load_contract()
    cancel, credit = contract.find("cancel", "top-up"), contract.find("credit", "top-up")
    assert cancel is not None
    assert credit is not None
    by_path, card = cancel.request["id"], credit.request["card"]
    case = replace(PLAIN, path_parameters={by_path.name: "x"}).grounded(cancel.path, [(by_path, "a/b")])
    assert case.target == cancel.path.replace("{" + by_path.name + "}", "a%2Fb") + "?x=1&x=2"
    told = replace(PLAIN, content=json.dumps({card.path[0]: "x", "é": 1}).encode())
    assert told.grounded(credit.path, [(card, "y")]).body == {card.path[0]: "y", "é": 1}
    assert PLAIN.grounded(credit.path, [(card, "y")]) == PLAIN


def test_cases_are_made_without_traffic_and_alike() -> None:
    made = [run(GENERATE, "3", PYTHONHASHSEED=seed) for seed in ("1", "2")]
    assert made[0] == made[1]
    assert int(made[0].split()[0]) > 10


def explored(cache: Path, jobs: int, effects: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run(EXPLORE, str(cache), str(jobs), effects))
    assert found["whole"], found["gaps"]
    return found


def by_operation(found: dict[str, Any]) -> dict[str, list[str]]:
    """What each operation was sent, in order, without what may differ between two runs."""
    shares: dict[str, list[str]] = {}
    for phase, label, *rest in found["seen"]:
        text = json.dumps([phase, label, *rest]).replace(found["nonce"], "NONCE")
        for pattern, word in VARIES:
            text = pattern.sub(word, text)
        if "fuzzed" in rest[1]:  # what the corpus holds, not the tokens and resources that it needs
            shares.setdefault(label, []).append(text)
    return shares


def same_again(tmp_path: Path, effects: str) -> None:
    cold, warm = explored(tmp_path, 1, effects), explored(tmp_path, 4, effects)
    assert LIVE not in {phase for phase, *_ in cold["seen"]}
    assert cold["engine"] == ["schemathesis", "hypothesis"]
    assert warm["engine"] == []  # what makes cases is not even loaded
    sent, again = by_operation(cold), by_operation(warm)
    assert sum(map(len, sent.values())) > 60
    assert again.keys() == sent.keys()
    for operation in sent:
        assert again[operation] == sent[operation], operation


@pytest.mark.lengthy
def test_one_seed_sends_the_same_requests_from_a_kept_corpus_in_several_threads(tmp_path: Path) -> None:
    same_again(tmp_path, "debit whoami")


@pytest.mark.soak
def test_one_seed_sends_the_same_requests_to_every_operation(tmp_path: Path) -> None:
    effects = {operation.effect for operation in load_contract().operations if operation.effect}
    same_again(tmp_path, " ".join(effects - {"token", "revoke"}))


@pytest.mark.soak
@pytest.mark.parametrize(
    "fault",
    [
        "deep-nesting-is-an-internal-error",
        "the-longest-label-is-refused",
        "the-callers-request-id-is-dropped",
    ],
)
def test_a_kept_corpus_catches_what_a_new_one_does(fault: str, tmp_path: Path) -> None:
    start = "from cynod_conformance.cli.conform_command import conform; conform()"
    failed = []
    for state in ("cold", "warm"):
        report = tmp_path / state
        command = [sys.executable, "-c", start, "--sandbox", "--fault", fault]
        command += ["--cache-dir", str(tmp_path / "cache"), "--report-dir", str(report)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
        assert done.returncode == 1, done.stdout + done.stderr
        clauses = json.loads((report / "report.json").read_text(encoding="utf-8"))["clauses"]
        failed.append({clause["id"] for clause in clauses if clause["status"] == "failed"})
    assert failed[0]
    assert failed[1] == failed[0]
