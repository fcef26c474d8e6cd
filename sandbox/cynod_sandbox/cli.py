"""``cynod sandbox``: a real CYNOD to build and test against."""

from __future__ import annotations

import sys
from pathlib import Path

import click

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8080, show_default=True, help="0: any free one."
)
@click.option("--database", metavar="URL", default="sqlite://", help="sqlite:///FILE (default: in memory).")
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
    "--write-config", type=_FILE, metavar="FILE", help="Write a cynod.toml for the suite, once ready."
)
@click.option("--cors-origin", "cors_origins", multiple=True, metavar="ORIGIN", help="May be repeated.")
@click.option("--tls-cert", type=_FILE, metavar="FILE", help="Certificate chain (PEM).")
@click.option("--tls-key", type=_FILE, metavar="FILE", help="Its private key (PEM).")
@click.option(
    "--log-format", type=click.Choice(["text", "json"]), default="text", show_default=True, help="Of the log."
)
@click.option(
    "--log-level",
    type=click.Choice(["debug", "info", "warning", "error"]),
    default="info",
    show_default=True,
    help="info: a line a request.",
)
@click.option("--fault", "faults", multiple=True, metavar="NAME", help="Break one promise on purpose.")
def sandbox(
    host: str,
    port: int,
    database: str,
    partners: Path | None,
    token_ttl: int,
    write_config: Path | None,
    cors_origins: tuple[str, ...],
    tls_cert: Path | None,
    tls_key: Path | None,
    log_format: str,
    log_level: str,
    faults: tuple[str, ...],
) -> None:
    """Serve a real CYNOD: the generated server with handlers, storage and seed data.

    \b
    Examples:
      cynod sandbox --write-config cynod.toml
      cynod conform http://127.0.0.1:8080 --config cynod.toml
      cynod sandbox --port 0 --token-ttl 5

    Exit codes: 0 stopped, 2 wrong use.
    """
    from cynod_sandbox._generated import logs
    from cynod_sandbox._generated.settings import SettingsError
    from cynod_sandbox.serving import Options, serve

    logs.configure(log_format, log_level)
    options = Options(
        host=host,
        port=port,
        database=database,
        partners=partners,
        token_ttl=token_ttl,
        write_config=write_config,
        cors_origins=cors_origins,
        tls_cert=tls_cert,
        tls_key=tls_key,
        faults=faults,
    )
    try:
        serve(options)
    except SettingsError as error:
        click.echo(f"error: {error}", err=True)
        sys.exit(2)
