"""``cynod.toml``: what the suite needs to judge this sandbox; a file that only its owner may read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from textwrap import wrap
from typing import Any
from urllib.parse import urlsplit

import tomlkit
from msgspec import UNSET, to_builtins
from tomlkit import TOMLDocument
from tomlkit.items import Comment, Table, Trivia

from cynod_spec.base.errors import UsageError
from cynod_spec.configuration.cynod_toml import (
    CardsTable,
    CredentialsTable,
    CredentialTable,
    CynodToml,
    FixturesTable,
    LimitsTable,
    TargetTable,
    WebhookTable,
)
from cynod_spec.configuration.published import directive
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
SECTIONS = {"credentials": CREDENTIALS, "fixtures": CARDS, "webhook": WEBHOOK, "limits": LIMITS}
COMMENTS = (ABOUT, TROUBLES, *SECTIONS.values())
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
    settings = _settings(base_url, seed, token_ttl, max_body)
    with _refusals():
        files.write_text(path, _document(settings, troubles, language), private=True)


def _settings(base_url: str, seed: Seed, token_ttl: int, max_body: int) -> CynodToml:
    """What the file says."""
    pairs = {
        name: CredentialTable(consumer_key=pair.key, consumer_secret=pair.secret)
        for name, pair in seed.credentials.items()
    }
    webhook = seed.webhook
    return CynodToml(
        target=TargetTable(base_url=base_url, allow_http=base_url.startswith("http:")),
        credentials=CredentialsTable(**pairs),
        fixtures=FixturesTable(cartes=CardsTable(**seed.cards)),
        webhook=UNSET
        if webhook is None
        else WebhookTable(listen=_listen(webhook.url), public_url=webhook.url, secret=webhook.secret),
        limits=LimitsTable(token_ttl=token_ttl, expiry_tolerance=0, max_body=max_body),
    )


def _document(settings: CynodToml, troubles: Mapping[str, str], language: Language) -> str:
    """*settings* as TOML, its comments in *language* and in front of what they are about."""
    document = tomlkit.document()
    document.add(Comment(Trivia(comment=directive("cynod", language))))
    _comment(document, ABOUT, language)
    for name, table in to_builtins(settings).items():
        document.add(tomlkit.nl())
        if name in SECTIONS:
            _comment(document, SECTIONS[name], language)
        document.add(name, _table(table))
        if name == "fixtures" and troubles:
            document.add(tomlkit.nl())
            _comment(document, TROUBLES, language)
            for number, what in troubles.items():
                document.add(tomlkit.comment(f"{number}: {what}"))
    return tomlkit.dumps(document)


def _table(values: Mapping[str, Any]) -> Table:
    """*values* as a table; one that holds tables only has no header of its own."""
    made = tomlkit.table(is_super_table=all(isinstance(value, dict) for value in values.values()))
    for name, value in values.items():
        made.add(name, _table(value) if isinstance(value, dict) else value)
    return made


def check(path: Path) -> None:
    """Refuse a *path* that could not be written once the sandbox is ready. Raises SettingsError."""
    with _refusals():
        files.check(path)


def _comment(document: TOMLDocument, says: str, language: Language) -> None:
    """Add the sentences *says*, in *language*, as comments."""
    for line in wrap(translated(says, language), MAX_COMMENT_CHARS, break_on_hyphens=False):
        document.add(tomlkit.comment(line))


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
