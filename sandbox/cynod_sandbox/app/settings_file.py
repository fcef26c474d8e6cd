"""``cynod.toml``: what the suite needs to judge this sandbox; a file that only its owner may read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from textwrap import wrap
from urllib.parse import urlsplit

from cynod_spec.base.errors import UsageError
from cynod_spec.i18n.translations import Language, translated
from cynod_spec.output import files

from .._generated.settings import SettingsError
from ..provisioning.seed import Seed

MAX_COMMENT_CHARS = 98  # of a line, its mark left out
ABOUT = "What `cynod conform` needs to judge this sandbox. It holds secrets: keep it to yourself."
CREDENTIALS = "Each partner's key and secret. Take those of `primary` for your own calls."
CARDS = "Numbers of the test cards, named by their state."
TROUBLES = "Trouble cards: topping one up or paying with it sets off the switch named beside it."
WEBHOOK = "Where webhooks are received, and the secret of their signature."
LIMITS = "Lives of tokens are in seconds, sizes in octets."
COMMENTS = (ABOUT, CREDENTIALS, CARDS, TROUBLES, WEBHOOK, LIMITS)
"""What the file says beside its settings, in English; the catalogue of translations has the French."""


def write(
    path: Path,
    *,
    base_url: str,
    seed: Seed,
    token_ttl: int,
    max_body: int,
    troubles: Mapping[str, str],
    language: Language = "en",
) -> None:
    """Write the configuration at *path*, a regular file as a whole or not at all. Raises SettingsError.

    *troubles*: numbers of cards that set off a switch, and which; comments, in *language*, tell of them.
    """
    lines = [
        *_comment(ABOUT, language),
        "",
        "[target]",
        f'base_url = "{base_url}"',
        f"allow_http = {_flag(base_url.startswith('http:'))}",
    ]
    lines += ["", *_comment(CREDENTIALS, language)]
    for name, credential in seed.credentials.items():
        lines += ["", f"[credentials.{name}]"]
        lines += [f'consumer_key = "{credential.key}"', f'consumer_secret = "{credential.secret}"']
    lines += ["", *_comment(CARDS, language)]
    lines += ["[fixtures.cartes]", *(f'{name} = "{number}"' for name, number in seed.cards.items())]
    if troubles:
        lines += ["", *_comment(TROUBLES, language)]
        lines += [f"# {number}: {what}" for number, what in troubles.items()]
    if seed.webhook is not None:
        url, secret = seed.webhook.url, seed.webhook.secret
        lines += [
            "",
            *_comment(WEBHOOK, language),
            "[webhook]",
            f'listen = "{_listen(url)}"',
            f'public_url = "{url}"',
            f'secret = "{secret}"',
        ]
    lines += [
        "",
        *_comment(LIMITS, language),
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


def _comment(says: str, language: Language) -> Iterator[str]:
    """The sentences *says*, in *language*, as comments."""
    for line in wrap(translated(says, language), MAX_COMMENT_CHARS, break_on_hyphens=False):
        yield f"# {line}"


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
