"""Builds the sandbox's application and serves it, in this process or in several workers."""

from __future__ import annotations

import gc
import socket
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from cynod_spec.base.errors import UsageError
from cynod_spec.i18n.translations import Language
from cynod_spec.network.trust import trust_store

from .._generated import logs
from .._generated import partners as partners_file
from .._generated.contract import Contract
from .._generated.core import Application
from .._generated.forwarding import Proxies
from .._generated.limits import Limits
from .._generated.server import check_certificate, check_transport, listen, make_server, run, url
from .._generated.settings import Settings, SettingsError
from ..console.options import ConsoleOptions
from ..fault_injection import trigger_cards
from ..fault_injection.switch_store import SwitchStore
from ..handlers import Handlers
from ..handlers.profiles import Profiles
from ..identity.buckets import SqlBuckets
from ..identity.store import SqlIdentity
from ..identity.throttle import SqlThrottle
from ..provisioning import seed as planted
from ..provisioning.bootstrap import prepare_database
from ..recording.channel import ChannelAddress, record_channel, record_sender
from ..recording.record import Record
from ..storage.database import Database
from ..webhooks import endpoints
from ..webhooks.delivery_faults import FaultySender
from ..webhooks.endpoints import Endpoint
from ..webhooks.sender import DeliveryOptions
from . import settings_file, workers
from .announcements import announce_document, announce_new_half
from .hook_points import deliveries
from .middleware import install_middleware
from .purging import Purger, purges

if TYPE_CHECKING:
    from ..console.listener import Listener

Done = Callable[[Record], None]


@dataclass(frozen=True, slots=True)
class Options:
    """The options of ``cynod sandbox``."""

    host: str
    port: int
    database: str
    workers: int
    partners: Path | None
    token_ttl: int
    login_attempts: int
    trusted_proxies: tuple[str, ...]
    root_path: str
    write_config: Path | None
    cors_origins: tuple[str, ...]
    tls_cert: Path | None
    tls_key: Path | None
    faults: Sequence[str]
    strict: bool = False
    admin: ConsoleOptions = field(default_factory=ConsoleOptions)
    records: ChannelAddress | None = None  # where workers send their records
    webhook_url: str | None = None
    sending: DeliveryOptions = field(default_factory=DeliveryOptions)
    log_format: str = "text"
    log_level: str = "info"
    limits: Limits = field(default_factory=Limits)
    document: str | None = None  # path of the document that the generated half comes from
    is_new_half: bool = False  # generated for this run
    language: Language = "en"  # of the comments in the file written by --write-config

    @property
    def settings(self) -> Settings:
        """The settings of the generated server."""
        return Settings(
            token_ttl=self.token_ttl,
            login_attempts=self.login_attempts,
            cors_origins=self.cors_origins,
            root_path=self.root_path,
        )


def make(settings: Settings, database: Database) -> Application:
    """The application on a *database* prepared by ``prepare_database``."""
    identity = SqlIdentity(database, settings.token_ttl)
    throttle = SqlThrottle(database, settings.login_attempts)
    handlers, buckets = Handlers(database, Profiles()), SqlBuckets(database)
    return Application(Contract.load(), handlers, identity, settings, throttle, buckets)


def serve(options: Options) -> None:
    """Serve until SIGINT or SIGTERM. Raises SettingsError for options that cannot be used."""
    check(options)
    registrations, told = None, None
    if options.partners is not None:
        registrations = partners_file.load(options.partners)
        told = endpoints.load(options.partners, allow_private=options.sending.allow_private)
    contract, database = Contract.load(), Database(options.database)
    if options.workers > 1 and database.in_memory:
        raise SettingsError("several workers need a database that they share: use --database sqlite:///FILE")
    listener = listen(
        options.host, options.port
    )  # before the database is changed, because the port may be taken
    base_url = url(options.host, listener, options.tls_cert is not None) + options.root_path
    admin = _admin(options)
    seed = prepare_database(database, contract, registrations, needs_secrets=options.write_config is not None)
    if options.write_config is not None and seed is None:
        raise SettingsError("--write-config describes the seed's partners: this database was made without")
    troubles = (
        {} if options.strict else trigger_cards.prepare(database, contract, SwitchStore(database, contract))
    )
    webhook = agree(database, told, options.webhook_url)
    seed = replace(seed, webhook=webhook) if seed is not None else None

    def ready() -> None:
        if options.is_new_half:  # before the file: whoever waits for the file then reads this line
            announce_new_half(options.log_format)
        if options.write_config is not None and seed is not None:
            settings_file.write(
                options.write_config,
                base_url=base_url,
                seed=seed,
                token_ttl=options.token_ttl,
                max_body=contract.max_body,
                troubles={troubles[name]: trigger_cards.TRIGGERS[name] for name in troubles},
                language=options.language,
            )
        if options.document is not None:
            announce_document(options.document, options.log_format)
        print(f"listening on {base_url}", flush=True)
        if admin is not None:
            print(f"console on {admin.url}", flush=True)

    with ExitStack() as stack:
        stack.enter_context(Purger(database, purges(contract)).running())
        done: Done | None = None
        if admin is not None:
            from ..console.lifecycle import console

            opened = console(admin, database, contract, base_url, options.strict, options.document)
            done = stack.enter_context(opened)
        if options.workers == 1:
            serve_in_process(options, database, listener, ready, done)
            return
        database.release()  # each worker opens its own
        if done is not None:
            options = replace(options, records=stack.enter_context(record_channel(done)))
        workers.supervise(options.workers, _work, options, listener, ready)


def serve_in_process(
    options: Options,
    database: Database,
    listener: socket.socket,
    ready: Callable[[], None],
    done: Done | None = None,
) -> None:
    """Serve on *listener* in this process.

    Calls *ready* once it answers, and *done* with the record of each exchange.
    """
    application = make(options.settings, database)
    for name in options.faults:
        _fault(name)(application)
    around = install_middleware(
        application,
        database,
        strict=options.strict,
        done=done,
        added=lambda: server.server_state.default_headers,
    )
    server = make_server(
        application,
        certificate=options.tls_cert,
        key=options.tls_key,
        trusted_proxies=options.trusted_proxies,
        limits=options.limits,
        ready=ready,
        around=around,
    )
    gc.freeze()  # what exists now lives as long as the process: garbage collection skips it
    hooks = deliveries(application)
    with FaultySender(application.contract, database, options.sending, hooks).running():
        run(server, listener)


def agree(database: Database, told: Mapping[str, Endpoint] | None, url: str | None) -> Endpoint | None:
    """Set the webhook endpoints: exactly *told*, by consumer key, if it is given.

    Otherwise set the URL of the seed's primary partner to *url*, if given. Gives that partner's endpoint, or
    None.
    """
    with database.transaction() as connection:
        if told is not None:
            endpoints.replace_all(connection, told)
            return None
        primary = planted.key_of(connection, "primary")
        if primary is None:
            return None
        if url is not None:
            endpoints.agree(connection, primary, url)
        return endpoints.find(connection, primary)


def check(options: Options) -> None:
    """Raises SettingsError for options that cannot be used; changes nothing."""
    if options.partners is not None and options.write_config is not None:
        raise SettingsError("--write-config describes the seed's partners: leave --partners out")
    options.admin.check()
    if options.write_config is not None:
        settings_file.check(options.write_config)
    if options.webhook_url is not None:
        if options.partners is not None:
            raise SettingsError("--webhook-url is the seed's: write webhook_url in the partners file")
        allow_private = options.sending.allow_private
        endpoints.check_url(options.webhook_url, "--webhook-url", allow_private=allow_private)
    Proxies(options.trusted_proxies)
    try:
        trust_store()
    except UsageError as error:
        raise SettingsError(f"{error}: {error.hint}") from None
    check_certificate(options.tls_cert, options.tls_key)
    accepted = {"--trusted-proxy": bool(options.trusted_proxies)}
    check_transport(options.host, options.tls_cert is not None, accepted)
    for name in options.faults:
        _fault(name)


def _work(options: Options, listener: socket.socket, ready: Callable[[], None]) -> None:
    """The work of one worker process."""
    logs.configure(options.log_format, options.log_level)
    done = record_sender(options.records) if options.records is not None else None
    serve_in_process(options, Database(options.database), listener, ready, done)


def _admin(options: Options) -> Listener | None:
    """The listener of the console, or None without ``--admin-port``."""
    wanted = options.admin
    if wanted.port is None:
        return None
    from ..console.listener import Listener

    return Listener(wanted, options.tls_cert, options.tls_key)


def _fault(name: str) -> Callable[[Application], None]:
    from importlib.metadata import entry_points

    for entry in entry_points(group="cynod.faults"):
        known = entry.load()()
        if name in known:
            found: Callable[[Application], None] = known[name]
            return found
    raise SettingsError(f"no fault is named {name!r}: see `cynod conform --list`")
