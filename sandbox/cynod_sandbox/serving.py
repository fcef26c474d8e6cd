"""The sandbox as one application, made and served."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from . import seed, settings_file
from ._generated import partners as partners_file
from ._generated.contract import Contract
from ._generated.core import Application
from ._generated.identity import MemoryIdentity
from ._generated.server import check_certificate, check_transport, listen, make_server, run, url
from ._generated.settings import Settings, SettingsError
from .handlers import Handlers
from .handlers.profiles import Profiles
from .storage.database import Database


@dataclass(frozen=True, slots=True)
class Options:
    """What ``cynod sandbox`` was asked for."""

    host: str
    port: int
    database: str
    partners: Path | None
    token_ttl: int
    write_config: Path | None
    cors_origins: tuple[str, ...]
    tls_cert: Path | None
    tls_key: Path | None
    faults: Sequence[str]


@dataclass(frozen=True, slots=True)
class Sandbox:
    """An application with its seed."""

    application: Application
    credentials: dict[str, seed.Credential]
    cards: dict[str, str]


def make(settings: Settings, database: Database) -> Sandbox:
    """The application on *database*: with the settings' partners, else with the seed's."""
    contract = Contract.load()
    known: dict[str, seed.Credential] = {}
    numbers: dict[str, str] = {}
    if settings.partners is not None:
        registrations = partners_file.load(settings.partners)
    else:
        known = seed.credentials(contract)
        registrations = [credential.registration for credential in known.values()]
        numbers = seed.cards(database, known)
    identity = MemoryIdentity(registrations, settings.token_ttl)
    profiles = Profiles.of(each.partner for each in registrations)
    application = Application(contract, Handlers(database, profiles), identity, settings)
    return Sandbox(application, known, numbers)


def serve(options: Options) -> None:
    """Serve until told to stop. Raises SettingsError for options that cannot be used."""
    if options.partners is not None and options.write_config is not None:
        raise SettingsError("--write-config describes the seed's partners: leave --partners out")
    if options.write_config is not None and not options.write_config.absolute().parent.is_dir():
        raise SettingsError(f"cannot write {options.write_config}: no such folder")
    check_certificate(options.tls_cert, options.tls_key)
    check_transport(options.host, options.tls_cert is not None, allow_http=False, trusted_proxies=())
    settings = Settings(
        partners=options.partners, token_ttl=options.token_ttl, cors_origins=options.cors_origins
    )
    made = make(settings, Database(options.database))
    for name in options.faults:
        _apply(name, made.application)
    listener = listen(options.host, options.port)
    base_url = url(options.host, listener, options.tls_cert is not None)

    def ready() -> None:
        if options.write_config is not None:
            settings_file.write(
                options.write_config,
                base_url=base_url,
                credentials=made.credentials,
                cards=made.cards,
                token_ttl=settings.token_ttl,
                max_body=made.application.contract.max_body,
            )
        print(f"listening on {base_url}", flush=True)

    server = make_server(made.application, certificate=options.tls_cert, key=options.tls_key, ready=ready)
    run(server, listener)


def _apply(name: str, application: Application) -> None:
    from importlib.metadata import entry_points

    for entry in entry_points(group="cynod.faults"):
        known = entry.load()()
        if name in known:
            known[name](application)
            return
    raise SettingsError(f"no fault is named {name!r}: see `cynod conform --list`")
