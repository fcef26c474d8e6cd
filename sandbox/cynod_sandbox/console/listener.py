"""The console's own server: a thread beside the API, so that neither waits for the other's requests."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

from cynod_spec.network.addresses import is_loopback

from .._generated.limits import Limits
from .._generated.server import check_transport, listen, url
from .._generated.serving import http_server
from .._generated.settings import SettingsError
from .._generated.tls import server_context
from .app import Console
from .options import ADMIN_HOST, Wanted
from .password_gate import Door
from .security_middleware import Hosts, refuse
from .services import Desk

PASSWORD = "CYNOD_ADMIN_PASSWORD"
LIMITS = Limits(connections=64, per_address=48, body_s=20.0)  # people, their browsers and Prometheus
_SHORTEST = 8  # characters of a password
_STOPPED_S = 5.0  # seconds to stop
_GRACE_S = 1  # seconds for requests under way when it stops


class Listener:
    """A socket for the console that is *wanted*. Raises SettingsError for what cannot be used."""

    def __init__(self, wanted: Wanted, certificate: Path | None, key: Path | None) -> None:
        self._host = host = wanted.host or ADMIN_HOST
        self._hosts = Hosts(host, wanted.allowed_hosts)
        password = _password(wanted.password_file)
        if not password and not is_loopback(host):
            hint = f"give --admin-password-file, or {PASSWORD} in the environment"
            raise SettingsError(f"the console on {host} is open to others: {hint}")
        check_transport(host, certificate is not None, {})
        self._context = None if certificate is None or key is None else server_context(certificate, key)
        self._door = Door(password)
        self._socket: socket.socket = listen(host, wanted.port or 0)

    @property
    def url(self) -> str:
        """Where the console is."""
        return url(self._host, self._socket, self._context is not None)

    @contextmanager
    def serving(self, desk: Desk) -> Iterator[None]:
        """Show *desk* while the block runs."""
        port, secure = self._socket.getsockname()[1], self._context is not None
        console = Console(desk, self._door, self._hosts, secure=secure, port=port)
        server = http_server(
            console.app(), refuse, limits=LIMITS, lifespan="off", context=self._context, grace_s=_GRACE_S
        )
        thread = Thread(target=server.run, kwargs={"sockets": [self._socket]}, name="console", daemon=True)
        thread.start()
        try:
            yield
        finally:
            server.should_exit = True
            thread.join(_STOPPED_S)


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
