"""The operation that tells a caller who it is."""

from __future__ import annotations

from .._generated.calls import Call, Result
from .._generated.refusals import Refusal
from ..storage.database import Database
from .profiles import Profiles

_UNLIMITED_QUOTA = 1_000_000  # requests a minute, shown for a partner without a quota


def who_am_i(_database: Database, profiles: Profiles, call: Call) -> Result:
    """The calling partner, the scopes of its token, and the limits agreed with it."""
    if call.principal is None:
        raise Refusal("credentials-missing")
    partner = call.principal.partner
    profile = profiles.of_key(partner.key)
    representation = call.represent(
        "partner",
        {
            "key": partner.key,
            "name": partner.name or partner.key,
            "scopes": list(call.principal.scopes),
            "basic": partner.basic,
            "credit-min": profile.credit_min,
            "credit-max": profile.credit_max,
            "debit-min": profile.debit_min,
            "debit-max": profile.debit_max,
            "quota": partner.quota or _UNLIMITED_QUOTA,
        },
    )
    return Result(call.answer(resource=representation))
