"""The partners file of a server: who may call, in ``[[partners]]`` tables. A generated server has a copy.

The docstring of a table and the description of a setting are what an editor shows of them.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType, field

_Pair = Annotated[str, Meta(pattern=r"^[A-Za-z0-9._~-]+$")]
_Secrets = _Pair | Annotated[list[_Pair], Meta(min_length=1)]
_Quota = Annotated[int, Meta(ge=1)]
_WebhookSecret = Annotated[str, Meta(pattern="^whsec_")]
_Words = str | list[str]


class PartnerTable(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """A partner: its key and secret, and what it may do."""

    consumer_key: Annotated[_Pair, Meta(description="The consumer key: letters, digits and . _ ~ -")]
    consumer_secret: Annotated[
        _Secrets | UnsetType,
        Meta(description="One or several consumer secrets: letters, digits and . _ ~ -"),
    ] = UNSET
    consumer_secrets: Annotated[
        _Secrets | UnsetType, Meta(description="The same, written in the plural; it comes first.")
    ] = UNSET
    scopes: Annotated[_Words, Meta(description="The scopes that it may ask for.")] = field(
        default_factory=list
    )
    basic: Annotated[bool, Meta(description="Whether it may use HTTP Basic.")] = False
    suspended: Annotated[bool, Meta(description="Whether it is suspended.")] = False
    allowed_ips: Annotated[
        _Words, Meta(description="Addresses and networks (CIDR) it may call from; none: from anywhere.")
    ] = field(default_factory=list)
    name: Annotated[str, Meta(description="Its name, for people.")] = ""
    quota: Annotated[
        _Quota | UnsetType, Meta(description="Requests a minute, instead of the contract's.")
    ] = UNSET
    webhook_url: Annotated[
        str | UnsetType, Meta(description="Where it is told what changed (cynod sandbox only).")
    ] = UNSET
    webhook_secret: Annotated[
        _WebhookSecret | UnsetType,
        Meta(description="What signs that: whsec_ and the base64 of 24 to 64 bytes."),
    ] = UNSET


_HAS_SECRET = [{"required": ["consumer_secret"]}, {"required": ["consumer_secrets"]}]
_Partner = Annotated[PartnerTable, Meta(extra_json_schema={"anyOf": _HAS_SECRET})]


class PartnersFile(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """Who may call a server: one [[partners]] table for each partner."""

    partners: Annotated[list[_Partner], Meta(description="Each partner.")] = field(default_factory=list)
