"""Starts a sandbox as a process of its own, and stops it: ``cynod conform --sandbox``."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from cynod_spec.errors import Unreachable

READY = 30.0  # seconds to start
STOPPED = 5.0  # seconds to stop
OWN = (sys.executable, "-m", "cynod_sandbox", "--log-level", "error")  # nobody reads a line a request


@contextmanager
def sandbox(options: Sequence[str] = (), command: Sequence[str] | None = None) -> Iterator[str]:
    """The path of the configuration of a sandbox that runs while the block does.

    Raises Unreachable, with the last line that it wrote, when it does not start.
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
            end = time.monotonic() + READY
            while not config.exists() or not config.read_bytes().strip():
                if process.poll() is not None or time.monotonic() > end:
                    said = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
                    why = said[-1] if said else "it said nothing"
                    raise Unreachable(
                        f"the sandbox did not start: {why[:200]}", "run `cynod sandbox` to see why"
                    )
                time.sleep(0.05)
            yield str(config)
        finally:
            process.terminate()
            try:
                process.wait(STOPPED)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
