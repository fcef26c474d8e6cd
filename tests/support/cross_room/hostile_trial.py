"""A run of the suite at a target whose texts are payloads: what it wrote, judged, and its lines, run.

Every fault is noted in ``WebhookRound.found`` with the place where it stands.
"""

from __future__ import annotations

import random
import re
import shlex
import shutil
import socket
import subprocess
import tomllib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from cross_room import report_judge as judge
from cross_room.canaries import Canaries, canaries
from cross_room.hostile_commands import CYNOD, environment, on_a_terminal, piped
from cross_room.hostile_texts import FIELDS, Proxy, Texts, hostile_target, hostile_webhooks
from cross_room.jail import Jail, syntax_error
from cynod_conformance.config.settings import read_config
from cynod_conformance.launch.sandbox_process import sandbox
from cynod_spec import load_contract
from cynod_spec.model import Contract

WEBHOOKS = ("--allow-private-webhooks", "--webhook-backoff", "0.3", "--webhook-timeout", "1.5")
FAULTS = (  # so that an honest target too fails clauses, and its report has lines of every form
    "cancelled-top-ups-of-others-are-known",
    "the-beginning-of-a-token-is-enough",
    "health-has-one-member-too-many",
    "replayed-top-ups-have-another-location",
    "a-payment-whose-answer-is-lost-is-made-again",
    "a-period-of-entries-ends-with-its-millisecond",
    "an-unknown-key-is-told-by-a-header",
    "revocation-does-nothing",
    "holders-lose-what-needs-four-octets",
    "malformed-heads-lose-a-member",
)
TOKEN = re.compile(r"[A-Za-z0-9._~+/-]{16,200}=*")  # a b64token of RFC 6750 that is no ordinary word
NINE_DIGITS = "9" * 8 + "0"  # of a second: the next that differs in fewer has as many
MANY_DIGITS = "9" * 150 + "0"  # likewise, more than any contract allows
ATTEMPTS = 5  # runs at a target that may tell too little to begin with
ROUNDS = 20  # times that lines are run which reckon with what the target told
RECKONS = "$(after "  # what such lines hold
TEMPLATES = [
    path.read_text(encoding="utf-8")
    for path in (files("cynod_conformance.report") / "templates").iterdir()
    if path.name.endswith(".j2")
] + ["<details open></details>"]  # which the templates write as an expression
LANGUAGE = "en"


@dataclass
class WebhookRound:
    """A target whose texts are drawn, what was found wrong, and where."""

    folder: Path
    config: Path
    target: Proxy
    texts: Texts
    canaries: Canaries
    found: list[str] = field(default_factory=list)

    @cached_property
    def contract(self) -> Contract:
        """The shipped contract, which the runs are about."""
        return load_contract()

    @cached_property
    def secrets(self) -> list[str]:
        """The secrets in the configuration."""
        tables = tomllib.loads(self.config.read_text(encoding="utf-8"))
        pairs = tables["credentials"].values()
        return [*(pair["consumer_secret"] for pair in pairs), tables["webhook"]["secret"]]

    @cached_property
    def exports(self) -> dict[str, str]:
        """The variables that the lines of a report want."""
        done = subprocess.run(
            [CYNOD, "conform", "--env", "--config", self.config], capture_output=True, text=True, check=True
        )
        words = (shlex.split(line)[1] for line in done.stdout.splitlines())
        return dict(word.split("=", 1) for word in words)

    def tell(self, where: str, faults: Sequence[str]) -> None:
        """Note *faults* of what stands at *where*."""
        self.found += [f"{where}: {fault}" for fault in faults]

    def conform(self, *options: str, on_terminal: bool = False) -> tuple[int, bytes, bytes]:
        """A run in an empty folder: its exit code, what it printed, and what it complained of."""
        here = self.folder / "run"
        here.mkdir(exist_ok=True)
        shutil.rmtree(self.report_folder, ignore_errors=True)
        words = [str(CYNOD), "conform", self.target.url, "--config", str(self.config), "--lang", LANGUAGE]
        words += ["--report-dir", str(self.report_folder), "--seed", str(self.texts.seed), *options]
        ended = on_a_terminal if on_terminal else piped
        code, out, err = ended(words, here, environment(self.canaries))
        self.tell("the folder of the run", [f"{path.name!r} is new" for path in here.iterdir()])
        self.tell("the run", self.canaries.harmed())
        return code, out, err

    @property
    def report_folder(self) -> Path:
        """Where the run writes its report."""
        return self.folder / "report"

    def judge(self, code: int, out: bytes, err: bytes, honest: str = "") -> dict[str, Any]:
        """Judge all that a run has written; *honest* is the page of an honest run."""
        folder = self.report_folder
        if code not in (0, 1, 2, 3) or b"Traceback" in out + err:
            self.tell("the run", [f"it ends with {code}: {(out + err)[-600:]!r}"])
        if not (folder / "report.json").exists():
            told = err.decode("utf-8", "replace")
            self.tell("standard error", judge.controls(told) + judge.workflow_commands(told))
            self.tell("the run", [] if code == 2 else [f"no report, but {code}: {err[-600:]!r}"])
            return {}
        report, faults = judge.json_file(folder / "report.json", code, self.contract, self.texts.seed)
        self.tell("report.json", faults)
        if not report:
            return {}
        errors = [f"{c['id']}: {c['reason']}" for c in report["clauses"] if c["status"] == "error"]
        self.tell("the run", [f"an error of its own: {each}" for each in errors])
        self.tell("standard output", judge.console(out, report, LANGUAGE))
        self.tell("standard error", judge.controls(err.decode("utf-8", "replace")))
        self.tell("junit.xml", judge.junit_file(folder / "junit.xml", report, self.contract, LANGUAGE))
        self.tell("report.sarif", judge.sarif_file(folder / "report.sarif", report, self.contract))
        text = (folder / "report.html").read_text(encoding="utf-8")
        self.tell("report.html", judge.page(text, [honest or text, *TEMPLATES]))
        for script in self.scripts():
            self.tell(f"curl/{script.name}", judge.lines_file(script.read_text(encoding="utf-8")))
            if wrong := syntax_error(script):
                self.tell(f"curl/{script.name}", [f"bash cannot read it: {wrong[:300]!r}"])
        self.look_for_secrets({path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()})
        self.look_for_secrets({"standard output": out, "standard error": err})
        return report

    def run_and_judge(self, *options: str, honest: str = "") -> None:
        """Judge a run, and where the target tells too little to begin with, runs at others."""
        for again in range(ATTEMPTS):
            if self.judge(*self.conform(*options), honest):
                return
            self.texts.change(self.texts.seed + again + 1)
        self.tell("the run", [f"no report in {ATTEMPTS} attempts"])

    def look_for_secrets(self, written: dict[str, bytes]) -> None:
        """Tell of each secret, each token of the target and each canary in what was *written*."""
        given = {made for made, genuine in self.texts.meant.items() if genuine in self.texts.tokens}
        renamed = {self.texts.meant[made] for made in given}
        tokens = [each for each in (self.texts.tokens - renamed) | given if TOKEN.fullmatch(each)]
        for name, octets in written.items():
            self.tell(name, [f"it holds the secret {s[:6]}…" for s in self.secrets if s.encode() in octets])
            self.tell(name, [f"it holds the token {each}" for each in tokens if each.encode() in octets])
            self.tell(name, [f"it holds {each}" for each in self.canaries.said(octets)])

    def scripts(self) -> list[Path]:
        """The files of lines in the report."""
        return sorted((self.report_folder / "curl").glob("*.sh"))

    def execute(self, name: str, scripts: Sequence[Path]) -> None:
        """Run *scripts* in a jail, several at a time."""
        jail = Jail(Path(mkdtemp(prefix=f"{name}-", dir=self.folder)), self.canaries, self.exports)
        before = len(self.target.received)
        with ThreadPoolExecutor(4) as pool:
            for ran in pool.map(jail.run, scripts):
                self.tell(f"{name}/{ran.script}", jail.faults(ran))
        self.tell(name, self.canaries.harmed())
        received = b"\n".join(self.target.received[before:])
        self.tell(name, [f"the target received {each}" for each in self.canaries.said(received)])
        self.canaries.forget()

    def execute_with_times(self, name: str) -> None:
        """Run the lines that reckon with a time, again and again, while only times are hostile.

        There are some, where times are told with no more digits than the contract allows.
        """
        reckoning = [path for path in self.scripts() if RECKONS in path.read_text(encoding="utf-8")]
        fields, chance = self.texts.fields, self.texts.chance
        self.texts.fields, self.texts.chance = frozenset({"dates"}), 0.8
        if not reckoning and self.texts.fraction == NINE_DIGITS:
            self.tell(name, ["no lines reckon with a time"])
        self.execute(name, reckoning * ROUNDS)
        self.texts.fields, self.texts.chance = fields, chance

    def outcome(self) -> str:
        """What was found, for a person to read."""
        return f"seed {self.texts.seed}, {len(self.found)} faults\n" + "\n".join(dict.fromkeys(self.found))


@contextmanager
def trial(
    folder: Path, seed: int, fields: Sequence[str] = FIELDS, chance: float = 0.03, options: Sequence[str] = ()
) -> Iterator[WebhookRound]:
    """A trial in *folder*: the texts of *fields* are hostile, each with *chance*."""
    folder.mkdir(exist_ok=True)
    faults = [word for name in FAULTS for word in ("--fault", name)]
    with ExitStack() as stack:
        birds = stack.enter_context(canaries(folder / "canaries"))
        texts = Texts(seed, birds, frozenset(fields), chance, NINE_DIGITS)
        listen = f"127.0.0.1:{free_port()}"
        hook = stack.enter_context(hostile_webhooks(f"http://{listen}/webhook", texts))
        wanted = ["--strict", "--log-level", "warning", *faults, "--webhook-url", hook.url, *WEBHOOKS]
        path = Path(stack.enter_context(sandbox([*wanted, *options])))
        config = folder / "cynod.toml"
        written = re.sub(r'(?m)^listen = ".*"$', f'listen = "{listen}"', path.read_text(encoding="utf-8"))
        config.write_text(written, encoding="utf-8")
        target = stack.enter_context(hostile_target(read_config(str(path)).base_url, texts))
        print(f"seed {seed}")
        yield WebhookRound(folder, config, target, texts, birds)


def free_port() -> int:
    """A port on which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def chosen(scripts: Sequence[Path], seed: int, count: int) -> list[Path]:
    """Some of *scripts*: those that take values over first, drawn by *seed*."""
    drawn = random.Random(seed).sample(scripts, len(scripts))
    return sorted(drawn, key=lambda path: RECKONS not in path.read_text(encoding="utf-8"))[:count]
