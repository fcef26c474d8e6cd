"""Real processes: the ``cynod`` command, generated servers, and the suite judging them over HTTP."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cynod_sandbox
from cynod_spec.model import Contract

CYNOD = Path(sys.executable).with_name("cynod")
SECRET = "secret-of-"
_READY = "listening on "


@dataclass(frozen=True)
class Stub:
    """A server that runs: where it listens, and the configuration with which to judge it."""

    url: str
    config: Path


@dataclass(frozen=True)
class Judgement:
    """How ``cynod conform`` ended."""

    exit_code: int
    report: Mapping[str, Any]
    output: str

    @property
    def statuses(self) -> dict[str, str]:
        """The status of each clause."""
        return {clause["id"]: clause["status"] for clause in self.report.get("clauses", ())}

    @property
    def failed(self) -> set[str]:
        """The clauses that do not hold."""
        return {id for id, status in self.statuses.items() if status == "failed"}

    def __str__(self) -> str:
        """What a failed assertion shows: the verdict and every clause that is not as it should be."""
        lines = [f"exit code {self.exit_code}"]
        for clause in self.report.get("clauses", ()):
            if clause["status"] in ("failed", "error", "inconclusive", "not_exercised"):
                first = next(iter(clause.get("failures") or [{}]))
                lines.append(
                    f"{clause['id']} {clause['status']} {clause.get('reason', '')} {json.dumps(first)[:600]}"
                )
        return "\n".join([*lines, self.output[-3000:]])


def cynod(*arguments: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command as a user does; nothing comes from a terminal or the environment's settings."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("CYNOD_")}
    return subprocess.run(
        [str(CYNOD), *map(str, arguments)],
        cwd=cwd,
        env=clean,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=300,
        check=False,
    )


def generate(spec: Path | None, folder: Path) -> Path:
    """The server of *spec* (the shipped contract when None), generated below *folder*."""
    chosen: list[str | Path] = ["--spec", spec] if spec else []
    done = cynod("generate", "server", "--target", "fastapi", "-o", folder, *chosen)
    assert done.returncode == 0, done.stderr
    return folder


def regenerate_sandbox(spec: Path, folder: Path) -> Path:
    """A copy of the sandbox below *folder*: its handlers as they are, its generated half made from *spec*."""
    source = Path(cynod_sandbox.__file__).parent
    shutil.copytree(
        source, folder / source.name, ignore=shutil.ignore_patterns("_generated", "__pycache__", "document")
    )
    done = cynod(
        *("generate", "server", "--target", "fastapi", "--layout", "package"),
        *("--package", source.name, "-o", folder, "--spec", spec),
    )
    assert done.returncode == 0, done.stderr
    return folder


@contextmanager
def serving(generated: Path, contract: Contract, folder: Path) -> Iterator[Stub]:
    """The server in *generated*, run with the partners that *contract* calls for, files in *folder*."""
    folder.mkdir(parents=True, exist_ok=True)
    partners, config = folder / "partners.toml", folder / "cynod.toml"
    partners.write_text(_partners(contract), encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", "cynod_server", "--port", "0", "--partners", str(partners)],
        env={**os.environ, "PYTHONPATH": str(generated), "PYTHONDONTWRITEBYTECODE": "1"},
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=(folder / "server.log").open("wb"),
        encoding="utf-8",
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith(_READY), (folder / "server.log").read_text(encoding="utf-8")
        config.write_text(_configuration(_credentials(contract)), encoding="utf-8")
        yield Stub(line.removeprefix(_READY).strip(), config)
    finally:
        process.terminate()
        process.wait(20)


def judge(
    stub: Stub,
    spec: Path | None,
    folder: Path,
    *,
    engine: bool = True,
    operation: str = "",
    clauses: Sequence[str] = (),
) -> Judgement:
    """What the suite says of *stub* against *spec* (the shipped contract when None), profile protocol.

    Without the *engine*, directed probes alone look for faults: quicker, for a server that has one. Only the
    *operation* with this id and these *clauses* are judged, where they are given.
    """
    chosen: list[str | Path] = ["--spec", spec] if spec else []
    chosen += [] if engine else ["--no-engine"]
    chosen += ["--operation", operation] if operation else []
    chosen += [each for clause in clauses for each in ("--clause", clause)]
    done = cynod(
        *("conform", stub.url, "--config", stub.config, "--profile", "protocol", "--lang", "en"),
        *("--report-dir", folder, *chosen),
    )
    report = folder / "report.json"
    said = json.loads(report.read_text(encoding="utf-8")) if report.exists() else {}
    return Judgement(done.returncode, said, done.stdout + done.stderr)


def _credentials(contract: Contract) -> dict[str, dict[str, Any]]:
    """Name in ``cynod.toml`` → what its partner may do."""
    core = _scopes(contract, card=True)
    partner = _scopes(contract, card=False)
    balance = contract.find("read", "balance")
    return {
        "primary": {"scopes": partner},
        "other": {"scopes": partner},
        "limited": {"scopes": list(balance.scopes) if balance else []},
        "basic": {"scopes": partner, "basic": True},
        "suspended": {"scopes": partner, "basic": True, "suspended": True},
        "elsewhere": {"scopes": partner, "allowed_ips": ["203.0.113.7"]},
        "throttled": {"scopes": partner},
        "core": {"scopes": core},
    }


def _scopes(contract: Contract, *, card: bool) -> list[str]:
    found = [s for o in contract.operations if (o.resource == "card") is card for s in o.scopes]
    return list(dict.fromkeys(found))


def _partners(contract: Contract) -> str:
    tables = []
    for name, may in _credentials(contract).items():
        lines = ["[[partners]]", f'consumer_key = "key-{name}"', f'consumer_secret = "{SECRET}{name}"']
        lines += [f"{setting} = {json.dumps(value)}" for setting, value in may.items()]
        tables.append("\n".join(lines))
    return "\n\n".join(tables) + "\n"


def _configuration(names: Sequence[str] | Mapping[str, Any]) -> str:
    tables = ["[target]\nallow_http = true"]
    for name in names:
        pair = [f'consumer_key = "key-{name}"', f'consumer_secret = "{SECRET}{name}"']
        tables.append("\n".join([f"[credentials.{name}]", *pair]))
    return "\n\n".join(tables) + "\n"
