"""What ``cynod sandbox`` was asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from cynod_spec.i18n.translations import Language

if TYPE_CHECKING:
    from cynod_sandbox.app.serving import Options


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxOptions:
    """The options of the command line, by the names of click's parameters; ``--help`` says what each is.

    It holds nothing of the generated half, which may be generated anew once the options are read.
    """

    host: str
    port: int
    database: str
    workers: int
    partners: Path | None
    token_ttl: int  # seconds
    login_attempts: int  # failed ones a minute
    trusted_proxies: tuple[str, ...]
    root_path: str
    write_config: Path | None
    cors_origins: tuple[str, ...]
    tls_cert: Path | None
    tls_key: Path | None
    strict: bool
    admin_port: int | None
    admin_host: str | None
    admin_allowed_hosts: tuple[str, ...]
    admin_password_file: Path | None
    webhook_url: str | None
    webhook_backoff: float  # seconds
    webhook_timeout: float  # seconds
    allow_private_webhooks: bool
    log_format: Literal["text", "json"]
    log_level: Literal["debug", "info", "warning", "error"]
    spec: str | None
    faults: tuple[str, ...]
    limits: Mapping[str, Any]  # the arguments of `Limits`, by name

    def for_server(self, document: str, language: Language, *, is_new_half: bool) -> Options:
        """The same for the server, whose generated half comes from *document*."""
        from cynod_sandbox._generated.limits import Limits
        from cynod_sandbox.app.serving import Options
        from cynod_sandbox.console.options import ConsoleOptions
        from cynod_sandbox.webhooks.sender import DeliveryOptions

        return Options(
            host=self.host,
            port=self.port,
            database=self.database,
            workers=self.workers,
            partners=self.partners,
            token_ttl=self.token_ttl,
            login_attempts=self.login_attempts,
            trusted_proxies=self.trusted_proxies,
            root_path=self.root_path,
            write_config=self.write_config,
            cors_origins=self.cors_origins,
            tls_cert=self.tls_cert,
            tls_key=self.tls_key,
            faults=self.faults,
            log_format=self.log_format,
            log_level=self.log_level,
            document=document,
            is_new_half=is_new_half,
            strict=self.strict,
            admin=ConsoleOptions(
                self.admin_port, self.admin_host, self.admin_password_file, self.admin_allowed_hosts
            ),
            limits=Limits(**self.limits),
            webhook_url=self.webhook_url,
            sending=DeliveryOptions(self.allow_private_webhooks, self.webhook_backoff, self.webhook_timeout),
            language=language,
        )
