"""Starts a sandbox as a process of its own, and stops it: ``cynod conform --sandbox``."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from cynod_spec.base.errors import CynodError, TargetUnreachable, UsageError
from cynod_spec.output.errors import printed_message
from cynod_spec.output.terminal import echo_line

START_TIMEOUT_S = 120.0  # on a busy machine, with a server half to generate first
STOP_TIMEOUT_S = 5.0  # from the signal to the end of the process
# `-P`: nothing of the current folder is run. No log: nobody reads a line a request.
OWN = (sys.executable, "-P", "-m", "cynod_sandbox", "--log-level", "error")
NOTE = "note: "  # begins a line of a sandbox that is passed on to the user


@contextmanager
def sandbox(options: Sequence[str] = (), command: Sequence[str] | None = None) -> Iterator[str]:
    """The path of the configuration of a sandbox that runs while the block does; its notes are passed on.

    Raises UsageError, with what it said, when it refuses the document or an option, and TargetUnreachable,
    with the last line that it wrote, when it does not start.
    """
    with tempfile.TemporaryDirectory(prefix="cynod-") as folder:
        config = Path(folder) / "cynod.toml"
        log = Path(folder) / "sandbox.log"
        start = [*(command or OWN)]
        with log.open("wb") as output:
            process = subprocess.Popen(
                [*start, "--port", "0", "--write-config", str(config), *options],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        try:
            end = time.monotonic() + START_TIMEOUT_S
            while not config.exists() or not config.read_bytes().strip():
                if process.poll() is not None or time.monotonic() > end:
                    raise _failure(_lines(log), process.returncode)
                time.sleep(0.05)
            for line in _lines(log):
                if line.startswith(NOTE):
                    echo_line(line, err=True)
            yield str(config)
        finally:
            process.terminate()
            try:
                process.wait(STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _lines(log: Path) -> list[str]:
    return log.read_text(encoding="utf-8", errors="replace").strip().splitlines()


def _failure(said: list[str], code: int | None) -> CynodError:
    """What to raise for a sandbox that ended with *code* (None: that was too slow) and *said* these lines."""
    if code == UsageError.exit_code:
        message = next(filter(None, map(printed_message, said)), None)
        if message is not None:
            return UsageError(message)
    if code is None:
        return TargetUnreachable(
            f"the sandbox did not start in {START_TIMEOUT_S:.0f} s", "run `cynod sandbox` to see why"
        )
    why = said[-1] if said else "it said nothing"
    return TargetUnreachable(f"the sandbox did not start: {why[:200]}", "run `cynod sandbox` to see why")
