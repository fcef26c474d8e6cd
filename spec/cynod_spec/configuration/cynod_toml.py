"""``cynod.toml``: what the suite knows of its target beside the contract. The sandbox writes one.

The docstring of a table and the description of a setting are what an editor shows of them.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType, field

_Count = Annotated[int, Meta(ge=0)]
_WebhookSecret = Annotated[str, Meta(pattern="^(whsec_|env:|file:)")]


class TargetTable(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """Where the server to judge is."""

    base_url: Annotated[
        str | UnsetType, Meta(description="Its base URL. The one on the command line comes first.")
    ] = UNSET
    allow_http: Annotated[
        bool, Meta(description="Whether secrets may go over plain HTTP beyond this machine.")
    ] = False
    ca_file: Annotated[
        str | UnsetType,
        Meta(description="File or folder of the authorities to trust, in PEM, instead of the system's."),
    ] = UNSET
    token_url: Annotated[
        str | UnsetType, Meta(description="URL of the token endpoint, where it is not below the base URL.")
    ] = UNSET
    revocation_url: Annotated[
        str | UnsetType,
        Meta(description="URL of the revocation endpoint, where it is not beside the token endpoint."),
    ] = UNSET


class CredentialTable(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """A partner's key and secret."""

    consumer_key: Annotated[str, Meta(min_length=1, description="The consumer key.")]
    consumer_secret: Annotated[
        str, Meta(min_length=1, description="The consumer secret, best as env:NAME or file:PATH.")
    ]


class CredentialsTable(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """Who may call. What needs a credential that is not here is not exercised."""

    primary: Annotated[
        CredentialTable | UnsetType, Meta(description="A partner with every scope of partners.")
    ] = UNSET
    other: Annotated[CredentialTable | UnsetType, Meta(description="A second such partner.")] = UNSET
    limited: Annotated[
        CredentialTable | UnsetType, Meta(description="A partner that may only read balances.")
    ] = UNSET
    basic: Annotated[CredentialTable | UnsetType, Meta(description="A partner that may use HTTP Basic.")] = (
        UNSET
    )
    suspended: Annotated[CredentialTable | UnsetType, Meta(description="A suspended partner.")] = UNSET
    elsewhere: Annotated[
        CredentialTable | UnsetType, Meta(description="A partner bound to another network address.")
    ] = UNSET
    throttled: Annotated[
        CredentialTable | UnsetType, Meta(description="A partner that may be locked out by too many calls.")
    ] = UNSET
    core: Annotated[
        CredentialTable | UnsetType,
        Meta(description="Base Core, which issues cards. With it, the suite issues its own test cards."),
    ] = UNSET


class CardsTable(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """Numbers of test cards, where the suite issues none itself."""

    active: Annotated[str | UnsetType, Meta(description="An active card with a balance.")] = UNSET
    pauvre: Annotated[str | UnsetType, Meta(description="An active card with nearly no balance.")] = UNSET
    bloquee: Annotated[str | UnsetType, Meta(description="A blocked card.")] = UNSET
    expiree: Annotated[str | UnsetType, Meta(description="An expired card.")] = UNSET


class FixturesTable(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """What exists at the target before the run."""

    cartes: CardsTable | UnsetType = UNSET


class WebhookTable(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """The receiver of webhooks that the suite runs, as agreed with the primary partner."""

    listen: Annotated[str | UnsetType, Meta(description="Where it listens: ADDRESS:PORT.")] = UNSET
    public_url: Annotated[str | UnsetType, Meta(description="The URL that the target sends to.")] = UNSET
    secret: Annotated[
        _WebhookSecret | UnsetType,
        Meta(description="The secret of the signature (Standard Webhooks): whsec_ and base64."),
    ] = UNSET


class LimitsTable(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """What differs from the contract's own limits."""

    token_ttl: Annotated[_Count | UnsetType, Meta(description="Seconds that a token lives.")] = UNSET
    expiry_tolerance: Annotated[
        _Count | UnsetType, Meta(description="Seconds past its end that a token may still be accepted.")
    ] = UNSET
    max_body: Annotated[_Count | UnsetType, Meta(description="Bytes that a request's body may have.")] = UNSET


class CynodToml(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """What cynod conform knows of its target. Any text may be env:NAME or file:PATH."""

    target: TargetTable = field(default_factory=TargetTable)
    credentials: CredentialsTable = field(default_factory=CredentialsTable)
    fixtures: FixturesTable = field(default_factory=FixturesTable)
    webhook: WebhookTable | UnsetType = UNSET
    limits: LimitsTable = field(default_factory=LimitsTable)
