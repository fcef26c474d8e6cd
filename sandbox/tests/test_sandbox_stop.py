"""An orderly end: what runs is finished, within a bound; a second signal does not wait."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
import threading
import time
from contextlib import contextmanager

import pytest
import requests

pytestmark = pytest.mark.slow

# A sandbox that takes its time over its health, and allows itself less to stop.
SLOW = """
import time
from cynod_sandbox._generated import serving
from cynod_sandbox.handlers import _HANDLERS, health

def slow(database, profiles, call):
    time.sleep({pause})  # a slow handler, in the server
    return health.read(database, profiles, call)

_HANDLERS["health", "health"] = slow
serving.GRACE_S = {grace}
from cynod_sandbox.cli import sandbox
sandbox()
"""


@contextmanager
def slow(pause: float, grace: float):
    start = textwrap.dedent(SLOW.format(pause=pause, grace=grace))
    process = subprocess.Popen(
        [sys.executable, "-c", start, "--port", "0", "--log-level", "warning"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        yield process, process.stdout.readline().split()[-1]
    finally:
        process.kill()
        process.communicate()


def asked(url: str) -> tuple[threading.Thread, list[int]]:
    """A health request under way, and where its status will stand."""
    found: list[int] = []

    def ask() -> None:
        try:
            found.append(requests.get(f"{url}/sante", timeout=30).status_code)
        except requests.RequestException:
            found.append(0)

    thread = threading.Thread(target=ask)
    thread.start()
    time.sleep(0.5)  # the request is being handled
    return thread, found


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_what_runs_is_finished_and_nothing_new_taken(number):
    with slow(pause=2, grace=10) as (process, url):
        thread, found = asked(url)
        process.send_signal(number)
        time.sleep(0.6)  # the signal has been handled
        with pytest.raises(requests.ConnectionError):
            requests.get(f"{url}/sante", timeout=5)
        thread.join(10)
        assert found == [200]
        assert process.wait(5) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""


def test_a_handler_that_does_not_end_is_left_behind():
    with slow(pause=60, grace=1) as (process, url):
        thread, found = asked(url)
        began = time.monotonic()
        process.terminate()
        assert process.wait(10) == 0
        assert time.monotonic() - began < 6
        thread.join(5)
        assert found != [200]


def test_a_second_signal_ends_it_at_once():
    with slow(pause=60, grace=60) as (process, url):
        thread, _ = asked(url)
        process.terminate()
        time.sleep(0.5)  # the signal has been handled
        assert process.poll() is None
        process.terminate()
        assert process.wait(3) == -signal.SIGTERM
        thread.join(5)
