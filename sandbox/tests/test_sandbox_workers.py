"""Workers: they answer on one port, are replaced when they die, and go when their supervisor goes."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator

import pytest
import requests
from cross_room.sandboxes import COMMAND, Sandbox, start
from cross_room.waiting import wait_until

pytestmark = pytest.mark.slow


@pytest.fixture
def crew(tmp_path) -> Iterator[Sandbox]:
    made = start(tmp_path, "--workers", "2", database=f"sqlite:///{tmp_path / 'cynod.db'}")
    yield made
    if made.process.poll() is None:
        made.stop()


def workers(sandbox: Sandbox) -> set[int]:
    """The processes of the sandbox that serve: those that listen, the supervisor aside."""
    listed = subprocess.run(
        ["ps", "-ww", "-o", "pid=,args=", "--ppid", str(sandbox.process.pid)], capture_output=True, text=True
    ).stdout
    return {int(line.split()[0]) for line in listed.splitlines() if "spawn_main" in line}


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_worker_that_dies_is_replaced(crew):
    before = workers(crew)
    assert len(before) == 2
    killed = before.pop()
    os.kill(killed, signal.SIGKILL)
    wait_until(lambda: len(workers(crew) - {killed}) == 2, timeout_s=30)
    assert all(requests.get(f"{crew.base_url}/sante", timeout=20).status_code == 200 for _ in range(20))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_all_stop_in_good_order(crew, number):
    pids = workers(crew)
    if number is signal.SIGINT:
        os.killpg(crew.process.pid, number)  # as a terminal does
    else:
        os.kill(crew.process.pid, number)
    assert crew.process.wait(30) == 0
    assert not any(alive(pid) for pid in pids)


def test_workers_stop_when_their_supervisor_is_gone(crew):
    pids = workers(crew)
    crew.process.kill()
    crew.process.wait(10)
    wait_until(lambda: not any(alive(pid) for pid in pids), timeout_s=30)


def test_a_worker_that_cannot_start_is_one_line_and_exit_2(tmp_path):
    database = f"sqlite:///{tmp_path / 'cynod.db'}"
    wrong = [
        "--tls-cert",
        "missing.pem",
        "--tls-key",
        "missing.pem",
        "--workers",
        "2",
        "--database",
        database,
    ]
    done = subprocess.run(
        [*COMMAND, "--port", "0", *wrong], cwd=tmp_path, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 2
    told = "error: cannot use the certificate missing.pem with missing.pem: No such file or directory\n"
    assert done.stderr == told
