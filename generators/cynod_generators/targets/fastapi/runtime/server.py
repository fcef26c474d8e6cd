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
from functools import partial
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from . import logs
from .contract import Contract
from .control_characters import one_line
from .core import THREADS, Application
from .fastapi_app import fastapi_app
from .forwarding import Proxies
from .handling import HandlerSet
from .identity import MAX_TOKEN_TTL, IdentityStore, MemoryIdentity
from .limits import OPTIONS, LimitOption, Limits
from .logins import ADDRESS_FACTOR, LOGIN_ATTEMPTS
from .origins import read_origin
from .partners import load
from .prefixes import read_prefix
from .serving import Server, http_server
from .settings import Settings, SettingsError

_log = logging.getLogger("cynod.server")
_LAST_S = 1.0  # seconds that handlers are given after the requests under way


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
            root_path=options.root_path,
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
            limits=limits_of(options),
            ready=announce(options.host, listener, options.tls_cert is not None, options.root_path),
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
        help=f"failed logins a minute of a key and address; {ADDRESS_FACTOR} times as many of an address; "
        "0: any number (default: %(default)s)",
    )
    made.add_argument(
        "--unimplemented",
        choices=("example", "error"),
        default="example",
        help="what an operation without handler answers (default: the contract's example)",
    )
    made.add_argument(
        "--cors-origin", action="append", type=_origin, default=[], metavar="ORIGIN", help="may be repeated"
    )
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
        help="a TLS proxy (or a network) whose X-Forwarded-For, -Proto and -Prefix are believed; "
        "may be repeated",
    )
    made.add_argument(
        "--root-path",
        type=root_path,
        default="",
        metavar="PATH",
        help="path below which a proxy publishes the server, such as /api/v1",
    )
    add_limits(made)
    return made


def add_limits(made: argparse.ArgumentParser) -> None:
    """The options that bound connections."""
    for option in OPTIONS:
        made.add_argument(
            option.flag,
            dest=option.name,
            type=partial(_limit, option),
            default=option.default,
            metavar="N" if option.is_count else "SECONDS",
            help=f"{option.help} (default: %(default)s)",
        )


def limits_of(options: argparse.Namespace) -> Limits:
    """What those options say."""
    return Limits(**{option.name: getattr(options, option.name) for option in OPTIONS})


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


def announce(host: str, listener: socket.socket, tls: bool, root_path: str = "") -> Callable[[], None]:
    """What prints, once the server answers, the one line that says where."""
    return lambda: print(f"listening on {url(host, listener, tls)}{root_path}", flush=True)


def make_server(
    application: Application,
    *,
    certificate: Path | None = None,
    key: Path | None = None,
    trusted_proxies: Sequence[str] = (),
    limits: Limits | None = None,
    ready: Callable[[], None] = lambda: None,
    around: Callable[[ASGIApp], ASGIApp] = lambda app: app,
) -> uvicorn.Server:
    """A uvicorn server of *application*; await its ``serve(sockets=[…])``, or give it to ``run``.

    *ready* is called once it answers; *around* may put ASGI middleware about the whole. Raises
    SettingsError for a certificate that cannot be used, and for a proxy that is no address or network.
    """
    tls_context = application.stages.tls_context.run
    return http_server(
        around(fastapi_app(application)),
        application.malformed,
        limits=limits or Limits(),
        lifespan="on",
        context=None if certificate is None or key is None else tls_context(certificate, key),
        proxies=Proxies(trusted_proxies),
        ready=ready,
    )


def run(server: uvicorn.Server, listener: socket.socket) -> None:
    """Serve on *listener* until SIGINT or SIGTERM, then finish what is under way, within a bound.

    A second signal ends the process at once. So does the bound for a handler that is still busy. Raises
    what *ready* raised, once the server has stopped.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)  # uvicorn raises them again at its end
    server.run(sockets=[listener])
    if isinstance(server, Server) and server.failure is not None:
        raise server.failure
    end = time.monotonic() + _LAST_S
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


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def root_path(text: str) -> str:
    """The path that *text* says, without a slash at its end. Raises argparse.ArgumentTypeError."""
    prefix = read_prefix(text)
    if prefix is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no path: such as /api/v1")
    return prefix


def _origin(text: str) -> str:
    origin = read_origin(text)
    if origin is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no origin: such as https://app.example, or *")
    return origin


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


def _limit(option: LimitOption, text: str) -> float:
    try:
        value = int(text) if option.is_count else float(text)
    except ValueError:
        value = -1
    if not option.least <= value <= option.most or (value == 0 and not option.is_count):
        raise argparse.ArgumentTypeError(f"{text!r} is not {option.range}")
    return value
