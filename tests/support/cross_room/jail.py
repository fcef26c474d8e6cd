"""A place to run the lines of a report: no file of its own, few programs, and a record of what they did.

Where ``unshare`` works, the lines have a process namespace too, so that nothing they start outlives them.
"""

from __future__ import annotations

import itertools
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cross_room.canaries import VARIABLE, Canaries

PROGRAMS = (
    *(
        "bash",
        "sh",
        "curl",
        "grep",
        "sed",
        "cut",
        "seq",
        "sleep",
        "dd",
        "cat",
        "head",
        "tr",
        "openssl",
        "touch",
    ),
)
BAIT = "globbed-canary-0x"  # the only file where the lines run: who expands a glob names it
OUTPUT_LIMIT = 1 << 20  # octets of what lines write that are kept
TIMEOUT_S = 25.0
TAKEN_FOR_CODE = re.compile(
    rb"command not found|syntax error|unexpected (?:EOF|token)|bad substitution|event not found"
    rb"|operand expected|value too great for base|unbound variable|invalid arithmetic|not a valid identifier"
    rb"|ambiguous redirect|No such file or directory|Permission denied|division by 0|bad array subscript"
    rb"|curl: option |is unknown|requires parameter|try 'curl --help'|unmatched |bad range"
    rb"|(?:grep|sed|cut|head|tr): "
)
"""What bash, curl and the others say when a text was taken for part of the command line."""


@dataclass(frozen=True)
class Ran:
    """How the lines of one file went. ``told`` is what they wrote; both are cut at ``OUTPUT_LIMIT``."""

    script: str
    folder: Path
    exit_code: int | None  # None when they had to be stopped
    told: bytes
    complaints: bytes


class Jail:
    """Runs files of lines in new folders below *folder*, with the *variables* that the report asks for."""

    def __init__(self, folder: Path, canaries: Canaries, variables: Mapping[str, str]) -> None:
        self.folder, self.canaries = folder, canaries
        self.variables = {**variables, VARIABLE: canaries.variable}
        self._numbers = itertools.count()
        self.programs = folder / "bin"
        self.programs.mkdir(parents=True)
        for name in PROGRAMS:
            if found := shutil.which(name):
                (self.programs / name).symlink_to(found)
        cynod = (
            self.programs / "cynod"
        )  # what no curl can show is for `cynod conform`, which the jail leaves out
        cynod.write_text("#!/bin/sh\n", encoding="utf-8")
        cynod.chmod(0o755)

    def run(self, script: Path, timeout: float = TIMEOUT_S) -> Ran:
        """Run the lines of *script*, for at most *timeout* seconds."""
        folder = self.folder / f"{next(self._numbers):04}"
        here, home = folder / "here", folder / "home"
        here.mkdir(parents=True)
        home.mkdir()
        (here / BAIT).touch()
        environment = {
            **self.variables,
            "PATH": str(self.programs),
            "HOME": str(home),
            "LC_ALL": "C.UTF-8",
        }
        process = subprocess.Popen(
            [*inside(), str(self.programs / "bash"), str(script)],
            cwd=here, env=environment, start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        try:
            told, complaints = process.communicate(timeout=timeout)
            code: int | None = process.returncode
        except subprocess.TimeoutExpired:
            process.kill()
            told, complaints = process.communicate()
            code = None
        return Ran(script.name, folder, code, told[:OUTPUT_LIMIT], complaints[:OUTPUT_LIMIT])

    def faults(self, ran: Ran) -> list[str]:
        """What *ran* did or said that only a text that was taken for code brings about."""
        left = {path.name for name in ("here", "home") for path in (ran.folder / name).iterdir()} - {BAIT}
        found = [f"it left the file {name!r}" for name in sorted(left)]
        found += [f"it shows {name}" for name in self.canaries.said(ran.told + ran.complaints)]
        if BAIT.encode() in ran.told + ran.complaints:
            found.append("it expanded a glob")
        for line in ran.complaints.splitlines():
            if TAKEN_FOR_CODE.search(line):
                found.append(f"it says {line[:300]!r}")
        return found


@cache
def inside() -> tuple[str, ...]:
    """The words that give what follows a process namespace of its own; none where that is not allowed."""
    words = ("unshare", "--user", "--map-current-user", "--pid", "--fork", "--kill-child")
    try:
        allowed = (
            subprocess.run([*words, "true"], capture_output=True, timeout=10, check=False).returncode == 0
        )
    except (OSError, subprocess.TimeoutExpired):
        return ()
    return (str(shutil.which("unshare")), *words[1:]) if allowed else ()


def syntax_error(script: Path) -> str:
    """What ``bash -n`` says against *script*; empty when it can be read."""
    done = subprocess.run(["bash", "-n", str(script)], capture_output=True, timeout=30, check=False)
    return done.stderr.decode("utf-8", "replace") if done.returncode or done.stderr else ""
