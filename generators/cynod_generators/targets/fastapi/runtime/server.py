"""``python -m <package>``: the command line, the socket, uvicorn, an orderly end."""

from __future__ import annotations

import argparse
import ipaddress
import logging
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import FrameType

import uvicorn
from starlette.types import ASGIApp

from . import logs, protocols, tls
from .contract import Contract
from .control_characters import one_line
from .core import THREADS, Application
from .fastapi_app import fastapi_app
from .handling import HandlerSet
from .identity import MAX_TOKEN_TTL, IdentityStore, MemoryIdentity
from .logins import LOGIN_ATTEMPTS
from .partners import load
from .settings import Settings, SettingsError

_log = logging.getLogger("cynod.server")
_GRACE = 10  # seconds given to requests under way when the server stops
_LAST = 1.0  # seconds that handlers are given after that
_KEEP_ALIVE = 30  # seconds


def main(
    handlers: Callable[[], HandlerSet],
    identity: Callable[[Settings], IdentityStore],
    prog: str,
    arguments: Sequence[str] | None = None,
) -> int:
    """Run the server until it is told to stop. Returns the exit code: 0, or 2 for wrong use."""
    options = parser(prog).parse_args(arguments)
    logs.configure(options.log_format, options.log_level)
    try:
        contract = Contract.load()
        settings = Settings(
            partners=options.partners,
            token_ttl=options.token_ttl,
            ended_tokens=contract.retention.ended_tokens,
            login_attempts=options.login_attempts,
            unimplemented=options.unimplemented,
            cors_origins=tuple(options.cors_origin),
        )
        check_certificate(options.tls_cert, options.tls_key)
        accepted = {"--trusted-proxy": bool(options.trusted_proxy), "--allow-http": options.allow_http}
        check_transport(options.host, options.tls_cert is not None, accepted)
        application = Application(contract, handlers(), identity(settings), settings)
        listener = listen(options.host, options.port)
        server = make_server(
            application,
            certificate=options.tls_cert,
            key=options.tls_key,
            trusted_proxies=options.trusted_proxy,
            ready=announce(options.host, listener, options.tls_cert is not None),
        )
    except SettingsError as error:
        print(one_line(f"{prog}: {error}"), file=sys.stderr)
        return 2
    run(server, listener)
    return 0


def parser(prog: str) -> argparse.ArgumentParser:
    """The command line of a server."""
    made = argparse.ArgumentParser(
        prog=prog, description="Serve the API. Without partners nobody gets in.", allow_abbrev=False
    )
    made.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    made.add_argument("--port", type=_port, default=8080, help="0: any free one (default: %(default)s)")
    made.add_argument("--partners", type=Path, metavar="FILE", help="TOML file with [[partners]] tables")
    made.add_argument(
        "--token-ttl",
        type=_ttl,
        default=MAX_TOKEN_TTL,
        metavar="SECONDS",
        help=f"life of access tokens, 1 to {MAX_TOKEN_TTL} (default: %(default)s)",
    )
    made.add_argument(
        "--login-attempts",
        type=_attempts,
        default=LOGIN_ATTEMPTS,
        metavar="N",
        help="failed logins of a key and address in a minute; 0: any number (default: %(default)s)",
    )
    made.add_argument(
        "--unimplemented",
        choices=("example", "error"),
        default="example",
        help="what an operation without handler answers (default: the contract's example)",
    )
    made.add_argument("--cors-origin", action="append", default=[], metavar="ORIGIN", help="may be repeated")
    made.add_argument("--tls-cert", type=Path, metavar="FILE", help="certificate chain (PEM)")
    made.add_argument("--tls-key", type=Path, metavar="FILE", help="its private key (PEM)")
    made.add_argument("--log-format", choices=logs.FORMATS, default="text", help="default: %(default)s")
    made.add_argument("--log-level", choices=logs.LEVELS, default="info", help="default: %(default)s")
    made.add_argument("--allow-http", action="store_true", help="plain HTTP on an address others can reach")
    made.add_argument(
        "--trusted-proxy",
        action="append",
        default=[],
        metavar="ADDRESS",
        help="a TLS proxy whose X-Forwarded-For and -Proto are believed; may be repeated",
    )
    return made


def check_certificate(certificate: Path | None, key: Path | None) -> None:
    """Refuse one of them without the other. Raises SettingsError."""
    if (certificate is None) != (key is None):
        raise SettingsError("a certificate and its key go together: --tls-cert and --tls-key")


def check_transport(host: str, tls: bool, accepted: Mapping[str, bool]) -> None:
    """Refuse plain HTTP where others can reach it. Raises SettingsError.

    *accepted*: the options of the command line that accept it, and whether each was given; the hint names
    them and no others.
    """
    if not tls and not any(accepted.values()) and not _is_loopback(host):
        hint = " or ".join(("--tls-cert with --tls-key", *accepted))
        raise SettingsError(f"plain HTTP on {host} can be read by others: use {hint}")


def listen(host: str, port: int) -> socket.socket:
    """A socket bound to *host* and *port* (0: any free one). Raises SettingsError."""
    try:
        family, kind, number, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, number)
        if os.name == "posix":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(2048)
    except OSError as error:
        raise SettingsError(f"cannot listen on {host}:{port}: {error.strerror or error}") from None
    listener.setblocking(False)
    return listener


def url(host: str, listener: socket.socket, tls: bool) -> str:
    """The base URL of a server on *listener*."""
    shown = f"[{host}]" if ":" in host else host
    return f"{'https' if tls else 'http'}://{shown}:{listener.getsockname()[1]}"


def announce(host: str, listener: socket.socket, tls: bool) -> Callable[[], None]:
    """What prints, once the server answers, the one line that says where."""
    return lambda: print(f"listening on {url(host, listener, tls)}", flush=True)


def make_server(
    application: Application,
    *,
    certificate: Path | None = None,
    key: Path | None = None,
    trusted_proxies: Sequence[str] = (),
    ready: Callable[[], None] = lambda: None,
    around: Callable[[ASGIApp], ASGIApp] = lambda app: app,
) -> uvicorn.Server:
    """A uvicorn server of *application*; await its ``serve(sockets=[…])``, or give it to ``run``.

    *ready* is called once it answers; *around* may put ASGI middleware about the whole. Raises
    SettingsError for a certificate that cannot be used.
    """
    config = uvicorn.Config(
        around(fastapi_app(application)),
        http=protocols.best(application.malformed),
        ws="none",
        loop="auto",
        lifespan="on",
        log_config=None,
        log_level="error",  # what a caller does wrong is in our own line of it
        access_log=False,
        server_header=False,
        date_header=True,
        proxy_headers=bool(trusted_proxies),
        forwarded_allow_ips=list(trusted_proxies),
        timeout_keep_alive=_KEEP_ALIVE,
        timeout_graceful_shutdown=_GRACE,
    )
    config.load()
    if certificate is not None and key is not None:
        config.ssl = tls.server_context(certificate, key)
    return _Server(config, ready)


def run(server: uvicorn.Server, listener: socket.socket) -> None:
    """Serve on *listener* until SIGINT or SIGTERM, then finish what is under way, within a bound.

    A second signal ends the process at once. So does the bound for a handler that is still busy. Raises
    what *ready* raised, once the server has stopped.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)  # uvicorn raises them again at its end
    server.run(sockets=[listener])
    if isinstance(server, _Server) and server.failure is not None:
        raise server.failure
    end = time.monotonic() + _LAST
    busy = [thread for thread in threading.enumerate() if thread.name.startswith(THREADS)]
    for thread in busy:
        thread.join(max(0.0, end - time.monotonic()))
    if any(thread.is_alive() for thread in busy):
        _log.warning("handlers are still busy: leaving them")
        logging.shutdown()
        os._exit(0)  # the interpreter would wait for them


def memory_identity(settings: Settings) -> IdentityStore:
    """The partners of the settings' file, their tokens in memory. Raises SettingsError."""
    registrations = load(settings.partners) if settings.partners else ()
    return MemoryIdentity(registrations, settings.token_ttl, settings.ended_tokens)


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready
        self.failure: Exception | None = None  # what `ready` raised

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if self.should_exit:
            signal.signal(sig, signal.SIG_DFL)
            signal.raise_signal(sig)
        super().handle_exit(sig, frame)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        await self.on_tick(0)  # sets the Date header before the first request
        if self.started:
            try:
                self._ready()
            except Exception as error:  # noqa: BLE001 - `run` raises it, after an orderly end
                self.failure = error
                self.should_exit = True


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port: 0 to 65535")
    return int(text)


def _attempts(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise argparse.ArgumentTypeError(f"{text!r} is no number of attempts")
    return int(text[:9])


def _ttl(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= MAX_TOKEN_TTL:
        raise argparse.ArgumentTypeError(f"{text!r} is no life of a token: 1 to {MAX_TOKEN_TTL} seconds")
    return int(text)
