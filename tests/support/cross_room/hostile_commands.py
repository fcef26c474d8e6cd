"""The ``cynod`` command as people and servers of CI call it: in a folder, into a pipe or on a terminal."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from cross_room.canaries import VARIABLE, Canaries

CYNOD = Path(sys.executable).with_name("cynod")
RUN_TIMEOUT_S = 400


def environment(canaries: Canaries) -> dict[str, str]:
    """The variables of a command: those of this process, and the canary."""
    return {**os.environ, VARIABLE: canaries.variable, "COLUMNS": "200"}


def piped(words: Sequence[str], folder: Path, variables: Mapping[str, str]) -> tuple[int, bytes, bytes]:
    """Run a command whose output nobody sees as it comes."""
    done = subprocess.run(
        words, cwd=folder, env=variables, stdin=subprocess.DEVNULL, capture_output=True,
        timeout=RUN_TIMEOUT_S, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


def on_a_terminal(
    words: Sequence[str], folder: Path, variables: Mapping[str, str]
) -> tuple[int, bytes, bytes]:
    """Run a command whose output goes to a terminal; all of it is given as what it printed."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        words, cwd=folder, env=variables, stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs
    ) as process:
        os.close(theirs)
        out = bytearray()
        while True:
            try:
                piece = os.read(ours, 65536)
            except OSError:  # how Linux tells that nobody holds the other end
                break
            if not piece:
                break
            out += piece
        code = process.wait(RUN_TIMEOUT_S)
    os.close(ours)
    return code, bytes(out), b""
