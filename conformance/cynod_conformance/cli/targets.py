"""What a run judges: a sandbox of its own, or the server at a URL."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING

from cynod_conformance.cli.conform_options import ConformOptions
from cynod_conformance.config.settings import Config, read_config
from cynod_conformance.webhooks.receiver import Receiver, receiving

if TYPE_CHECKING:
    from cynod_spec.model import Contract

SANDBOX_TOKEN_TTL_S = 10  # seconds that a token of our own sandbox lives, so that its end can be waited for
SANDBOX_EXPIRY_TOLERANCE_S = 1
_WEBHOOK_OPTIONS = ("--allow-private-webhooks", "--webhook-backoff", "0.3", "--webhook-timeout", "1.5")


def own_sandbox(stack: ExitStack, options: ConformOptions, contract: Contract) -> tuple[Config, Receiver]:
    """A sandbox of *contract* that runs while *stack* is open, as *options* ask, and whom it notifies.

    Raises UsageError and TargetUnreachable when it does not start.
    """
    from cynod_conformance.launch.certificate_authority import authority
    from cynod_conformance.launch.sandbox_process import sandbox

    receiver = stack.enter_context(receiving("127.0.0.1:0"))
    words = [*_WEBHOOK_OPTIONS, "--webhook-url", receiver.url, "--log-level", "warning", "--strict"]
    words += [f"--spec={contract.file}"]
    words += [word for name in options.faults for word in ("--fault", name)]
    if options.profile != "quick" and options.workflows is None:
        words += ["--token-ttl", str(SANDBOX_TOKEN_TTL_S)]
    trusted = None
    if options.tls:
        files = stack.enter_context(authority())
        words += ["--tls-cert", files.chain, "--tls-key", files.key]
        trusted = files.authority
    config = read_config(stack.enter_context(sandbox(words)))
    if config.expiry_tolerance is None:
        config = replace(config, expiry_tolerance=SANDBOX_EXPIRY_TOLERANCE_S)
    token = contract.find("token")
    return replace(config, ca_file=trusted, token_url=config.base_url + token.path if token else ""), receiver


def deployment(stack: ExitStack, options: ConformOptions) -> tuple[Config, Receiver | None]:
    """What is known of the server at the URL, and the receiver that the configuration wants, if any."""
    config = read_config(options.config_file) if options.config_file else Config()
    allow_http = config.allow_http or options.allow_http
    config = replace(config, base_url=options.url or "", allow_http=allow_http)
    listen = config.webhook.listen
    return config, stack.enter_context(receiving(listen)) if listen else None
