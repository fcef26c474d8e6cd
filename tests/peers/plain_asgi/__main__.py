"""`python -m plain_asgi --port N --write-config FILE [--spec PATH] [--token-ttl SECONDS]`."""

from __future__ import annotations

import argparse
import asyncio
import os
import socket
from pathlib import Path

from .app import Application
from .contract import DEFAULT_SPEC, load
from .seed import configuration, seed
from .serving import run


def write(path: Path, text: str) -> None:
    """Write a file at once, readable by its owner alone: it holds secrets."""
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(text)
    partial.replace(path)


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="plain_asgi", description="An independent CYNOD server.")
    parser.add_argument("--port", type=int, required=True, help="0 for any free port")
    parser.add_argument("--write-config", type=Path, required=True, help="the TOML to write once ready")
    parser.add_argument("--spec", type=Path, default=DEFAULT_SPEC, help="openapi.yaml")
    parser.add_argument("--token-ttl", type=int, default=3600, help="seconds a token lives, 1 to 3600")
    options = parser.parse_args()
    if not 1 <= options.token_ttl <= 3600:
        parser.error("--token-ttl goes from 1 to 3600")
    contract = load(options.spec)
    found = seed(options.token_ttl)
    # With its protocol named, asyncio sets TCP_NODELAY on what it accepts.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", options.port))
    listener.setblocking(False)
    application = Application(contract, found.directory, found.ledger)
    application.base_url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    text = configuration(found, application.base_url, options.token_ttl, contract.max_body)
    asyncio.run(run(application, listener, lambda: write(options.write_config, text)))


if __name__ == "__main__":
    main()
