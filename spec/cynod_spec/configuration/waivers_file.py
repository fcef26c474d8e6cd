"""The waivers file of the suite: failures that somebody has accepted, until a day and for a written reason.

The docstring of a table and the description of a setting are what an editor shows of them.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from msgspec import Meta, Struct, field


class Waiver(Struct, forbid_unknown_fields=True, frozen=True):
    """A clause that may fail until a day."""

    id: Annotated[str, Meta(min_length=1, description="The clause, as `cynod spec clauses` lists it.")]
    until: Annotated[dt.date, Meta(description="The last day on which it may fail, such as 2027-01-31.")]
    reason: Annotated[str, Meta(min_length=1, description="Why it is accepted. The report shows it.")]


class WaiversFile(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """Failures that are accepted until a day: one [[waivers]] table for each clause."""

    waivers: Annotated[list[Waiver], Meta(description="Each waiver.")] = field(default_factory=list)
