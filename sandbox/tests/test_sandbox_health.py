"""The health looks at the database, and never waits for it long."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

pytestmark = pytest.mark.slow

# A sandbox whose database hangs, or fails, while a file stands in the working folder.
BREAKABLE = """
import pathlib, time
from contextlib import contextmanager
from sqlalchemy.exc import OperationalError
from cynod_sandbox.storage.database import Database

broken = pathlib.Path("broken")

def breakable(original):
    @contextmanager
    def transaction(self):
        if broken.exists():
            if broken.read_text() == "fails":
                raise OperationalError("SELECT 1", {}, Exception("server closed the connection"))
            while broken.exists():
                time.sleep(0.05)  # inside the server: a database that hangs
        with original(self) as connection:
            yield connection
    return transaction

for name in ("transaction", "reading"):
    if hasattr(Database, name):
        setattr(Database, name, breakable(getattr(Database, name)))

from cynod_sandbox.cli import sandbox
sandbox()
"""


@pytest.fixture(params=["hangs", "fails"])
def broken(request, tmp_path):
    """The address of a sandbox, and the file whose presence breaks its database."""
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(BREAKABLE), "--port", "0"],
        cwd=tmp_path, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    url = process.stdout.readline().split()[-1]
    file = tmp_path / "broken"
    yield url, file, request.param
    file.unlink(missing_ok=True)
    process.terminate()
    assert process.wait(15) == 0


def health(url: str) -> requests.Response:
    return requests.get(f"{url}/sante", timeout=10)


def test_a_database_that_does_not_answer_is_told_in_time_and_passes(broken):
    url, file, how = broken
    assert health(url).status_code == 200
    file.write_text(how)
    began = time.monotonic()
    with ThreadPoolExecutor(50) as pool:  # more than the server has threads
        answers = list(pool.map(lambda _: health(url), range(50)))
    assert time.monotonic() - began < 6
    for answer in answers:
        assert answer.status_code == 503
        assert answer.json()["code"] == "9001"
        assert int(answer.headers["Retry-After"]) > 0
    file.unlink()
    time.sleep(0.2)  # threads that hung have ended
    assert health(url).status_code == 200
