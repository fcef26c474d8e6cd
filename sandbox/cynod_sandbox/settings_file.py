"""``cynod.toml``: what the suite needs to judge this sandbox; a file that only its owner may read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from cynod_spec.errors import UsageError
from cynod_spec.output import files

from ._generated.settings import SettingsError
from .seed import Seed


def write(
    path: Path,
    *,
    base_url: str,
    seed: Seed,
    token_ttl: int,
    max_body: int,
    troubles: Mapping[str, str],
) -> None:
    """Write the configuration at *path*, a regular file as a whole or not at all. Raises SettingsError.

    *troubles*: numbers of cards that set off a switch, and which; comments tell of them.
    """
    lines = ["[target]", f'base_url = "{base_url}"', f"allow_http = {_flag(base_url.startswith('http:'))}"]
    for name, credential in seed.credentials.items():
        lines += ["", f"[credentials.{name}]"]
        lines += [f'consumer_key = "{credential.key}"', f'consumer_secret = "{credential.secret}"']
    lines += ["", "[fixtures.cartes]", *(f'{name} = "{number}"' for name, number in seed.cards.items())]
    if troubles:
        lines += ["", "# Cards that bring trouble when they are topped up or paid with:"]
        lines += [f"# {number}: {what}" for number, what in troubles.items()]
    if seed.webhook is not None:
        url, secret = seed.webhook.url, seed.webhook.secret
        lines += [
            "",
            "[webhook]",
            f'listen = "{_listen(url)}"',
            f'public_url = "{url}"',
            f'secret = "{secret}"',
        ]
    lines += [
        "",
        "[limits]",
        f"token_ttl = {token_ttl}",
        "expiry_tolerance = 0",
        f"max_body = {max_body}",
        "",
    ]
    with _refusals():
        files.write_text(path, "\n".join(lines), private=True)


def check(path: Path) -> None:
    """Refuse a *path* that could not be written once the sandbox is ready. Raises SettingsError."""
    with _refusals():
        files.check(path)


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except UsageError as error:
        raise SettingsError(f"{error}: {error.hint}") from None


def _listen(url: str) -> str:
    """Where a receiver of *url* listens when nothing stands in between."""
    parts = urlsplit(url)
    return parts.netloc if parts.port else f"{parts.netloc}:{443 if parts.scheme == 'https' else 80}"


def _flag(value: bool) -> str:
    return "true" if value else "false"
