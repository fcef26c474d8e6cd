"""The console's own server: a thread beside the API, so that neither waits for the other's requests."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import uvicorn

from cynod_spec.addresses import is_loopback

from .._generated.server import check_transport, listen, url
from .._generated.settings import SettingsError
from .app import Console
from .desk import Desk
from .door import Door

PASSWORD = "CYNOD_ADMIN_PASSWORD"
_SHORTEST = 8  # characters of a password
_STOPPED = 5.0  # seconds to stop


class Listener:
    """A socket for the console at *host* and *port*. Raises SettingsError for what cannot be used."""

    def __init__(
        self, host: str, port: int, password_file: Path | None, certificate: Path | None, key: Path | None
    ) -> None:
        self._host = host
        self._tls = (certificate, key)
        password = _password(password_file)
        if not password and not is_loopback(host):
            hint = f"give --admin-password-file, or {PASSWORD} in the environment"
            raise SettingsError(f"the console on {host} is open to others: {hint}")
        check_transport(host, certificate is not None, {})
        self._door = Door(password)
        self._socket: socket.socket = listen(host, port)

    @property
    def url(self) -> str:
        """Where the console is."""
        return url(self._host, self._socket, self._tls[0] is not None)

    @contextmanager
    def serving(self, desk: Desk) -> Iterator[None]:
        """Show *desk* while the block runs."""
        certificate, key = self._tls
        only_here = is_loopback(self._host)
        port = self._socket.getsockname()[1]
        console = Console(desk, self._door, only_here=only_here, secure=certificate is not None, port=port)
        server = uvicorn.Server(
            uvicorn.Config(
                console.app(),
                ws="none",
                lifespan="off",
                log_config=None,
                log_level="warning",
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=1,
                ssl_certfile=certificate,
                ssl_keyfile=key,
            )
        )
        thread = Thread(target=server.run, kwargs={"sockets": [self._socket]}, name="console", daemon=True)
        thread.start()
        try:
            yield
        finally:
            server.should_exit = True
            thread.join(_STOPPED)


def _password(path: Path | None) -> str:
    if path is None:
        password = os.environ.get(PASSWORD, "")
    else:
        try:
            password = path.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise SettingsError(f"cannot read the console's password from {path}") from None
    if (path is not None or password) and len(password) < _SHORTEST:
        raise SettingsError(f"the console's password is shorter than {_SHORTEST} characters")
    return password
