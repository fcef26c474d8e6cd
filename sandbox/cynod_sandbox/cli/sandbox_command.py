"""The command ``cynod sandbox``: a complete CYNOD to build and test against."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from cynod_sandbox._generated.logins import ADDRESS_FACTOR, LOGIN_ATTEMPTS
from cynod_sandbox._generated.origins import read_origin
from cynod_sandbox._generated.prefixes import read_prefix
from cynod_sandbox.cli.limit_options import limit_options
from cynod_sandbox.cli.sandbox_options import SandboxOptions
from cynod_sandbox.console.options import ADMIN_HOST
from cynod_spec.base.errors import UsageError
from cynod_spec.cli.command_line import Command, options_as
from cynod_spec.environment.locating import DEFAULT_CONTRACT
from cynod_spec.environment.parts import need
from cynod_spec.i18n.translations import lang_option, language

_FILE = click.Path(dir_okay=False, path_type=Path)


def _root_path(context: click.Context, parameter: click.Parameter, text: str) -> str:
    """The path that *text* says, without a slash at its end."""
    prefix = read_prefix(text)
    if prefix is None:
        raise click.BadParameter(f"{text!r} is no path: such as /api/v1")
    return prefix


def _origins(context: click.Context, parameter: click.Parameter, texts: tuple[str, ...]) -> tuple[str, ...]:
    """The origins that *texts* name, as browsers write them."""
    found = []
    for text in texts:
        origin = read_origin(text)
        if origin is None:
            raise click.BadParameter(f"{text!r} is no origin: such as https://app.example, or *")
        found.append(origin)
    return tuple(found)


@click.command(cls=Command)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8080, show_default=True, help="0: any free one."
)
@click.option(
    "--database",
    metavar="URL",
    default="sqlite://",
    help="sqlite:///FILE or postgresql://USER@HOST/NAME (default: in memory).",
)
@click.option(
    "--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes that answer."
)
@click.option(
    "--partners", type=_FILE, metavar="FILE", help="TOML file of [[partners]], instead of the seed's."
)
@click.option(
    "--token-ttl",
    type=click.IntRange(1, 3600),
    default=3600,
    show_default=True,
    help="Life of tokens, seconds.",
)
@click.option(
    "--login-attempts",
    type=click.IntRange(0),
    default=LOGIN_ATTEMPTS,
    show_default=True,
    help="Failed logins a minute of a key and address; "
    f"{ADDRESS_FACTOR} times as many of an address; 0: any number.",
)
@click.option(
    "--trusted-proxy",
    "trusted_proxies",
    multiple=True,
    metavar="CIDR",
    help="Address or network of a proxy whose X-Forwarded-For, -Proto and -Prefix are believed; "
    "may be repeated.",
)
@click.option(
    "--root-path",
    default="",
    metavar="PATH",
    callback=_root_path,
    help="Path below which a proxy publishes the sandbox, such as /api/v1.",
)
@click.option(
    "--write-config",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write a cynod.toml for the suite, once ready; -: to standard output.",
)
@click.option(
    "--cors-origin",
    "cors_origins",
    multiple=True,
    metavar="ORIGIN",
    callback=_origins,
    help="Origin whose pages may call from a browser, or *; may be repeated.",
)
@click.option("--tls-cert", type=_FILE, metavar="FILE", help="Certificate chain (PEM).")
@click.option("--tls-key", type=_FILE, metavar="FILE", help="Its private key (PEM).")
@click.option("--strict", is_flag=True, help="Every switch is off (see above).")
@click.option(
    "--admin-port",
    type=click.IntRange(0, 65535),
    metavar="N",
    help="Open the console there (0: any free one).",
)
@click.option("--admin-host", metavar="ADDRESS", help=f"Where the console listens. Default: {ADMIN_HOST}.")
@click.option(
    "--admin-allowed-host",
    "admin_allowed_hosts",
    multiple=True,
    metavar="NAME",
    help="Another name by which the console is asked for (Host); may be repeated.",
)
@click.option(
    "--admin-password-file",
    type=_FILE,
    metavar="FILE",
    help="The console's password (or CYNOD_ADMIN_PASSWORD); needed beyond this machine.",
)
@click.option("--webhook-url", metavar="URL", help="Tell the seed's primary partner what changed.")
@click.option(
    "--webhook-backoff",
    type=click.FloatRange(0, 3600, min_open=True),
    default=1.0,
    show_default=True,
    help="Seconds before a delivery is first tried again; doubled each time, 16 attempts in all.",
)
@click.option(
    "--webhook-timeout",
    type=click.FloatRange(0, 60, min_open=True),
    default=10.0,
    show_default=True,
    help="Seconds that a receiver has to answer.",
)
@click.option("--allow-private-webhooks", is_flag=True, help="Send to private addresses and over plain HTTP.")
@click.option(
    "--log-format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="Form of the log.",
)
@click.option(
    "--log-level",
    type=click.Choice(["debug", "info", "warning", "error"]),
    default="info",
    show_default=True,
    help="info: a line a request.",
)
@limit_options
@click.option("--spec", metavar="FILE", help=f"Serve this document. Default: {DEFAULT_CONTRACT}.")
@click.option("--fault", "faults", multiple=True, metavar="NAME", help="Break one promise on purpose.")
@lang_option("Language of this help and of the comments of --write-config. Default: the locale's.")
@options_as(SandboxOptions)
@click.pass_context
def sandbox(context: click.Context, options: SandboxOptions) -> None:
    """Serve a real CYNOD: the generated server with handlers, storage and seed data.

    \b
    Examples:
      cynod sandbox --write-config cynod.toml
      cynod conform http://127.0.0.1:8080 --config cynod.toml
      cynod sandbox --port 0 --token-ttl 5
      cynod sandbox --database sqlite:///cynod.db --workers 4
      cynod sandbox --admin-port 8081
      cynod sandbox --spec openapi.yaml

    The server half is generated anew for the run when the document is not the one that it was made from.

    \b
    By request, a header makes a bad day; with --strict it is ignored:
      X-Cynod-Sandbox: latency=MS           the answer comes late
      X-Cynod-Sandbox: cut=before|after     no answer, before or after the effect
      X-Cynod-Sandbox: unavailable=SECONDS  503 with Retry-After
      X-Cynod-Sandbox: code=CODE            any code that the operation lists
      X-Cynod-Sandbox: expire-token         the token expires now
      X-Cynod-Sandbox: webhook=MISHAP       lost, duplicated, late or badly-signed
    Several are separated by `;`. The console sets them for a partner.

    Exit codes: 0 stopped, 2 wrong use.
    """
    document, is_new = context.with_resource(_half(options.spec))
    from cynod_sandbox._generated import logs
    from cynod_sandbox._generated.settings import SettingsError
    from cynod_sandbox.app.serving import serve

    logs.configure(options.log_format, options.log_level)
    try:
        serve(options.for_server(document, language(context), is_new_half=is_new))
    except SettingsError as error:
        raise UsageError(str(error)) from None


@contextmanager
def _half(spec: str | None) -> Iterator[tuple[str, bool]]:
    """The document to serve, and whether the server half was generated anew. Raises UsageError."""
    from cynod_sandbox.cli.generated_half import generated_from
    from cynod_spec.environment.locating import default_contract

    need("`cynod sandbox`", "sandbox")
    document = spec or default_contract()
    with generated_from(document) as is_new:
        yield document, is_new
