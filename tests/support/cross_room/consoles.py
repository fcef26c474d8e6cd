"""The console of a sandbox that runs, and its visitors."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import requests

from .sandboxes import Sandbox, start


@dataclass
class Visitor:
    """Somebody who looks at the console."""

    url: str
    session: requests.Session = field(default_factory=requests.Session)

    @property
    def port(self) -> int:
        """Where the console listens."""
        return int(self.url.rpartition(":")[2])

    def get(self, path: str, **headers: str) -> requests.Response:
        """The answer to a GET; header names are written with ``_``."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.session.get(self.url + path, headers=named, allow_redirects=False, timeout=10)

    def post(self, path: str, headers: dict[str, str] | None = None, **fields: str) -> requests.Response:
        """The answer to a form, sent as it is."""
        return self.session.post(
            self.url + path, data=fields, headers=headers, allow_redirects=False, timeout=10
        )

    def send(self, path: str, **fields: str) -> requests.Response:
        """Send a form as a page of the console does."""
        found = re.search(r'name="csrf" value="([0-9a-f]+)"', self.get("/reset").text)
        assert found
        return self.post(path, None, csrf=found[1], **fields)


def open_console(folder: Path, *arguments: str) -> tuple[subprocess.Popen[str], Sandbox, str]:
    """A sandbox with a console: its process, itself and the console's URL."""
    made = start(folder, "--admin-port", "0", *arguments)
    assert made.process.stdout is not None
    line = made.process.stdout.readline()
    assert line.startswith("console on "), line
    return made.process, made, line.split()[-1]


def enter(visitor: Visitor, password: str) -> requests.Response:
    """Send the form of the login page."""
    found = re.search(r'name="csrf" value="([0-9a-f]+)"', visitor.get("/login").text)
    assert found
    return visitor.post("/login", csrf=found[1], password=password)
