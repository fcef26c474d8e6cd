"""Canaries: files, an address and a variable that only a payload that was taken for code would touch.

A command that a payload runs leaves a file of the payload's name in the working folder, which must be empty.
"""

from __future__ import annotations

import base64
import secrets
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from cross_room.payloads import Payload

VARIABLE = "CYNOD_ADMIN_PASSWORD"


@dataclass
class Canaries:
    """What must stay as it is. ``asked`` counts the connections to ``url``."""

    folder: Path
    url: str = ""
    asked: int = 0
    variable: str = field(default_factory=lambda: f"never-sent-{secrets.token_hex(8)}")
    content: str = field(default_factory=lambda: f"never-read-{secrets.token_hex(8)}")

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True)
        self.readable.write_text(f'{self.content}\nurl = "{self.url}"\n', encoding="utf-8")
        self.writable.write_text(self.content, encoding="utf-8")

    @property
    def readable(self) -> Path:
        """The file that nobody may read."""
        return self.folder / "read"

    @property
    def writable(self) -> Path:
        """The file that nobody may change."""
        return self.folder / "write"

    def filled(self, payload: Payload) -> str:
        """The text of *payload* with the names of these canaries."""
        names = {
            "TOUCH": f"touch {payload.name}",
            "PATH": payload.name,
            "READ": str(self.readable),
            "WRITE": str(self.writable),
            "URL": f"{self.url}/{payload.name}",
            "MARK": f"mark-{payload.name}",
        }
        text = payload.text
        for name, value in names.items():
            text = text.replace(f"«{name}»", value)
        return text

    def said(self, octets: bytes) -> list[str]:
        """Which secrets *octets* give away, in whatever form."""
        found = []
        for name, value in (("the variable", self.variable), ("the content of a file", self.content)):
            forms = (value, quote(value), base64.b64encode(value.encode()).decode())
            if any(form.encode() in octets for form in forms):
                found.append(name)
        return found

    def harmed(self) -> list[str]:
        """What happened to these canaries, a line each; none when nothing has."""
        found = []
        if self.writable.read_text(encoding="utf-8", errors="replace") != self.content:
            found.append("the file that nobody may change was changed")
        if self.asked:
            found.append(f"the address of the canary was asked {self.asked} times")
        return found

    def forget(self) -> None:
        """Make what was harmed whole again, so that the next harm is seen."""
        self.writable.write_text(self.content, encoding="utf-8")
        self.asked = 0


@contextmanager
def canaries(folder: Path) -> Iterator[Canaries]:
    """Canaries in *folder*, their address open while inside."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:
        made = Canaries(folder, f"http://127.0.0.1:{listener.getsockname()[1]}")

        def listen() -> None:
            while True:
                try:
                    channel, _ = listener.accept()
                except OSError:
                    return
                made.asked += 1
                channel.close()

        threading.Thread(target=listen, daemon=True).start()
        try:
            yield made
        finally:
            listener.shutdown(socket.SHUT_RDWR)
