"""What an architect waits for: ``cynod --help`` and lint, beside Redocly CLI and Spectral on the same files.

Whole processes, by turns: the processor time of each with its children, in user and kernel mode, and the
wall clock, in seconds. The peers and GitHub's description of its webhooks come from npm, once, at the
versions named here, into ``cynod-bench`` in the user's cache folder.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any, Final

from cynod_spec.source.reading import read

ROOT: Final = Path(__file__).parent.parent
CONTRACT: Final = ROOT / "spec" / "openapi.yaml"
EXAMPLE: Final = ROOT / "spec" / "tests" / "documents" / "example" / "openapi.yaml"
PACKAGES: Final = {
    "@octokit/openapi-webhooks": "12.1.0",
    "@redocly/cli": "2.77.0",
    "@stoplight/spectral-cli": "6.16.3",
}
_QUIET: Final = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true", "NO_COLOR": "1"}
_HEAD: Final = (
    f"{'what':30} {'who':8} {'CPU min':>8} {'median':>8} {'wall min':>8} {'median':>8} {'ratio':>6}"
)


@dataclass
class Row:
    """One command, and what its runs took. ``bound`` is the processor time that it should stay within."""

    what: str
    who: str
    command: Sequence[str]
    bound: float | None = None
    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)

    def run(self) -> None:
        """Run it once. Raises RuntimeError when it neither holds nor finds anything."""
        began = time.perf_counter()
        process = subprocess.Popen(
            self.command,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **_QUIET},
            cwd=ROOT,
        )
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        self.wall.append(time.perf_counter() - began)
        self.cpu.append(used.ru_utime + used.ru_stime)
        if process.returncode not in (0, 1):
            raise RuntimeError(f"{' '.join(self.command)} left with {process.returncode}")


def run(runs: int) -> None:
    """Measure each command *runs* times and print the table."""
    print("The workbench, seconds of whole processes")
    rows = list(_rows(_installed()))
    for _ in range(runs):
        for row in rows:
            row.run()
    print(table(rows))


def table(rows: Sequence[Row]) -> str:
    """The rows; ``ratio`` is the least processor time of each in that of ours for the same."""
    lines = [_HEAD]
    ours = {row.what: min(row.cpu) for row in rows if row.who == "cynod"}
    for row in rows:
        figures = (min(row.cpu), median(row.cpu), min(row.wall), median(row.wall))
        shown = " ".join(f"{each:8.2f}" for each in figures)
        bound = "" if row.bound is None else f"   {row.bound} allowed"
        ratio = min(row.cpu) / ours[row.what]
        lines.append(f"{row.what:30} {row.who:8} {shown} {ratio:6.1f}{bound}")
    return "\n".join(lines)


def _rows(npm: Path | None) -> Sequence[Row]:
    cynod = [sys.executable, "-m", "cynod_spec.cli"]
    rows = [Row("--help", "cynod", [*cynod, "--help"], 0.15)]
    files = [("lint of the contract", CONTRACT, 0.4)]
    if npm is None:
        print("npm is not installed (Debian: apt-get install npm): no peers, no large document")
    else:
        large = _large(npm)
        files.append((f"lint of {large.stat().st_size / 1e6:.1f} MB", large, 2.0))
    for what, file, bound in files:
        rows.append(Row(what, "cynod", [*cynod, "spec", "lint", "--no-authority", str(file)], bound))
        if npm is not None:
            programs = npm / "node_modules" / ".bin"
            redocly = [str(programs / "redocly"), "lint", "--extends=recommended", str(file)]
            spectral = [str(programs / "spectral"), "lint", "-r", str(_ruleset(npm)), str(file)]
            rows += [Row(what, "redocly", redocly), Row(what, "spectral", spectral)]
    return rows


def _installed() -> Path | None:
    """The folder that holds the peers, filled at its first use; None without npm."""
    program = shutil.which("npm")
    if program is None:
        return None
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache / "cynod-bench"
    if _versions(folder) != PACKAGES:
        folder.mkdir(parents=True, exist_ok=True)
        wanted = [f"{name}@{version}" for name, version in PACKAGES.items()]
        options = ["--no-audit", "--no-fund", "--ignore-scripts", "--save-exact", "--silent"]
        subprocess.run([program, "install", "--prefix", str(folder), *options, *wanted], check=True)
    return folder


def _versions(folder: Path) -> Mapping[str, str]:
    """The version of each package that is wanted and there."""
    found = {}
    for name in PACKAGES:
        manifest = folder / "node_modules" / name / "package.json"
        if manifest.is_file():
            found[name] = json.loads(manifest.read_text(encoding="utf-8"))["version"]
    return found


def _ruleset(folder: Path) -> Path:
    file = folder / "spectral.yaml"
    file.write_text("extends: spectral:oas\n", encoding="utf-8")
    return file


def _large(folder: Path) -> Path:
    """GitHub's webhooks and their schemas, in the example contract: cynod reads contracts alone."""
    package = folder / "node_modules" / "@octokit" / "openapi-webhooks" / "generated"
    github = json.loads((package / "api.github.com.json").read_text(encoding="utf-8"))
    document: dict[str, Any] = dict(read(EXAMPLE).value)
    document["webhooks"] = document.get("webhooks", {}) | github["webhooks"]
    document["tags"] = document["tags"] + github["tags"]
    components = document["components"]
    for kind, members in github["components"].items():
        components[kind] = components.get(kind, {}) | members
    file = folder / "github.json"
    file.write_text(json.dumps(document, ensure_ascii=False, indent=1), encoding="utf-8")
    return file
