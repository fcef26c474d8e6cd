"""The console's own HTTP server, in a thread beside the API's."""

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
from .options import ADMIN_HOST, ConsoleOptions
from .password_gate import PasswordGate
from .security_middleware import AllowedHosts, refuse
from .services import ConsoleServices

PASSWORD_VARIABLE = "CYNOD_ADMIN_PASSWORD"
LIMITS = Limits(connections=64, per_address=48, body_s=20.0)  # people, their browsers and Prometheus
_MIN_PASSWORD_CHARS = 8
_STOP_TIMEOUT_S = 5.0
_GRACE_S = 1  # for requests in progress when it stops


class Listener:
    """The listening socket of the console that *wanted* describes.

    Raises SettingsError for options that cannot be used: a short or missing password, a port that is taken.
    """

    def __init__(self, wanted: ConsoleOptions, certificate: Path | None, key: Path | None) -> None:
        self._host = host = wanted.host or ADMIN_HOST
        self._hosts = AllowedHosts(host, wanted.allowed_hosts)
        password = _password(wanted.password_file)
        if not password and not is_loopback(host):
            hint = f"give --admin-password-file, or {PASSWORD_VARIABLE} in the environment"
            raise SettingsError(f"the console on {host} is open to others: {hint}")
        check_transport(host, certificate is not None, {})
        self._context = None if certificate is None or key is None else server_context(certificate, key)
        self._gate = PasswordGate(password)
        self._socket: socket.socket = listen(host, wanted.port or 0)

    @property
    def url(self) -> str:
        """The URL of the console."""
        return url(self._host, self._socket, self._context is not None)

    @contextmanager
    def serving(self, services: ConsoleServices) -> Iterator[None]:
        """Serve pages over *services* while the block runs."""
        port, secure = self._socket.getsockname()[1], self._context is not None
        console = Console(services, self._gate, self._hosts, secure=secure, port=port)
        server = http_server(
            console.app(), refuse, limits=LIMITS, lifespan="off", context=self._context, grace_s=_GRACE_S
        )
        thread = Thread(target=server.run, kwargs={"sockets": [self._socket]}, name="console", daemon=True)
        thread.start()
        try:
            yield
        finally:
            server.should_exit = True
            thread.join(_STOP_TIMEOUT_S)


def _password(path: Path | None) -> str:
    if path is None:
        password = os.environ.get(PASSWORD_VARIABLE, "")
    else:
        try:
            password = path.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise SettingsError(f"cannot read the console's password from {path}") from None
    if (path is not None or password) and len(password) < _MIN_PASSWORD_CHARS:
        raise SettingsError(f"the console's password is shorter than {_MIN_PASSWORD_CHARS} characters")
    return password
